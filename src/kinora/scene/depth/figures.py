"""Persons and subjects stand upright on the ground, and the sky is far away."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import push_pull
from kinora.scene.together import Later, side_by_side
from kinora.types.scene import F32, Region

# How far a figure is drawn from the layout's disparity to that of the spot where it stands: a
# person is upright, another subject may as well lie on the ground.
_UPRIGHT_PERSON, _UPRIGHT_SUBJECT = 0.8, 0.5
# Scores between which a subject gains its full effect.
_SUBJECT_DOUBT, _SUBJECT_SURE = 0.3, 0.7
# Height of a subject against its width between which it surely stands, whatever it is.
_SQUAT, _TALL = 1.2, 1.6
# How much nearer the middle of a figure is than its outline, and a face than its head.
_BULGE: Final = 0.04
#: Kinds of region that stand off what is behind them.
FIGURES: Final = ("person", "subject")
# How far from outlines a small network's values are those of one side, cells; and the least share
# of the picture that is left of a side for it to be smoothed by itself.
_BESIDE, _ENOUGH = 3, 0.002
# Rows that are worked on at a time, so that they stay in the processor's cache.
_ROWS: Final = 64

Bool = NDArray[np.bool_]


def place_regions(values: F32, regions: Sequence[Region]) -> F32:
    """Figures stood upright on what was guessed of the rest, and the sky put far away.

    Args:
        values: (h, w) relative disparity.
        regions: what was found, masks over the same extent.
    """
    for region in regions:
        if region.kind in FIGURES:
            values = stand_upright(values, region)
    for region in regions:
        if region.kind == "sky":
            values = _far(values, region.mask)
    return values


def nearer(values: F32, figures: Sequence[F32]) -> list[bool]:
    """Whether each figure is nearer than what is around it.

    What isn't has nothing behind it: mostly a window or a door that was taken for a subject.

    Args:
        values: (h, w) relative disparity, its steps a little beside the outlines.
        figures: (h, w) in [0, 1], where each is.
    """
    inside = [figure > 0.5 for figure in figures]
    beyond = ~np.logical_or.reduce(inside) if inside else np.zeros(values.shape, np.bool_)
    return [not _rim(values, each) <= _rim(values, beyond, near=each) for each in inside]


def apart(values: F32, figures: F32) -> tuple[F32, F32]:
    """What is behind figures, as if there were none, and what stands there, as if all did.

    Args:
        values: (h, w) relative disparity, its steps a little beside the outlines.
        figures: (h, w) in [0, 1], where they are.

    Returns:
        Two maps (h, w), each continued smoothly where the other side is; both ``values`` where
        hardly anything, or nearly all, is a figure.
    """
    inside = figures > 0.5
    sides = [_well_within(side).astype(np.float32) for side in (~inside, inside)]
    if min(float(side.mean()) for side in sides) < _ENOUGH:
        return values, values
    behind, front = (push_pull(values, side) for side in sides)
    return behind, front


def _rim(values: F32, side: Bool, *, near: Bool | None = None) -> float:
    """Median on one side of an outline, a little from it; NaN where there is none.

    Args:
        values: (h, w).
        side: (h, w), the side.
        near: (h, w), the figure whose outline is meant, if ``side`` is what lies beyond it.
    """
    around = _well_within(side if near is None else ~near)
    rim = around & ~_well_within(around) & side
    return float(np.median(values[rim])) if rim.any() else math.nan


def _well_within(side: Bool) -> Bool:
    """Where a small network's values are those of one side of an outline."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _BESIDE + 1,) * 2)
    return cv2.erode(side.astype(np.uint8), disc) > 0


def together(behind: F32, front: F32, masks: Sequence[F32]) -> F32:
    """``front`` where one of the masks is, ``behind``, which is written to, elsewhere: (h, w)."""
    for mask in masks:
        rows, columns = _extent(mask)

        def draw(some: slice, mask: F32 = mask, columns: slice = columns) -> None:
            part = (some, columns)
            behind[part] += mask[part] * (front[part] - behind[part])

        side_by_side(draw, _strips(rows))
    return behind


def stand_upright(values: F32, region: Region) -> F32:
    """Draw a figure to the disparity of its ground contact, never farther than it was.

    Args:
        values: (h, w) relative disparity.
        region: the figure, its mask over the same extent.
    """
    x0, _, x1, y1 = region.box
    if x1 <= x0 or region.score < _SUBJECT_DOUBT:
        return values
    contact = float(np.median(values[y1 - 1, x0:x1]))
    rows, columns = _extent(region.mask)
    copied = Later(values.copy)
    upright, bulge = np.float32(_upright(region)), _bulge(region.mask)
    stood = copied.result()

    def stand(some: slice) -> None:
        part = (some, columns)
        lift = upright * (np.float32(contact) - values[part])
        np.maximum(lift, 0.0, out=lift)
        lift += bulge[part]
        lift *= region.mask[part]
        stood[part] += lift

    side_by_side(stand, _strips(rows))
    return stood


def _far(values: F32, sky: F32) -> F32:
    """``values``, 0 where the sky is."""
    far = np.empty_like(values)

    def part(rows: slice) -> None:
        np.subtract(1.0, sky[rows], out=far[rows])
        far[rows] *= values[rows]

    side_by_side(part, _strips(slice(0, len(values))))
    return far


def _strips(rows: slice) -> Iterator[slice]:
    for top in range(rows.start, rows.stop, _ROWS):
        yield slice(top, min(top + _ROWS, rows.stop))


def _upright(region: Region) -> float:
    """How far a figure stands, from 0 for what lies to 1."""
    if region.kind == "person":
        return _UPRIGHT_PERSON
    x0, y0, x1, y1 = region.box
    sure = (region.score - _SUBJECT_DOUBT) / (_SUBJECT_SURE - _SUBJECT_DOUBT)
    upright = _UPRIGHT_SUBJECT * min(sure, 1.0)
    tall = np.clip(((y1 - y0) / (x1 - x0) - _SQUAT) / (_TALL - _SQUAT), 0.0, 1.0)
    return upright + float(tall) * (_UPRIGHT_PERSON - upright)


def _extent(mask: F32) -> tuple[slice, slice]:
    """Rows and columns about what a mask covers at all; it covers something."""
    found = np.flatnonzero(cv2.reduce(mask, 1, cv2.REDUCE_MAX) > 0.0)
    rows = slice(int(found[0]), int(found[-1]) + 1)
    found = np.flatnonzero(cv2.reduce(mask[rows], 0, cv2.REDUCE_MAX) > 0.0)
    return rows, slice(int(found[0]), int(found[-1]) + 1)


def _bulge(mask: F32) -> F32:
    """0 at a figure's outline, `_BULGE` at its innermost point."""
    scale = min(1.0, 256 / max(mask.shape))
    size = (max(round(mask.shape[1] * scale), 1), max(round(mask.shape[0] * scale), 1))
    inside = (cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST) > 0.5).astype(np.uint8)
    depth = np.sqrt(cv2.distanceTransform(inside, cv2.DIST_L2, 3))
    depth *= _BULGE / max(float(depth.max()), 1.0)
    smooth = cv2.GaussianBlur(depth, (0, 0), 3.0)
    return np.asarray(cv2.resize(smooth, mask.shape[::-1]), dtype=np.float32)
