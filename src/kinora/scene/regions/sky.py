"""The sky: smooth, of a sky's colour, and joined to the top of the picture."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.regions.masks import SmallPhoto, fill_holes
from kinora.types.scene import F32

Bool = NDArray[np.bool_]

#: Smallest share of the picture that is called sky.
MIN_AREA: Final = 0.04
# Steepest change of colour inside a sky (CIELAB units per pixel at working size).
_SMOOTH: Final = 3.2
# Share of the top border that the sky must touch.
_MIN_TOP: Final = 0.12


def find_sky(small: SmallPhoto) -> tuple[F32, float] | None:
    """Mask (h, w) in [0, 1] and score of the sky, or None."""
    lab = np.asarray(cv2.GaussianBlur(small.lab, (0, 0), 1.2), dtype=np.float32)
    blue, grey, warm = _colours(lab)
    steepness = _steepness(lab)
    passable = (blue | grey | warm) & (steepness < _SMOOTH)
    sky = _joined_to_top(passable)
    if sky.mean() < MIN_AREA:
        return None
    sky = _with_clouds(sky, blue | grey | warm)
    score = _score(sky, lab, steepness, blue)
    if score < 0.5 or sky.mean() < MIN_AREA:
        return None
    return sky.astype(np.float32), score


def _colours(lab: F32) -> tuple[Bool, Bool, Bool]:
    """Blue, grey to white, and sunset colours."""
    lightness, a, b = lab[:, :, 0], lab[:, :, 1], lab[:, :, 2]
    blue = (b < -5.0) & (a < 20.0) & (a > -25.0)
    grey = (np.hypot(a, b) < 12.0) & (lightness > 55.0)
    warm = (b >= -5.0) & (a > -6.0) & (lightness > 50.0)
    return blue, grey & ~blue, warm & ~grey & ~blue


def _steepness(lab: F32) -> F32:
    dx = cv2.Scharr(lab, cv2.CV_32F, 1, 0, scale=1 / 32)
    dy = cv2.Scharr(lab, cv2.CV_32F, 0, 1, scale=1 / 32)
    steepness = np.sqrt((dx**2 + dy**2).sum(axis=2))
    return np.asarray(cv2.blur(steepness, (3, 3)), dtype=np.float32)


def _joined_to_top(passable: Bool) -> Bool:
    eroded = cv2.erode(passable.astype(np.uint8), np.ones((3, 3), np.uint8))
    eroded[:2] = passable[:2]
    _, labels = cv2.connectedComponents(eroded, connectivity=4)
    tops = np.bincount(labels[:3].ravel(), minlength=labels.max() + 1)
    tops[0] = 0
    kept = np.flatnonzero(tops > _MIN_TOP * labels.shape[1])
    sky = np.isin(labels, kept).astype(np.uint8)
    return np.asarray(cv2.dilate(sky, np.ones((3, 3), np.uint8)), dtype=bool)


def _with_clouds(sky: Bool, plausible: Bool) -> Bool:
    filled = fill_holes(sky.astype(np.float32)) > 0.5
    return filled & (plausible | sky)


def _score(sky: Bool, lab: F32, steepness: F32, blue: Bool) -> float:
    rest = ~sky
    if rest.mean() < 0.05:
        return 0.0
    lightness = lab[:, :, 0]
    brighter = float((np.median(lightness[sky]) > lightness[rest]).mean())
    blueness = float(blue[sky].mean())
    rows = np.arange(sky.shape[0]) + 0.5
    low = float((sky.sum(axis=1) * (rows / sky.shape[0] > 0.75)).sum() / sky.sum())
    score = 0.35 + 0.4 * blueness + 0.5 * max(brighter - 0.6, 0.0) - 2.0 * low
    return float(np.clip(score, 0.0, 1.0))
