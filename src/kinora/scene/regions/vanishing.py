"""The vanishing point of a corridor, street or room: where lines from all four corners meet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.scene.regions.lines import find_clear_segments, find_segments
from kinora.scene.regions.masks import SmallPhoto

F64 = NDArray[np.float64]

# Segments that count: at least this long (share of the longer side) and neither level nor upright.
_MIN_LENGTH: Final = 0.04
_MIN_SLOPE, _MAX_SLOPE = 6.0, 80.0  # degrees
_MIN_SEGMENTS: Final = 12
# Longest segments that vote, and that propose points by pairs.
_VOTERS, _PROPOSERS = 120, 60
# A segment votes for a point that it misses by less than this angle, degrees.
_TOLERANCE: Final = 2.0
# Votes are capped at this length (share of the width), so that one long edge doesn't decide.
_LENGTH_CAP: Final = 0.25
# Where in the picture the point must lie, as shares of width and height.
_INTERIOR: Final = ((0.12, 0.88), (0.15, 0.8))
# Share of all votes that the point needs, and votes per quadrant (in picture widths).
_MIN_SUPPORT, _MIN_PER_QUADRANT = 0.4, 0.1
# Share that the clear lines must give some point, else none is looked for: of twenty points in 756
# photos 0.40 was the least, and three of four photos without one have less than this.
_WORTH_LOOKING: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class VanishingPoint:
    """Where receding lines meet, as fractions of width and height."""

    x: float
    y: float
    score: float  # [0, 1], share of the oblique line length that points there


@lru_cache(maxsize=2)  # regions and depth both ask for that of the same picture
def find_vanishing_point(small: SmallPhoto) -> VanishingPoint | None:
    """The interior vanishing point that lines in all four quadrants agree on, or None."""
    width, height = size = (small.shape[1], small.shape[0])
    clear = _meeting(_oblique(find_clear_segments(small), size), size)
    if clear is None or clear.support < _WORTH_LOOKING:
        return None  # the clear lines are known anyway, the others take as long again
    segments = _oblique(find_segments(small), size)
    found = _meeting(segments, size)
    if found is None:
        return None
    middles = (segments[:, :2] + segments[:, 2:]) / 2 - found.point
    right, below = middles[:, 0] > 0, middles[:, 1] > 0
    quadrants = [
        float((found.weights)[(right == x) & (below == y)].sum() / width)
        for x in (False, True)
        for y in (False, True)
    ]
    if found.support < _MIN_SUPPORT or min(quadrants) < _MIN_PER_QUADRANT:
        return None
    x, y = found.point / (width, height)
    return VanishingPoint(x=float(x), y=float(y), score=found.support)


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A place within the picture at which segments meet."""

    point: F64  # x, y, pixels
    weights: F64  # (segments,), what each counts for it: 0 where it doesn't point there
    support: float  # their share of all weights


def _meeting(segments: F64, size: tuple[int, int]) -> _Meeting | None:
    """Where most of some segments meet, or None where they are few or don't."""
    if len(segments) < _MIN_SEGMENTS:
        return None
    points = _crossings(segments[:_PROPOSERS])
    share = points / size
    inside = [
        (share[:, axis] > low) & (share[:, axis] < high)
        for axis, (low, high) in enumerate(_INTERIOR)
    ]
    points = points[inside[0] & inside[1]]
    if len(points) == 0:
        return None
    weights = np.minimum(_lengths(segments), _LENGTH_CAP * size[0])
    votes = _votes(points, segments, size[0])
    best = int(np.argmax(votes @ weights))
    own = votes[best] * weights
    return _Meeting(points[best], own, float(own.sum() / weights.sum()))


def _oblique(segments: F64, size: tuple[int, int]) -> F64:
    """Those that count, longest first: (N, 4) x0, y0, x1, y1 in working pixels."""
    segments = segments.reshape(-1, 4)
    lengths = _lengths(segments)
    across, down = np.abs(segments[:, 2:] - segments[:, :2]).T
    slope = np.degrees(np.arctan2(down, across))
    counts = (lengths > _MIN_LENGTH * max(size)) & (slope > _MIN_SLOPE)
    counts &= slope < _MAX_SLOPE
    order = np.argsort(-lengths[counts], kind="stable")[:_VOTERS]
    return np.asarray(segments[counts][order])


def _lengths(segments: F64) -> F64:
    return np.asarray(np.hypot(*(segments[:, 2:] - segments[:, :2]).T))


def _crossings(segments: F64) -> F64:
    """(M, 2) points where pairs of the lines meet."""
    ones = np.ones((len(segments), 1))
    lines = np.cross(np.hstack([segments[:, :2], ones]), np.hstack([segments[:, 2:], ones]))
    one, other = np.triu_indices(len(lines), 1)
    crossings = np.cross(lines[one], lines[other])
    crossings = crossings[np.abs(crossings[:, 2]) > 1e-9]
    return np.asarray(crossings[:, :2] / crossings[:, 2:])


def _votes(points: F64, segments: F64, width: int) -> F64:
    """(M, N) 1 where a segment points at a point and ends well before it."""
    lengths = _lengths(segments)
    along = (segments[:, 2:] - segments[:, :2]) / lengths[:, None]
    middles = (segments[:, :2] + segments[:, 2:]) / 2
    x, y = (middles[:, axis] - points[:, axis, None] for axis in (0, 1))
    distance = np.sqrt(x * x + y * y) + 1e-9
    cross = np.abs(x * along[:, 1] - y * along[:, 0])
    aimed = cross < np.sin(np.radians(_TOLERANCE)) * distance
    apart = distance > lengths / 2 + 0.02 * width
    return np.asarray(aimed & apart, dtype=np.float64)
