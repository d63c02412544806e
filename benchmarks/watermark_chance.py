"""Does chance ever look like an invisible mark?

    python -m benchmarks.watermark_chance [PHOTO …] [--tries 10000] [--shard K/N] [--minutes M]

Searches with keys of their own through what carries no mark of theirs: photos without any mark,
photos with another key's, and short moves over such ones. None may be found. Tries are numbered,
and a number says both the key and the picture, so N shards (``--shard 1/5`` … ``5/5``) make the
same tries as one run; ``--minutes`` ends a run early, and ``--from`` with the number that it told
last goes on there. Every 500th search is repeated by the detector's own slow way.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.common import ROOT, report
from kinora.provenance.watermark import detect, places, trace
from kinora.provenance.watermark.embed import Marker
from kinora.provenance.watermark.pattern import SIDE, Pattern, pattern_of
from kinora.types.geometry import Size

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

SIZE: Final = Size(1280, 720)
FOREIGN: Final = b"a foreign key for this"
#: What a photo is searched as: with or without another key's mark, alone or as frames of a move.
WAYS: Final = ("photo", "foreign photo", "foreign clip")
_CLIP_FRAMES, _ZOOM = 12, 0.01  # of a move, and what each frame is enlarged by
#: How often each column of half a spectrum counts in the whole one.
_TWICE: Final = np.r_[1.0, np.full(31, 2.0), 1.0].astype(np.float32)
_REPEATED: Final = 500  # of how many searches one is repeated the detector's own way
_AT_ONCE: Final = 16  # places: as many as fit in a cache
_IN_A_ROW: Final = 40  # searches of one picture, whose spectra are made once


@dataclass(slots=True)
class Tally:
    """What the searches came to."""

    scores: list[float] = field(default_factory=list)
    found: int = 0
    unlike: int = 0  # searches whose repetition the detector's own way said otherwise
    pictures: set[int] = field(default_factory=set)


def luma_of(photo: Path) -> U8:
    """A photo's middle as the luma of a 720p frame, limited range."""
    grey = cv2.imread(str(photo), cv2.IMREAD_GRAYSCALE)
    height, width = grey.shape
    factor = max(SIZE.width / width, SIZE.height / height)
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (max(round(width * factor), SIZE.width), max(round(height * factor), SIZE.height))
    grey = cv2.resize(grey, size, interpolation=way)
    y, x = (grey.shape[0] - SIZE.height) // 2, (grey.shape[1] - SIZE.width) // 2
    middle = grey[y : y + SIZE.height, x : x + SIZE.width]
    return cv2.convertScaleAbs(middle, alpha=219 / 255, beta=16).astype(np.uint8)


def frames_of(luma: U8, way: str) -> list[U8]:
    """The frames that are searched."""
    moved = [luma]
    if way == "foreign clip":
        middle = (SIZE.width / 2, SIZE.height / 2)
        moved = [
            cv2.warpAffine(
                luma,
                cv2.getRotationMatrix2D(middle, 0.0, 1 + _ZOOM * k),
                (SIZE.width, SIZE.height),
                flags=cv2.INTER_CUBIC,
            ).astype(np.uint8)
            for k in range(_CLIP_FRAMES)
        ]
    if way != "photo":
        marker = Marker(size=SIZE, key=FOREIGN, clip_id="00112233aabb")
        for frame in moved:
            marker.mark(frame)
    return moved


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """All scales and turns of one picture, whose spectra are the same for every key."""

    traces: Sequence[trace.Trace]
    lies: Sequence[trace.Lie]  # with the turn of each
    spectra: NDArray[np.complex64]  # (lies, 64, 33), whitened
    power: F32  # (lies, 64 · 33), squares, as often as a whole spectrum has them

    @classmethod
    def of(cls, traces: Sequence[trace.Trace]) -> Grid:
        """The grid that the detector's search walks over."""
        lies, spectra = [], []
        banks = [(0.0, scales) for scales in trace.BANKS]
        banks += [(angle, places.TURNED_SCALES) for angle in places.TURNS]
        for angle, scales in banks:
            for scale in places.scales(*scales):
                lie = trace.Lie(scale=(scale, scale), turned=angle)
                lies.append(lie)
                spectra.append(places.whitened(places.folded(_picture(traces, lie), lie)))
        whole = np.stack(spectra)
        power = (whole.real**2 + whole.imag**2) * _TWICE
        return cls(traces, lies, whole, power.reshape(len(lies), -1))

    def search(self, key: bytes) -> tuple[float, bool]:
        """The highest score before a closer look, and whether the detector would find a mark."""
        pattern = pattern_of(key)
        scores = np.stack([self._scores(way) for way in (pattern.pilot, pattern.pilot[:, ::-1])])
        for turned, effort in ((False, detect.UPRIGHT), (True, detect.LEANING)):
            picked = [
                (scores[way, at], way, at)
                for way in range(2)
                for at in np.flatnonzero(scores[way] >= effort.look_from).tolist()
                if bool(self.lies[at].turned) == turned
            ]
            looked = [
                self._place(way, at, pattern) for _, way, at in sorted(picked)[::-1][: effort.looks]
            ]
            result = detect.read_best(self.traces, looked, pattern, key, effort=effort)
            if result is not None and result.present:
                return float(scores.max()), True
        return float(scores.max()), False

    def _scores(self, pilot: F32) -> F32:
        """(lies,) the highest over all shifts, in standard deviations."""
        against = np.conj(np.fft.rfft2(pilot)).astype(np.complex64)
        # The mean is 0, as the spectrum's is; the deviation follows by Parseval's theorem.
        deviation = np.sqrt(self.power @ (np.abs(against) ** 2).ravel()) / SIDE**2
        deviation[deviation == 0.0] = 1.0  # nothing there at all
        peaks = [
            np.fft.irfft2(self.spectra[at : at + _AT_ONCE] * against, s=(SIDE, SIDE)).max((1, 2))
            for at in range(0, len(self.spectra), _AT_ONCE)
        ]
        return np.asarray(np.concatenate(peaks) / deviation, np.float32)

    def _place(self, way: int, at: int, pattern: Pattern) -> places.Place:
        lie = self.lies[at]
        both = list(places.matched(_picture(self.traces, lie), lie, pattern))
        return replace(both[way], turned=lie.turned)


