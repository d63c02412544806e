"""The whole sky, its clouds included: region finders keep to what is smooth."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look, joined_to, opened

#: How far below the sky that was found more of it may lie, frame heights.
_BELOW: Final = 0.22
#: Lightness (L*) that clouds may lie below the sky's darker tenth.
_DARKER: Final = 12.0
#: Scene disparity that no cloud is given, however mistaken, and how much nearer than nearly all of
#: the sky that was found: a white tower stands before it.
_NEAR, _NEARER = 0.9, 0.5


def whole_sky(look: Look) -> Bool | None:
    """Sky and clouds, (h, w); None where no sky was found to begin with."""
    return look.once(_find)


def _find(look: Look) -> Bool | None:
    sky = look.region("sky") > 0.5
    if sky.mean() < 0.01:
        return None
    rows = np.flatnonzero(sky.mean(axis=1) > 0.02)
    height = look.shape[0]
    limit = min((rows[-1] + 1) / height + _BELOW, 0.75) if rows.size else 0.5
    light = look.lab[..., 0]
    trimap = np.full(look.shape, cv2.GC_PR_BGD, np.uint8)
    trimap[light > np.percentile(light[sky], 10) - _DARKER] = cv2.GC_PR_FGD
    trimap[np.cumsum(sky[::-1], axis=0)[::-1] > 0] = cv2.GC_PR_FGD  # sky lies below it
    trimap[np.broadcast_to(look.rows() >= limit, look.shape)] = cv2.GC_BGD
    farthest = float(np.quantile(look.disparity[sky], 0.99))
    trimap[look.disparity > min(_NEAR, farthest + _NEARER)] = cv2.GC_BGD
    for kind in ("ground", "vegetation"):
        trimap[look.region(kind) > 0.6] = cv2.GC_BGD
    trimap[look.region("subject", sure=0.6) > 0.4] = cv2.GC_BGD
    trimap[sky] = cv2.GC_FGD
    return joined_to(opened(look.cut(trimap)) | sky, sky)
