from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kinora.scene.matting import find_matte, separate
from kinora.types.scene import U8


def composite(rgba: U8, behind: U8) -> np.ndarray:
    alpha = rgba[..., 3:].astype(np.float64) / 255.0
    return rgba[..., :3] + (1.0 - alpha) * behind


def disc(height: int, width: int, radius: float) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    away = np.hypot(x - width / 2, y - height / 2)
    return np.clip(radius - away + 0.5, 0, 1).astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31))
def test_front_over_backdrop_is_the_picture_whatever_the_colours(seed: int) -> None:
    random = np.random.default_rng(seed)
    picture = random.integers(0, 256, (24, 32, 3), dtype=np.uint8)
    backdrop = random.integers(0, 256, (24, 32, 3), dtype=np.uint8)
    alpha = random.choice(np.array([0, 1, 60, 128, 250, 255], np.uint8), (24, 32))
    near = cv2.dilate((alpha > 0).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    backdrop[~near] = picture[~near]
    rgba, used = separate(picture, backdrop, alpha, rim=1.0)
    assert np.all(rgba[..., :3] <= rgba[..., 3:])
    assert np.all(rgba[..., 3] >= alpha)
    assert np.abs(composite(rgba, used) - picture).max() <= 1.0


def test_matte_of_a_disc_is_soft_where_the_disc_is_and_within_the_band() -> None:
    height, width = 120, 160
    true = disc(height, width, 40.0)
    soft = cv2.GaussianBlur(true, (0, 0), sigmaX=1.2)
    front, back = np.array([220, 40, 30]), np.array([30, 90, 180])
    picture = np.rint(soft[..., None] * front + (1 - soft[..., None]) * back).astype(np.uint8)
    alpha = find_matte(picture, true > 0.5, band=4.0).astype(np.float32) / 255.0
    assert np.abs(alpha - soft).mean() < 0.01
    assert np.all(alpha[disc(height, width, 34.0) > 0.5] == 1.0)
    assert np.all(alpha[disc(height, width, 46.0) < 0.5] == 0.0)


def test_front_colours_are_free_of_the_backdrop() -> None:
    height, width = 120, 160
    soft = cv2.GaussianBlur(disc(height, width, 40.0), (0, 0), sigmaX=1.5)
    front, back = np.array([220.0, 40.0, 30.0]), np.array([30.0, 90.0, 180.0])
    picture = np.rint(soft[..., None] * front + (1 - soft[..., None]) * back).astype(np.uint8)
    backdrop = np.broadcast_to(back.astype(np.uint8), picture.shape)
    alpha = np.rint(255 * soft).astype(np.uint8)
    rgba, _ = separate(picture, np.ascontiguousarray(backdrop), alpha, rim=1.0)
    some = (rgba[..., 3] > 100) & (rgba[..., 3] < 255)
    colour = rgba[some][:, :3] / (rgba[some][:, 3:] / 255.0)
    assert np.abs(colour - front).max() < 8.0


def test_nothing_in_front_gives_an_empty_matte() -> None:
    picture = np.full((40, 60, 3), 99, dtype=np.uint8)
    assert not find_matte(picture, np.zeros((40, 60), dtype=bool), band=3.0).any()
    assert np.all(find_matte(picture, np.ones((40, 60), dtype=bool), band=3.0) == 255)
