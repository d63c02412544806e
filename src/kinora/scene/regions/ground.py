"""The ground: what is like the bottom of the picture, joined to it, and below the horizon."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.scene.regions.masks import SmallPhoto, fill_holes
from kinora.types.scene import F32

#: Smallest share of the picture that is called ground.
MIN_AREA: Final = 0.08
# Share of the height, at the bottom, that shows what the ground looks like.
_SAMPLE: Final = 0.12
# How far from the sample's colour the ground may be, in robust standard deviations, and the
# bounds of these (CIELAB): a ground of all colours would be alike to everything.
_MAX_DEVIATION: Final = 2.0
_MIN_SPREAD, _MAX_SPREAD = (6.0, 3.0, 3.0), (12.0, 6.0, 6.0)
# Share of the bottom border that the ground must touch.
_MIN_BOTTOM: Final = 0.4


def find_ground(small: SmallPhoto, horizon: float, taken: F32) -> tuple[F32, float] | None:
    """Mask (h, w) in [0, 1] and score of the ground, or None.

    Args:
        small: the photo at working size.
        horizon: its height, as a fraction of the picture's.
        taken: (h, w) in [0, 1], what something else stands on already.
    """
    height = small.shape[0]
    lab = np.asarray(cv2.GaussianBlur(small.lab, (0, 0), 3.0), dtype=np.float32)
    free = taken < 0.5
    sampled = np.zeros(small.shape, bool)
    sampled[round((1.0 - _SAMPLE) * height) :] = True
    sample = lab[sampled & free]
    if len(sample) < 0.3 * sampled.sum():
        return None
    middle = np.median(sample, axis=0)
    spread = 1.4826 * np.median(np.abs(sample - middle), axis=0)
    spread = np.clip(spread, _MIN_SPREAD, _MAX_SPREAD)
    # (lab - middle) / spread, all channels at once.
    scaled = cv2.transform(lab, np.column_stack([np.diag(1.0 / spread), -middle / spread]))
    squared = cv2.transform(cv2.multiply(scaled, scaled), np.ones((1, 3)))
    alike = (np.asarray(squared) < 3.0 * _MAX_DEVIATION**2) & free
    alike[: max(round(horizon * height), 0)] = False
    count, labels = cv2.connectedComponents(alike.astype(np.uint8), connectivity=4)
    joined = np.zeros(count, np.bool_)
    joined[labels[-2:]] = True
    joined[0] = False
    ground = joined[labels]
    coverage = float(ground[-2:].mean())
    if ground.mean() < MIN_AREA or coverage < _MIN_BOTTOM:
        return None
    mask = fill_holes(ground.astype(np.float32)) * free
    return mask.astype(np.float32), 0.5 * coverage + 0.5 * float(mask[sampled].mean())
