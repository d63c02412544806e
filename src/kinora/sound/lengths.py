"""Long ambience, made a stretch at a time: its making takes no more memory for a long clip."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from kinora.sound.cues.ask import CURVE_RATE, Ask
from kinora.sound.loudness import SILENCE, amplitude, integrated
from kinora.sound.protocol import SAMPLE_RATE, Cue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.protocol import F32, Generator

_STRETCH: Final = 12 * SAMPLE_RATE
_JOINT: Final = SAMPLE_RATE  # samples in which one stretch gives way to the next
#: What is one thing from beginning to end, whose voice or course would change at a joint.
_ONE_THING: Final = frozenset(
    ["engine", "train", "plane", "helicopter", "coffee_machine", "rocket", "hum", "neon", "fan",
     "fridge", "vinyl", "projector", "radio"]
)  # fmt: skip


def made(make: Generator, cue: Cue, ask: Ask) -> F32:
    """(n, 2) ``cue`` by its generator ``make``; long ambience in stretches of 12 s.

    Stretches have seeds of their own, so that nothing is heard twice, follow the same gusts, and
    give way to each other at equal power.
    """
    if cue.kind != "ambience" or ask.n <= _STRETCH or cue.id in _ONE_THING:
        return make(ask)[: ask.n]
    out = np.zeros((ask.n, 2), np.float32)
    step = _STRETCH - _JOINT
    rise = np.sin(np.linspace(0.0, np.pi / 2.0, _JOINT, dtype=np.float32))[:, None]
    level = SILENCE
    for number, start in enumerate(range(0, max(ask.n - _JOINT, 1), step)):
        samples = min(_STRETCH, ask.n - start)
        piece = make(_part(ask, number, start=start, samples=samples))[:samples].copy()
        own = integrated(piece)
        level = own if level <= SILENCE else level
        if own > SILENCE:
            piece *= np.float32(amplitude(level - own))
        if start:
            piece[:_JOINT] *= rise
        if start + samples < ask.n:
            piece[samples - _JOINT :] *= rise[::-1]
        out[start : start + samples] += piece
    return out


def _part(ask: Ask, number: int, *, start: int, samples: int) -> Ask:
    """What the generator is told for one stretch."""
    first = start * CURVE_RATE // SAMPLE_RATE
    return replace(
        ask,
        n=samples,
        seed=ask.seed + 0x9E3779B1 * number,
        gust=_from(ask.gust, first),
        speed=_from(ask.speed, first),
    )


def _from(curve: NDArray[np.float32] | None, first: int) -> NDArray[np.float32] | None:
    return None if curve is None else curve[first:]
