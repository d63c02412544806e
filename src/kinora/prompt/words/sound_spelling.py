"""Repair of names of sounds, beside a word for sound only: "seagul sounds", « bruit de plui »."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from rapidfuzz.distance import OSA

from kinora.prompt.words.lexicon import LANGS, lexicon
from kinora.prompt.words.text import Token

_REACH: Final = 8  # tokens around, in which a word for sound is looked for
_SHORTEST: Final = 5  # letters of a word that is mended: shorter ones are near to too many
_ABOUT_SOUND: Final = frozenset(
    {"sound", "sounds", "noise", "noises", "audio", "sfx", "music", "hear", "hearing", "ambience"}
    | {"son", "sons", "bruit", "bruits", "bruitage", "bruitages", "musique", "entend", "entendre"}
)


def nearest_sound(tokens: Sequence[Token], at: int) -> str | None:
    """The one name of a sound that is a slip of the finger away from an unknown word, if any.

    Args:
        tokens: folded tokens.
        at: the token of the unknown word.
    """
    word = tokens[at].text
    if len(word) < _SHORTEST:
        return None
    around = tokens[max(0, at - _REACH) : at + _REACH + 1]
    if not any(token.text in _ABOUT_SOUND for token in around):
        return None
    near = {name for name in _names(word[0]) if OSA.distance(word, name, score_cutoff=1) <= 1}
    kept = {name for name in near if name.removesuffix("s") not in near - {name}}
    return kept.pop() if len(kept) == 1 else None


@cache
def _names(letter: str) -> tuple[str, ...]:
    """Names of sounds of one word that begin with a letter, at least as long as what is mended."""
    tables = (lexicon(lang).tables["sounds"] for lang in LANGS)
    words = {phrase for table in tables for phrase, _ in table.phrases() if " " not in phrase}
    return tuple(sorted(w for w in words if w[0] == letter and len(w) >= _SHORTEST - 1))
