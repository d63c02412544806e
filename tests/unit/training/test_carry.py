"""Packs that travel lose little, and labels nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from training.carry import CODECS
from training.common.augment import UNKNOWN


def _smooth(*shape: int) -> np.ndarray:
    values = np.random.default_rng(0).normal(0, 1, shape)
    blurred = cv2.GaussianBlur(values, (0, 0), 6)
    return (blurred - blurred.min()) / np.ptp(blurred)


@pytest.mark.parametrize("name", ["photos", "photos-raw"])
def test_pictures_lose_little(name: str) -> None:
    shape = (60, 90, 3) if name == "photos" else (60, 90)
    picture = np.rint(255 * _smooth(*shape)).astype(np.uint8)
    data = CODECS[name].shrink(picture)
    assert data.size < picture.size / 4
    again = CODECS[name].restore(data)
    assert again.shape == picture.shape
    assert np.abs(again.astype(int) - picture).mean() < 5


def test_labels_lose_nothing() -> None:
    labels = np.random.default_rng(1).integers(0, 1 << 13, (37, 51)).astype(np.uint16)
    codec = CODECS["photos-regions"]
    np.testing.assert_array_equal(codec.restore(codec.shrink(labels)), labels)


def test_measured_disparity_keeps_its_gaps_and_its_size() -> None:
    values = (0.2 + 1.6 * _smooth(40, 50)).astype(np.float16)
    values[:5] = UNKNOWN
    codec = CODECS["frames-disparity"]
    again = codec.restore(codec.shrink(values))
    assert again.dtype == np.float16
    np.testing.assert_array_equal(again == UNKNOWN, values == UNKNOWN)
    np.testing.assert_allclose(again[5:], values[5:], atol=1.8 / 254)
