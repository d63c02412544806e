"""Many blocked pictures: which few of them a picture has to be compared with.

Comparing features takes milliseconds a picture, too long for a hundred thousand of them. So the
sketches of all are packed into one array, whose distances to a query's are a few counts of bits
each; and features *vote*: some of their bits, in a few choices, are a key under which the pictures
that have such a feature are found (locality-sensitive hashing by sampling bits: P. Indyk and
R. Motwani, STOC 1998). Only the pictures with most votes, and copies by their sketch, are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.policy.measures import SKETCH_LIMIT
from kinora.policy.similar import Match, Print, Query

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
I32 = NDArray[np.int32]

#: Up to so many pictures each is compared, which misses nothing.
COMPARE_ALL: Final = 200
_VOTERS = 128  # features of a blocked picture that vote, spread over all that it has
_TABLES, _KEY_BITS = 4, 22
_CROWD = 512  # pictures under one key that have a vote: the first, so that near-copies agree
_CANDIDATES, _LEAST_VOTES = 24, 3
_AT_ONCE = 4096  # pictures whose keys are made at once
#: The bits of a descriptor in an order that spreads neighbours: 97 and 256 have no common divisor.
_BITS = (np.arange(256) * 97) % 256


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The pictures under each key, sorted by key."""

    keys: U32  # (F,)
    pictures: I32  # (F,)

    def under(self, keys: U32) -> Iterator[I32]:
        """The pictures under each of ``keys``, of a crowd the first `_CROWD`."""
        starts = np.searchsorted(self.keys, keys, "left")
        stops = np.searchsorted(self.keys, keys, "right")
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            if stop > start:
                yield self.pictures[start : min(stop, start + _CROWD)]


@dataclass(frozen=True, eq=False)
class Registry:
    """Names and prints of blocked pictures."""

    held: Sequence[tuple[str, Print]]

    def __len__(self) -> int:
        return len(self.held)

    def nearest(self, query: Query) -> tuple[str, Match] | None:
        """The name of the blocked picture that is most alike, and how much; None: none is near.

        Of more than `COMPARE_ALL` pictures, only those are looked at that are copies by their
        sketch or share features by their keys.
        """
        numbers: Sequence[int] = range(len(self.held))
        if len(self.held) > COMPARE_ALL:
            numbers = [*self._copies(query), *self._voted(query)]
        found = ((self.held[k][0], query.match(self.held[k][1])) for k in numbers)
        return max(found, key=lambda each: (each[1].is_alike, each[1].score), default=None)

    @cached_property
    def _sketches(self) -> NDArray[np.uint64]:
        """(N, 4), 256 bits each."""
        packed = np.stack([held.sketch for _, held in self.held])
        return np.ascontiguousarray(packed).view(np.uint64)

    @cached_property
    def _tables(self) -> tuple[_Table, ...]:
        pictures = [
            np.full(min(len(held.marks), _VOTERS), number, np.int32)
            for number, (_, held) in enumerate(self.held)
        ]
        numbers = np.concatenate(pictures)
        keys = np.concatenate(
            [
                _keys(np.concatenate([_voters(held.marks) for _, held in part]))
                for part in _parts(self.held)
            ]
        )
        orders = [np.argsort(keys[:, table], kind="stable") for table in range(_TABLES)]
        return tuple(
            _Table(keys[order, table], numbers[order]) for table, order in enumerate(orders)
        )

    def _copies(self, query: Query) -> list[int]:
        near: set[int] = set()
        for own in query.prints:
            sketch = np.ascontiguousarray(own.sketch).view(np.uint64)
            bits = np.bitwise_count(self._sketches ^ sketch).sum(axis=1, dtype=np.int32)
            near |= set(np.flatnonzero(bits <= SKETCH_LIMIT)[:_CANDIDATES].tolist())
        return sorted(near)

    def _voted(self, query: Query) -> list[int]:
        candidates: list[int] = []
        for own in query.prints:
            keys = _keys(own.marks)
            found = [
                pictures
                for table, index in enumerate(self._tables)
                for pictures in index.under(keys[:, table])
            ]
            if not found:
                continue
            votes = np.bincount(np.concatenate(found))
            most = np.argsort(-votes, kind="stable")[:_CANDIDATES]
            candidates += [int(k) for k in most if votes[k] >= _LEAST_VOTES]
        return sorted(set(candidates))


def _parts(held: Sequence[tuple[str, Print]]) -> Iterator[Sequence[tuple[str, Print]]]:
    for start in range(0, len(held), _AT_ONCE):
        yield held[start : start + _AT_ONCE]


def _voters(marks: U8) -> U8:
    """Some of a picture's descriptors, (≤ 128, 32), spread over all its scales."""
    if len(marks) <= _VOTERS:
        return marks
    return marks[np.linspace(0, len(marks) - 1, _VOTERS).astype(np.intp)]


def _keys(marks: U8) -> U32:
    """(F, `_TABLES`) the keys of descriptors (F, 32)."""
    bits = np.unpackbits(marks, axis=1)
    weights = (1 << np.arange(_KEY_BITS)).astype(np.uint32)
    chosen = (_BITS[k * _KEY_BITS : (k + 1) * _KEY_BITS] for k in range(_TABLES))
    keys = [(bits[:, which] * weights).sum(axis=1, dtype=np.uint32) for which in chosen]
    return np.stack(keys, axis=1)
