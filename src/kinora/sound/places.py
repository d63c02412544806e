"""Sounds that stay with what they belong to in the picture: side, loudness, and Doppler."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.sound.protocol import SAMPLE_RATE
from kinora.sound.space import SPEED_OF_SOUND, panned, read_at
from kinora.types.sound import SoundPlace

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

#: Position in the stereo picture of what lies at the frame's edge; 1 is one loudspeaker alone.
EDGE: Final = 0.7
#: Least and most that distance changes the level, dB, and the share of the law of distance (6 dB
#: for each doubling) that counts: levels are told by words first.
_QUIETER, _LOUDER, _SHARE = -4.0, 2.0, 0.5
_NEARING: Final = 6.0  # dB at most, by which coming nearer changes it
_NARROWEST: Final = 0.15  # share of its own width that a small thing's sound keeps
_METRES: Final = 3.0  # to the focus subject
_HEARD_SHIFT: Final = 0.004  # share of the pitch from which Doppler is heard: 7 cents
_RATE: Final = 100  # values a second of curves


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stand:
    """A place as it is heard: curves at `_RATE` from the sound's start on."""

    side: F64  # -1 left to 1 right
    distance: F64  # in distances to the focus subject
    width: float  # share of the sound's own width that is heard


def stand_of(place: SoundPlace, fps: Fraction, *, start: int, samples: int) -> Stand:
    """Where a sound of so many ``samples`` from ``start`` on is."""
    times = start / SAMPLE_RATE + np.arange(samples * _RATE // SAMPLE_RATE + 2) / _RATE
    frames = np.arange(len(place.x)) / float(fps)
    side = np.interp(times, frames, np.clip(EDGE * place.x, -1.0, 1.0))
    return Stand(
        side=side,
        distance=np.interp(times, frames, place.distance),
        width=max(place.wide, _NARROWEST),
    )


def level_of(place: SoundPlace) -> float:
    """dB by which distance lowers or raises a sound, where no word tells how far it is."""
    decibels = -20.0 * _SHARE * np.log10(max(float(place.distance[0]), 1e-3))
    return float(np.clip(decibels, _QUIETER, _LOUDER))


def standing(samples: F32, stand: Stand) -> F32:
    """(n, 2) sound at its place: panned by equal power, louder as it comes nearer."""
    moved = _shifted(samples, stand)
    nearer = 20.0 * np.log10(stand.distance[0] / np.maximum(stand.distance, 1e-3))
    gain = 10.0 ** (np.clip(nearer, -_NEARING, _NEARING) / 20.0)
    if float(np.ptp(gain)) > 0.01:
        moved = moved * _dense(gain, len(samples))[:, None]
    side: F64 | float = float(stand.side[0])
    if float(np.ptp(stand.side)) > 1e-3:
        side = _dense(stand.side, len(samples)).astype(np.float64)
    return panned(moved, side, width=stand.width)


def _shifted(samples: F32, stand: Stand) -> F32:
    """Doppler, where it moves fast enough for it to be heard."""
    metres = stand.distance * _METRES
    if float(np.abs(np.diff(metres)).max()) * _RATE < _HEARD_SHIFT * SPEED_OF_SOUND:
        return samples
    delay = _dense((metres - metres[0]) / SPEED_OF_SOUND, len(samples))
    place = np.arange(len(samples)) - delay.astype(np.float64) * SAMPLE_RATE
    sides = [read_at(samples[:, side], place) for side in (0, 1)]
    return np.stack(sides, axis=1).astype(np.float32)


def _dense(curve: F64, samples: int) -> F32:
    at = np.arange(samples) * (_RATE / SAMPLE_RATE)
    return np.asarray(np.interp(at, np.arange(len(curve)), curve), np.float32)
