"""The nearest known pixel: for all pixels, and for a few."""

from __future__ import annotations

import cv2
import numpy as np

from kinora.scene.fill import nearest_known, nearest_to


def test_a_few_pixels_find_the_same_neighbours_as_all() -> None:
    chance = np.random.default_rng(5).standard_normal((60, 90)).astype(np.float32)
    known = cv2.GaussianBlur(chance, (0, 0), 5.0) > 0.02
    unknown = np.flatnonzero(~known)
    found = nearest_to(unknown, known)
    assert known.reshape(-1)[found].all()
    assert (found == nearest_known(known).reshape(-1)[unknown]).all()


def test_a_lone_known_pixel_is_nearest_to_everything() -> None:
    known = np.zeros((20, 30), np.bool_)
    known[7, 11] = True
    unknown = np.flatnonzero(~known)
    assert (nearest_to(unknown, known) == 7 * 30 + 11).all()
