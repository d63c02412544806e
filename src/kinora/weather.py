"""The wind, as one signal that the picture and the sound both follow.

A leaf without state: whatever sways, ripples or howls asks for the same ``(seed, t)`` and so moves
with the same gusts. The seed is the plan's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]
U64 = NDArray[np.uint64]

#: Seconds between two support points of the swell and of the flutter that rides on it.
SWELL_SECONDS: Final = 1.6
FLUTTER_SECONDS: Final = 0.45

_FLUTTER_SHARE: Final = 0.35
_STREAM: Final = {"swell": 0x9E3779B97F4A7C15, "flutter": 0xC2B2AE3D27D4EB4F}


def wind(seed: int, t: ArrayLike, *, period: float | None = None) -> F64:
    """Strength of the wind at each time, smooth, in [0, 1]: 0 still air, 1 the strongest gust.

    A slow swell of gusts with a quicker flutter on it, each a lattice of hashed numbers joined by
    quintic curves (K. Perlin, "Improving noise", 2002), so that any time can be asked for by itself
    and two askers always agree. The mean is near 0.45.

    Args:
        seed: any integer.
        t: seconds, any shape; may be negative.
        period: seconds after which the wind repeats without a seam, for loops; None never.
    """
    times = np.asarray(t, np.float64)
    swell = _noise(seed, times, SWELL_SECONDS, "swell", period)
    flutter = _noise(seed, times, FLUTTER_SECONDS, "flutter", period)
    mixed = (1.0 - _FLUTTER_SHARE) * swell + _FLUTTER_SHARE * flutter
    return np.clip(0.45 + 1.5 * (mixed - 0.5), 0.0, 1.0)


def _noise(seed: int, t: F64, step: float, stream: str, period: float | None) -> F64:
    """Hashed lattice values ``step`` seconds apart, joined smoothly; in [0, 1]."""
    count = None
    if period is not None:
        count = max(2, round(period / step))
        step = period / count
    place = t / step
    left = np.floor(place)
    x = place - left
    index = left.astype(np.int64)
    ease = x * x * x * (x * (x * 6.0 - 15.0) + 10.0)
    one = _hashed(seed, index, stream, count)
    other = _hashed(seed, index + 1, stream, count)
    return one + (other - one) * ease


def _hashed(seed: int, index: NDArray[np.int64], stream: str, count: int | None) -> F64:
    """A number in [0, 1) for each lattice index (the finaliser of SplitMix64)."""
    if count is not None:
        index = index % count
    salt = np.uint64((seed * 0xD1342543DE82EF95 + _STREAM[stream]) % (1 << 64))
    with np.errstate(over="ignore"):  # products are meant modulo 2^64
        z: U64 = index.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ salt
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def flashes(
    seed: int, t0: float, t1: float, *, told: Iterable[float | None] = ()
) -> tuple[float, ...]:
    """When lightning strikes between two times, seconds, in order; at least once.

    Strokes are 1.2 to 3 s apart; thunder may follow each of them.

    Args:
        seed: any integer.
        t0, t1: seconds.
        told: when it is asked for; None where nothing is said. Then it strikes at these times.
    """
    asked = sorted({time for time in told if time is not None and t0 <= time < t1})
    if asked:
        return tuple(asked)
    time = t0 + min(0.35 * (t1 - t0), 0.7)
    times = [time]
    index = 0
    while True:
        gap = _hashed(seed, np.array(index, np.int64), "flutter", None)
        time += 1.2 + 1.8 * float(gap)
        if time >= t1 - 0.2:
            return tuple(times)
        times.append(time)
        index += 1
