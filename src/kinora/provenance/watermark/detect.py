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

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.provenance.watermark.pattern import CELLS_ACROSS, SIDE, Pattern, pattern_of
from kinora.provenance.watermark.payload import CODED_BITS, Payload, decoded

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
C64 = NDArray[np.complex64]

#: Frames are brought to this many pixels on their shorter side; a cell has 4 of them then.
WORKING_SIDE: Final = 360
_CELL: Final = WORKING_SIDE / CELLS_ACROSS
#: Which sizes of cells, relative to an uncut frame's, each bank of filters looks for.
_BANKS: Final = ((0.40, 1.22), (1.22, 2.40))
_FINEST: Final = 0.004  # between two scales, as a logarithm

#: Standard scores of the pilot. A mark is *present* from the first on: chance reaches it in fewer
#: than one file in 10⁹ (docs/provenance.md derives it). Reading is tried from the others on.
PRESENT: Final = 8.8
READ_FROM: Final = 5.2
READ_TURNED_FROM: Final = 6.2
_READS: Final = 4  # places where reading is tried, per search
_TURNS: Final = tuple(0.3 * k for k in range(-12, 13) if k)  # degrees
_TURNED_SCALES: Final = (0.92, 1.14)
# Over how many frequencies the picture's own spectrum is averaged, and what a cell may say at most,
# in standard deviations.
_ENVELOPE: Final = 1.5
_LOUDEST: Final = 1.3


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


# -- from frames to one picture of what they have in common ---------------------------------------


def trace(frames: Iterable[U8]) -> list[F32]:
    """The summed fine structure of frames, once per bank of filters; empty without frames."""
    sums: list[F32] = []
    for frame in frames:
        height, width = frame.shape
        factor = WORKING_SIDE / min(height, width)
        size = (max(round(width * factor), 8), max(round(height * factor), 8))
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        small = cv2.resize(frame, size, interpolation=how).astype(np.float32)
        parts = [_structure(small, cell=_CELL * middle) for middle in _middles()]
        sums = [s + p for s, p in zip(sums, parts, strict=True)] if sums else parts
    return sums


def _middles() -> list[float]:
    """The size of cells that each bank is tuned to: the first to uncut frames."""
    return [1.0, float(np.sqrt(_BANKS[1][0] * _BANKS[1][1]))]


def _structure(luma: F32, *, cell: float) -> F32:
    """Structure of the size of cells, relative to its surroundings, cut off at ±1.1."""
    fine = cv2.GaussianBlur(luma, (0, 0), 0.3 * cell) - cv2.GaussianBlur(luma, (0, 0), 0.75 * cell)
    side = 2 * round(1.5 * cell) + 1
    level = np.sqrt(np.maximum(cv2.blur(fine * fine, (side, side)), 0.0)) + 0.25
    return np.asarray(np.clip(fine / level, -1.1, 1.1), np.float32)


# -- where the square lies ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    score: float
    scale: tuple[float, float]  # x, y
    mirrored: bool
    folded: F32  # (64, 64)
    shift: tuple[int, int]  # rows and columns to the square's corner
    turned: float = 0.0

    @property
    def square(self) -> F32:
        """(64, 64) as the square has it, from its corner on."""
        square = np.roll(self.folded, (-self.shift[0], -self.shift[1]), (0, 1))
        return square[:, ::-1] if self.mirrored else square


def _search(traces: Sequence[F32], key: bytes) -> Found | None:
    """The best place of a key's mark: upright at any scale, then turned near the frame's own."""
    pattern = pattern_of(key)
    upright = [
        place
        for bank, picture in zip(_BANKS, traces, strict=True)
        for place in _places(picture, _scales(*bank), pattern)
    ]
    found = _read(traces, upright, pattern, key, least=READ_FROM)
    if found is not None and found.payload is not None:
        return found
    turned: list[_Place] = []
    for angle in _TURNS:
        picture = _turned(traces[0], angle)
        places = _places(picture, _scales(*_TURNED_SCALES), pattern)
        turned += [replace(place, turned=angle) for place in places]
    other = _read(traces, turned, pattern, key, least=READ_TURNED_FROM)
    candidates = [f for f in (found, other) if f is not None]
    return max(candidates, key=_rank, default=None)


