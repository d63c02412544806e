"""Slow random movement: what makes a sound live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

    Times = NDArray[np.float64]

_BREEZE = 0.45  # strength of the wind where nothing tells it: the mean of the shared one


def wander(
    rng: np.random.Generator, t: NDArray[np.floating[Any]], hertz: float
) -> NDArray[np.float64]:
    """Smooth random values in 0..1 at the seconds ``t``, with about ``hertz`` turns a second.

    A Catmull-Rom curve through uniform random points, squeezed into the range.
    """
    at = np.maximum(t, 0.0) * hertz + rng.random()
    points = rng.random(int(at.max()) + 4)
    i = at.astype(np.int64)
    x = at - i
    a, b, c, d = (points[i + k] for k in range(4))
    curve = b + 0.5 * x * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)))
    return np.asarray(np.clip(curve, 0.0, 1.0))


def gusts(ask: Ask, t: Times, *, delay: float = 0.0) -> Times:
    """The wind's strength in [0, 1] at the seconds ``t``, felt ``delay`` seconds late."""
    if ask.gust is None:
        return np.full_like(t, _BREEZE)
    return ask.curve(ask.gust, t - delay)


def times_of(ask: Ask, otherwise: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Seconds at which the cue happens: those asked for, or its own."""
    return otherwise if ask.onsets is None else np.asarray(ask.onsets, np.float64)


def poisson(rng: np.random.Generator, seconds: float, rate: float) -> NDArray[np.float64]:
    """Seconds of events that come ``rate`` times a second, independent of each other."""
    count = int(rng.poisson(max(rate * seconds, 0.0)))
    return np.sort(rng.random(count) * seconds)


def paced(
    rng: np.random.Generator, seconds: float, every: float, *, jitter: float
) -> NDArray[np.float64]:
    """Seconds of events about ``every`` seconds, each off by up to ``jitter`` of that."""
    count = int(seconds / every) + 1
    at = (np.arange(count) + 0.35 + jitter * (rng.random(count) - 0.5)) * every
    return at[(at >= 0) & (at < seconds)]


def pareto(rng: np.random.Generator, count: int, shape: float, top: float) -> NDArray[np.float64]:
    """Sizes as nature has them: many small, few large; 1 at least, ``top`` at most."""
    return np.minimum((1 - rng.random(count)) ** (-1 / shape), top)


def ramp(n: int, attack: int, release: int) -> F32:
    """(n,) envelope that opens and closes along half a cosine, in samples."""
    envelope = np.ones(n, np.float32)
    attack, release = min(attack, n // 2), min(release, n // 2)
    if attack:
        envelope[:attack] = 0.5 - 0.5 * np.cos(np.pi * np.arange(attack) / attack)
    if release:
        envelope[n - release :] = 0.5 + 0.5 * np.cos(np.pi * (np.arange(release) + 1) / release)
    return envelope
