"""Arrows of slates: "pan →", "L→R", « G→D »; an arrow between steps stays a sign."""

from __future__ import annotations

from collections.abc import Sequence

from kinora.prompt.words.lexicon import LANGS, in_any
from kinora.prompt.words.text import Token

_SIDES = {
    "l": "left", "left": "left", "g": "gauche", "gauche": "gauche",
    "r": "right", "right": "right", "d": "droite", "droite": "droite",
}  # fmt: skip
_TO = {"left": "to", "right": "to", "gauche": "a", "droite": "a"}
_ENDS = frozenset({",", ".", ";", ")", "]", "then", "and", "puis", "et", "+"})


def read_arrows(tokens: Sequence[Token]) -> list[Token]:
    """Tokens with arrows between two sides, or right after a move, put into words."""
    out = list(tokens)
    for at, token in enumerate(tokens):
        if token.text != ">":
            continue
        before = tokens[at - 1].text if at else ""
        after = tokens[at + 1].text if at + 1 < len(tokens) else "."
        if before in _SIDES and after in _SIDES:
            out[at - 1] = _named(tokens[at - 1], _SIDES[before])
            out[at] = _named(token, _TO[_SIDES[before]])
            out[at + 1] = _named(tokens[at + 1], _SIDES[after])
        elif after in _ENDS and any(in_any("dir", before, (lang,)) for lang in LANGS):
            out[at] = _named(token, "right")
    return out


def _named(token: Token, text: str) -> Token:
    return Token(text, token.start, token.end)
