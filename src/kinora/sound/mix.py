"""Stems → one sound: ducked under speech, at the wanted loudness, its true peak held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.sound.limiter import master
from kinora.sound.loudness import SILENCE, amplitude, decibels, fast_size, power_of
from kinora.sound.protocol import SAMPLE_RATE
from kinora.sound.tracks import Track
from kinora.types.sound import Stem

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

#: How far speech stands over the rest while somebody speaks, in dB.
SPEECH_OVER_BED: Final = 13.0

_DUCK: Final[dict[Stem, float]] = {"music": -9.0, "ambience": -5.0, "effects": -4.0}  # dB
_RATE: Final = 100  # values a second of the ducking curve
_ATTACK: Final = 0.12  # seconds, before the first word
_AHEAD: Final = 0.10
_RELEASE: Final = 0.5
_SPEAKING: Final = -35.0  # dB under the loudest speech
_PAUSE: Final = 0.3  # seconds between words that are no pause
_LOW: Final = (30.0, 45.0)  # hertz: nothing below, everything above


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mix:
    """A finished mix: (n, 2) float32, and the stems that it is made of, as they are in it."""

    samples: F32
    stems: Mapping[Stem, F32]
    loudness: float  # LUFS


def mixed(tracks: Iterable[Track], samples: int, *, target: float | None) -> Mix:
    """Add up ``tracks`` over ``samples``, and take the sum to ``target`` LUFS (None: as it is)."""
    stems: dict[Stem, F32] = {}
    for track in tracks:
        stem = stems.setdefault(track.stem, np.zeros((samples, 2), np.float32))
        room = min(len(track.samples), samples - track.start)
        stem[track.start : track.start + room] += track.samples[:room]
    stems = {name: _without_rumble(stem) for name, stem in stems.items()}
    speech = stems.get("speech")
    if speech is not None:
        _duck(stems, speech)
    whole = np.zeros((samples, 2), np.float32)
    for stem in stems.values():
        whole += stem
    done = master(whole, target)
    for stem in (*stems.values(), whole):
        stem *= done.gain[:, None]
    return Mix(samples=whole, stems=stems, loudness=done.loudness)


def speaking(speech: F32) -> NDArray[np.bool_]:
    """When somebody speaks: one value per 1/`_RATE` s, short pauses between words filled."""
    hop = SAMPLE_RATE // _RATE
    count = -(-len(speech) // hop)
    power = np.zeros(count * hop)
    power[: len(speech)] = (speech.astype(np.float64) ** 2).sum(axis=1)
    level = power.reshape(count, hop).mean(axis=1)
    loud: NDArray[np.bool_] = level > level.max() * amplitude(2.0 * _SPEAKING)
    if not level.max() > 0.0:
        return loud
    return _spread(loud, before=int(_PAUSE * _RATE / 2), after=int(_PAUSE * _RATE / 2))


def _duck(stems: dict[Stem, F32], speech: F32) -> None:
    """Lower everything but speech while it is heard, at least until speech stands clear."""
    talk = speaking(speech)
    while_talking = np.repeat(talk, SAMPLE_RATE // _RATE)[: len(speech)]
    bed = np.zeros_like(speech)
    for name, depth in _DUCK.items():
        if name in stems:
            bed += stems[name] * np.float32(amplitude(depth))
    over = _level(speech, while_talking) - _level(bed, while_talking)
    more = min(0.0, over - SPEECH_OVER_BED)
    curve = _curve(talk, len(speech))
    for name, depth in _DUCK.items():
        if name in stems:
            stems[name] *= (10.0 ** ((depth + more) * curve / 20.0)).astype(np.float32)[:, None]


def _level(samples: F32, when: NDArray[np.bool_]) -> float:
    """K-weighted level while ``when``, in dB."""
    if not when.any():
        return SILENCE
    return decibels(float(np.sqrt(power_of(samples)[when].mean(dtype=np.float64))))


def _curve(talk: NDArray[np.bool_], samples: int) -> F64:
    """(samples,) share of the ducking in [0, 1]: there before the first word, gone slowly."""
    ahead = round((_AHEAD + _ATTACK / 2) * _RATE)
    down = _spread(talk, before=ahead, after=int(_RELEASE * _RATE / 2)).astype(np.float64)
    smooth = _smoothed(down, int(_ATTACK * _RATE))
    slow = _smoothed(_spread(talk, before=0, after=int(_RELEASE * _RATE)).astype(np.float64),
                     int(_RELEASE * _RATE))  # fmt: skip
    at = (np.arange(samples) + 0.5) / (SAMPLE_RATE / _RATE) - 0.5
    found: F64 = np.interp(at, np.arange(len(talk)), np.maximum(smooth, slow))
    return found


def _spread(flags: NDArray[np.bool_], *, before: int, after: int) -> NDArray[np.bool_]:
    """True wherever a flag is set within ``after`` values earlier or ``before`` later."""
    total = np.concatenate([[0], np.cumsum(flags)])
    index = np.arange(len(flags))
    first = np.maximum(index - after, 0)
    last = np.minimum(index + before + 1, len(flags))
    return np.asarray(total[last] > total[first])


def _smoothed(values: F64, width: int) -> F64:
    """Under a raised cosine of ``width`` values, the ends held."""
    window = np.hanning(width + 2)[1:-1]
    half = width // 2
    padded = np.pad(values, (half, width - 1 - half), mode="edge")
    return np.convolve(padded, window / window.sum(), mode="valid")


def _without_rumble(stem: F32) -> F32:
    """Without what no loudspeaker of a laptop or phone plays, and without DC."""
    n = len(stem)
    size = fast_size(n + SAMPLE_RATE // 4)
    spectrum = np.fft.rfft(stem, size, axis=0)
    f = np.fft.rfftfreq(size, 1.0 / SAMPLE_RATE)
    x = np.clip((f - _LOW[0]) / (_LOW[1] - _LOW[0]), 0.0, 1.0)
    spectrum *= (x * x * (3.0 - 2.0 * x)).astype(np.float32)[:, None]
    return np.asarray(np.fft.irfft(spectrum, size, axis=0)[:n], np.float32)
