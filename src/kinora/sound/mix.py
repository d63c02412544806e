"""Stems → one sound: ducked under speech, at the wanted loudness, its true peak held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.sound.dsp.filters import amplify, filter_in_place, high_pass
from kinora.sound.limiter import master
from kinora.sound.loudness import SILENCE, STRETCH, amplitude, decibels, power_of
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
_LOW: Final = 36.0  # hertz: what is below, no loudspeaker of a laptop or phone plays


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mix:
    """A finished mix: (n, 2) float32, and the stems that it is made of, as they are in it."""

    samples: F32
    stems: Mapping[Stem, F32]
    loudness: float  # LUFS


def mixed(tracks: Iterable[Track], samples: int, *, target: float | None, parts: bool) -> Mix:
    """Add up ``tracks`` over ``samples``, and take the sum to ``target`` LUFS (None: as it is).

    Args:
        tracks: what sounds; each may be made when its turn comes.
        samples: length of the whole.
        target: integrated loudness.
        parts: whether the stems are wanted, too; without them a long clip takes less memory.
    """
    stems: dict[Stem, F32] = {}
    for track in tracks:
        if track.stem not in stems:
            stems[track.stem] = np.zeros((samples, 2), np.float32)
        stem = stems[track.stem]
        room = min(len(track.samples), samples - track.start)
        stem[track.start : track.start + room] += track.samples[:room]
        del track  # before the next is made
    for stem in stems.values():
        filter_in_place(stem, high_pass(_LOW))
    if "speech" in stems:
        _duck(stems, stems["speech"])
    whole = np.zeros((samples, 2), np.float32)
    for name in tuple(stems):
        whole += stems[name] if parts else stems.pop(name)
    done = master(whole, target)
    for stem in (*stems.values(), whole):
        amplify(stem, done.gain)
    return Mix(samples=whole, stems=stems, loudness=done.loudness)


def speaking(speech: F32) -> NDArray[np.bool_]:
    """When somebody speaks: one value per 1/`_RATE` s, short pauses between words filled."""
    hop = SAMPLE_RATE // _RATE
    level = np.array([float((speech[k : k + hop] ** 2).sum()) for k in range(0, len(speech), hop)])
    loud: NDArray[np.bool_] = level > level.max() * amplitude(2.0 * _SPEAKING)
    if not level.max() > 0.0:
        return loud
    return _spread(loud, before=int(_PAUSE * _RATE / 2), after=int(_PAUSE * _RATE / 2))


def _duck(stems: dict[Stem, F32], speech: F32) -> None:
    """Lower everything but speech while it is heard, at least until speech stands clear."""
    talk = speaking(speech)
    bed = sum(
        amplitude(depth) ** 2 * power_of(stems[name])  # the stems have nothing in common
        for name, depth in _DUCK.items()
        if name in stems
    )
    over = _level(power_of(speech), talk) - _level(np.asarray(bed), talk)
    more = min(0.0, over - SPEECH_OVER_BED)
    curve = _curve(talk, len(speech))
    for name, depth in _DUCK.items():
        if name in stems:
            amplify(stems[name], 10.0 ** ((depth + more) * curve / 20.0))


def _level(power: F64, talk: NDArray[np.bool_]) -> float:
    """Level of what has this power while somebody talks, in dB."""
    if not power.ndim or not talk.any():
        return SILENCE
    when = np.repeat(talk, SAMPLE_RATE // _RATE // STRETCH)[: len(power)]
    return decibels(float(np.sqrt(power[when].mean())))


def _curve(talk: NDArray[np.bool_], samples: int) -> F64:
    """Share of the ducking in [0, 1] at the edges of stretches: there before the first word, gone
    slowly."""
    ahead = round((_AHEAD + _ATTACK / 2) * _RATE)
    down = _spread(talk, before=ahead, after=int(_RELEASE * _RATE / 2)).astype(np.float64)
    smooth = _smoothed(down, int(_ATTACK * _RATE))
    slow = _smoothed(_spread(talk, before=0, after=int(_RELEASE * _RATE)).astype(np.float64),
                     int(_RELEASE * _RATE))  # fmt: skip
    edges = np.arange(-(-samples // STRETCH) + 1)
    at = edges * (STRETCH * _RATE / SAMPLE_RATE) - 0.5
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
