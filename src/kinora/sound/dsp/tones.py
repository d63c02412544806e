"""Voices of animals and people: harmonics over a gliding pitch, under formants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.protocol import F32

Points = Sequence[tuple[float, float]]

STEP = 64  # samples between points at which the gains of harmonics are told


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
    coarse = pitch[::STEP]
    gains = (
        resonance(k * coarse, formants) * (k * coarse < top) / k**slope
        for k in range(1, most + 1)
        if k * float(coarse.min()) <= top
    )
    sound = harmonics(np.cumsum(pitch) / RATE, gains)
    return (sound * envelope).astype(np.float32)


def resonance(
    hertz: NDArray[np.floating[Any]], formants: Iterable[tuple[Any, float, float]]
) -> NDArray[np.float64]:
    """Gain at frequencies by resonances (hertz, width in hertz, gain), Lorentzian each."""
    return np.asarray(
        sum(gain / (1 + ((hertz - at) / (width / 2)) ** 2) for at, width, gain in formants)
    )


def harmonics(
    turns: NDArray[np.floating[Any]],
    gains: Iterable[NDArray[np.floating[Any]]],
    *,
    first: float = 1.0,
) -> NDArray[np.float64]:
    """(n,) sines at ``first``, ``first`` + 1, … times a pitch, each as loud as its gain.

    Each sine follows from the two below it: sin((k + 1) x) = 2 cos(x) sin(k x) - sin((k - 1) x),
    for a tenth of the cost of a sine; 300 of them in a row err by 3e-11.

    Args:
        turns: (n,) phase of the pitch, in turns.
        gains: of each sine, told every `STEP` samples, with straight lines between.
        first: what the lowest sine is to the pitch.
    """
    n = len(turns)
    x = np.zeros(-(-n // STEP) * STEP)
    x[:n] = turns
    x = 2 * np.pi * x.reshape(-1, STEP)
    below, sine, twice = np.sin((first - 1) * x), np.sin(first * x), 2 * np.cos(x)
    part, out = np.arange(STEP) / STEP, np.zeros_like(x)
    for gain in gains:
        out += (gain[:, None] + np.diff(gain, append=gain[-1])[:, None] * part) * sine
        below *= -1
        below += twice * sine
        below, sine = sine, below
    return out.reshape(-1)[:n]


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
