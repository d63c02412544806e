"""Flames: small, bright, orange to white, against what is darker."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look

#: Least lightness (L*) of a flame, and by how much it outshines what is around it.
_BRIGHT, _OUTSHINES = 62.0, 22.0
#: Most of the frame that flames fill.
_MOST: Final = 0.25


def find_fire(look: Look) -> Bool | None:
    """Flames and their glow's core, (h, w), or None where nothing burns."""
    lightness, a, b = (look.lab[..., i] for i in range(3))
    orange = (b > 26.0) & (a > 2.0) & (lightness > _BRIGHT - 14.0)
    core = lightness > 88.0
    near = cv2.dilate(orange.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    flame = orange | (core & near & (b > 4.0))
    flame &= ~(look.region("sky") > 0.5)
    around = cv2.GaussianBlur(np.ascontiguousarray(lightness), (0, 0), 12.0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(flame.astype(np.uint8))
    found = np.zeros(look.shape, np.bool_)
    for part in range(1, count):
        inside = labels == part
        bright = float(np.percentile(lightness[inside], 90))
        outshines = bright - float(around[inside].mean()) > _OUTSHINES
        upright = stats[part, cv2.CC_STAT_HEIGHT] > 0.6 * stats[part, cv2.CC_STAT_WIDTH]
        if bright > _BRIGHT + 8.0 and outshines and upright and stats[part, cv2.CC_STAT_AREA] > 5:
            found |= inside
    share = float(found.mean())
    return found if 0.0002 < share < _MOST else None
