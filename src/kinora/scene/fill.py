"""Smooth filling of unknown pixels, and the nearest known pixel of each."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.types.scene import F32, U8

Pixels = TypeVar("Pixels", U8, F32)


def shrink(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Resize to ``size`` (width, height) by averaging areas."""
    while _halves(pixels, size):  # exact halves take a tenth of the time
        half = (pixels.shape[1] // 2, pixels.shape[0] // 2)
        pixels = cv2.resize(pixels, half, interpolation=cv2.INTER_AREA).astype(
            pixels.dtype, copy=False
        )
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return small.astype(pixels.dtype, copy=False)


def _halves(pixels: Pixels, size: tuple[int, int]) -> bool:
    """Whether half of the pixels along each side are exact, and enough to average again."""
    height, width = pixels.shape[:2]
    return not (height % 2 or width % 2) and width > 3 * size[0] and height > 3 * size[1]


def enlarge(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Resize to ``size`` (width, height) bilinearly."""
    large = cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR)
    return large.astype(pixels.dtype, copy=False)


def shrink_mask(mask: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    """A mask at ``size`` (width, height), set where all of ``mask`` is."""
    share = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(share > 0.999)


def push_pull(values: F32, weight: F32) -> F32:
    """Fill smoothly where ``weight`` is 0, keep ``values`` where it is 1.

    Averages are pulled up a pyramid and pushed down again into what is unknown (Gortler et al.,
    The Lumigraph, 1996).

    Args:
        values: (h, w) or (h, w, c).
        weight: (h, w) in [0, 1], trust in each pixel; 0 everywhere gives 0.
    """
    height, width = weight.shape
    spread = weight if values.ndim == 2 else weight[..., None]
    if min(height, width) <= 2:
        total = float(weight.sum())
        if total <= 0:
            return np.zeros_like(values)
        mean = (values * spread).sum(axis=(0, 1)) / total
        return np.asarray(values * spread + mean * (1 - spread), dtype=np.float32)
    pulled_weight = cv2.pyrDown(weight)
    pulled = cv2.pyrDown(values * spread)
    divisor = np.maximum(pulled_weight, 1e-6)
    pulled = pulled / (divisor if values.ndim == 2 else divisor[..., None])
    trust = np.minimum(pulled_weight * 4.0, 1.0).astype(np.float32)
    pushed = push_pull(pulled.astype(np.float32), trust)
    filled = cv2.pyrUp(pushed, dstsize=(width, height))
    return np.asarray(values * spread + filled * (1 - spread), dtype=np.float32)


def nearest_known(known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Flat index of the nearest known pixel, for each pixel: (h, w).

    Args:
        known: (h, w), at least one pixel set.
    """
    labels = _labels(known)
    index = np.zeros(int(labels.max()) + 1, dtype=np.int64)
    index[labels[known]] = np.flatnonzero(known)
    return np.asarray(index[labels])


def nearest_to(unknown: NDArray[np.int64], known: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Flat index of the nearest known pixel to each of some unknown ones: (n,).

    Args:
        unknown: (n,) flat indices.
        known: (h, w), at least one pixel set.
    """
    labels = _labels(known).reshape(-1)
    # Only what lies at an edge is nearest to anything unknown.
    beside = cv2.dilate((~known).view(np.uint8), np.ones((5, 5), np.uint8))
    edge = np.flatnonzero(known & (beside > 0)).astype(np.int32)
    index = np.zeros(int(labels[edge].max(initial=0)) + 1, np.int32)
    index[labels[edge]] = edge
    return index[labels[unknown]]


def _labels(known: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Of each pixel, which known one is nearest; known ones have labels of their own: (h, w)."""
    _, labels = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    return np.asarray(labels, np.int32)


def grow(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """Dilate by a disc of ``radius`` pixels (erode, where it is negative)."""
    if radius == 0:
        return mask
    side = 2 * abs(radius) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    change = cv2.dilate if radius > 0 else cv2.erode
    return change(mask.astype(np.uint8), disc).astype(np.bool_)
