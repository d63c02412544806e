"""Throats: a source of harmonics, rough and breathy, through a tract whose resonances move.

The source-filter model of voices (Fant 1960; of mammals and birds: Taylor and Reby 2010), with what
throats do when they are driven hard: jitter, subharmonics at half the pitch and rough, nearly
chaotic stretches (Fitch, Neubauer and Herzel 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from kinora.sound.dsp.noise import Grid, noise
from kinora.sound.dsp.tones import STEP, harmonics, line, resonance, stretched
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.dsp.tones import Points
    from kinora.sound.protocol import F32

    Values: TypeAlias = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Throat:
    """What a voice is made by.

    Attributes:
        tract: resonances, each (hertz along the call, width in hertz, gain).
        slope: the source's k-th harmonic has k^-slope.
        top: hertz above which there are no harmonics.
        breath: level of the air that is heard through the same tract, against the tone.
        rough: depth of quick random changes of the level, 0 … 1.
        half: level of the subharmonics at half the pitch, 0 … 1.
        jitter: standard deviation of the pitch, as a share of it.
    """

    tract: Sequence[tuple[Points, float, float]]
    slope: float = 1.0
    top: float = 9000.0
    breath: float = 0.08
    rough: float = 0.0
    half: float = 0.0
    jitter: float = 0.008


def still(*formants: tuple[float, float, float]) -> tuple[tuple[Points, float, float], ...]:
    """Resonances (hertz, width, gain) that stay where they are."""
    return tuple((((0.0, centre),), width, gain) for centre, width, gain in formants)


def cried(rng: np.random.Generator, pitch: Values, envelope: Values, throat: Throat) -> F32:
    """(n,) a call, its largest sample 1.

    Args:
        rng: of what is rough and breathy.
        pitch: (n,) hertz.
        envelope: (n,) amplitude, 0 at both ends.
        throat: what makes it.
    """
    n = len(pitch)
    shaken = pitch * (1 + throat.jitter * stretched(rng.standard_normal(n // 96 + 2), 96, n))
    turns = np.cumsum(shaken) / RATE
    tone = _harmonics(turns, pitch, throat, first=1.0)
    if throat.half:
        tone += throat.half * _harmonics(turns, pitch, throat, first=0.5)
    quick = stretched(rng.standard_normal(n // 220 + 2), 220, n)
    tone *= np.clip(1 + throat.rough * quick, 0.05, 3.0)
    sound = tone * envelope
    if throat.breath:
        air = _air(rng, envelope, throat)
        sound += air * (throat.breath * float(sound.std()) / max(float(air.std()), 1e-12))
    return np.asarray(sound / max(float(np.abs(sound).max()), 1e-12), np.float32)


def _harmonics(turns: Values, pitch: Values, throat: Throat, *, first: float) -> Values:
    """Sines at first, first + 1, … times the pitch, weighted by source and tract."""
    coarse = pitch[::STEP]
    tract = [(line(len(turns), points)[::STEP], w, gain) for points, w, gain in throat.tract]
    count = max(0, ceil(throat.top / float(pitch.min()) - first))
    gains = (
        resonance(k * coarse, tract) * (k * coarse < throat.top) / k**throat.slope
        for k in (first + i for i in range(count))
    )
    return harmonics(turns, gains, first=first)


def _air(rng: np.random.Generator, envelope: Values, throat: Throat) -> F32:
    """Noise through the tract, as loud as the envelope tells."""
    n = len(envelope)
    grid = Grid(n, 512)
    at = np.minimum(grid.t[:, 0] * RATE, n - 1).astype(int)
    f = grid.f
    mask = np.zeros((grid.frames, f.shape[1]))
    for points, width, gain in throat.tract:
        centre = line(n, points)[at][:, None]
        mask += gain / (1 + ((f - centre) / width) ** 2)
    return noise(rng, grid, mask * envelope[at][:, None])
