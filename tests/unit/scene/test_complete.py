from __future__ import annotations

import cv2
import numpy as np
import pytest

from kinora.scene.complete import complete
from kinora.scene.fill import grow
from kinora.scene.patches import Match, crowding_of, make_level
from kinora.types.scene import U8

HEIGHT, WIDTH = 360, 520


def textured(colour: tuple[int, int, int], seed: int = 0, grain: float = 22.0) -> U8:
    """Cloudy texture at several scales plus grain around a colour."""
    random = np.random.default_rng(seed)
    picture = np.zeros((HEIGHT, WIDTH), dtype=np.float32)
    for sigma in (1.0, 3.0, 9.0):
        noise = random.standard_normal((HEIGHT, WIDTH)).astype(np.float32)
        layer = cv2.GaussianBlur(noise, (0, 0), sigmaX=sigma)
        picture += layer / layer.std()
    picture = picture / picture.std() * grain
    return np.clip(np.array(colour) + picture[..., None], 0, 255).astype(np.uint8)


def flat_guide() -> np.ndarray:
    return np.ones((HEIGHT, WIDTH), dtype=np.float32)


def energy(picture: U8, mask: np.ndarray) -> float:
    """Mean squared Laplacian of luma."""
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return float((cv2.Laplacian(luma, cv2.CV_32F)[mask] ** 2).mean())


@pytest.fixture(scope="module")
def square() -> np.ndarray:
    hole = np.zeros((HEIGHT, WIDTH), dtype=bool)
    hole[120:240, 190:330] = True
    return hole


def test_known_pixels_are_untouched_and_the_hole_is_filled(square: np.ndarray) -> None:
    picture = textured((60, 90, 170))
    picture[square] = (250, 20, 20)
    filled = complete(picture, square, source=~square, guide=flat_guide())
    assert np.array_equal(filled[~square], picture[~square])
    assert np.abs(filled[square].mean(axis=0) - picture[~square].mean(axis=0)).max() < 12


def test_no_colour_of_the_front_leaks_into_the_background(square: np.ndarray) -> None:
    picture = textured((40, 80, 190), grain=12.0)
    picture[square] = (255, 0, 0)
    mixed = cv2.GaussianBlur(picture, (0, 0), sigmaX=1.5)  # mixed pixels around the front
    hole = grow(square, 5)
    filled = complete(mixed, hole, source=~grow(square, 8), guide=flat_guide())
    redness = filled[hole][:, 0].astype(int) - filled[hole][:, 2].astype(int)
    assert redness.max() < 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_texture_of_narrow_holes_is_kept(seed: int) -> None:
    picture = textured((120, 110, 90), seed=seed)
    hole = np.zeros((HEIGHT, WIDTH), dtype=bool)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    away = np.hypot(x - 260, y - 180)
    hole[(away > 90) & (away < 115)] = True  # a disocclusion around something round
    filled = complete(picture, hole, source=~hole, guide=flat_guide())
    assert 0.6 <= energy(filled, grow(hole, -2)) / energy(picture, grow(hole, -2)) <= 1.2


def test_patches_come_from_places_of_the_same_disparity() -> None:
    picture = textured((60, 60, 200))
    picture[:, WIDTH // 2 :] = textured((200, 150, 40))[:, WIDTH // 2 :]
    hole = np.zeros((HEIGHT, WIDTH), dtype=bool)
    hole[-60:] = True
    picture[hole] = 0
    guide = np.full((HEIGHT, WIDTH), 0.3, dtype=np.float32)
    guide[:, WIDTH // 2 :] = 1.2
    filled = complete(picture, hole, source=~hole, guide=guide)
    left, right = filled[-50:, : WIDTH // 2 - 20], filled[-50:, WIDTH // 2 + 20 :]
    assert (left[..., 2] > left[..., 0]).mean() > 0.98
    assert (right[..., 0] > right[..., 2]).mean() > 0.98


def test_completion_is_deterministic(square: np.ndarray) -> None:
    picture = textured((90, 120, 60))
    first, second = (
        complete(picture, square, source=~square, guide=flat_guide()) for _ in range(2)
    )
    assert np.array_equal(first, second)


def test_deep_inside_a_hole_plain_colour_does(square: np.ndarray) -> None:
    picture = textured((90, 120, 60))
    filled = complete(picture, square, source=~square, guide=flat_guide(), depth=12.0)
    inner, rim = grow(square, -30), square & ~grow(square, -8)
    assert energy(filled, inner) < 0.05 * energy(picture, ~square)
    assert energy(filled, rim) > 0.5 * energy(picture, ~square)


def test_without_any_source_the_hole_is_filled_plainly() -> None:
    picture = np.full((40, 60, 3), 77, dtype=np.uint8)
    everything = np.ones((40, 60), dtype=bool)
    filled = complete(
        picture, everything, source=~everything, guide=np.ones((40, 60), dtype=np.float32)
    )
    assert filled.shape == picture.shape
    assert np.ptp(filled) == 0


def test_a_source_costs_more_with_each_use_but_the_first() -> None:
    hole = np.zeros((24, 32), bool)
    hole[:, 16:] = True
    picture, guide = np.zeros((24, 32, 3), np.float32), np.zeros((24, 32), np.float32)
    level = make_level(picture, guide, hole=hole, source=~hole)
    assert level is not None
    nothing = np.zeros(level.rows.size, np.float32)
    once = Match(rows=level.rows, columns=level.columns - 16, cost=nothing)
    again = Match(rows=level.rows, columns=level.columns % 4, cost=nothing)
    assert crowding_of(level, once).max() < 1e-6
    assert crowding_of(level, again)[8:16, 2].min() > 0.05
