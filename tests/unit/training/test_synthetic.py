"""Rendered scenes: their disparity is what geometry says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from training.synthetic.figures import shape, snapped
from training.synthetic.parts import Supplies
from training.synthetic.raycast import (
    Ball,
    Box,
    Camera,
    CutOut,
    Ground,
    Lighting,
    Material,
    Pillar,
    render,
)
from training.synthetic.scenes import random_scene

GREY = Material(texture=np.full((8, 8, 3), 128, np.uint8))
LIGHT = Lighting(direction=np.array([0, -1, 0], np.float32), ambient=0.5)
LEVEL = Camera(width=64, height=48, focal=1.0)


def _middle(primitive) -> float:
    return float(1.0 / render([primitive], LEVEL, LIGHT).disparity[24, 32])


def test_a_level_ground_has_linear_disparity() -> None:
    scene = render([Ground(level=1.5, material=GREY)], LEVEL, LIGHT)
    rows = (np.arange(24, 48) + 0.5 - 24) / 64
    np.testing.assert_allclose(scene.disparity[24:, 10], rows / 1.5, rtol=1e-4)
    assert not scene.disparity[:24].any()
    assert (scene.kinds[:24] == -1).all()


@pytest.mark.parametrize(
    ("primitive", "depth"),
    [
        (Box(centre=(0, 0, 5), half=(1, 1, 1), yaw=0.0, material=GREY), 4.0),
        (Box(centre=(0, 0, 5), half=(3, 3, 6), yaw=0.0, material=GREY, inside=True), 11.0),
        (Ball(centre=(0, 0, 5), radius=2.0, material=GREY), 3.0),
        (Pillar(foot=(0, 2, 5), radius=1.0, height=4.0, material=GREY), 4.0),
        (
            CutOut(
                foot=(0, 1, 3), height=2.0,
                material=Material(texture=np.full((8, 8, 4), 255, np.uint8)),
            ),
            3.0,
        ),
    ],
)  # fmt: skip
def test_the_nearest_surface_is_where_it_was_put(primitive, depth: float) -> None:
    assert _middle(primitive) == pytest.approx(depth, rel=0.01)


def test_what_is_in_front_is_seen() -> None:
    far = Box(centre=(0, 0, 9), half=(5, 5, 1), yaw=0.0, material=GREY)
    near = Ball(centre=(0, 0, 4), radius=0.5, material=GREY)
    for order in ([far, near], [near, far]):
        scene = render(order, LEVEL, LIGHT)
        assert scene.kinds[24, 32] == order.index(near)
        assert scene.disparity[24, 32] > scene.disparity[2, 2]


def test_scenes_come_from_the_seed() -> None:
    def make(seed: int) -> np.ndarray:
        random = np.random.default_rng(seed)
        photo = np.random.default_rng(9).integers(0, 255, (90, 120, 3), dtype=np.uint8)
        supplies = Supplies(random=random, photo=lambda: photo, cut_outs=[shape(photo, random)])
        scene, kinds = random_scene(supplies)
        assert scene.kinds.max() < len(kinds)
        assert np.isfinite(scene.disparity).all()
        return scene.rgb

    np.testing.assert_array_equal(make(4), make(4))
    assert not np.array_equal(make(4), make(5))


def test_shapes_have_soft_outlines_and_holes_around_them() -> None:
    photo = np.random.default_rng(9).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    for seed in range(6):
        alpha = shape(photo, np.random.default_rng(seed))[:, :, 3]
        assert alpha.max() == 255
        assert alpha.min() == 0


def test_a_soft_step_is_drawn_to_the_outline() -> None:
    matte = np.zeros((60, 80), np.float32)
    matte[20:50, 30:60] = 1.0
    soft = cv2.GaussianBlur(0.2 + 0.6 * matte, (0, 0), 2.0)
    crisp = snapped(soft, matte)
    truth = 0.2 + 0.6 * matte
    assert np.abs(crisp - truth).max() < 0.15
    assert np.abs(crisp - truth).mean() < 0.3 * np.abs(soft - truth).mean()
