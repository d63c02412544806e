"""Loudness and true peak after ITU-R BS.1770-4, of (n, 2) float sound at 48 kHz."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kinora.sound.protocol import SAMPLE_RATE

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

#: Nothing is quieter than this in a report (LUFS, dBTP).
SILENCE: Final = -120.0

#: Samples of a stretch of 1 ms, in which power, peaks and gains are told.
STRETCH: Final = SAMPLE_RATE // 1000

_HOP: Final = 100  # stretches; blocks of 400 ms overlap by three quarters
_BLOCK: Final = 4
_ABSOLUTE_GATE: Final = -70.0
_RELATIVE_GATE: Final = -10.0
_OFFSET: Final = -0.691

#: Table 1 and 2 of BS.1770-4: the head's shelf, then the high-pass, (b0, b1, b2, a1, a2) at 48 kHz.
_WEIGHTING: Final = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585),
    (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621),
)

_TAPS: Final = 12  # per phase of the interpolator
_PHASES: Final = 4


def integrated(samples: NDArray[Any]) -> float:
    """Gated loudness of the whole in LUFS, `SILENCE` where there is none.

    Shorter than one block of 400 ms, it is measured as if followed by silence to that length.
    """
    return gated(power_of(samples))


def gated(power: NDArray[Any]) -> float:
    """Integrated loudness in LUFS of sound that has the weighted ``power`` (see `power_of`)."""
    power = _blocks(power)
    loud = power[_lufs(power) > _ABSOLUTE_GATE]
    if not loud.size:
        return SILENCE
    gate = float(_lufs(loud.mean())) + _RELATIVE_GATE
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def momentary_max(samples: NDArray[Any]) -> float:
    """Loudness of the loudest 400 ms in LUFS."""
    return float(_lufs(_blocks(power_of(samples)).max()))


def true_peak(samples: NDArray[Any]) -> float:
    """Highest peak between the samples too, in dBTP."""
    return decibels(float(np.max(peaks(samples), initial=0.0)))


def peaks(samples: NDArray[Any]) -> F32:
    """Size of the waveform in each `STRETCH`, of the louder channel: (ceil(n / STRETCH),).

    Four times oversampled by a windowed sinc of 12 taps a phase, as annex 2 of BS.1770-4 asks.
    """
    from kinora.sound.dsp._kernels import heights  # a compiler is loaded with it

    found = np.empty(-(-len(samples) // STRETCH), np.float32)
    heights(_contiguous(samples), _interpolators(), STRETCH, found)
    return found


def decibels(amplitude: float) -> float:
    """20 log10, `SILENCE` at least."""
    return max(SILENCE, 20.0 * float(np.log10(max(amplitude, 1e-9))))


def amplitude(decibels: float) -> float:
    """The factor that ``decibels`` stand for."""
    return float(10.0 ** (decibels / 20.0))


def power_of(samples: NDArray[Any]) -> F64:
    """K-weighted mean power of each `STRETCH`, summed over the channels: (ceil(n / STRETCH),)."""
    from kinora.sound.dsp._kernels import weighted_power

    found = np.empty(-(-len(samples) // STRETCH), np.float64)
    weighted_power(_contiguous(samples), np.array(_WEIGHTING), STRETCH, found)
    return found


def _contiguous(samples: NDArray[Any]) -> F32:
    return np.ascontiguousarray(samples, np.float32)


def _blocks(power: NDArray[Any]) -> F64:
    """Mean power of each 400 ms."""
    short = _BLOCK * _HOP - len(power)
    if short > 0:
        power = np.pad(power, (0, short))
    hops = power[: len(power) // _HOP * _HOP].reshape(-1, _HOP).mean(axis=1, dtype=np.float64)
    return np.convolve(hops, np.full(_BLOCK, 1.0 / _BLOCK), mode="valid")


def _lufs(power: Any) -> F64:
    return np.asarray(_OFFSET + 10.0 * np.log10(np.maximum(power, 1e-12)))


@cache
def _interpolators() -> F32:
    """(3, taps) filters that give the waveform a quarter, a half and three quarters after a sample.

    The first tap is of the fifth sample before it.
    """
    at = np.arange(_TAPS)[::-1] - _TAPS // 2
    made = []
    for phase in range(1, _PHASES):
        x = at + phase / _PHASES
        taps = np.sinc(x) * (0.5 + 0.5 * np.cos(np.pi * x / (_TAPS / 2 + 0.5)))
        made.append((taps / taps.sum()).astype(np.float32))
    return np.stack(made)
