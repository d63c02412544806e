"""When an element moves: from its first mention on, gathering way smoothly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Seconds over which an element that starts within the clip gathers way.
RAMP: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """An element's own clock."""

    start: float = 0.0  # seconds; before, everything is as in the photo
    period: float | None = None  # of the clip's loop, seconds; None: it doesn't loop

    def gain(self, seconds: float) -> float:
        """How far the motion has set in, in [0, 1]."""
        if self.start <= 0.0:
            return 1.0
        x = min(max((seconds - self.start) / RAMP, 0.0), 1.0)
        return x * x * (3.0 - 2.0 * x)

    def elapsed(self, seconds: float) -> float:
        """The integral of `gain` over time."""
        if self.start <= 0.0:
            return seconds
        since = max(seconds - self.start, 0.0)
        x = min(since / RAMP, 1.0)
        ramp = RAMP * (x * x * x - 0.5 * x * x * x * x)
        return ramp + max(since - RAMP, 0.0)

    def fitted(self, seconds: float) -> float:
        """A period near ``seconds`` of which a loop holds a whole number."""
        if self.period is None:
            return seconds
        return self.period / max(1, round(self.period / seconds))
