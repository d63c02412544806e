"""When a portrait does what: blinks, turns, nods, breath, as functions of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

#: Seconds that lids take to close, stay closed and open again.
CLOSING, CLOSED, OPENING = 0.10, 0.05, 0.18
#: Seconds from one blink of a double blink to the next.
_AGAIN: Final = 0.62
_BREATH: Final = 4.2  # seconds of a calm breath


def eased(x: float) -> float:
    """From 0 to 1, starting and ending gently (quintic)."""
    x = min(max(x, 0.0), 1.0)
    return x * x * x * (x * (x * 6.0 - 15.0) + 10.0)


def closed_at(blinks: Sequence[float], seconds: float) -> float:
    """How far lids are closed, in [0, 1], with blinks fully closed around the given times."""
    level = 0.0
    for time in blinks:
        since = seconds - time
        if since < 0.0:
            level = max(level, eased(1.0 + since / CLOSING))
        else:
            level = max(level, 1.0 - eased((since - CLOSED) / OPENING))
    return level


def blink_times(t0: float, t1: float, *, times: int, at: float | None) -> tuple[float, ...]:
    """When lids close within a stretch: at a given time, else a third into it; repeats follow."""
    first = at if at is not None else t0 + max(0.3 * (t1 - t0), CLOSING)
    step = min(_AGAIN, max((t1 - OPENING - first) / max(times - 1, 1), CLOSING + OPENING))
    return tuple(first + number * step for number in range(times))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Something that is taken up, held, and in a loop given back."""

    t0: float
    t1: float
    returns: bool

    def at(self, seconds: float) -> float:
        """How much of it, in [0, 1]."""
        span = self.t1 - self.t0
        if self.returns:
            rise = eased((seconds - self.t0) / (0.4 * span))
            return rise * (1.0 - eased((seconds - self.t0 - 0.6 * span) / (0.4 * span)))
        return eased((seconds - self.t0) / (0.75 * span))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nods:
    """A few nods, each down and up again."""

    t0: float
    times: int
    length: float  # seconds of one

    def at(self, seconds: float) -> float:
        """How far down, in [0, 1]; repeats are smaller."""
        place = (seconds - self.t0) / self.length
        number = int(np.floor(place))
        if not 0 <= number < self.times:
            return 0.0
        return float(np.sin(np.pi * (place - number)) ** 2 * 0.8**number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breath:
    """Calm breathing: in a little faster than out."""

    period: float | None  # of the clip's loop, seconds
    usual: float = _BREATH  # seconds of one

    @property
    def cycle(self) -> float:
        """Seconds of one breath: a loop holds a whole number of them."""
        if self.period is None:
            return self.usual
        return self.period / max(1, round(self.period / self.usual))

    def at(self, seconds: float) -> float:
        """0 breathed out, 1 breathed in; 0 as the clip begins."""
        place = seconds / self.cycle % 1.0
        rise = 0.42
        return eased(place / rise) if place < rise else 1.0 - eased((place - rise) / (1.0 - rise))


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """A `Look`: blinks, and a gaze that goes somewhere and stays."""

    blinks: tuple[float, ...] = ()
    gaze: tuple[float, float] = (0.0, 0.0)  # canvas pixels
    shift: Hold | None = None

    def at(self, seconds: float) -> tuple[float, float, float]:
        """How far the lids are closed, and where the gaze has gone."""
        share = self.shift.at(seconds) if self.shift is not None else 0.0
        return closed_at(self.blinks, seconds), self.gaze[0] * share, self.gaze[1] * share
