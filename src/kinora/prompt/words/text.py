"""Folding with a map back to the original text, and tokens.

Everything downstream reads *folded* text (lower case, no accents, plain quotes and dashes); spans
that leave the stage are in characters of the prompt as the caller wrote it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kinora.types.plan import Span

_PLAIN = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "´": "'",
    "`": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "″": '"',
    "–": "-",
    "—": "-",
    "‒": "-",
    "―": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "→": ">",
    "➜": ">",
    "←": " left ",
    "↑": " up ",
    "↓": " down ",
    "×": "x",
    "œ": "oe",
    "Œ": "oe",
    "æ": "ae",
    "Æ": "ae",
    "½": " 1/2",
    "¼": " 1/4",
    "¾": " 3/4",
    "°": "°",
    "º": "°",
    "_": " ",
}

_TOKEN = re.compile(
    r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=[^\W\d_])"  # French elision stands alone
    r"|(?:it|that|there|let|she|he|what|who)(?='s\b)"  # "it's panning"
    r"|'(?:re|ll|ve|m|s)\b"
    r"|[^\W\d_]+(?:'(?!(?:re|ll|ve|m)\b)[^\W\d_]+)?"
    r"|\d+(?:[.,]\d+)?"
    r"|\S"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; ``starts[i]``/``ends[i]`` bound, in the original, the character behind it."""

    text: str
    original: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Original span of the folded half-open range [start, end); needs start < end."""
        return (self.starts[start], self.ends[end - 1])


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign of the folded text, at folded characters [start, end)."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is made of letters."""
        return self.text[0].isalpha()


def fold(prompt: str) -> Folded:
    """Lower the case, strip accents, plain quotes and dashes; remember where each came from."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, char in enumerate(prompt):
        plain = _PLAIN.get(char)
        if plain is None:
            plain = _fold_char(char)
        if not plain and ends:  # a combining mark belongs to the letter before it
            ends[-1] = index + 1
        for piece in plain:
            out.append(piece)
            starts.append(index)
            ends.append(index + 1)
    return Folded("".join(out), prompt, tuple(starts), tuple(ends))


def _fold_char(char: str) -> str:
    if char < "\x80":
        return char.lower()
    folded = unicodedata.normalize("NFKD", char.casefold())
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    if not kept and not unicodedata.combining(char):
        return " "
    return kept


def tokenize(text: str) -> list[Token]:
    """Words (French elisions apart), numbers and signs of folded text, in order."""
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
