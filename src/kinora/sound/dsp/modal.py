"""Struck things: sums of decaying sines, and short bursts of noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.dsp.control import ramp
from kinora.sound.dsp.space import good_size
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from kinora.sound.protocol import F32


def struck(
    frequencies: Sequence[float],
    decays: Sequence[float],
    gains: Sequence[float],
    *,
    seconds: float,
    bend: float = 0.0,
    attack: float = 0.0005,
) -> F32:
    """(n,) a strike: sines that start at zero and die away.

    Args:
        frequencies: hertz of the modes.
        decays: seconds until each has fallen to 1/e.
        gains: of each.
        seconds: length.
        bend: by how much of a mode's frequency it starts higher, falling with its amplitude.
        attack: seconds in which it opens.
    """
    t = np.arange(round(seconds * RATE), dtype=np.float64) / RATE
    out = np.zeros(len(t))
    for f, decay, gain in zip(frequencies, decays, gains, strict=True):
        if f >= RATE / 2.2:
            continue
        envelope = np.exp(-t / decay)
        phase = f * t + (f * bend * decay * (1 - envelope) if bend else 0.0)
        out += gain * envelope * np.sin(2 * np.pi * phase)
    n = len(t)
    return (out * ramp(n, int(attack * RATE), min(n // 4, RATE // 50))).astype(np.float32)


def burst(
    rng: np.random.Generator,
    seconds: float,
    bottom: float,
    top: float,
    *,
    attack: float = 0.001,
    sharpness: float = 4.0,
) -> F32:
    """(n,) noise between two frequencies that opens in ``attack`` seconds and dies away.

    Its largest sample is 1. ``sharpness`` is how many times it falls by 1/e.
    """
    n = max(round(seconds * RATE), 16)
    size = good_size(n)
    f = np.fft.rfftfreq(size, 1 / RATE)
    f[0] = f[1] / 2
    shape = 1 / np.sqrt((1 + (bottom / f) ** 6) * (1 + (f / top) ** 6))
    spectrum = np.fft.rfft(rng.standard_normal(size)) * shape
    sound = np.fft.irfft(spectrum, size)[:n]
    sound *= np.exp(-sharpness * np.arange(n) / n) * ramp(n, int(attack * RATE) + 1, n // 3)
    return (sound / max(float(np.abs(sound).max()), 1e-9)).astype(np.float32)


def bubble(frequency: float, *, rise: float, decay: float) -> F32:
    """(n,) an air bubble that closes under water (Minnaert 1933): a damped sine that rises.

    Args:
        frequency: hertz at first.
        rise: by how much of it the frequency rises in one ``decay``.
        decay: seconds until it has fallen to 1/e.
    """
    t = np.arange(int(6 * decay * RATE), dtype=np.float64) / RATE
    phase = frequency * (t + rise * t * t / (2 * decay))
    n = len(t)
    tone = np.sin(2 * np.pi * phase) * np.exp(-t / decay)
    return (tone * ramp(n, int(0.15 * decay * RATE) + 8, n // 5)).astype(np.float32)


def mixed(*parts: tuple[float, F32]) -> F32:
    """(n,) mono sounds that start at their seconds, added; as long as the longest."""
    ends = [round(at * RATE) + len(sound) for at, sound in parts]
    out = np.zeros(max(ends), np.float32)
    for at, sound in parts:
        first = round(at * RATE)
        out[first : first + len(sound)] += sound
    return out
