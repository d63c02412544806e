"""Water: rivers flow, seas drift and swell in perspective, still water ripples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from kinora.living.element import Ask, Element, Made
from kinora.living.evidence.stream import find_still, find_stream
from kinora.living.evidence.water import find_sea
from kinora.living.evidence.waterfall import find_cascade, find_waterfall
from kinora.living.flows import cycle
from kinora.living.grid import Grid
from kinora.living.held import growth
from kinora.living.timing import Timing
from kinora.living.where import Search, inner, over_canvas
from kinora.types.living import F32, Surface

#: Usual speed of what is as near as the foot of the frame, frame widths per second.
RIVER_SPEED: Final = 0.06
SEA_SPEED: Final = 0.022
CASCADE_SPEED: Final = 0.08
FALL_SPEED: Final = 0.17
#: Usual height of a swell there, and of a ripple, frame widths.
SWELL: Final = 0.004
RIPPLE: Final = 0.0016
#: How long a copy of the texture lives, seconds: long, for only what lasts is seen to flow.
_PERIOD: Final = 3.0
#: Shortest such life, and by how much a river may draw its texture out over one (logarithm): where
#: little of it is seen from far to near its speed differs much from place to place.
_BRIEF, _STRAIN = 0.8, 2.2
#: Steepest slope of a displacement, so that nothing is squeezed or drawn out visibly.
_STEEP: Final = 0.13


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swell:
    """A `Displacement` of a few waves that travel over the water's plane."""

    sine: F32  # (M, gh, gw) of the phase at the first moment, by place, times height
    cosine: F32
    turns: tuple[float, ...]  # per second of the element
    timing: Timing

    @property
    def reach(self) -> float:
        """Longest offset, canvas pixels."""
        return float(2.0 * np.hypot(self.sine, self.cosine).sum(axis=0).max())

    def at(self, seconds: float) -> F32:
        """Offsets at a time: bits of water go round in flat ellipses (Gerstner, 1802)."""
        elapsed = self.timing.elapsed(seconds)
        out = np.zeros((2, *self.sine.shape[1:]), np.float32)
        for sine, cosine, turns in zip(self.sine, self.cosine, self.turns, strict=True):
            # sin(φ − a) − sin φ and cos(φ − a) − cos φ
            turn = 2.0 * np.pi * (turns * elapsed % 1.0)
            back, aside = np.float32(np.cos(turn) - 1.0), np.float32(np.sin(turn))
            out[0] += back * sine - aside * cosine
            out[1] += back * cosine + aside * sine
        out[0] *= np.float32(0.4)
        if self.timing.start > 0.0:
            out *= np.float32(self.timing.gain(seconds))
        return out


def plane_places(ask: Ask, mask: F32) -> tuple[F32, F32, F32]:
    """Places on the water's plane: across, away, and how near, by cell: three (gh, gw).

    The plane is level and the horizon lies a little above the highest water, so nearness grows
    linearly downwards from there; at the foot of the frame it is 1.
    """
    x, y = ask.grid.places()
    rows = np.flatnonzero((mask > 0.5).any(axis=1))
    foot = ask.grid.origin[1] + ask.grid.frame.height
    top = max(float(rows[0]), float(ask.grid.origin[1]))
    horizon = top - 0.06 * (foot - top)
    near = np.clip((y - horizon) / max(foot - horizon, 1.0), 0.04, 1.5).astype(np.float32)
    middle = ask.grid.canvas.width / 2
    return ((x - middle) / near).astype(np.float32), (1.0 / near).astype(np.float32), near


