"""When animals do what: twitches, wagging, as functions of time."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sin
from typing import Final

from kinora.living.portrait.course import eased
from kinora.living.timing import Timing

#: Seconds that an ear takes to flick aside, and to come back.
FLICK, BACK = 0.07, 0.16
#: The swing to the other side that follows, as a share of the flick, and its seconds.
_REBOUND, _SETTLE = 0.3, 0.22
#: Seconds of a calm breath.
BREATH: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Twitches:
    """Flicks to one side that spring back a little beyond rest."""

    times: tuple[float, ...]  # when each is farthest, seconds

    def at(self, seconds: float) -> float:
        """How far aside, in [−1, 1]; 0 away from all of them."""
        level = 0.0
        for time in self.times:
            since = seconds - time
            if since < 0.0:
                level += eased(1.0 + since / FLICK)
            elif since < BACK:
                level += 1.0 - eased(since / BACK)
            elif since < BACK + _SETTLE:
                level -= _REBOUND * sin(pi * (since - BACK) / _SETTLE) ** 2
        return level


@dataclass(frozen=True, slots=True, kw_only=True)
class Wag:
    """A swing from side to side."""

    period: float  # seconds
    timing: Timing

    def at(self, seconds: float) -> float:
        """In [−1, 1], 0 as it begins."""
        now = self.timing.elapsed(seconds)
        return self.timing.gain(seconds) * sin(2.0 * pi * now / self.period)
