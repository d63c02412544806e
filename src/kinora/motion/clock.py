"""Beats in frames, exactly: times are fractions, so nothing drifts over a long clip."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.types.plan import Beat

F64 = NDArray[np.float64]
Frames = NDArray[np.int64]

#: Poses per second of stop motion: animation "on twos" at the 24 frames per second of film.
STOP_MOTION_RATE: Final = 12

_MAX_DENOMINATOR: Final = 1_000_000


def exact_seconds(seconds: float) -> Fraction:
    """The fraction that a decimal number of seconds stands for: 2.1 → 21/10, 0.333… → 1/3."""
    return Fraction(seconds).limit_denominator(_MAX_DENOMINATOR)


def hold_frames(fps: Fraction) -> int:
    """Frames for which stop motion holds a pose: the fewest that give ≤ 12 poses per second."""
    return max(1, ceil(fps / STOP_MOTION_RATE))


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in frames; its ends may lie between two frames."""

    start: Fraction
    end: Fraction

    @classmethod
    def of_beat(cls, beat: Beat, fps: Fraction) -> Window:
        """The beat's stretch."""
        return cls(exact_seconds(beat.t0) * fps, exact_seconds(beat.t1) * fps)

    @property
    def first(self) -> int:
        """The first frame at or after the start."""
        return ceil(self.start)

    @property
    def after(self) -> int:
        """The first frame at or after the end, where moves have reached their final pose."""
        return ceil(self.end)

    def shortened(self, frames: Fraction) -> Window:
        """The same start, ending after at most ``frames``."""
        return Window(self.start, min(self.end, self.start + frames))

    def position(self, frames: Frames) -> F64:
        """Where each frame lies in the window: 0 up to its start, 1 from its end on."""
        place = (frames - float(self.start)) / float(self.end - self.start)
        place[frames <= floor(self.start)] = 0.0
        place[frames >= self.after] = 1.0
        return np.clip(place, 0.0, 1.0)

    def held(self, frames: Frames, *, hold: int) -> Frames:
        """The frames whose pose is shown when each pose inside the window stays for ``hold``."""
        inside = (frames >= self.first) & (frames < self.after)
        return np.where(inside, self.first + (frames - self.first) // hold * hold, frames)
