"""What happens: once, or again and again, at its onsets and in a room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.dsp.control import paced, times_of
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.space import finished, haze, place, seat

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

    Made = Callable[[np.random.Generator], F32]


def once(ask: Ask, name: str, make: Made, *, wet: float) -> F32:
    """What happens once, or at each onset, in a room of its own size."""
    rng = ask.rng(name)
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, np.zeros(1)):
        sound = make(rng)
        place(out, float(start), seat(sound / np.float32(np.abs(sound).max()), 0.0))
    room = convolved(out, haze(ask.rng(f"{name} room"), 0.5 + 0.8 * ask.distance, top=4000.0))
    dull = 13000.0 - 9000.0 * ask.distance
    return finished(out + wet * (0.4 + ask.distance) * room, top=dull, closes=True)


def series(ask: Ask, name: str, make: Made, *, every: float, dull: float) -> F32:
    """What happens again and again, at the onsets or about ``every`` seconds."""
    rng = ask.rng(name)
    own: NDArray[np.float64] = np.concatenate(
        [[0.0], paced(rng, ask.seconds, every, jitter=0.5) + 0.6 * every]
    )
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, own):
        sound = make(rng)
        sound = sound / np.float32(np.abs(sound).max())
        gain = float(rng.uniform(0.7, 1.0))
        place(out, float(start), seat(sound, float(rng.uniform(-0.2, 0.2))), gain=gain)
    return finished(out, top=dull * (1 - 0.6 * ask.distance))
