"""How animals' parts bend: an ear or tail about where it is attached, a body that breathes.

Around a part the picture gives way softly, so that a box or a rough mask does as well as an outline
and nothing is uncovered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kinora.living.grid import Grid
from kinora.living.held import gives_way
from kinora.living.portrait.warps import Course, Fixed
from kinora.types.living import F32

#: How far around a part the picture gives way, shares of the part's length.
_GIVES: Final = 0.3
#: How the body's rise depends on height above its foot: none there, all of it at the chest, and
#: somewhat less of it higher up, where the head is carried along. Shares of its height.
_RISES: Final = ((0.0, 0.0), (0.15, 0.1), (0.5, 1.0), (0.75, 0.75), (1.3, 0.7))
#: Its widening at the chest against its rise; over what height.
_WIDENS, _CHEST = 0.9, 0.28


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bend:
    """A `Displacement`: a part that turns about its base, more the farther from it."""

    x: F32  # (gh, gw) from the base, canvas pixels
    y: F32
    gain: F32  # (gh, gw) in [0, 1]: share of the angle; exactly 0 where nothing moves
    angle: float  # greatest, radians, clockwise
    course: Course

    @property
    def reach(self) -> float:
        """Longest offset."""
        far = np.hypot(self.x, self.y) * self.gain
        return 1.1 * abs(self.angle) * float(far.max())

    def at(self, seconds: float) -> F32:
        """Offsets at a time."""
        turn = self.gain * np.float32(-self.angle * self.course.at(seconds))
        cosine, sine = np.cos(turn) - 1.0, np.sin(turn)
        offsets = np.stack([self.x * cosine - self.y * sine, self.x * sine + self.y * cosine])
        return np.asarray(offsets, np.float32)


def bend_of(
    mask: F32,
    grid: Grid,
    *,
    body: tuple[float, float] | None,
    angle: float,
    curl: float,
    free: F32,
    course: Course,
) -> Bend:
    """A part that bends about the end that is nearer to the body.

    Args:
        mask: (H, W) over the frame, where the part is.
        grid: of the canvas.
        body: x, y of the body's middle in the frame, pixels; None: it lies below.
        angle: greatest, radians.
        curl: 1 turns as a whole, more bends the free end more.
        free: (gh, gw) in [0, 1], where things may move.
        course: of the angle.
    """
    rows, columns = np.nonzero(mask > 0.5)
    middle = np.array([columns.mean(), rows.mean()])
    towards = np.array(body) - middle if body is not None else np.array([0.0, 1.0])
    axis = -towards / max(float(np.hypot(*towards)), 1e-6)
    along = (columns - middle[0]) * axis[0] + (rows - middle[1]) * axis[1]
    low, high = (float(np.percentile(along, share)) for share in (4, 98))
    length = max(high - low, 4.0)
    base = middle + axis * low + np.array(grid.origin) + 0.5
    x, y = grid.places()
    dx, dy = x - np.float32(base[0]), y - np.float32(base[1])
    out = np.clip((dx * axis[0] + dy * axis[1]) / length, 0.0, 1.3) ** curl
    gain = np.asarray(out * gives_way(mask, grid, _GIVES * length) * free, np.float32)
    gain[gain < 2e-3] = 0.0
    return Bend(x=dx, y=dy, gain=gain, angle=angle, course=course)


def breath_of_body(mask: F32, grid: Grid, *, amount: float, free: F32, course: Course) -> Fixed:
    """A body whose chest rises and widens, and whose head is carried along.

    Args:
        mask: (H, W) over the frame, where the body is.
        grid: of the canvas.
        amount: how far it rises, shares of its height.
        free: (gh, gw) in [0, 1], where things may move.
        course: of the breath.
    """
    rows, columns = np.nonzero(mask > 0.5)
    height = float(rows.max() - rows.min() + 1)
    foot, middle = float(rows.max()) + grid.origin[1], float(columns.mean()) + grid.origin[0]
    x, y = grid.places()
    up = (foot - y) / height
    places, levels = zip(*_RISES, strict=True)
    rise = np.interp(up, places, levels) * amount * height
    chest = np.exp(-(((up - 0.45) / _CHEST) ** 2))
    wide = _WIDENS * amount * height * chest * np.clip((x - middle) / (0.5 * height), -1.0, 1.0)
    shape = np.stack([-wide, rise]) * gives_way(mask, grid, 0.08 * height) * free
    shape[:, np.abs(shape).max(axis=0) < 0.01] = 0.0
    return Fixed(shape=shape.astype(np.float32), course=course)
