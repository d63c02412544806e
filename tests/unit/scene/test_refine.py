from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinora.scene.refine import (
    FARTHEST,
    NEAREST,
    Focus,
    find_focus,
    flatten_faces,
    sharpen,
    to_scene,
)
from kinora.types.scene import F32, Region, RegionKind


def region(kind: RegionKind, mask: F32, score: float = 0.9) -> Region:
    return Region(kind=kind, mask=mask, box=(0, 0, 1, 1), score=score, source="test")


def box(shape: tuple[int, int], rows: slice, columns: slice) -> F32:
    mask = np.zeros(shape, dtype=np.float32)
    mask[rows, columns] = 1.0
    return mask


@given(st.floats(0.0, 1.0))
def test_scene_disparity_is_one_at_the_focus_and_stays_within_bounds(focus: float) -> None:
    relative = np.linspace(0, 1, 101, dtype=np.float32)[None]
    scene = to_scene(relative, Focus(relative=focus, point=(0.5, 0.5), kind="centre"))
    assert np.interp(focus, relative[0], scene[0]) == pytest.approx(1.0, abs=1e-4)
    assert scene.min() >= FARTHEST - 0.01  # the farthest hundredth doesn't count
    assert scene.max() <= NEAREST + 1e-4
    assert np.ptp(np.diff(scene[0])) < 1e-4  # affine: planes stay planes


def test_a_figure_stands_out_before_its_background() -> None:
    relative = np.full((10, 10), 0.6, np.float32)
    relative[3:7, 3:7] = 0.9
    behind = {
        kind: to_scene(relative, Focus(relative=0.9, point=(0.5, 0.5), kind=kind))[0, 0]
        for kind in ("person", "centre")
    }
    assert behind["person"] == pytest.approx(FARTHEST, abs=1e-4)
    assert 0.4 < behind["centre"] < 0.8  # layout alone is stretched with care


def test_sky_lies_at_infinity() -> None:
    sky = box((10, 10), slice(0, 4), slice(0, 10))
    focus = Focus(relative=0.5, point=(0.5, 0.5), kind="centre")
    scene = to_scene(np.full((10, 10), 0.5, np.float32), focus, sky=sky)
    assert np.all(scene[:4] == 0.0)
    assert np.all(scene[4:] == 1.0)


def test_focus_is_the_face_before_the_subject_before_the_centre() -> None:
    shape = (60, 80)
    relative = np.zeros(shape, dtype=np.float32)
    face = box(shape, slice(10, 20), slice(10, 20))
    subject = box(shape, slice(30, 60), slice(40, 80))
    relative[face > 0], relative[subject > 0] = 0.7, 0.4
    both = [(region("subject", subject), subject), (region("face", face), face)]
    assert find_focus(relative, both).relative == pytest.approx(0.7)
    assert find_focus(relative, both).point == pytest.approx((15 / 80, 15 / 60))
    assert find_focus(relative, both[:1]).relative == pytest.approx(0.4)
    assert find_focus(relative, []).kind == "centre"


def test_a_soft_step_becomes_crisp_and_lands_on_the_edge_of_the_picture() -> None:
    height, width, edge = 200, 600, 300
    picture = np.full((height, width, 3), (40, 90, 160), dtype=np.uint8)
    picture[:, edge:] = (200, 120, 60)
    noise = np.random.default_rng(0).integers(-12, 13, picture.shape)
    picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    disparity = np.full((height, width), 0.3, dtype=np.float32)
    disparity[:, edge + 3 :] = 1.0  # three pixels beside the edge, and soft
    soft = cv2.GaussianBlur(disparity, (0, 0), sigmaX=3.0).astype(np.float32)
    crisp = sharpen(soft, picture)
    between = (crisp > 0.4) & (crisp < 0.9)
    assert between.sum() < 0.25 * ((soft > 0.4) & (soft < 0.9)).sum()
    found = (crisp > 0.65).argmax(axis=1)
    assert abs(float(np.median(found)) - edge) <= 1


def test_a_short_reach_moves_less_of_what_is_right_already() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (120, 600, 3), dtype=np.uint8)
    disparity = np.full((120, 600), 0.3, dtype=np.float32)
    disparity[:, 300:] = 1.0
    soft = cv2.GaussianBlur(disparity, (0, 0), sigmaX=2.0).astype(np.float32)
    near, far = (
        float(np.abs(sharpen(soft, picture, reach=reach) - soft).sum()) for reach in (0.004, 0.014)
    )
    assert 0.0 < near < 0.8 * far


def test_a_ramp_is_left_alone() -> None:
    ramp = np.repeat(np.linspace(0.2, 1.9, 240, dtype=np.float32)[:, None], 320, axis=1)
    picture = np.random.default_rng(3).integers(0, 256, (240, 320, 3), dtype=np.uint8)
    assert np.array_equal(sharpen(ramp, picture), ramp)


def test_a_face_is_brought_close_to_one_disparity() -> None:
    shape = (40, 50)
    relief = np.repeat(np.linspace(0.6, 1.4, 50, dtype=np.float32)[None], 40, axis=0)
    face = box(shape, slice(10, 30), slice(10, 40))
    flat = flatten_faces(relief, [(region("face", face), face)])
    inside = face > 0
    assert np.ptp(flat[inside]) < 0.4 * np.ptp(relief[inside])
    assert np.median(flat[inside]) == pytest.approx(np.median(relief[inside]), abs=1e-3)
    assert np.array_equal(flat[~inside], relief[~inside])
    assert np.array_equal(flatten_faces(relief, [(region("sky", face), face)]), relief)
