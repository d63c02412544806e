"""How surfaces flow: two copies that take turns, or one that drifts one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kinora.living.grid import Grid, paths
from kinora.living.timing import Timing
from kinora.types.living import F32, Displacement, Phases

#: Ages at which streamlines are kept.
_LEVELS: Final = 17
_COPIES: Final = 2
#: Periods over which copies that began together fall out of step: slowly, for meanwhile some places
#: flow faster than others.
_SETTLE: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cycle:
    """A steady flow without end: copies are carried along, fade and begin anew.

    Each copy lives for one ``period``, from half a period before its place in the photo to half a
    period beyond it, so that displacements stay small and symmetric (Holynski et al., "Animating
    Pictures with Eulerian Motion Fields", 2021, blend such copies by their age). Places are out of
    step with each other by ``stagger``, so that nothing pulses as a whole; at the first moment
    every place shows the photo.
    """

    offsets: F32  # (levels, 2, gh, gw) by age, from `paths`
    period: float  # seconds of the element
    stagger: F32  # (gh, gw) cycles
    timing: Timing
    swell: Displacement | None = None  # goes on top, for all copies alike

    @property
    def reach(self) -> float:
        """Longest offset, canvas pixels."""
        own = float(np.abs(self.offsets).max())
        return own + (0.0 if self.swell is None else self.swell.reach)

    @property
    def life(self) -> F32:
        """Offsets by age."""
        return self.offsets

    def at(self, seconds: float) -> Phases:
        """The copies at a time."""
        elapsed = self.timing.elapsed(seconds)
        settled = 1.0
        if self.timing.period is None:
            x = min(elapsed / (_SETTLE * self.period), 1.0)
            settled = x * x * (3.0 - 2.0 * x)
        # Whole turns are taken off while they are exact, so that a loop repeats to the bit.
        turn = elapsed / self.period % 1.0 + 0.5 + np.float32(settled) * self.stagger
        offsets = np.empty((_COPIES, *self.offsets.shape[1:]), np.float32)
        weights = np.empty((_COPIES, *self.stagger.shape), np.float32)
        ages = np.empty_like(weights)
        for copy, age in enumerate(ages):
            age[:] = turn + copy / _COPIES
            age -= np.floor(age)
            offsets[copy] = _between(self.offsets, age)
            weights[copy] = np.sin(np.pi * age) ** 2
        if self.swell is not None:
            offsets += self.swell.at(seconds)
        return Phases(offsets=offsets, weights=weights, ages=ages)


def _between(levels: F32, age: F32) -> F32:
    """``levels`` (n, 2, gh, gw) at an age in [0, 1) per place, linear between two."""
    place = age.astype(np.float32) * np.float32(len(levels) - 1)
    below = np.minimum(place.astype(np.int32), len(levels) - 2)
    rest = place - below
    flat = levels.reshape(-1)
    both = age.size * 2
    low = below.reshape(-1).astype(np.intp)  # of the type that `take` works with
    low *= both
    low += np.arange(age.size)
    out = np.empty(levels.shape[1:], np.float32)
    for axis in range(2):
        here = flat.take(low + axis * age.size)
        step = flat.take(low + (both + axis * age.size))
        step -= here
        out[axis] = (here + rest.reshape(-1) * step).reshape(age.shape)
    return out


def cycle(
    velocity: F32,
    grid: Grid,
    *,
    period: float,
    seed: int,
    timing: Timing,
    swell: Displacement | None = None,
) -> Cycle:
    """A `Cycle` along a steady ``velocity`` (2, gh, gw), canvas pixels per second.

    Args:
        velocity: defined everywhere, also beyond the surface.
        grid: of the fields.
        period: about how long a copy lives; a loop holds a whole number of them.
        seed: of the stagger.
        timing: the element's clock.
        swell: what else displaces all copies.
    """
    period = timing.fitted(period)
    way = float(np.hypot(velocity[0], velocity[1]).max()) * period
    # Wide against the way, so that the change of step from place to place bends the flow little.
    scale = max(6.0 * way, 0.12 * grid.frame.width)
    return Cycle(
        offsets=paths(velocity, grid, seconds=period, levels=_LEVELS),
        period=period,
        stagger=np.clip(0.3 * grid.noise(seed, scale), -0.6, 0.6),
        timing=timing,
        swell=swell,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drift:
    """One copy that goes one way: what is seen moving as a whole must not fade into itself."""

    velocity: F32  # (2, gh, gw) canvas pixels per second
    timing: Timing
    seconds: float  # of the clip

    @property
    def reach(self) -> float:
        """Longest offset, canvas pixels."""
        way = float(np.hypot(self.velocity[0], self.velocity[1]).max())
        return way * self.timing.elapsed(self.seconds)

    @property
    def life(self) -> F32:
        """There is one copy only."""
        return np.zeros((1, *self.velocity.shape), np.float32)

    def at(self, seconds: float) -> Phases:
        """The copy at a time."""
        offsets = -self.velocity * np.float32(self.timing.elapsed(seconds))
        weights = np.ones((1, *self.velocity.shape[1:]), np.float32)
        return Phases(offsets=offsets[None], weights=weights, ages=np.zeros_like(weights))
