"""Read the mark's bits where its square has been found.

The pilot is known by then, so it tells two things that the search couldn't know. Frames differ: an
encoder keeps the mark in the frames that it codes on their own and smears it over those that it
predicts from moved ones, so each counts as much as its pilot shows. And parts of the picture
differ: each counts by its pilot's strength and against its own unrest, as in maximum-ratio
combining (Brennan, Proc. IRE 47, 1959).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.provenance.watermark.pattern import SIDE, Pattern
from kinora.provenance.watermark.payload import CODED_BITS, Payload, decoded
from kinora.provenance.watermark.trace import Lie, Trace, cells

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]

#: How many of the likeliest numbers are looked at, where the first isn't right.
AMONG: Final = 128
# Over how many frequencies of 64 the picture's own spectrum is averaged, and what a cell may say
# at most, in standard deviations.
_ENVELOPE, _LOUDEST = 2.0, 2.5
# Over how many cells the pilot's strength and the picture's unrest are averaged, and the least
# share of the mean that either counts.
_WIDE, _NARROW, _LEAST_PILOT, _LEAST_UNREST = 16.0, 3.0, 0.3, 0.1


@dataclass(frozen=True, slots=True, eq=False)
class _Signs:
    """What the key says about each cell of a picture; arrays are (R, C)."""

    pilot: F32
    chips: F32
    bits: I32


def read(trace: Trace, lie: Lie, pattern: Pattern, key: bytes) -> Payload | None:
    """The payload at a place, None if no reading passes its check."""
    together = cells(trace.together, lie)
    signs = _signs(together.shape, lie, pattern)
    plain, _ = _bits(together, signs)
    payload = decoded(plain, key)
    if payload is not None:
        return payload
    frames = np.stack([cells(frame, lie) for frame in trace.frames])
    _, weighed = _bits(np.tensordot(shown(frames, signs.pilot), frames, 1), signs)
    return decoded(weighed, key) or decoded(plain + weighed, key, among=AMONG)


def _signs(shape: tuple[int, ...], lie: Lie, pattern: Pattern) -> _Signs:
    rows, columns = (
        (np.arange(n) - shift) % SIDE for n, shift in zip(shape, lie.shift, strict=True)
    )
    at = np.ix_(rows, SIDE - 1 - columns if lie.mirrored else columns)
    return _Signs(pattern.pilot[at], pattern.chips[at], pattern.bits[at])


def shown(frames: F32, pilot: F32) -> F32:
    """(T,) how well the pilot shows in each of (T, R, C) frames, relative to all; sums to 1."""
    unrest = np.sqrt(np.mean(frames * frames, axis=(1, 2))) + 1e-6
    shown = np.maximum(np.mean(frames * pilot, axis=(1, 2)) / unrest, 0.0)
    total = float(shown.sum())
    even = np.full(len(shown), 1.0 / len(shown))
    return np.asarray(shown / total if total > 0 else even, np.float32)


def _bits(picture: F32, signs: _Signs) -> tuple[F32, F32]:
    """What its cells say of each coded bit: all alike, and each as much as it is to be trusted.

    The picture's own spectrum, as smooth as pictures' are, is divided out, the pilot is taken away,
    and no cell may shout.
    """
    values = np.clip(_whitened(picture), -_LOUDEST, _LOUDEST)
    pilot = values * signs.pilot
    strength = np.maximum(_near(pilot, _WIDE), _LEAST_PILOT * max(float(pilot.mean()), 1e-3))
    unrest = _near(values * values, _NARROW)
    trust = strength / (unrest + _LEAST_UNREST * float(unrest.mean()) + 1e-9)
    said = (values - pilot.mean() * signs.pilot) * signs.chips
    return _summed(said, signs.bits), _summed(trust * said, signs.bits)


def _summed(said: F32, bits: I32) -> F32:
    soft = np.bincount(bits.ravel(), said.ravel().astype(np.float64), CODED_BITS)
    return np.asarray(soft / (soft.std() + 1e-9), np.float32)


def _near(values: F32, over: float) -> F32:
    near = cv2.GaussianBlur(values, (0, 0), over, borderType=cv2.BORDER_REFLECT)
    return np.asarray(near, np.float32)


def _whitened(picture: F32) -> F32:
    """With an even spectrum, and of standard deviation 1."""
    spectrum = np.fft.fft2(picture)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    y, x = (max(_ENVELOPE * side / SIDE, 0.5) for side in picture.shape)
    around = 16  # the spectrum goes on beyond its ends
    wide = cv2.GaussianBlur(np.pad(power, around, mode="wrap"), (0, 0), sigmaX=x, sigmaY=y)
    envelope = np.sqrt(wide[around:-around, around:-around]) + 1e-9
    even = np.fft.ifft2(spectrum / envelope).real
    return np.asarray(even / (even.std() + 1e-9), np.float32)