def _read(
    traces: Sequence[F32], places: Sequence[_Place], pattern: Pattern, key: bytes, *, least: float
) -> Found | None:
    """Read the mark at the most likely places, after a closer look at their scales."""
    ordered = sorted(places, key=lambda place: -place.score)
    best: Found | None = None
    for place in ordered[:_READS]:
        if place.score >= least:
            place = _refined(traces, place, pattern)
        payload = None
        if place.score >= least:
            payload = decoded(_soft(place.square, pattern), key)
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
            folded=folded,
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
    """The picture, sampled at its cells' centres, and all squares of 64 × 64 of them averaged."""
    height, width = picture.shape
    step = (_CELL * scale[0], _CELL * scale[1])
    columns, rows = int(width / step[0]), int(height / step[1])
    # A sample at cell i lies at (i + ½) steps; pixel centres lie at +½.
    to = np.array(
        [[step[0], 0, 0.5 * step[0] - 0.5], [0, step[1], 0.5 * step[1] - 0.5]], np.float32
    )
    cells = cv2.warpAffine(
        picture, to, (columns, rows), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    tall, wide = -(-rows // SIDE) * SIDE, -(-columns // SIDE) * SIDE
    padded = np.zeros((tall, wide), np.float32)
    padded[:rows, :columns] = cells
    counts = np.outer(_repeats(rows), _repeats(columns))
    total = padded.reshape(tall // SIDE, SIDE, wide // SIDE, SIDE).sum(axis=(0, 2))
    return np.asarray(total / np.sqrt(np.maximum(counts, 1.0)), np.float32)


def _repeats(count: int) -> F32:
    """How often each place of the square occurs among ``count`` cells."""
    return (np.arange(SIDE, dtype=np.float32) < count % SIDE) + np.float32(count // SIDE)


def _turned(picture: F32, degrees: float) -> F32:
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height)), np.float32)


def _refined(traces: Sequence[F32], place: _Place, pattern: Pattern) -> _Place:
    """The place with both scales, and its angle, looked at more closely."""
    bank = 0 if place.turned or place.scale[0] < _BANKS[1][0] else 1
    best = place
    for step in (0.0016, 0.0006):
        angles = (-60 * step, 0.0, 60 * step) if place.turned else (0.0,)
        centre = best
        for delta in angles:
            angle = centre.turned + delta
            picture = _turned(traces[bank], angle) if angle else traces[bank]
            for fx in (1 - step, 1.0, 1 + step):
                for fy in (1 - step, 1.0, 1 + step):
                    scale = (centre.scale[0] * fx, centre.scale[1] * fy)
                    for other in _matched(_folded(picture, scale), scale, pattern):
                        if other.mirrored == place.mirrored and other.score > best.score:
                            best = replace(other, turned=angle)
    return best


def _soft(square: F32, pattern: Pattern) -> F32:
    """For each coded bit, what its cells say together.

    The picture's own spectrum, as smooth as pictures' are, is divided out, the pilot is taken away,
    which is known by now, and no cell may shout.
    """
    spectrum = np.fft.rfft2(square)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    envelope = np.sqrt(cv2.GaussianBlur(power, (0, 0), _ENVELOPE)) + 1e-9
    even = np.fft.irfft2(spectrum / envelope, s=(SIDE, SIDE))
    even -= (even * pattern.pilot).mean() * pattern.pilot
    values = np.clip(even / (even.std() + 1e-9), -_LOUDEST, _LOUDEST) * pattern.chips
    soft = np.bincount(pattern.bits.ravel(), values.ravel().astype(np.float64), CODED_BITS)
    return np.asarray(soft / (soft.std() + 1e-9), np.float32)
