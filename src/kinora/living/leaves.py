"""Doors and shutters in pairs: where one leaf ends and the next begins, and where each hangs."""

from __future__ import annotations

import re
from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool
from kinora.types.living import F32
from kinora.types.plan import Direction

#: Parts of a mask smaller than this share of its largest part are grain.
_GRAIN: Final = 0.1
#: Width over height from which what is shut and named as several is two leaves, not one.
_WIDE: Final = 0.6
_SEVERAL: Final = re.compile(
    r"\b(?:doors|gates|shutters|portes|portails|volets|battants)\b", re.IGNORECASE
)


def leaves(mask: F32, words: str) -> list[tuple[F32, Direction | None]]:
    """The leaves under a mask, from left to right, and to where each swings.

    Parts that stand apart are leaves; so are the halves of a wide one that the words name in the
    plural. Two and two hang on their outer sides; one alone hangs as the words say.

    Args:
        mask: (H, W) in [0, 1].
        words: that name it.

    Returns:
        For each a mask, and the direction as of a door: "left" hangs on its right side; None, which
        is on its left, for the first of each two and for one alone.
    """
    found = _apart(mask > 0.5)
    if len(found) == 1 and _SEVERAL.search(words):
        found = _halves(found[0])
    pairs = len(found) > 1
    return [
        (np.where(leaf, mask, 0.0).astype(np.float32), "left" if pairs and number % 2 else None)
        for number, leaf in enumerate(found)
    ]


def _apart(inside: Bool) -> list[Bool]:
    """Parts of a mask that aren't joined, from left to right."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8))
    areas = stats[1:count, cv2.CC_STAT_AREA]
    large = 1 + np.flatnonzero(areas > _GRAIN * areas.max(initial=0))
    order = large[np.argsort(stats[large, cv2.CC_STAT_LEFT])]
    return [labels == part for part in order] if len(order) > 1 else [inside]


def _halves(inside: Bool) -> list[Bool]:
    """A wide thing in two at its middle, a narrow one whole."""
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if columns.size < 2 or columns[-1] - columns[0] < _WIDE * (rows[-1] - rows[0]):
        return [inside]
    left = np.arange(inside.shape[1]) <= (columns[0] + columns[-1]) // 2
    return [inside & left, inside & ~left]
