"""Find the mark in frames of unknown scale, place, orientation and rate, and read it.

Frames are brought to one size, their fine structure is taken relative to its surroundings, and
summed: the mark is the same in all of them, the picture isn't. The pilot is then looked for at
every scale, by correlation with the folded sum over all 64 × 64 shifts at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.provenance.watermark.pattern import SIDE, Pattern, pattern_of
from kinora.provenance.watermark.payload import Payload
from kinora.provenance.watermark.read import Lie, read
from kinora.provenance.watermark.trace import BANKS, Trace, cells, trace, turned

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
C64 = NDArray[np.complex64]

_FINEST: Final = 0.004  # between two scales, as a logarithm

#: Standard scores of the pilot. A mark is *present* from the first on: chance reaches it in fewer
#: than one file in 10⁹ (docs/provenance.md derives it). Reading is tried from the others on.
PRESENT: Final = 8.8
READ_FROM: Final = 5.2
READ_TURNED_FROM: Final = 6.2
_READS: Final = 4  # places where reading is tried, per search
_TURNS: Final = tuple(0.3 * k for k in range(-12, 13) if k)  # degrees
_TURNED_SCALES: Final = (0.92, 1.14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The mark in a picture or clip."""

    score: float  # of the pilot, standard deviations above chance
    payload: Payload | None  # None: it is there but can't be read
    scale: float = 1.0  # size of its cells relative to an uncut frame's
    turned: float = 0.0  # degrees
    mirrored: bool = False

    @property
    def present(self) -> bool:
        """Whether it is there beyond doubt."""
        return self.payload is not None or self.score >= PRESENT


def find(frames: Iterable[U8], keys: Sequence[bytes]) -> Found | None:
    """Look for the mark of any of ``keys``.

    Args:
        frames: luma of frames spread over the clip, each (H, W) uint8, all of one size.
        keys: to try.

    Returns:
        The best finding, readable ones first; None where nothing was above chance.
    """
    traces = trace(frames)
    if not traces:
        return None
    best: Found | None = None
    for key in keys:
        found = _search(traces, key)
        if found is not None and (best is None or _rank(found) > _rank(best)):
            best = found
    return best


def _rank(found: Found) -> tuple[bool, float]:
    return found.payload is not None, found.score


# -- where the square lies ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place(Lie):
    score: float


def _search(traces: Sequence[Trace], key: bytes) -> Found | None:
    """The best place of a key's mark: upright at any scale, then turned near the frame's own."""
    pattern = pattern_of(key)
    upright = [
        place
        for bank, picture in zip(BANKS, traces, strict=True)
        for place in _places(picture.together, _scales(*bank), pattern)
    ]
    found = _read(traces, upright, pattern, key, least=READ_FROM)
    if found is not None and found.payload is not None:
        return found
    leaning: list[_Place] = []
    for angle in _TURNS:
        picture = turned(traces[0].together, angle)
        places = _places(picture, _scales(*_TURNED_SCALES), pattern)
        leaning += [replace(place, turned=angle) for place in places]
    other = _read(traces, leaning, pattern, key, least=READ_TURNED_FROM)
    candidates = [f for f in (found, other) if f is not None]
    return max(candidates, key=_rank, default=None)


def _read(
    traces: Sequence[Trace], places: Sequence[_Place], pattern: Pattern, key: bytes, *, least: float
) -> Found | None:
    """Read the mark at the most likely places, after a closer look at their scales."""
    ordered = sorted(places, key=lambda place: -place.score)
    best: Found | None = None
    for place in ordered[:_READS]:
        if place.score >= least:
            place = _refined(traces, place, pattern)
        payload = None
        if place.score >= least:
            payload = read(traces[_bank(place)], place, pattern, key)
        found = Found(
            score=place.score,
            payload=payload,
            scale=float(np.sqrt(place.scale[0] * place.scale[1])),
            turned=place.turned,
            mirrored=place.mirrored,
        )
        if payload is not None:
            return found
        if best is None or found.score > best.score:
            best = found
    return best


def _scales(low: float, high: float) -> list[float]:
    count = int(np.ceil(np.log(high / low) / _FINEST)) + 1
    return [float(s) for s in np.geomspace(low, high, count)]


def _places(picture: F32, scales: Sequence[float], pattern: Pattern) -> Iterator[_Place]:
    """The best shift at each scale, upright and mirrored."""
    folded = np.stack([_folded(picture, (scale, scale)) for scale in scales])
    for index, scale in enumerate(scales):
        yield from _matched(folded[index], (scale, scale), pattern)


def _matched(folded: F32, scale: tuple[float, float], pattern: Pattern) -> Iterator[_Place]:
    white = _whitened(folded)
    for mirrored in (False, True):
        peaks = np.fft.irfft2(white * _pilot_spectrum(pattern, mirrored), s=(SIDE, SIDE))
        # Their mean is 0, as the spectrum's is.
        deviation = float(np.sqrt(np.vdot(peaks, peaks) / peaks.size)) or 1.0
        at = int(peaks.argmax())
        yield _Place(
            score=float(peaks.flat[at]) / deviation,
            scale=scale,
            mirrored=mirrored,
            shift=divmod(at, SIDE),
        )


def _whitened(folded: F32) -> C64:
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


def _folded(picture: F32, scale: tuple[float, float]) -> F32:
    """The picture at its cells' centres, and all squares of 64 × 64 of them averaged."""
    sampled = cells(picture, scale)
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


def _bank(place: _Place) -> int:
    return 0 if place.turned or place.scale[0] < BANKS[1][0] else 1


def _refined(traces: Sequence[Trace], place: _Place, pattern: Pattern) -> _Place:
    """The place with both scales, and its angle, looked at more closely."""
    together = traces[_bank(place)].together
    best = place
    for step in (0.0016, 0.0006):
        angles = (-60 * step, 0.0, 60 * step) if place.turned else (0.0,)
        centre = best
        for delta in angles:
            angle = centre.turned + delta
            picture = turned(together, angle) if angle else together
            for fx in (1 - step, 1.0, 1 + step):
                for fy in (1 - step, 1.0, 1 + step):
                    scale = (centre.scale[0] * fx, centre.scale[1] * fy)
                    for other in _matched(_folded(picture, scale), scale, pattern):
                        if other.mirrored == place.mirrored and other.score > best.score:
                            best = replace(other, turned=angle)
    return best
