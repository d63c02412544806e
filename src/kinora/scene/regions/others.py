"""Things besides the subject, where a network is sure of them: a second person, a boat, a car."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.regions.masks import SmallPhoto, grab_cut, largest_part
from kinora.types.scene import F32, U8

Bool = NDArray[np.bool_]

# Probability that makes a place sure, and the least share of a thing's places that must be; of
# parts of 66 photos, those with less were mostly rocks, bushes and what lies about.
_SURE, _MOSTLY = 0.85, 0.3
# From which a place is likelier than not, and below which it isn't the thing's.
_LIKELY, _SURELY_NOT = 0.25, 0.05
# From which it is taken to be there in the middle of such places.
_WHOLLY: Final = 0.6
# How far within a sure place no outline is looked for, pixels at working size.
_WITHIN: Final = 3
# Least share of the picture, and least agreement (intersection over union) of the outline with what
# the network sees.
_LEAST, _AGREED = 0.008, 0.65


def sure_thing(small: SmallPhoto, hint: F32, part: Bool, taken: Bool) -> tuple[F32, float] | None:
    """Mask (h, w) in [0, 1] and score of the thing that a part of a hint is sure of, or None.

    Args:
        small: the photo at working size.
        hint: (h, w) in [0, 1], where a network takes something for a subject.
        part: (h, w), the connected part of it that is asked about.
        taken: (h, w), where other figures are.
    """
    if float(part.mean()) < _LEAST or float((hint[part] > _SURE).mean()) < _MOSTLY:
        return None
    reach = cv2.dilate(part.astype(np.uint8), np.ones((2 * _WITHIN + 1,) * 2, np.uint8)) > 0
    mask = largest_part(grab_cut(small, _guess(hint, reach & ~taken)))
    inside, likely = mask > 0.5, part & (hint > _LIKELY)
    both, either = float((inside & likely).sum()), float((inside | likely).sum())
    if float(inside.mean()) < _LEAST or both < _AGREED * either:
        return None
    return mask, float(np.median(hint[inside]))


def _guess(hint: F32, within: Bool) -> U8:
    """For GrabCut: what is sure in the middle of the thing, likely, possible, and not its."""
    trimap = np.full(hint.shape, cv2.GC_BGD, np.uint8)
    trimap[within & (hint > _SURELY_NOT)] = cv2.GC_PR_BGD
    trimap[within & (hint > _LIKELY)] = cv2.GC_PR_FGD
    side = 2 * _WITHIN + 1
    sure = (within & (hint > _WHOLLY)).astype(np.uint8)
    trimap[cv2.erode(sure, np.ones((side, side), np.uint8)) > 0] = cv2.GC_FGD
    return trimap
