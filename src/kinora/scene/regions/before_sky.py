"""Subjects before the sky whose colours are taken for it: a penguin's white belly, a sail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from kinora.scene.outline import DOUBTFUL
from kinora.scene.regions.masks import box_of
from kinora.types.scene import Region

# Least share of a subject that is sky as well for one of the two to be wrong: soft edges aren't. It
# is looked at in every so many pixels along both sides.
_OVERLAP, _EVERY = 0.03, 4


def before_sky(skies: Sequence[Region], found: Iterable[Region]) -> list[Region]:
    """The sky without certain subjects, for those must stay in one piece; none where none is left.

    Outlines of persons, found by their faces, are too wide for that.

    Args:
        skies: the sky, if there is any.
        found: what else was found, masks over the same extent.
    """
    subjects = [each for each in found if each.kind == "subject" and each.score > DOUBTFUL]
    left = [_without(sky, subjects) for sky in skies]
    return [sky for sky in left if sky.box[2] > sky.box[0]]


def _without(sky: Region, subjects: Sequence[Region]) -> Region:
    mask = sky.mask
    for subject in subjects:
        inside = subject.mask[::_EVERY, ::_EVERY] > 0.5
        if (inside & (mask[::_EVERY, ::_EVERY] > 0.5)).sum() > _OVERLAP * inside.sum():
            mask = np.minimum(mask, np.float32(1.0) - subject.mask)
    return sky if mask is sky.mask else replace(sky, mask=mask, box=box_of(mask))
