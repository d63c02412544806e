"""Loudness and true peak after ITU-R BS.1770-4, of (n, 2) float sound at 48 kHz."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kinora.sound.protocol import SAMPLE_RATE

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

#: Nothing is quieter than this in a report (LUFS, dBTP).
SILENCE: Final = -120.0

_HOP: Final = SAMPLE_RATE // 10  # blocks of 400 ms overlap by three quarters
_BLOCK: Final = 4
_ABSOLUTE_GATE: Final = -70.0
_RELATIVE_GATE: Final = -10.0
_OFFSET: Final = -0.691

# Table 1 and 2 of BS.1770-4: the head's shelf, then the high-pass, (b, a) at 48 kHz.
_SHELF: Final = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS: Final = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))

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
    """(n,) size of the waveform at and up to the next sample, of the louder channel.

    Four times oversampled by a windowed sinc of 12 taps a phase, as annex 2 of BS.1770-4 asks.
    """
    most: F32 = np.abs(samples).max(axis=1).astype(np.float32)
    padded = np.pad(np.asarray(samples, np.float32), ((_TAPS // 2, _TAPS // 2), (0, 0)))
    for taps in _interpolators():
        for channel in padded.T:
            between = np.convolve(channel, taps, mode="valid")[: len(most)]
            np.maximum(most, np.abs(between), out=most)
    return most


def decibels(amplitude: float) -> float:
    """20 log10, `SILENCE` at least."""
    return max(SILENCE, 20.0 * float(np.log10(max(amplitude, 1e-9))))


def amplitude(decibels: float) -> float:
    """The factor that ``decibels`` stand for."""
    return float(10.0 ** (decibels / 20.0))


def weighted(samples: NDArray[Any]) -> F32:
    """(n, 2) K-weighted sound, both filters applied in the frequency domain."""
    n = len(samples)
    size = fast_size(n + SAMPLE_RATE // 4)  # the filters have rung out before the end wraps round
    spectrum = np.fft.rfft(np.asarray(samples, np.float32), size, axis=0)
    spectrum *= _response(size)[:, None]
    return np.asarray(np.fft.irfft(spectrum, size, axis=0)[:n], np.float32)


def power_of(samples: NDArray[Any]) -> F32:
    """(n,) K-weighted power of (n, 2) sound, summed over the channels."""
    power: F32 = (weighted(samples) ** 2).sum(axis=1)
    return power


def _blocks(power: NDArray[Any]) -> F64:
    """Mean power of each 400 ms."""
    short = _BLOCK * _HOP - len(power)
    if short > 0:
        power = np.pad(power, (0, short))
    hops = power[: len(power) // _HOP * _HOP].reshape(-1, _HOP).mean(axis=1, dtype=np.float64)
    return np.convolve(hops, np.full(_BLOCK, 1.0 / _BLOCK), mode="valid")


def _lufs(power: Any) -> F64:
    return np.asarray(_OFFSET + 10.0 * np.log10(np.maximum(power, 1e-12)))


@lru_cache(maxsize=2)
def _response(size: int) -> NDArray[np.complex64]:
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    whole: NDArray[np.complex128] = np.ones_like(z)
    for b, a in (_SHELF, _HIGH_PASS):
        whole *= (b[0] + z * (b[1] + z * b[2])) / (a[0] + z * (a[1] + z * a[2]))
    return whole.astype(np.complex64)


def fast_size(least: int) -> int:
    """The next length whose FFT is quick: a power of two, or three quarters or five eighths."""
    power = 1 << (least - 1).bit_length()
    return next(s for s in (power // 8 * 5, power // 4 * 3, power) if s >= least)


@cache
def _interpolators() -> tuple[F32, ...]:
    """Filters that give the waveform a quarter, a half and three quarters after a sample."""
    at = np.arange(_TAPS) - _TAPS // 2
    made = []
    for phase in range(1, _PHASES):
        x = at + phase / _PHASES
        taps = np.sinc(x) * (0.5 + 0.5 * np.cos(np.pi * x / (_TAPS / 2 + 0.5)))
        made.append((taps / taps.sum()).astype(np.float32))
    return tuple(made)