def _swell(
    ask: Ask, mask: F32, *, height: float, length: float, seconds: float, count: int = 4
) -> Swell:
    """Waves towards the viewer with some spread of directions.

    Args:
        ask: for what.
        mask: (H, W) over the canvas.
        height: at nearness 1, canvas pixels.
        length: of the longest wave at nearness 1, canvas pixels.
        seconds: of its turn; shorter waves turn faster, as the root of their number (deep water).
        count: waves.
    """
    across, away, near = plane_places(ask, mask)
    rng = np.random.default_rng(ask.seed + 7)
    foot = (ask.grid.frame.height) * away  # distance in canvas pixels at nearness 1
    phases, heights, turns = [], [], []
    for wave in range(count):
        shrink = 1.6**wave
        angle = float(rng.normal(0.0, 0.35))
        k = 2.0 * np.pi * shrink / length
        # Coming nearer: away falls as time goes by.
        along = np.cos(angle) * foot + np.sin(angle) * across
        phases.append(-k * along + rng.uniform(0.0, 2.0 * np.pi))
        rate = np.sqrt(shrink) / seconds
        period = ask.timing.period
        if period is not None:
            whole = period
            rate = max(1.0, round(rate * whole)) / whole
        turns.append(float(rate))
        # Seen from so low, lengths shrink with the square of distance. A wave bends the picture by
        # no more than a share of its length, and one too short for the grid not at all.
        seen = length / shrink * near**2 * np.float32(_foreshortened(ask, mask))
        shown = np.clip(seen / (3.0 * max(ask.grid.cell)) - 0.5, 0.0, 1.0)
        steep = _STEEP * seen / (2.0 * np.pi)
        heights.append(np.minimum(height / shrink * near, steep) * shown)
    phase, tall = np.stack(phases), np.stack(heights)
    return Swell(
        sine=(tall * np.sin(phase)).astype(np.float32),
        cosine=(tall * np.cos(phase)).astype(np.float32),
        turns=tuple(turns),
        timing=ask.timing,
    )


def _foreshortened(ask: Ask, mask: F32) -> float:
    """How many times shorter a length away from the viewer looks than one across, nearest."""
    rows = np.flatnonzero((mask > 0.5).any(axis=1))
    top = max(float(rows[0]) - ask.grid.origin[1], 0.0)
    return 1.06 * (1.0 - top / ask.grid.frame.height)


def _river(ask: Ask) -> Made:
    """Along the region, towards the viewer and down, faster where nearer."""
    return _flowing(ask, RIVER_SPEED)


def _flowing(ask: Ask, usual: float) -> Made:
    """A river whose water nearest to the viewer goes ``usual`` frame widths per second."""
    mask = over_canvas(ask.place.mask, ask.grid)
    _, _, near = plane_places(ask, mask)
    heading = _heading(ask, mask)
    speed = usual * ask.strength * ask.grid.frame.width
    velocity = heading * (near * np.float32(speed))
    ripple = _swell(
        ask,
        mask,
        height=RIPPLE * ask.strength * ask.grid.frame.width,
        length=0.12 * ask.grid.frame.width,
        seconds=1.1,
    )
    strain = _strain(velocity, mask, ask.grid)
    period = min(_PERIOD * 0.75, max(_STRAIN / max(strain, 1e-6), _BRIEF))
    flow = cycle(velocity, ask.grid, period=period, seed=ask.seed, timing=ask.timing, swell=ripple)
    surface = Surface(name=ask.name, mask=inner(mask, ask.grid), flow=flow, still_tone=0.5)
    return Made(
        surfaces=(surface,),
        done="flow",
        numbers={"percent": 100.0 * usual * ask.strength * ask.rate},
    )


def _strain(velocity: F32, mask: F32, grid: Grid) -> float:
    """How fast a flow (2, gh, gw) draws out what it carries, per second: nearly its most."""
    (across_down, across), (down, down_across) = (
        np.gradient(v, *grid.cell[::-1]) for v in velocity
    )
    turned = np.hypot((across - down) / 2, (across_down + down_across) / 2)
    rate = np.abs((across + down) / 2) + turned
    inside = grid.coarse(mask) > 0.5
    return float(np.percentile(rate[inside], 90)) if inside.any() else 0.0


def _waterfall(ask: Ask) -> Made:
    """Straight down, gathering speed from the lip on; a cascade that lies flows as a river."""
    if ask.place.source != "mask" and _lies(ask.place.mask) and not _falls(ask):
        return _flowing(ask, CASCADE_SPEED)
    mask = over_canvas(ask.place.mask, ask.grid)
    fallen = growth(mask, ask.grid, "top")
    speed = FALL_SPEED * ask.strength * ask.grid.frame.width
    # What falls freely is as fast as the root of how far it fell.
    down = np.float32(speed) * np.sqrt(np.float32(0.2) + np.float32(0.8) * fallen)
    velocity = np.stack([np.zeros_like(down), down]).astype(np.float32)
    flow = cycle(velocity, ask.grid, period=0.9, seed=ask.seed, timing=ask.timing)
    surface = Surface(name=ask.name, mask=inner(mask, ask.grid), flow=flow, still_tone=0.7)
    return Made(
        surfaces=(surface,),
        done="fall",
        numbers={"percent": 100.0 * FALL_SPEED * ask.strength * ask.rate},
    )


