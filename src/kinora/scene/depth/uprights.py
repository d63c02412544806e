"""Keeps what stands upright from leaning: along upright lines disparity doesn't change."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.scene.regions.masks import SmallPhoto
from kinora.types.scene import F32

# Lines that count: at least this long, in picture heights, and this near to the vertical, degrees.
_MIN_LENGTH, _MAX_LEAN = 0.08, 8.0
# How far beyond its ends a line counts, of its length: detected lines end where contrast does, and
# half a pole that leans is worse than a whole one.
_EXTENDED: Final = 0.5
# Long side of the grid on which the field is solved, cells.
_GRID: Final = 128
# How much more an upright's steadiness counts than the surroundings' own slope.
_STIFF: Final = 100.0
# How much a cell counts as it was, against its slopes: what an upright does to its surroundings
# fades over about 1/√ of this, in cells.
_HOLD: Final = 0.004
# Rounds of the solver (Gauss-Seidel with over-relaxation); more changes nothing visible.
_ROUNDS, _OVER = 240, 1.7


def hold_uprights(values: F32, small: SmallPhoto, *, free: F32 | None = None) -> F32:
    """``values`` changed smoothly and as little as can be, so that they are steady along uprights.

    A pole or a door frame has one distance from foot to top; a ramp that is guessed for the whole
    picture would make it lean when the camera moves sideways.

    Args:
        values: (h, w) disparity.
        small: the picture, (h, w).
        free: (h, w) in [0, 1], where lines are left alone, such as those on the ground.
    """
    mask = _uprights(small)
    if free is not None:
        mask *= free < 0.5
    if not mask.any():
        return values
    height, width = values.shape
    scale = min(1.0, _GRID / max(height, width))
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    coarse = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)
    share = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    upright = np.minimum(np.asarray(share) * 2.0 / scale, 1.0).astype(np.float32)
    change = _solved(coarse, np.minimum(upright[:-1], upright[1:])) - coarse
    return values + np.asarray(
        cv2.resize(change, (width, height), interpolation=cv2.INTER_LINEAR), np.float32
    )


def _uprights(small: SmallPhoto) -> F32:
    """(h, w) 1 on long upright lines."""
    mask = np.zeros(small.shape, np.float32)
    grey = cv2.cvtColor(small.bgr, cv2.COLOR_BGR2GRAY)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if found is None:
        return mask
    lines = np.asarray(found, dtype=np.float64).reshape(-1, 2, 2)
    across, down = np.abs(lines[:, 1] - lines[:, 0]).T
    steep = across <= down * np.tan(np.radians(_MAX_LEAN))
    lines = lines[steep & (down >= _MIN_LENGTH * small.shape[0])]
    lines += _EXTENDED * (lines - lines[:, ::-1])
    for start, end in np.rint(lines).astype(int).tolist():
        cv2.line(mask, start, end, 1.0)
    return mask


def _solved(values: F32, upright: F32) -> F32:
    """The field with the least squared deviation of values, and of slopes from those wanted.

    Args:
        values: (h, w).
        upright: (h - 1, w) in [0, 1], between vertical neighbours.
    """
    down = 1.0 + _STIFF * upright
    wanted = (1.0 - upright) * np.diff(values, axis=0)
    across = np.diff(values, axis=1)
    right = np.pad(np.ones_like(across), ((0, 0), (1, 1)))
    below = np.pad(down, ((1, 1), (0, 0)))
    total = _HOLD + right[:, 1:] + right[:, :-1] + below[1:] + below[:-1]
    push = _HOLD * values
    push[:, 1:] += across
    push[:, :-1] -= across
    push[1:] += down * wanted
    push[:-1] -= down * wanted
    rows, columns = np.indices(values.shape)
    colours = [((rows + columns) % 2 == parity).astype(np.float32) * _OVER for parity in (0, 1)]
    field = values.copy()
    for _ in range(_ROUNDS):
        for colour in colours:
            around = np.pad(field, 1, mode="edge")
            near = right[:, 1:] * around[1:-1, 2:] + right[:, :-1] * around[1:-1, :-2]
            near += below[1:] * around[2:, 1:-1] + below[:-1] * around[:-2, 1:-1]
            field += colour * ((push + near) / total - field)
    return field
