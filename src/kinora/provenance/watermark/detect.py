"""Find the mark in frames of unknown scale, place, orientation and rate, and read it.

Upright frames first, at any scale; then turned ones, near the frame's own scale. The likeliest
places are looked at closely, and at the best few of these the mark is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.provenance.watermark import places
from kinora.provenance.watermark.pattern import Pattern, pattern_of
from kinora.provenance.watermark.payload import Payload
from kinora.provenance.watermark.places import Place
from kinora.provenance.watermark.read import read
from kinora.provenance.watermark.trace import Trace, trace

U8 = NDArray[np.uint8]

#: Standard score of the pilot from which on a mark is *present*: chance reaches it in fewer than
#: one file in 10⁹ (docs/provenance.md derives it).
PRESENT: Final = 8.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is looked at of the places that a search found, best ones first."""

    looks: int  # places that are looked at more closely
    look_from: float  # and the score from which on
    reads: int  # of these, places where the mark is read
    read_from: float


#: Eight readings in all: with `read.AMONG` numbers each, that is as many as the check can tell
#: apart without a wrong one in 10⁹ files.
UPRIGHT: Final = Effort(looks=8, look_from=4.6, reads=6, read_from=5.1)
LEANING: Final = Effort(looks=4, look_from=5.4, reads=2, read_from=6.2)


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


def _search(traces: Sequence[Trace], key: bytes) -> Found | None:
    """The best place of a key's mark: upright at any scale, then turned near the frame's own."""
    pattern = pattern_of(key)
    found = read_best(traces, places.upright(traces, pattern), pattern, key, effort=UPRIGHT)
    if found is not None and found.payload is not None:
        return found
    other = read_best(traces, places.leaning(traces, pattern), pattern, key, effort=LEANING)
    candidates = [f for f in (found, other) if f is not None]
    return max(candidates, key=_rank, default=None)


def read_best(
    traces: Sequence[Trace],
    candidates: Sequence[Place],
    pattern: Pattern,
    key: bytes,
    *,
    effort: Effort,
) -> Found | None:
    """The mark as it is read at the likeliest places; unread, where it shows most."""
    likely = sorted(candidates, key=lambda place: -place.score)[: effort.looks]
    looked = [
        places.refined(traces, place, pattern) if place.score >= effort.look_from else place
        for place in likely
    ]
    ordered = sorted(looked, key=lambda place: -place.score)
    for place in ordered[: effort.reads]:
        if place.score < effort.read_from:
            break
        payload = read(places.trace_of(traces, place), place, pattern, key)
        if payload is not None:
            return _found(place, payload)
    return _found(ordered[0], None) if ordered else None


def _found(place: Place, payload: Payload | None) -> Found:
    return Found(
        score=place.score,
        payload=payload,
        scale=float(np.sqrt(place.scale[0] * place.scale[1])),
        turned=place.turned,
        mirrored=place.mirrored,
    )
