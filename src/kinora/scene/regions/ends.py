"""Whether a network sees a subject end where colours don't show it."""

from __future__ import annotations

from typing import Final

import numpy as np

from kinora.scene.fill import enlarge, shrink
from kinora.scene.outline import both_sides, difference, looked_at, outline_of
from kinora.scene.regions.masks import SmallPhoto
from kinora.scene.together import Later
from kinora.types.scene import F32

# How far from the outline probabilities are compared, as a share of the long side; between these
# steps the network sees the end more and more.
_BESIDE: Final = 0.01
_NO_STEP, _STEP = 0.05, 0.25
# Least share of an outline that colours or the network must show. Of 32 subjects in 167 photos that
# fade into their surroundings 14 had it: a zebra, a dog, a hiker; what was cut through a sofa, an
# aeroplane or a pyramid had less.
_LEAST: Final = 0.9


def ends_seen(small: SmallPhoto, mask: F32, hint: F32 | None) -> bool:
    """Whether colours or a network show nearly all of the outline of a mask.

    Args:
        small: the photo at working size.
        mask: (h, w) in [0, 1], the subject.
        hint: (h, w) in [0, 1], where a network takes something for a subject.
    """
    if hint is None:
        return False
    size = looked_at(small.shape)
    inside = shrink(mask, size) > 0.5
    outline = outline_of(inside)
    if not outline.any():
        return True
    different = Later(lambda: difference(shrink(small.lab, size), inside))
    chance = enlarge(hint, size)[..., None]
    within, beyond = both_sides(chance, inside, _BESIDE * max(size))
    ends = np.clip(((within - beyond)[..., 0] - _NO_STEP) / (_STEP - _NO_STEP), 0.0, 1.0)
    shown = np.maximum(ends, different.result())
    return float(shown[outline].mean()) >= _LEAST
