"""Plucked and struck strings: the waveguide of Karplus and Strong (1983), solved in frequency.

A loop of one period's delay with a loss filter G has the response X(z) / (1 - G(z) z^-N). Evaluated
on a circle a little outside the unit circle and weighted back, its inverse transform is the sound,
with a delay that needn't be whole samples and a loss without phase: the pitch is exact, where loop
filters in time detune it by cents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kinora.sound.dsp.space import good_size
from kinora.sound.protocol import SAMPLE_RATE as RATE

_FADE: Final = 6.0  # the circle's size: what wraps around is e^-6 of what it was

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.protocol import F32


def string(
    frequency: float,
    excitation: NDArray[np.floating[Any]],
    *,
    seconds: float,
    decay: float,
    dull: float,
    stiffness: float = 0.0,
) -> F32:
    """(n,) a string that was plucked or struck.

    Args:
        frequency: hertz of its first partial.
        excitation: (m,) what is put into it, m much shorter than the note.
        seconds: length.
        decay: seconds in which low partials fall by 60 dB.
        dull: how many times faster partials at 5 kHz fall than low ones.
        stiffness: B of the partials k f √(1 + B k²), of steel strings.
    """
    n = int(seconds * RATE)
    size = good_size(n + RATE // 8)
    f = np.fft.rfftfreq(size, 1 / RATE)
    weaker = np.log(10) * -3.0 / (decay * frequency)
    loss = np.exp(weaker * (1 + (dull - 1) * (f / 5000.0) ** 1.3) - _FADE / size * RATE / frequency)
    angle = (-2 * np.pi * (_turns(f / frequency, stiffness) % 1.0)).astype(np.float32)
    loop = np.empty(len(f), np.complex64)
    loop.real, loop.imag = loss * np.cos(angle), loss * np.sin(angle)
    swinging = np.zeros(max(len(excitation), int(RATE / frequency)))
    swinging[: len(excitation)] = excitation
    over = np.hanning(len(swinging))
    swinging -= over * (swinging.sum() / over.sum())  # a string can't hold a displacement
    weighted = swinging * np.exp(-_FADE / size * np.arange(len(swinging)))
    spectrum = np.fft.rfft(weighted.astype(np.float32), size) / (1 - loop)
    sound = np.fft.irfft(spectrum, size)[:n]
    sound *= np.exp(np.arange(n, dtype=np.float32) * np.float32(_FADE / size))
    return np.asarray(sound, np.float32)


def _turns(harmonic: NDArray[np.floating[Any]], stiffness: float) -> NDArray[np.floating[Any]]:
    """Turns of phase in one loop; whole at each partial, which stiffness spreads upwards."""
    if stiffness == 0.0:
        return harmonic
    # k with k √(1 + B k²) = h √(1 + B): the first partial stays where it is.
    h2 = harmonic**2 * (1 + stiffness)
    return np.asarray(np.sqrt((np.sqrt(1 + 4 * stiffness * h2) - 1) / (2 * stiffness)))
