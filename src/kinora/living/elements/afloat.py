"""Boats and buoys: they roll about their waterline and rise and fall; the water gives way around.

The picture bends softly, so that a box does as well as an outline, and nothing is uncovered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import atan, cos, degrees, pi, radians, sin
from typing import Final

import numpy as np

from kinora.living.element import Ask, Element, Made
from kinora.living.held import free_of, gives_way
from kinora.living.timing import Timing
from kinora.living.where import Search
from kinora.types.living import F32, Warp

#: Most that anything rolls, degrees; and how far the ends of what is long may rise, shares of its
#: height.
_MOST, _ENDS = 12.0, 0.15
#: Where it turns: so much of its height lies below.
_WATERLINE: Final = 0.2
#: How many times longer the rise takes than the roll, so that they don't keep step.
_SLOWER: Final = 1.37
#: How far around it the picture gives way: shares of its size, and multiples of how far it moves.
_GIVES, _SOFTLY = 0.2, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Floats:
    """How one kind of thing floats."""

    roll: float  # usual, degrees to each side
    seconds: float  # of a roll
    rise: float  # usual, shares of its height


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rocking:
    """A `Displacement`: what turns to and fro about a place, and rises and falls."""

    x: F32  # (gh, gw) from that place, canvas pixels
    y: F32
    gain: F32  # (gh, gw) in [0, 1]; exactly 0 where nothing moves
    angle: float  # to each side, radians
    period: float  # seconds
    rise: float  # canvas pixels
    slow: float  # seconds of the rise
    timing: Timing

    @property
    def reach(self) -> float:
        """Longest offset, canvas pixels."""
        far = float((np.hypot(self.x, self.y) * self.gain).max())
        return 1.1 * (self.angle * far + self.rise)

    def at(self, seconds: float) -> F32:
        """Offsets at a time."""
        now, set_in = self.timing.elapsed(seconds), self.timing.gain(seconds)
        turn = -self.gain * np.float32(set_in * self.angle * sin(2.0 * pi * now / self.period))
        up = set_in * self.rise * (1.0 - cos(2.0 * pi * now / self.slow)) / 2.0
        cosine, sine = np.cos(turn) - 1.0, np.sin(turn)
        across = self.x * cosine - self.y * sine
        down = self.x * sine + self.y * cosine + self.gain * np.float32(up)
        return np.stack([across, down]).astype(np.float32)


def _maker(floats: _Floats) -> Callable[[Ask], Made]:
    def make(ask: Ask) -> Made:
        mask = ask.place.mask
        rows, columns = np.nonzero(mask > 0.5)
        height, width = float(np.ptp(rows)) + 1.0, float(np.ptp(columns)) + 1.0
        left, top = ask.grid.origin
        x, y = ask.grid.places()
        x = x - np.float32(columns.mean() + 0.5 + left)
        y = y - np.float32(rows.max() + 1.0 + top - _WATERLINE * height)
        roll = min(floats.roll * ask.strength, _MOST, degrees(atan(2.0 * _ENDS * height / width)))
        rise = floats.rise * height * ask.strength
        moved = radians(roll) * max(height, width / 2.0) + rise
        around = max(_GIVES * float(np.hypot(height, width)), _SOFTLY * moved)
        gain = gives_way(mask, ask.grid, around) * free_of(ask.kept, ask.grid)
        gain[gain < 2e-3] = 0.0
        rocking = Rocking(
            x=x,
            y=y,
            gain=gain,
            angle=radians(roll),
            period=ask.timing.fitted(floats.seconds),
            rise=rise,
            slow=ask.timing.fitted(_SLOWER * floats.seconds),
            timing=ask.timing,
        )
        warp = Warp(name=ask.name, displacement=rocking)
        return Made(warps=(warp,), done="rock", numbers={"degrees": roll})

    return make


def _element(name: str, floats: _Floats) -> Element:
    return Element(search=Search(masks=(name,), thing=True), make=_maker(floats))


BOAT: Final = _element("boat", _Floats(roll=2.4, seconds=3.6, rise=0.03))
BUOY: Final = _element("buoy", _Floats(roll=4.5, seconds=2.2, rise=0.12))