def _picture(traces: Sequence[trace.Trace], lie: trace.Lie) -> F32:
    """What a place is looked for in, turned back."""
    together = places.trace_of(traces, lie).together
    return trace.turned(together, lie.turned) if lie.turned else together


def rows_of_tries(first: int, tries: int, shard: tuple[int, int]) -> Iterator[range]:
    """The numbers of the tries of shard K of N from ``first`` on, those of one picture together."""
    number, count = shard
    for row in range(first // _IN_A_ROW, -(-tries // _IN_A_ROW)):
        if row % count == number - 1:
            yield range(row * _IN_A_ROW, min((row + 1) * _IN_A_ROW, tries))


def search_all(
    photos: Sequence[Path], rows: Iterator[range], *, until: float
) -> tuple[Tally, bool]:
    """Search them in turn, as long as the clock (`time.monotonic`) is before ``until``.

    Returns:
        What they came to, and whether all were made.
    """
    tally = Tally()
    for row in rows:
        if time.monotonic() >= until:
            return tally, False
        picture = row.start // _IN_A_ROW % (len(photos) * len(WAYS))
        photo, way = photos[picture // len(WAYS)], WAYS[picture % len(WAYS)]
        grid = Grid.of(trace.trace(frames_of(luma_of(photo), way)))
        tally.pictures.add(picture)
        for number in row:
            key = number.to_bytes(16, "big")
            score, wrong = grid.search(key)
            if number % _REPEATED == 0:  # the short way is the detector's own, or no use
                other = detect._search(grid.traces, key)
                tally.unlike += wrong != (other is not None and other.present)
            tally.scores.append(score)
            tally.found += wrong
        print(
            f"{row.stop} · {photo.stem}, {way} · highest so far {max(tally.scores):.2f} · "
            f"found {tally.found}",
            flush=True,
        )
    return tally, True


def told(tally: Tally, *, done: bool) -> dict[str, object]:
    """A row of the table."""
    values = np.array(tally.scores)
    return {
        "searches": len(values),
        "pictures": len(tally.pictures),
        "found": tally.found,
        "unlike the detector": tally.unlike,
        "mean highest score": values.mean() if len(values) else None,
        "deviation": values.std() if len(values) else None,
        "highest of all": values.max() if len(values) else None,
        "threshold": detect.PRESENT,
        "all made": done,
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="*", type=Path)
    parser.add_argument("--tries", type=int, default=10_000)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--shard", type=_shard, default=(1, 1), help="K/N, K from 1")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    until = time.monotonic() + 60 * args.minutes
    photos = args.photos or sorted((ROOT / "examples" / "photos").glob("*.jpg"))
    rows = rows_of_tries(args.first, args.tries, args.shard)
    tally, done = search_all(photos, rows, until=until)
    report("Searches where there is nothing to find", [told(tally, done=done)], as_json=args.json)


def _shard(text: str) -> tuple[int, int]:
    number, _, count = text.partition("/")
    return int(number), int(count)


if __name__ == "__main__":
    main()
