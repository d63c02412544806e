"""The nearest known pixel, for all pixels and for a few; averages over areas."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kinora.scene.fill import nearest_known, nearest_to, shrink


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


@pytest.mark.parametrize("size", [(9, 6), (36, 24), (48, 32), (72, 48)])
def test_shrunk_pixels_are_the_means_of_their_areas(size: tuple[int, int]) -> None:
    values = np.random.default_rng(5).random((96, 144), dtype=np.float32)
    width, height = size
    means = values.reshape(height, 96 // height, width, 144 // width).mean(axis=(1, 3))
    assert np.allclose(shrink(values, size), means, atol=1e-5)


def test_what_is_shrunk_to_odd_sizes_stays_in_its_place() -> None:
    values = np.zeros((96, 144), np.float32)
    values[:, 72:] = 1.0
    small = shrink(values, (27, 17))
    assert (small[:, :13] == 0.0).all()
    assert np.allclose(small[:, 13], 0.5, atol=0.01)
    assert np.allclose(small[:, 14:], 1.0)
