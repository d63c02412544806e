"""Lit lamps, windows and signs: small, bright, and brighter or more vivid than what is around."""

from __future__ import annotations

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look

#: Least lightness (L*) of a light, and by how much it outshines its surroundings.
_BRIGHT, _OUTSHINES = 68.0, 24.0
#: Least chroma of a coloured light, and its least lightness.
_VIVID, _COLOURED = 45.0, 48.0
#: Largest light and most of the frame that lights fill together, shares of the frame.
_LARGEST, _MOST = 0.012, 0.12


def find_lights(look: Look) -> Bool | None:
    """Small lights, (h, w), or None where nothing shines."""
    lightness = np.ascontiguousarray(look.lab[..., 0])
    chroma = np.hypot(look.lab[..., 1] + look.cast[0], look.lab[..., 2] + look.cast[1])
    around = cv2.GaussianBlur(lightness, (0, 0), 9.0)
    outshines = lightness - around
    lit = (lightness > _BRIGHT) & (outshines > _OUTSHINES)
    lit |= (chroma > _VIVID) & (lightness > _COLOURED) & (outshines > 0.5 * _OUTSHINES)
    lit &= ~(look.region("sky") > 0.5) & ~(look.region("person") > 0.5)
    lit &= ~(look.region("face") > 0.3)
    # A scene in daylight has bright things that aren't lights.
    if float(np.median(lightness)) > 52.0:
        return None
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lit.astype(np.uint8))
    found = np.zeros(look.shape, np.bool_)
    for part in range(1, count):
        if 2 <= stats[part, cv2.CC_STAT_AREA] < _LARGEST * lit.size:
            found |= labels == part
    share = float(found.mean())
    return found if 0.0002 < share < _MOST else None
