"""A look-ahead limiter that holds the true peak, and the loudness that it takes a mix to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.sound.loudness import SILENCE, amplitude, gated, peaks, power_of

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

#: dBTP; a little under the -1 dBTP that is allowed, since AAC adds to peaks.
CEILING: Final = -1.5

_AHEAD: Final = 5  # ms: the gain is down when the peak comes
_RELEASE: Final = 0.06  # dB a ms
_MARGIN: Final = 0.985  # the interpolator misses the very tip of a peak
_ROUNDS: Final = 6  # the limiter takes a little loudness, which is given back
_NEAR: Final = 0.05  # LU
_MOST_GAIN: Final = 60.0  # dB; what is quieter than that holds nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mastered:
    """The gain that takes a mix to its loudness under the ceiling.

    Attributes:
        gain: factors at the edges of all stretches, one more than there are; see `amplify`.
        loudness: reached, in LUFS.
    """

    gain: F64
    loudness: float


def master(samples: F32, target: float | None) -> Mastered:
    """Take (n, 2) ``samples`` to ``target`` LUFS (None: its own), its true peak under `CEILING`.

    Where peaks stand so far out that the target can't be reached in `_ROUNDS`, it stays below.
    """
    power = power_of(samples)
    own = gated(power)
    if own <= SILENCE:
        return Mastered(gain=np.ones(len(power) + 1), loudness=SILENCE)
    tallest = peaks(samples)
    target = own if target is None else target
    lift = min(target - own, _MOST_GAIN)
    for _ in range(_ROUNDS):
        gain = amplitude(lift) * limiting(tallest * np.float32(amplitude(lift)))
        reached = gated(power * (0.5 * (gain[:-1] + gain[1:])) ** 2)
        if abs(target - reached) < _NEAR or lift >= _MOST_GAIN:
            break
        lift = min(lift + target - reached, _MOST_GAIN)
    return Mastered(gain=gain, loudness=reached)


def limiting(heights: F32) -> F64:
    """Factors in (0, 1] at the edges of stretches, that keep what has these true peaks under
    `CEILING`.

    What a peak needs is let go of at `_RELEASE`, held for the least within reach, and smoothed by a
    window that lies inside that reach: no smoothed factor is above the one needed on either side.
    """
    over = np.maximum(heights.astype(np.float64) / (amplitude(CEILING) * _MARGIN), 1.0)
    if over.max() <= 1.0:
        return np.ones(len(heights) + 1)
    inside = -20.0 * np.log10(over)
    needed = np.minimum(np.append(inside, 0.0), np.append(0.0, inside))
    recovery = np.arange(len(needed)) * _RELEASE
    released = np.minimum.accumulate(needed - recovery) + recovery
    smooth = _smoothed(_lowest(np.minimum(released, 0.0), _AHEAD))
    return np.asarray(10.0 ** (smooth / 20.0))


def _lowest(values: F64, reach: int) -> F64:
    """Least of the values within ``reach`` places to either side (van Herk, 1992)."""
    width = 2 * reach + 1
    n = len(values)
    padded = np.zeros(-(-(n + 2 * reach) // width) * width)
    padded[reach : reach + n] = values
    blocks = padded.reshape(-1, width)
    ahead = np.minimum.accumulate(blocks, axis=1).reshape(-1)
    behind = np.minimum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].reshape(-1)
    return np.minimum(behind[:n], ahead[width - 1 : width - 1 + n])


def _smoothed(values: F64) -> F64:
    """Two running means in a row, which together reach `_AHEAD` to either side."""
    for reach in (_AHEAD // 2, _AHEAD - _AHEAD // 2):
        width = 2 * reach + 1
        total = np.cumsum(np.pad(values, (reach + 1, reach), mode="edge"))
        values = (total[width:] - total[:-width]) / width
    return values
