"""The compiled loops of finding regions against slow references."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kinora.scene.regions.align import align, enlarge_planes, guide_of
from kinora.scene.regions.masks import SmallPhoto, box_of
from kinora.scene.regions.subject import _geodesic
from kinora.types.scene import Photo

F32 = NDArray[np.float32]


def planes_of(shape: tuple[int, int], rng: np.random.Generator) -> F32:
    """Slopes and offset that are flat in some rows, uneven in others."""
    planes = np.zeros((*shape, 4), np.float32)
    height, width = shape
    planes[height // 2 :, :, 3] = 1.0
    part = (slice(height // 3, 2 * height // 3), slice(width // 4, 3 * width // 4))
    planes[part] = rng.normal(0.0, 0.002, planes[part].shape)
    planes[part][..., 3] += 0.5
    return planes


@pytest.mark.parametrize(
    ("small", "large"),
    [((12, 17), (40, 61)), ((12, 17), (12, 17)), ((1, 9), (7, 31)), ((9, 1), (31, 7))],
)
def test_slopes_are_enlarged_and_applied_as_opencv_does(
    small: tuple[int, int], large: tuple[int, int]
) -> None:
    rng = np.random.default_rng(1)
    planes = planes_of(small, rng)
    rgb = rng.integers(0, 256, (*large, 3), np.uint8)
    mask, box = enlarge_planes(planes, rgb)
    wide = np.asarray(cv2.resize(planes, large[::-1], interpolation=cv2.INTER_LINEAR))
    expected = np.clip((wide[..., :3] * rgb).sum(axis=2) + wide[..., 3], 0.0, 1.0)
    np.testing.assert_allclose(mask, expected, atol=2e-5)
    assert box == box_of(mask)


def test_a_mask_of_nothing_has_an_empty_box() -> None:
    mask, box = enlarge_planes(np.zeros((5, 6, 4), np.float32), np.zeros((20, 30, 3), np.uint8))
    assert box == (0, 0, 0, 0)
    assert not mask.any()


def test_masks_are_aligned_as_the_guided_filter_says() -> None:
    rng = np.random.default_rng(2)
    noise = rng.integers(0, 256, (24, 32, 3), np.uint8)
    bgr = np.asarray(cv2.resize(noise, (96, 72), interpolation=cv2.INTER_CUBIC), np.uint8)
    small = SmallPhoto(bgr=bgr, lab=np.zeros((72, 96, 3), np.float32))
    values = np.asarray(cv2.GaussianBlur((bgr[..., 1] > 140).astype(np.float32), (0, 0), 2.0))

    def box(planes: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.blur(planes, (9, 9)))

    colours = bgr[..., ::-1] / 255.0
    means, mean = np.dstack([box(colours[..., i]) for i in range(3)]), box(values.astype(float))
    a = np.zeros((72, 96, 3))
    products = {
        (i, j): box(colours[..., i] * colours[..., j]) - means[..., i] * means[..., j]
        for i in range(3)
        for j in range(3)
    }
    shared = [box(colours[..., i] * values) - means[..., i] * mean for i in range(3)]
    for y, x in np.ndindex(72, 96):
        covariance = np.array([[products[i, j][y, x] for j in range(3)] for i in range(3)])
        right = np.array([each[y, x] for each in shared])
        a[y, x] = np.linalg.solve(covariance + 1e-3 * np.eye(3), right)
    b = mean - (a * means).sum(axis=2)
    smooth = np.dstack([box(a[..., i]) for i in range(3)])
    expected = np.clip((smooth * colours).sum(axis=2) + box(b), 0.0, 1.0)
    photo = Photo(rgb=np.ascontiguousarray(bgr[..., ::-1]), sha256="")
    np.testing.assert_allclose(align(values, photo, small), expected, atol=2e-3)
    assert guide_of(small).means.shape == (72, 96, 3)


def test_paths_are_the_shortest() -> None:
    rng = np.random.default_rng(3)
    rows, columns = 5, 6
    colours = rng.uniform(0.0, 10.0, (rows * columns, 3)).astype(np.float32)
    distance = np.linalg.norm(colours[:, None] - colours[None], axis=2).astype(np.float32)
    y, x = np.divmod(np.arange(rows * columns), columns)
    beside = np.maximum(abs(y[:, None] - y), abs(x[:, None] - x)) <= 1
    expected = np.where(beside, distance, np.inf)
    for via in range(rows * columns):  # Floyd and Warshall
        expected = np.minimum(expected, expected[:, via : via + 1] + expected[via : via + 1])

    np.testing.assert_allclose(_geodesic((rows, columns), distance), expected, atol=0.3, rtol=1e-5)
