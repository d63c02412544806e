"""Inflections of English and French stems, so that lexicons list stems and not phrases.

A pattern word carries a mark: ``pan/v`` all forms of a verb, ``shot/n`` a noun's plural, ``lent/a``
a French adjective's genders and numbers. French words are folded (no accents).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

#: base: infinitive or imperative · third: finite present · ing: participle · past · word: the rest
Form = Literal["base", "third", "ing", "past", "word"]

_VOWELS = "aeiou"


def inflect(marked: str, lang: str, *, irregular: Mapping[str, str]) -> dict[str, Form]:
    """All forms of a marked pattern word, each with its kind.

    Args:
        marked: ``word`` or ``word/v``, ``word/n``, ``word/a``.
        lang: ``"en"`` or ``"fr"``.
        irregular: verb → its forms, separated by spaces (``form`` or ``form:kind``), which then
            replace the regular ones.
    """
    word, _, mark = marked.partition("/")
    if mark == "v":
        if word in irregular:
            found = _listed(word, irregular[word])
            return found | _french_tenses(word, found) if lang == "fr" else found
        return _english_verb(word) if lang == "en" else _french_verb(word)
    if mark == "n":
        plural = _english_s(word) if lang == "en" else _french_plural(word)
        return {word: "word", plural: "word"}
    if mark == "a":
        return dict.fromkeys(_french_adjective(word), "word")
    return {word: "word"}


def _listed(word: str, forms: str) -> dict[str, Form]:
    found: dict[str, Form] = {word: "base"}
    for entry in forms.split():
        form, _, kind = entry.partition(":")
        found[form] = kind if kind in ("base", "third", "ing", "past") else "third"  # type: ignore[assignment]
    return found


def _french_tenses(word: str, present: Mapping[str, Form]) -> dict[str, Form]:
    """Future, conditional and imperfect of a listed verb, from infinitive and participle."""
    ahead = word.removesuffix("e")
    ends = [ahead + end for end in ("a", "ont", "ons", "ait", "aient")]
    stems = [form.removesuffix("ant") for form, kind in present.items() if kind == "ing"]
    ends += [stem + end for stem in stems for end in ("ait", "aient", "ions", "iez")]
    return {form: "third" for form in ends if form not in present}


def _english_s(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word[:-1] + "ies"
    return word + "s"


def _english_verb(word: str) -> dict[str, Form]:
    forms: dict[str, Form] = {word: "base", _english_s(word): "third"}
    if word.endswith("e") and not word.endswith("ee"):
        return forms | {word[:-1] + "ing": "ing", word + "d": "past"}
    if word.endswith("y") and word[-2] not in _VOWELS:
        return forms | {word + "ing": "ing", word[:-1] + "ied": "past"}
    forms |= {word + "ing": "ing", word + "ed": "past"}
    if len(word) > 2 and word[-1] not in _VOWELS + "wxy" and word[-2] in _VOWELS:
        doubled = word + word[-1]
        forms |= {doubled + "ing": "ing", doubled + "ed": "past"}
    return forms


def _french_plural(word: str) -> str:
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith(("eau", "eu")):
        return word + "x"
    return word + "s"


def _french_adjective(word: str) -> list[str]:
    if word.endswith("e"):
        return [word, word + "s"]
    feminine = [word + "e", word + "es"]
    if word.endswith("if"):
        feminine = [word[:-1] + "ve", word[:-1] + "ves"]
    elif word.endswith("eux"):
        feminine = [word[:-1] + "se", word[:-1] + "ses"]
    elif word.endswith(("el", "en", "on", "il")):
        feminine = [word + word[-1] + "e", word + word[-1] + "es"]
    elif word.endswith("er"):
        feminine = [word + "e", word + "es"]
    elif word.endswith("al"):
        return [word, word + "e", word + "es", word[:-1] + "ux"]
    return [word, _french_plural(word), *feminine]


def _french_verb(word: str) -> dict[str, Form]:
    if word.endswith("er"):
        return _french_er(word[:-2])
    stem = word[:-2]
    if word.endswith("ir"):
        finite = ["it", "is", "isse", "issent", "issait", "issaient", "irent", *_ahead("ir")]
        base, ing, past = ["ir", "issez", "issons"], ["issant"], ["i", "ie", "is", "ies"]
    else:
        finite = ["", "s", "e", "ent", "ait", "aient", "it", "irent", *_ahead("r")]
        base, ing, past = ["re", "ez", "ons"], ["ant"], ["u", "ue", "us", "ues"]
    return _forms(stem, finite, base, ing, past)


def _ahead(stem: str) -> list[str]:
    """Endings of future and conditional."""
    return [stem + end for end in ("a", "ont", "ons", "ez", "as", "ait", "aient")]


def _french_er(stem: str) -> dict[str, Form]:
    finite = ["e", "es", "ent", "ait", "aient", "a", "erent", *_ahead("er")]
    base, ing = ["er", "ez", "ons"], ["ant"]
    past = ["ee", "ees"]
    found = _forms(stem, finite, base, ing, past)
    if stem.endswith("g"):  # mangeons, mangeant
        found |= _forms(stem + "e", ["ait", "aient", "a"], ["ons"], ["ant"], [])
    if stem.endswith("y"):  # balaie beside balaye
        found |= _forms(stem[:-1] + "i", ["e", "es", "ent", "era"], [], [], [])
    if stem.endswith(("el", "et")):  # chancelle, cliquette
        found |= _forms(stem + stem[-1], ["e", "ent", *_ahead("er")], [], [], [])
    elif stem.endswith("l"):
        found |= _forms(stem + "l", ["e", "ent"], [], [], [])
    return found


def _forms(
    stem: str, finite: list[str], base: list[str], ing: list[str], past: list[str]
) -> dict[str, Form]:
    kinds: list[tuple[list[str], Form]] = [
        (past, "past"),
        (ing, "ing"),
        (base, "base"),
        (finite, "third"),
    ]
    return {stem + end: kind for ends, kind in kinds for end in ends if len(stem + end) > 1}
