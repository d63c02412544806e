"""Speech at the rate of the mix, without the silence around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kinora.sound.dsp.space import good_size
from kinora.sound.protocol import SAMPLE_RATE

if TYPE_CHECKING:
    from kinora.sound.protocol import F32

_QUIET: Final = 0.004  # of full scale: below that nothing is said
_MARGIN: Final = 0.02  # seconds kept around the speech
_PAD: Final = 0.05  # seconds of silence that keep the ends apart while resampling


def resampled(wave: F32, rate: int) -> F32:
    """(m,) ``wave`` at 48 kHz: its spectrum, cut at the lower of the two limits."""
    if rate == SAMPLE_RATE or len(wave) == 0:
        return wave
    pad = int(_PAD * rate)
    size = good_size(len(wave) + 2 * pad)
    while size * SAMPLE_RATE % rate:
        size += 1
    long = size * SAMPLE_RATE // rate
    spectrum = np.fft.rfft(np.pad(wave, (pad, size - len(wave) - pad)))
    kept = min(len(spectrum), long // 2 + 1)
    wider = np.zeros(long // 2 + 1, spectrum.dtype)
    wider[:kept] = spectrum[:kept]
    sound = np.fft.irfft(wider, long) * (long / size)
    first = round(pad * SAMPLE_RATE / rate)
    return np.asarray(sound[first : first + round(len(wave) * SAMPLE_RATE / rate)], np.float32)


def trimmed(wave: F32) -> tuple[F32, float]:
    """Speech without the silence before and after it, and the seconds taken off its beginning."""
    loud = np.flatnonzero(np.abs(wave) > _QUIET)
    if len(loud) == 0:
        return wave, 0.0
    margin = int(_MARGIN * SAMPLE_RATE)
    first, last = max(0, int(loud[0]) - margin), min(len(wave), int(loud[-1]) + margin)
    return wave[first:last], first / SAMPLE_RATE
