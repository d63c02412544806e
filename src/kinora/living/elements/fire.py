"""Flames: they lick upwards from where they are fed, and large ones stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kinora.living.element import Ask, Element, Made
from kinora.living.evidence.fire import find_fire
from kinora.living.flows import cycle
from kinora.living.held import free, growth, spread_mask
from kinora.living.timing import Timing
from kinora.living.where import Search, inner, over_canvas
from kinora.types.living import F32, Surface, Warp

#: Sway of a flame's tip, as a share of its height, and most of it, frame widths.
_TIP, _MOST = 0.16, 0.012
#: Speed at which a large fire streams upwards, frame widths per second.
_STREAM: Final = 0.11
#: Share of the frame from which a fire is large.
_LARGE: Final = 0.008
_RATES: Final = (2.1, 3.7, 6.1)  # Hz of the tongues


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Licking:
    """A `Displacement` of tongues: waves that run upwards and grow."""

    reach_at: F32  # (gh, gw) canvas pixels
    up: F32  # (gh, gw) radians of the slowest wave, growing upwards
    shift: F32  # (gh, gw) radians by which places differ
    rates: tuple[float, ...]
    timing: Timing

    @property
    def reach(self) -> float:
        """Longest offset, canvas pixels."""
        return 2.6 * float(self.reach_at.max())

    def at(self, seconds: float) -> F32:
        """Offsets at a time."""
        elapsed = self.timing.elapsed(seconds)
        across, down = np.zeros_like(self.up), np.zeros_like(self.up)
        for number, rate in enumerate(self.rates):
            share = np.float32(0.55 / (number + 1))
            start = self.up * np.float32(1.0 + 0.7 * number) + self.shift * (number + 1)
            now = start - np.float32(2.0 * np.pi * rate * elapsed)
            across += share * (np.sin(now) - np.sin(start))
            down += share * (np.cos(1.3 + now) - np.cos(1.3 + start))
        scale = self.reach_at * np.float32(self.timing.gain(seconds))
        return np.stack([across * scale, np.float32(0.8) * down * scale]).astype(np.float32)


def _make(ask: Ask) -> Made:
    grid, width = ask.grid, ask.grid.frame.width
    mask = over_canvas(ask.place.mask, grid)
    around = spread_mask(mask, max(0.006 * width, 2.0 * max(grid.cell)))
    high = growth(around, grid, "bottom")
    rows = np.flatnonzero((mask > 0.5).any(axis=1))
    height = float(rows[-1] + 1 - rows[0]) if rows.size else 0.0
    tip = min(_TIP * height, _MOST * width) * ask.strength
    _, y = grid.places()
    rates: tuple[float, ...] = _RATES
    if ask.timing.period is not None:
        whole = ask.timing.period
        rates = tuple(max(1.0, round(rate * whole)) / whole for rate in rates)
    licking = Licking(
        reach_at=(tip * high * free(around, grid, edge=0.004 * width)).astype(np.float32),
        up=(-4.5 * y / max(height, 0.03 * width)).astype(np.float32),
        shift=(0.8 * grid.noise(ask.seed, 0.06 * width)).astype(np.float32),
        rates=rates,
        timing=ask.timing,
    )
    surfaces: tuple[Surface, ...] = ()
    if float(ask.place.mask.mean()) > _LARGE:
        velocity = np.zeros((2, *grid.shape), np.float32)
        velocity[1] = -_STREAM * ask.strength * width * (0.4 + 0.6 * high)
        flow = cycle(velocity, grid, period=0.9, seed=ask.seed, timing=ask.timing)
        surfaces = (Surface(name=ask.name, mask=inner(mask, grid, feather=0.012), flow=flow),)
    return Made(
        warps=(Warp(name=ask.name, displacement=licking),),
        surfaces=surfaces,
        done="burn",
        numbers={"percent": 100.0 * tip / width},
    )


FIRE: Final = Element(search=Search(masks=("fire",), evidence=find_fire), make=_make)
