"""How far a mouth is open while it speaks: from the sound of a voice, or from the letters.

A jaw follows the energy of the first formant: it is widest open in loud vowels, and closed where
that band falls silent. It moves more slowly than the sound, and a little ahead of it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.sound.protocol import SAMPLE_RATE
from kinora.types.speech import OPENING_RATE

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

_BAND: Final = (200.0, 1100.0)  # hertz: where vowels that open the mouth are loud
_QUIET: Final = -26.0  # dB under loud vowels: the mouth is closed
_SLOW: Final = 0.035  # seconds: standard deviation of the smoothing
_AHEAD: Final = 0.03  # seconds that the mouth is ahead of the sound
_VOWELS: Final = re.compile(r"[aeiouy]+")
_WIDE: Final = {"a": 1.0, "o": 0.85, "e": 0.7, "i": 0.5, "u": 0.45, "y": 0.45}


def heard_opening(samples: F32) -> F32:
    """How far a mouth is open that says (n,) ``samples`` at 48 kHz: in [0, 1], 100 a second."""
    hop = SAMPLE_RATE // OPENING_RATE
    count = -(-len(samples) // hop)
    if not count:
        return np.zeros(0, np.float32)
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1.0 / SAMPLE_RATE)
    spectrum[(hertz < _BAND[0]) | (hertz > _BAND[1])] = 0.0
    band = np.zeros(count * hop)
    band[: len(samples)] = np.fft.irfft(spectrum, len(samples))
    power = _smoothed((band.reshape(count, hop) ** 2).mean(axis=1), 0.015)
    loud = float(np.percentile(power, 95.0))
    if loud <= 1e-12:
        return np.zeros(count, np.float32)
    level = 10.0 * np.log10(np.maximum(power / loud, 1e-6))
    opened = _smoothed(np.clip(1.0 - level / _QUIET, 0.0, 1.0) ** 1.5, _SLOW)
    early = round(_AHEAD * OPENING_RATE)
    opened = np.concatenate([opened[early:], np.zeros(early)])
    return _ended(opened)


def written_opening(text: str, seconds: float) -> F32:
    """The same for a line that is only shown: a movement for each group of vowels.

    Args:
        text: the line.
        seconds: how long it is said.
    """
    plain = unicodedata.normalize("NFKD", text.lower())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    count = max(round(seconds * OPENING_RATE), 1)
    place = np.arange(count) / count * max(len(letters), 1)
    opened = np.zeros(count)
    for vowels in _VOWELS.finditer(letters):
        wide = max(_WIDE[letter] for letter in vowels.group())
        middle = (vowels.start() + vowels.end()) / 2.0
        near = np.clip(1.0 - np.abs(place - middle) / 1.6, 0.0, 1.0)
        opened = np.maximum(opened, wide * near)
    return _ended(_smoothed(opened, _SLOW))


def _ended(opened: F64) -> F32:
    """Closed at both ends, over a tenth of a second."""
    ramp = np.minimum(np.arange(len(opened)), np.arange(len(opened))[::-1]) * 10.0 / OPENING_RATE
    return np.asarray(opened * np.clip(ramp, 0.0, 1.0), np.float32)


def _smoothed(values: F64, spread: float) -> F64:
    """Under a Gaussian of ``spread`` seconds."""
    reach = max(1, int(3.0 * spread * OPENING_RATE))
    steps = np.arange(-reach, reach + 1)
    bell = np.exp(-((steps / (spread * OPENING_RATE)) ** 2) / 2.0)
    padded = np.pad(values, reach)
    return np.convolve(padded, bell / bell.sum(), mode="valid")
