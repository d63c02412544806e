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

#: How many of the likeliest numbers are looked at, where the first isn't right. With the two plain
#: readings before, that is 130 numbers a place: `detect.Effort` says why no more.
AMONG: Final = 128
# The picture's own spectrum is smooth: it is averaged over so many of 64 frequencies. Fewer would
# take the mark for the picture, more would leave edges of its peaks.
_ENVELOPE: Final = 2.0
# What one cell may say at most, in standard deviations: an edge isn't a loud bit.
_LOUDEST: Final = 2.5
# Trust in a cell: the pilot's strength there, averaged over so many cells (it is weak, and changes
# slowly), over the picture's unrest, averaged over few (it ends at edges). Neither counts less than
# a share of its mean, for both are estimates, and a lucky zero would rule the sum.
_STRENGTH_OVER: Final = 16.0
_UNREST_OVER: Final = 3.0
_LEAST_STRENGTH: Final = 0.3
_LEAST_UNREST: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class _Signs:
    """What the key says about each cell of a picture; arrays are (R, C)."""

    pilot: F32
    chips: F32
    bits: I32


def read(trace: Trace, lie: Lie, pattern: Pattern, key: bytes) -> Payload | None:
    """The payload at a place, None if no reading passes its check.

    Two readings that err in different ways: all cells of all frames alike, and each as much as it
    is to be trusted. Where neither is right, their sum mostly nearly is.
    """
    together = cells(trace.together, lie)
    signs = _signs(together.shape, lie, pattern)
    alike = _summed(_said(_evened(together), signs), signs)
    if payload := decoded(alike, key):
        return payload
    frames = np.stack([cells(frame, lie) for frame in trace.frames])
    weighed = _evened(np.tensordot(shown(frames, signs.pilot), frames, 1))
    trusted = _summed(_trust(weighed, signs) * _said(weighed, signs), signs)
    return decoded(trusted, key) or decoded(alike + trusted, key, among=AMONG)


def _signs(shape: tuple[int, ...], lie: Lie, pattern: Pattern) -> _Signs:
    """The key's square, repeated over a picture of (R, C) cells as it lies there."""
    rows, columns = (
        (np.arange(n) - shift) % SIDE for n, shift in zip(shape, lie.shift, strict=True)
    )
    at = np.ix_(rows, SIDE - 1 - columns if lie.mirrored else columns)
    return _Signs(pattern.pilot[at], pattern.chips[at], pattern.bits[at])


def shown(frames: F32, pilot: F32) -> F32:
    """(T,) how well the pilot shows in each of (T, R, C) frames, relative to all; sums to 1.

    A frame in which it shows less than nothing is noise and doesn't count.
    """
    unrest = np.sqrt(np.mean(frames * frames, axis=(1, 2))) + 1e-6
    shown = np.maximum(np.mean(frames * pilot, axis=(1, 2)) / unrest, 0.0)
    total = float(shown.sum())
    even = np.full(len(shown), 1.0 / len(shown))
    return np.asarray(shown / total if total > 0 else even, np.float32)


def _evened(picture: F32) -> F32:
    """Cells without the picture's own spectrum, (R, C), in standard deviations, none too loud."""
    return np.clip(_whitened(picture), -_LOUDEST, _LOUDEST)


def _said(values: F32, signs: _Signs) -> F32:
    """What each cell says of its bit: positive for 1. The pilot says nothing and is taken away."""
    pilot = float(np.mean(values * signs.pilot))
    return np.asarray((values - pilot * signs.pilot) * signs.chips, np.float32)


def _trust(values: F32, signs: _Signs) -> F32:
    """How much each cell is to be trusted: where the pilot shows, and the picture is calm."""
    pilot = values * signs.pilot
    least = _LEAST_STRENGTH * max(float(pilot.mean()), 1e-3)
    strength = np.maximum(_near(pilot, _STRENGTH_OVER), least)
    unrest = _near(values * values, _UNREST_OVER)
    return np.asarray(strength / (unrest + _LEAST_UNREST * float(unrest.mean()) + 1e-9), np.float32)


def _summed(said: F32, signs: _Signs) -> F32:
    """(`CODED_BITS`,) the sum over each bit's cells; of deviation 1, so that sums can be added."""
    soft = np.bincount(signs.bits.ravel(), said.ravel().astype(np.float64), CODED_BITS)
    return np.asarray(soft / (soft.std() + 1e-9), np.float32)


def _near(values: F32, over: float) -> F32:
    near = cv2.GaussianBlur(values, (0, 0), over, borderType=cv2.BORDER_REFLECT)
    return np.asarray(near, np.float32)


def _whitened(picture: F32) -> F32:
    """With an even spectrum, and of standard deviation 1."""
    spectrum = np.fft.fft2(picture)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    y, x = (max(_ENVELOPE * side / SIDE, 0.5) for side in picture.shape)
    around = 16  # frequencies; a spectrum goes on beyond its ends at the other one
    wide = cv2.GaussianBlur(np.pad(power, around, mode="wrap"), (0, 0), sigmaX=x, sigmaY=y)
    envelope = np.sqrt(wide[around:-around, around:-around]) + 1e-9
    even = np.fft.ifft2(spectrum / envelope).real
    return np.asarray(even / (even.std() + 1e-9), np.float32)
