"""Where the mark's square lies in a picture: at which scale, shift and turn its pilot shows.

The pilot is looked for at every scale, by correlation with the folded picture over all 64 × 64
shifts at once. The likeliest places are then looked at more closely: scales between those of the
grid, cells that begin within a cell of the picture's corner, turns between those of the grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.provenance.watermark.pattern import SIDE, Pattern
from kinora.provenance.watermark.trace import BANKS, Lie, Trace, cells, turned

F32 = NDArray[np.float32]
C64 = NDArray[np.complex64]

_FINEST: Final = 0.004  # between two scales, as a logarithm
TURNS: Final = tuple(0.3 * k for k in range(-12, 13) if k)  # degrees
TURNED_SCALES: Final = (0.92, 1.14)
#: A closer look: steps of scale (as a share), of a cell, and of degrees for each step of scale.
_SCALE_STEPS: Final = (0.0016, 0.0006)
_CELL_STEPS: Final = (0.25, 0.125)
_DEGREES: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Lie):
    """A place, and how far the pilot stands out there."""

    score: float  # standard deviations above chance


def upright(traces: Sequence[Trace], pattern: Pattern) -> list[Place]:
    """The best shift at each scale, as it is and mirrored."""
    return [
        place
        for bank, trace in zip(BANKS, traces, strict=True)
        for scale in scales(*bank)
        for place in matched(trace.together, Lie(scale=(scale, scale)), pattern)
    ]


def leaning(traces: Sequence[Trace], pattern: Pattern) -> list[Place]:
    """The same for turned pictures, near the frame's own scale."""
    found = []
    for angle in TURNS:
        picture = turned(traces[0].together, angle)
        for scale in scales(*TURNED_SCALES):
            places = matched(picture, Lie(scale=(scale, scale)), pattern)
            found += [replace(place, turned=angle) for place in places]
    return found


def scales(low: float, high: float) -> list[float]:
    """Scales so dense that none between two of them is missed."""
    count = int(np.ceil(np.log(high / low) / _FINEST)) + 1
    return [float(s) for s in np.geomspace(low, high, count)]


def trace_of(traces: Sequence[Trace], lie: Lie) -> Trace:
    """The one whose filters are tuned to cells of this size."""
    return traces[0 if lie.turned or lie.scale[0] < BANKS[1][0] else 1]


def refined(traces: Sequence[Trace], place: Place, pattern: Pattern) -> Place:
    """The best place near ``place``: both scales apart, parts of a cell, and the turn."""
    together = trace_of(traces, place).together
    best = place
    for scale_step, cell_step in zip(_SCALE_STEPS, _CELL_STEPS, strict=True):
        turns = (-1, 0, 1) if place.turned else (0,)
        angles = [best.turned + turn * _DEGREES * scale_step for turn in turns]
        for angle in angles:
            picture = turned(together, angle) if angle else together
            for near, step in ((_moved, cell_step), (_scaled, scale_step)):
                for lie in near(best, step):
                    upright = replace(lie, turned=0.0)
                    (other,) = matched(picture, upright, pattern, ways=(place.mirrored,))
                    if other.score > best.score:
                        best = replace(other, turned=angle)
    return best


def _moved(lie: Lie, step: float) -> Iterator[Lie]:
    for x, y in product((-step, 0.0, step), repeat=2):
        yield replace(lie, begin=(lie.begin[0] + x, lie.begin[1] + y))


def _scaled(lie: Lie, step: float) -> Iterator[Lie]:
    for x, y in product((1 - step, 1.0, 1 + step), repeat=2):
        yield replace(lie, scale=(lie.scale[0] * x, lie.scale[1] * y))


def matched(
    picture: F32, lie: Lie, pattern: Pattern, *, ways: Sequence[bool] = (False, True)
) -> Iterator[Place]:
    """The best shift of cells that lie so, as they are and mirrored, or in one of both ways."""
    white = whitened(folded(picture, lie))
    for mirrored in ways:
        peaks = np.fft.irfft2(white * _pilot_spectrum(pattern, mirrored), s=(SIDE, SIDE))
        # Their mean is 0, as the spectrum's is.
        deviation = float(np.sqrt(np.vdot(peaks, peaks) / peaks.size)) or 1.0
        at = int(peaks.argmax())
        yield Place(
            score=float(peaks.flat[at]) / deviation,
            scale=lie.scale,
            begin=lie.begin,
            mirrored=mirrored,
            shift=divmod(at, SIDE),
        )


def whitened(folded: F32) -> C64:
    """The spectrum of a folded picture, its loud parts held down."""
    spectrum = np.fft.rfft2(folded).astype(np.complex64)
    spectrum[0, 0] = 0
    size = np.abs(spectrum)
    return np.asarray(spectrum / (size + 0.5 * np.median(size) + 1e-9), np.complex64)


def _pilot_spectrum(pattern: Pattern, mirrored: bool) -> C64:
    return _spectrum(pattern.pilot.tobytes(), mirrored)


@lru_cache(maxsize=128)
def _spectrum(pilot: bytes, mirrored: bool) -> C64:
    values = np.frombuffer(pilot, np.float32).reshape(SIDE, SIDE)
    if mirrored:
        values = values[:, ::-1]
    return np.asarray(np.conj(np.fft.rfft2(values)), np.complex64)


def folded(picture: F32, lie: Lie) -> F32:
    """The picture at its cells' centres, and all squares of 64 × 64 of them averaged."""
    sampled = cells(picture, replace(lie, turned=0.0))
    rows, columns = sampled.shape
    tall, wide = -(-rows // SIDE) * SIDE, -(-columns // SIDE) * SIDE
    padded = np.zeros((tall, wide), np.float32)
    padded[:rows, :columns] = sampled
    counts = np.outer(_repeats(rows), _repeats(columns))
    total = padded.reshape(tall // SIDE, SIDE, wide // SIDE, SIDE).sum(axis=(0, 2))
    return np.asarray(total / np.sqrt(np.maximum(counts, 1.0)), np.float32)


def _repeats(count: int) -> F32:
    """How often each place of the square occurs among ``count`` cells."""
    return (np.arange(SIDE, dtype=np.float32) < count % SIDE) + np.float32(count // SIDE)
