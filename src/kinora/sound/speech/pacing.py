"""When words are said, where no synthesis tells: by their length, between the pauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kinora.sound.protocol import SAMPLE_RATE, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kinora.sound.protocol import F32

_MARKS: Final = (tuple(".,;:!?…—"), tuple(".!?…"))  # all, and those of which none is passed over
_BLOCK: Final = SAMPLE_RATE // 100  # samples of 10 ms
_SILENT: Final = 0.02  # of the loudest block: below that nothing is said
_PAUSE: Final = 6  # blocks of silence that make a pause


def paced(text: str, samples: F32) -> tuple[Word, ...]:
    """Times of the words of a spoken line.

    Words between two marks of punctuation share the time between the two pauses that stand for
    them, by their length. With fewer pauses than marks, only ends of sentences count; with fewer
    still, all words share the whole line.

    Args:
        text: the line.
        samples: (n,) the speech, without silence around it.
    """
    for marks in _MARKS:
        clauses = _clauses(text, marks)
        stretches = _stretches(samples, len(clauses))
        if stretches is not None:
            break
    else:
        clauses, stretches = [text.split()], [(0.0, len(samples) / SAMPLE_RATE)]
    return tuple(
        word
        for words, (start, end) in zip(clauses, stretches, strict=True)
        for word in _shared_out(words, start, end)
    )


def _clauses(text: str, marks: tuple[str, ...]) -> list[list[str]]:
    """Words up to and with the next of these marks."""
    found: list[list[str]] = [[]]
    for word in text.split():
        found[-1].append(word)
        if word.endswith(marks):
            found.append([])
    return [words for words in found if words]


def _stretches(samples: F32, count: int) -> list[tuple[float, float]] | None:
    """Seconds of ``count`` stretches of speech, cut at the longest pauses; None: too few."""
    blocks = np.abs(samples[: len(samples) // _BLOCK * _BLOCK]).reshape(-1, _BLOCK).max(axis=1)
    quiet = blocks < _SILENT * float(blocks.max(initial=0.0))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8)))
    pauses = [
        (int(a), int(b))
        for a, b in edges.reshape(-1, 2)
        if b - a >= _PAUSE and a > 0 and b < len(blocks)
    ]
    if len(pauses) < count - 1:
        return None
    chosen = sorted(sorted(pauses, key=lambda p: p[0] - p[1])[: count - 1])
    second = SAMPLE_RATE / _BLOCK
    starts = [0.0, *(b / second for _, b in chosen)]
    ends = [*(a / second for a, _ in chosen), len(samples) / SAMPLE_RATE]
    return list(zip(starts, ends, strict=True))


def _shared_out(words: Sequence[str], start: float, end: float) -> list[Word]:
    """Words that share [start, end) by their length."""
    total = sum(len(word) + 1 for word in words)
    told, at = [], start
    for word in words:
        until = at + (end - start) * (len(word) + 1) / total
        told.append(Word(text=word, t0=at, t1=until))
        at = until
    return told
