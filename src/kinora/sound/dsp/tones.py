"""Voices of animals and people: harmonics over a gliding pitch, under formants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.protocol import F32

Points = Sequence[tuple[float, float]]


def line(n: int, points: Points) -> NDArray[np.float64]:
    """(n,) straight lines through ``(part of the length, value)``."""
    at, values = zip(*points, strict=True)
    return np.asarray(np.interp(np.linspace(0, 1, n), at, values))


def voiced(
    pitch: NDArray[np.floating[Any]],
    envelope: NDArray[np.floating[Any]],
    formants: Sequence[tuple[float, float, float]],
    *,
    slope: float = 1.0,
    top: float = 9000.0,
    most: int = 40,
) -> F32:
    """(n,) harmonics of a gliding pitch.

    Args:
        pitch: (n,) hertz.
        envelope: (n,) amplitude.
        formants: (hertz, width in hertz, gain) of each resonance.
        slope: how fast the source's harmonics weaken: the k-th has k^-slope.
        top: hertz above which there are none.
        most: at most so many harmonics.
    """
    n = len(pitch)
    turns = np.cumsum(pitch) / RATE
    out = np.zeros(n)
    coarse = np.arange(0, n, 64)
    for k in range(1, most + 1):
        f = k * pitch[coarse]
        if f.min() > top:
            break
        gain = sum(g / (1 + ((f - centre) / (width / 2)) ** 2) for centre, width, g in formants)
        gain = gain * (f < top) / k**slope
        out += np.interp(np.arange(n), coarse, gain) * np.sin(2 * np.pi * k * turns)
    return (out * envelope).astype(np.float32)


def wavetable(weights: NDArray[np.floating[Any]], rng: np.random.Generator) -> F32:
    """(2048,) one period of harmonics with these weights, at random phases, largest sample 1."""
    spectrum = np.zeros(1025, np.complex128)
    count = min(len(weights), 1024)
    phases = rng.uniform(0, 2 * np.pi, count)
    spectrum[1 : count + 1] = weights[:count] * np.exp(1j * phases)
    wave = np.fft.irfft(spectrum, 2048)
    return np.asarray(wave / max(float(np.abs(wave).max()), 1e-12), np.float32)


def played(table: F32, pitch: NDArray[np.floating[Any]], *, start: float = 0.0) -> F32:
    """(n,) a wavetable at a gliding ``pitch`` (n,) in hertz, between its samples linearly.

    The phase is a whole number that runs over, so that it never loses precision.
    """
    steps = (np.asarray(pitch, np.float32) * np.float32(2**32 / RATE)).astype(np.uint32)
    phase = np.cumsum(steps, dtype=np.uint32) + np.uint32(start * 0xFFFFFFFF)
    low = phase >> np.uint32(21)
    part = (phase & np.uint32(0x1FFFFF)).astype(np.float32) * np.float32(2**-21)
    ends = np.append(table, table[:1])
    here = ends[low]
    return np.asarray(here + (ends[low + np.uint32(1)] - here) * part, np.float32)


def stretched(coarse: NDArray[np.floating[Any]], step: int, n: int) -> F32:
    """(n,) values told every ``step`` samples, straight lines between them."""
    values = np.asarray(coarse, np.float32)
    part = np.arange(step, dtype=np.float32) / step
    lines = values[:-1, None] + np.diff(values)[:, None] * part
    return np.asarray(lines.reshape(-1)[:n], np.float32)
