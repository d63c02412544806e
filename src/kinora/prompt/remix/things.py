"""Whether two names are of one thing: "the car" and "the red car", not "the car door"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kinora.prompt.words.lexicon import LANGS, in_any, lexicon
from kinora.prompt.words.rules import rule_words
from kinora.prompt.words.text import Token, fold, tokenize

_OF: Final = rule_words("things", "of")
_HERS: Final = rule_words("things", "hers")
_HIS: Final = rule_words("things", "his")
_PRONOUNS: Final = rule_words("things", "pronouns")
#: French adjectives that stand before their noun.
_BEFORE: Final = rule_words("things", "before")


@dataclass(frozen=True, slots=True)
class _Name:
    """What a name is made of."""

    noun: str
    told: frozenset[str]  # which one it is: "big", "in the back"
    owners: frozenset[str]
    hues: frozenset[str]


def same_thing(one: str, other: str) -> bool:
    """Whether names are of the same thing, though one tells more: its colour, its owner."""
    this, that = _read(one), _read(other)
    if not this.noun or this.noun != that.noun:
        return False
    nested = this.told <= that.told or that.told <= this.told
    alike = this.hues == that.hues or not (this.hues and that.hues)
    return nested and alike and _may_share_an_owner(this.owners, that.owners)


def _may_share_an_owner(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether one may own both: "her" and "the woman's", not "her" and "his"."""
    both = ours | theirs
    if not (ours and theirs) or ours & theirs:
        return True
    if (both & _HERS and both & _HIS) or both <= _PRONOUNS:
        return False
    return bool(both & _PRONOUNS)


def _read(words: str) -> _Name:
    tokens = [token for token in tokenize(fold(words).text) if token.is_word]
    hues = _hues(tokens)
    texts = [token.text for token in tokens]
    tail = next((at for at, text in enumerate(texts) if at and _leads_on(text)), len(texts))
    of = tail < len(texts) and texts[tail] in _OF
    behind = {text for text in texts[tail:] if not _is_glue(text) and text not in hues}
    plain = [text for text in texts[:tail] if text not in hues and not _is_glue(text)]
    nouns = [text for text in plain if not _owns(text)]
    noun = _head(nouns, french=bool(texts) and in_any("determiner", texts[0], ("fr",)))
    owners = {text.removesuffix("'s") for text in texts[:tail] if _owns(text)}
    told = {text for text in nouns if text != noun} | (set() if of else behind)
    owners |= behind if of else set()
    return _Name(noun, frozenset(told), frozenset(owners), frozenset(hues))


def _head(nouns: list[str], *, french: bool) -> str:
    """The noun that tells what it is: the last one in English, the first one in French."""
    if not nouns:
        return ""
    if not french:
        return nouns[-1]
    return next((noun for noun in nouns if noun not in _BEFORE), nouns[0])


def _hues(tokens: Sequence[Token]) -> set[str]:
    return {
        token.text
        for at, token in enumerate(tokens)
        if any(lexicon(lang).match("hues", tokens, at) for lang in LANGS)
    }


def _owns(word: str) -> bool:
    return word in _PRONOUNS or word.endswith("'s")


def _leads_on(word: str) -> bool:
    """Whether a word opens what tells whose or where something is."""
    return word in _OF or in_any("preposition", word, LANGS)


def _is_glue(word: str) -> bool:
    return word not in _PRONOUNS and any(
        in_any(name, word, LANGS) for name in ("determiner", "preposition", "definite")
    )
