"""Disparity of what stands before the sky, from what stands below it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.scene.fill import push_pull
from kinora.types.scene import F32

# Chance from which a place may be sky.
_SKY: Final = 0.3
# What rises into the sky is slender below this share of the long side: masts, lamps, towers.
_SLENDER: Final = 0.1
# How much nearer than the sky a value must be to be that of a thing.
_NEARER: Final = 0.12
# Side of the square by whose half values are blurred into each other along a skyline, cells.
_BLUR: Final = 5


def without_sky(values: F32, sky: F32) -> F32:
    """``values`` as if there were no sky: what stands before it goes on over it, smoothly.

    A small network blurs the skyline and takes slender things and hazy towers for sky, so that they
    would be as far as that, above a foot that is near. What lies below and beside them says better
    how far they are. The sky itself is to be put far away afterwards, along its outline.

    Args:
        values: (h, w) relative disparity.
        sky: (h, w) in [0, 1], where it is, or where the network takes something for it.
    """
    far = sky > _SKY
    if not far.any():
        return values
    side = 2 * round(_SLENDER * max(values.shape) / 2) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    things = cv2.copyMakeBorder(
        (~far).astype(np.uint8), side, side, side, side, cv2.BORDER_REPLICATE
    )
    bulk = cv2.morphologyEx(things, cv2.MORPH_OPEN, disc)[side:-side, side:-side]
    known = cv2.erode(bulk, np.ones((_BLUR, _BLUR), np.uint8)).astype(np.float32)
    known[values < float(np.median(values[far])) + _NEARER] = 0.0
    return push_pull(values, known) if known.any() else values
