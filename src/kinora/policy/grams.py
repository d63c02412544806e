"""Text → what the classifier reads: words, and hashes of their pieces.

Hashes are CRC-32 of UTF-8: the same on every machine, and no list of words has to be kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zlib import crc32

from kinora.policy.fold import fold_characters

#: Words that are judged together: one or two sentences of a prompt.
WINDOW: Final = 32
_WORD: Final = re.compile(r"[^\W_]+")
_RUN: Final = re.compile(r"[^\W_]+[\W_]*")  # a word, and what parts it from the next
_ENDS: Final = re.compile(r"[.!?;…]+\s|\n+")
_PIECES: Final = (3, 4, 5)  # letters of a piece of a word
_LONGEST: Final = 24  # letters of a word that are read
_KNOWN: Final = 8192  # words whose pieces are remembered


def words_of(text: str) -> list[str]:
    """The words of ``text`` in plain lower case, without accents and look-alike letters."""
    return _WORD.findall(fold_characters(text))


def windows(text: str) -> Iterator[str]:
    """Parts of ``text`` that are judged by themselves, of at most `WINDOW` words.

    A short text is one part. A longer one is read in parts of whole sentences that overlap by up
    to half a window; a sentence that is longer than a window is cut likewise.
    """
    sentences = [words for part in _ENDS.split(text) if (words := _RUN.findall(part))]
    if sum(map(len, sentences)) <= WINDOW:
        yield text
        return
    lengths = list(map(len, sentences))
    first = stop = 0
    while stop < len(sentences):
        stop = first + _fitting(lengths[first:], WINDOW)
        words = [word for sentence in sentences[first:stop] for word in sentence]
        for start in range(0, max(1, len(words) - WINDOW // 2), WINDOW // 2):
            yield " ".join(words[start : start + WINDOW])
        again = _fitting(lengths[first + 1 : stop][::-1], WINDOW // 2, least=0)
        first = stop - again


def _fitting(lengths: Sequence[int], room: int, *, least: int = 1) -> int:
    """How many of the first ``lengths`` fit into ``room`` together; ``least`` in any case."""
    total = 0
    for count, length in enumerate(lengths):
        total += length
        if total > room and count >= least:
            return count
    return len(lengths)


@lru_cache(_KNOWN)
def pieces(word: str) -> tuple[int, ...]:
    """Hashes of a word and of all that is 3 to 5 letters long in it, its ends marked."""
    marked = f"<{word[:_LONGEST]}>"
    found = [marked]
    for length in _PIECES:
        found += [marked[i : i + length] for i in range(len(marked) - length + 1)]
    return tuple(crc32(piece.encode()) for piece in dict.fromkeys(found))


def pairs(words: Sequence[str]) -> list[int]:
    """Hashes of neighbouring words."""
    return [crc32(f"{one} {other}".encode()) for one, other in pairwise(words)]
