"""Scores of disparity and regions; NumPy only."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

_PAIRS: Final = 4000
#: A pair has an order where its disparities differ by more than this factor, and by this much.
RATIO: Final = 1.1
LEAST: Final = 0.02
# Edges: share of the pixels that are "strong", how near a contour must be (pixels at this size),
# and the least step that counts.
_EDGE_SIDE, _NEAR, _STEP = 512, 2, 0.04


def whdr(values: F32, truth: F32, known: NDArray[np.bool_], *, seed: int = 0) -> float:
    """Share of random ordered pairs of pixels that are put in the wrong order.

    Chen et al. 2016, all pairs weighing the same, pairs that are about equal left out.

    Args:
        values: (h, w) estimate, larger is nearer.
        truth: (h, w) disparity, 0 is infinitely far.
        known: (h, w) where the truth is known.
        seed: of the pairs.
    """
    random = np.random.default_rng(seed)
    places = np.flatnonzero(known)
    one, other = random.choice(places, (2, _PAIRS))
    a, b = truth.ravel()[one], truth.ravel()[other]
    ordered = (np.maximum(a, b) > RATIO * np.minimum(a, b)) & (np.abs(a - b) > LEAST * truth.max())
    wrong = (values.ravel()[one] > values.ravel()[other]) != (a > b)
    return float(wrong[ordered].mean()) if ordered.any() else 0.0


def edge_score(disparity: F32, picture: U8) -> float | None:
    """Share of strong disparity edges within 2 px of a contour of the picture, at 512 px.

    Contours are Canny's edges of the smoothed picture. None where there is no strong edge.
    """
    scale = _EDGE_SIDE / max(picture.shape[:2])
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    values = cv2.resize(disparity, size, interpolation=cv2.INTER_LINEAR)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    kernel = np.ones((3, 3), np.uint8)
    step = cv2.morphologyEx(values, cv2.MORPH_GRADIENT, kernel)
    ridge = step >= cv2.dilate(step, np.ones((5, 5), np.uint8)) - 1e-6
    strong = ridge & (step > _STEP * max(float(np.ptp(values)), 1e-6))
    if strong.sum() < 20:
        return None
    contours = cv2.Canny(cv2.GaussianBlur(small, (0, 0), 1.0), 40, 100)
    near = cv2.dilate(contours, np.ones((2 * _NEAR + 1, 2 * _NEAR + 1), np.uint8)) > 0
    return float(near[strong].mean())


def agreement(probability: F32, labels: NDArray[np.bool_], known: NDArray[np.bool_]) -> F32:
    """True positives, false positives and false negatives at one half, (3,)."""
    said = probability > 0.5
    return np.array(
        [
            (said & labels & known).sum(),
            (said & ~labels & known).sum(),
            (~said & labels & known).sum(),
        ],
        np.float32,
    )
