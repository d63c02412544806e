"""What calls have in common: series of one throat, and the open air around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.dsp.control import paced, times_of
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.space import finished, haze, place, seat

if TYPE_CHECKING:
    from collections.abc import Callable

    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

    Call = Callable[[np.random.Generator], F32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """When something calls, and what the air does to it.

    Attributes:
        every: seconds between series.
        series: fewest and most calls of one.
        gap: seconds from call to call.
        dull: hertz above which air and distance take the highs.
        wet: level of the surroundings' answer.
    """

    every: float
    series: tuple[int, int] = (1, 1)
    gap: tuple[float, float] = (1.0, 1.0)
    dull: float = 7000.0
    wet: float = 0.35


def calls(ask: Ask, name: str, call: Call, habit: Habit) -> F32:
    """(n, 2) calls of one animal: a series at each onset, else by its habit."""
    rng = ask.rng(name)
    own = [0.0, *(paced(rng, ask.seconds, habit.every, jitter=0.5) + 0.6 * habit.every)]
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, np.asarray(own)):
        clock = float(start)
        for _ in range(int(rng.integers(habit.series[0], habit.series[1] + 1))):
            if clock >= ask.seconds:
                break
            sound = call(rng)
            sound = sound / np.float32(np.abs(sound).max())
            place(out, clock, seat(sound, 0.0), gain=float(rng.uniform(0.75, 1.0)))
            clock += float(rng.uniform(*habit.gap))
    near = 1 - 0.7 * ask.distance
    answer = convolved(out, haze(ask.rng(f"{name} air"), 1.1, top=2600.0))
    dull = habit.dull * (1 - 0.5 * ask.distance)
    return finished(near * out + (habit.wet + ask.distance) * answer, top=dull)


def outdoors(ask: Ask, dry: F32, *, dull: float) -> F32:
    """Creatures in the open: farther ones are duller and answered by what stands around."""
    answer = convolved(dry, haze(ask.rng("air"), 0.9, top=4500.0))
    top = dull * (1 - 0.55 * ask.distance)
    return finished((1 - 0.5 * ask.distance) * dry + (0.3 + 0.5 * ask.distance) * answer, top=top)
