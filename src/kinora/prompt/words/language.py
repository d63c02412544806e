"""Which language a prompt and its sentences are in, by votes of the lexicons' words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from kinora.prompt.words.lexicon import lexicon
from kinora.types.plan import Lang

_UNITS = frozenset({"s", "sec", "secs", "seconds", "seconde", "secondes", "second", "min", "mm"})


@cache
def _exclusive() -> tuple[frozenset[str], frozenset[str]]:
    """Words that only English, and only French, knows.

    A word for a sound alone never stands against a firm word of the other language: the tables of
    sounds are so large that they hold its commonest words ("way", "an", « vents »).
    """
    en, fr = lexicon("en"), lexicon("fr")
    only_en = en.vocabulary - fr.firm - (fr.vocabulary - en.firm)
    only_fr = fr.vocabulary - en.firm - (en.vocabulary - fr.firm)
    return only_en, only_fr


def votes(words: Iterable[str]) -> tuple[int, int]:
    """How many of the folded words are only English, and only French."""
    en, fr = _exclusive()
    english = french = 0
    before = ""
    for word in words:
        unit = word in _UNITS or (word == "i" and before.isdigit())  # « 24 i/s »
        before = word
        if unit or not word[0].isalpha():
            continue
        english += word in en
        french += word in fr
    return english, french


def languages(words: Iterable[str], *, fallback: Lang = "en") -> tuple[Lang, ...]:
    """Languages of folded words, the main one first; a second one only with a firm share."""
    english, french = votes(words)
    if english == french:
        return (fallback,)
    main: Lang = "en" if english > french else "fr"
    minor: Lang = "fr" if main == "en" else "en"
    fewer = min(english, french)
    if fewer >= 2 and fewer * 10 >= 3 * (english + french):
        return (main, minor)
    return (main,)