def _falls(ask: Ask) -> bool:
    """Whether the picture shows that it falls: a wide fall is upright for all its width."""
    return ask.look is not None and ask.look.once(find_waterfall) is not None


def _lies(mask: F32) -> bool:
    """Whether a mask is wider in its rows than it is tall in its columns, in the mean."""
    inside = mask > 0.5
    return int(inside.any(axis=0).sum()) > int(inside.any(axis=1).sum())


def _heading(ask: Ask, mask: F32) -> F32:
    """(2, gh, gw) unit vectors downstream: along the region's long way, down the picture."""
    shares = ask.grid.coarse(mask)
    x, y = ask.grid.places()
    if ask.direction in ("left", "right", "up", "down"):
        fixed = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
        across, down = fixed[str(ask.direction)]
        return np.stack([np.full(shares.shape, v, np.float32) for v in (across, down)])
    # The middle of the water, row by row, tells where it runs.
    weight = shares.sum(axis=1)
    middle = (shares * x).sum(axis=1) / np.maximum(weight, 1e-6)
    known = weight > 0.5
    rows = y[:, 0]
    if known.sum() < 3:
        return np.stack([np.zeros_like(x), np.ones_like(x)])
    smooth = np.poly1d(np.polyfit(rows[known], middle[known], 2))
    slope = np.clip(smooth.deriv()(rows), -2.5, 2.5)[:, None] * np.ones_like(x)
    length = np.hypot(slope, 1.0)
    return np.stack([slope / length, 1.0 / length]).astype(np.float32)


def _sea(ask: Ask) -> Made:
    """Waves come in: a slow drift towards the viewer under a swell in perspective."""
    mask = over_canvas(ask.place.mask, ask.grid)
    _, _, near = plane_places(ask, mask)
    width = ask.grid.frame.width
    speed = SEA_SPEED * ask.strength * width
    towards = {"left": (-1.0, 0.15), "right": (1.0, 0.15)}.get(str(ask.direction), (0.25, 0.6))
    velocity = np.stack([part * near * np.float32(speed) for part in towards]).astype(np.float32)
    swell = _swell(ask, mask, height=SWELL * ask.strength * width, length=0.16 * width, seconds=2.6)
    flow = cycle(
        velocity, ask.grid, period=_PERIOD * 1.3, seed=ask.seed, timing=ask.timing, swell=swell
    )
    surface = Surface(name=ask.name, mask=inner(mask, ask.grid), flow=flow, still_tone=0.3)
    return Made(
        surfaces=(surface,),
        done="waves",
        numbers={"percent": 100.0 * SEA_SPEED * ask.strength * ask.rate},
    )


def _still_water(ask: Ask) -> Made:
    """Ripples bend what the water mirrors; it goes nowhere."""
    mask = over_canvas(ask.place.mask, ask.grid)
    width = ask.grid.frame.width
    ripple = _swell(
        ask, mask, height=RIPPLE * ask.strength * width, length=0.07 * width, seconds=1.5
    )
    velocity = np.zeros((2, *ask.grid.shape), np.float32)
    _, _, near = plane_places(ask, mask)
    velocity[0] = near * np.float32(0.3 * SEA_SPEED * ask.strength * width)
    flow = cycle(velocity, ask.grid, period=_PERIOD, seed=ask.seed, timing=ask.timing, swell=ripple)
    surface = Surface(name=ask.name, mask=inner(mask, ask.grid), flow=flow, still_tone=0.5)
    return Made(
        surfaces=(surface,),
        done="ripple",
        numbers={"percent": 100.0 * RIPPLE * ask.strength},
    )


def _search(*names: str) -> Search:
    """Where water that is called one of ``names`` may be."""
    return Search(
        masks=(*names, "water"),
        regions=("water",),
        evidence=find_sea,
        without=("person", "face", "sky"),
    )


RIVER: Final = Element(search=replace(_search("river"), evidence=find_stream), make=_river)
WATERFALL: Final = Element(
    search=replace(_search("waterfall"), evidence=find_cascade, looks_first=True, thing=True),
    make=_waterfall,
)
SEA: Final = Element(search=_search("sea", "waves"), make=_sea)
STILL_WATER: Final = Element(search=replace(_search(), evidence=find_still), make=_still_water)
