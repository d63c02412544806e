"""Where sounds are: equal-power panning, sources that pass by, and the one room they share."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.sound.dsp.filters import convolved
from kinora.sound.protocol import SAMPLE_RATE
from kinora.sound.tape import Tape

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

#: Metres a second.
SPEED_OF_SOUND: Final = 343.0

_PRE_DELAY: Final = 0.012  # seconds: the first walls are some metres away
_DECAY: Final = 0.55  # seconds until the room is 60 dB down
_EARLY: Final = ((0.017, 0.5), (0.023, 0.42), (0.031, 0.36), (0.041, 0.28))  # seconds, level


def panned(samples: F32, position: F64 | float, *, width: float = 1.0) -> F32:
    """Put (n, 2) sound at a position from -1 (left) to 1 (right).

    What both channels share goes there by the equal-power law; what they differ in, the width of
    the sound, shrinks towards the sides.

    Args:
        samples: the sound.
        position: one, or (n,) for a source that moves.
        width: share of the sound's own width that is kept, in [0, 1].
    """
    where = np.clip(np.asarray(position, np.float32), -1.0, 1.0)
    angle = (where + np.float32(1.0)) * np.float32(np.pi / 4.0)
    middle = (samples[:, 0] + samples[:, 1]) * np.float32(np.sqrt(0.5))
    spread = np.float32(0.5 * width) * (np.float32(1.0) - np.abs(where))
    apart = (samples[:, 0] - samples[:, 1]) * spread
    out = np.empty_like(samples, np.float32)
    out[:, 0] = np.cos(angle) * middle + apart
    out[:, 1] = np.sin(angle) * middle - apart
    return out


def passing(samples: F32, *, speed: float, nearest: float, at: float, leftwards: bool) -> F32:
    """Sound of a source that drives past on a straight line: Doppler, loudness and panning.

    Each moment is heard when its sound has come across: a reading delay that changes with the
    distance, which is what shifts the pitch.

    Args:
        samples: (n, 2), as heard when riding along.
        speed: metres a second.
        nearest: metres at the nearest point.
        at: seconds when it is there.
        leftwards: it comes from the right.
    """
    t = np.arange(len(samples)) / SAMPLE_RATE
    along = speed * (t - at)
    distance = np.hypot(along, nearest)
    heard = (t - (distance - nearest) / SPEED_OF_SOUND) * SAMPLE_RATE
    mono = (samples[:, 0] + samples[:, 1]) * np.float32(0.5)
    moved = read_at(mono, heard) * (nearest / distance)
    side = -along / distance if leftwards else along / distance
    return panned(np.stack([moved, moved], axis=1).astype(np.float32), side)


def read_at(mono: F32, place: F64) -> F64:
    """Values of (n,) sound between samples by cubic Hermite curves; what lies before the start is
    its mirror.
    """
    n = len(mono)
    place = np.abs(place)
    left = np.clip(place.astype(np.int64), 1, max(1, n - 3))
    x = np.clip(place - left, 0.0, 1.0)
    a, b, c, d = (mono[np.minimum(left + k, n - 1)].astype(np.float64) for k in (-1, 0, 1, 2))
    slope = c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a))
    return np.asarray(b + 0.5 * x * slope)


def played(samples: F32, tape: Tape) -> F32:
    """(n, 2) sound as it is heard from ``tape``."""
    if tape.speed != 1.0:
        place = np.arange(int(len(samples) / tape.speed), dtype=np.float64) * tape.speed
        sides = [read_at(samples[:, side], place) for side in (0, 1)]
        samples = np.stack(sides, axis=1).astype(np.float32)
    return np.ascontiguousarray(samples[::-1]) if tape.backwards else samples


def reverberated(samples: F32) -> F32:
    """What the room gives back of (n, 2) sound, without the sound itself; same length."""
    return convolved(samples, _room())


@cache
def _room() -> F32:
    """(m, 2) impulse response of unit power: some early echoes, then noise that dies away.

    High notes die first: a darker noise takes over from a brighter one. The channels differ.
    """
    n = int(SAMPLE_RATE * _DECAY)
    t = np.arange(n) / SAMPLE_RATE
    rng = np.random.Generator(np.random.PCG64(48_000))
    fall = 10.0 ** (-3.0 * t / _DECAY)
    bright = rng.standard_normal((n, 2))
    dark = _darkened(rng.standard_normal((n, 2)), edge=1800.0)
    late = 0.35 * bright * (fall**2.0)[:, None] + dark * fall[:, None]
    late *= np.minimum(1.0, t / 0.02)[:, None]  # it builds up
    start = int(_PRE_DELAY * SAMPLE_RATE)
    answer = np.concatenate([np.zeros((start, 2)), late])
    answer /= np.sqrt((answer**2).sum(axis=0))
    for seconds, level in _EARLY:
        for channel in (0, 1):
            answer[int((seconds + 0.0013 * channel) * SAMPLE_RATE), channel] += 0.35 * level
    return np.asarray(answer / np.sqrt((answer**2).sum(axis=0)), np.float32)


def _darkened(noise: F64, *, edge: float) -> F64:
    spectrum = np.fft.rfft(noise, axis=0)
    f = np.fft.rfftfreq(len(noise), 1.0 / SAMPLE_RATE)
    spectrum *= (1.0 / np.sqrt(1.0 + (f / edge) ** 4))[:, None]
    spectrum[f < 120.0] = 0.0  # a room that booms is no help under a mix
    return np.asarray(np.fft.irfft(spectrum, len(noise), axis=0))
