"""Where a figure goes on beyond an outline that the picture doesn't show."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import enlarge, shrink
from kinora.types.scene import F32

# Longest side at which it is followed, pixels.
_SIDE: Final = 200
# How far it is followed, as a share of that side, and which changes of colour (CIELAB) along the
# way, in total, end it.
_REACH, _CHANGE = 0.3, 24.0
# Differences of neighbours that are noise.
_NOISE: Final = 1.0
# Smoothing that takes texture away: pixels across, colour (CIELAB), pixels.
_SMOOTH: Final = (5, 8.0, 2.0)
# What a pixel costs whose colour is none of the figure's, the likeness from which it costs nothing,
# and the width of bins of colour (CIELAB) with their number along each axis.
_STRANGE, _ODD, _BIN, _BINS = 0.2, 0.25, 6.0, 64
# Belief from which it is certain.
_SURE: Final = 0.67
# Half of a place's neighbours, by rows down and columns across; the others mirror them.
_NEIGHBOURS: Final = ((0, 1), (1, 0), (1, 1), (1, -1))

Bool = NDArray[np.bool_]


def go_on(figure: Bool, doubt: F32, lab: F32) -> F32:
    """How surely a figure goes on across its unconfirmed outline: (h, w) in [0, 1].

    A sleeve that was cut off has the colour of the rest, up to its true edge. Belief falls with the
    way from the outline, with every change of colour on it, and where colours are the background's:
    there it is the figure that holds too much.

    Args:
        figure: (h, w), as found.
        doubt: (h, w) in [0, 1] on the outline, 0 elsewhere.
        lab: (h, w, 3) the picture, CIELAB.
    """
    height, width = figure.shape
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    inside = shrink(figure.astype(np.float32), size) > 0.5
    smooth = np.asarray(cv2.bilateralFilter(shrink(lab, size), *_SMOOTH), dtype=np.float32)
    start = np.asarray(cv2.dilate(doubt, np.ones((3, 3), np.uint8)), dtype=np.float32)
    belief = _spread(shrink(start, size), inside, smooth, reach=_REACH * max(size))
    share = np.clip(belief / _SURE, 0.0, 1.0)
    return enlarge((share * share * (3.0 - 2.0 * share)).astype(np.float32), (width, height))


def _spread(belief: F32, inside: Bool, lab: F32, *, reach: float) -> F32:
    """The most that is left of belief along any way around ``inside``: (h, w)."""
    strange = _STRANGE * np.clip(1.0 - _likeness(lab, inside) / _ODD, 0.0, 1.0)
    prices = [_price(lab, strange, offset, reach=reach) for offset in _NEIGHBOURS]
    belief = np.where(inside, np.float32(0.0), belief)
    for _ in range(round(1.3 * reach)):
        before = belief.copy()
        for offset, price in zip(_NEIGHBOURS, prices, strict=True):
            here, there = _pair(belief, offset)
            forwards, backwards = here - price, there - price
            np.maximum(there, forwards, out=there)
            np.maximum(here, backwards, out=here)
        belief[inside] = 0.0
        if np.array_equal(belief, before):
            break
    return belief


def _pair(values: F32, offset: tuple[int, int]) -> tuple[F32, F32]:
    """Views of all places that have a neighbour at an offset, and of these neighbours."""
    down, across = offset
    height, width = values.shape[:2]
    left, right = max(0, -across), width - max(0, across)
    return values[: height - down, left:right], values[down:, left + across : right + across]


def _price(lab: F32, strange: F32, offset: tuple[int, int], *, reach: float) -> F32:
    """What belief loses on the step to the neighbour at an offset, or back."""
    here, there = _pair(lab, offset)
    change = np.maximum(np.linalg.norm(here - there, axis=2) - _NOISE, 0.0)
    one, other = _pair(strange, offset)
    price = np.hypot(*offset) / reach + change / _CHANGE + np.maximum(one, other)
    return np.asarray(price, dtype=np.float32)


def _likeness(lab: F32, inside: Bool) -> F32:
    """How much each place's colour is the figure's, not the background's: (h, w) in [0, 1]."""
    half = _BINS // 2
    bins = np.clip(np.floor(lab / _BIN), -half, half - 1).astype(np.int64) + half
    cells = (bins[..., 0] * _BINS + bins[..., 1]) * _BINS + bins[..., 2]
    ours, theirs = (
        np.bincount(cells[part], minlength=_BINS**3) / max(int(part.sum()), 1)
        for part in (inside, ~inside)
    )
    share = ours / np.maximum(ours + theirs, 1e-9)
    return np.asarray(share[cells], dtype=np.float32)
