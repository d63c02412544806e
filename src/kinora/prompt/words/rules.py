"""Words that rules look for, read from ``lexicons/rules.yaml``: one list a language and rule."""

from __future__ import annotations

from functools import cache
from typing import Any

from kinora.prompt.words.lexicon import LANGS, load


@cache
def rule_words(rule: str, name: str) -> frozenset[str]:
    """The words of a rule, of all languages.

    Args:
        rule: the module that asks, by its own name: "implied".
        name: what the words are there: "whoever".

    Raises:
        KeyError: the file has no such words.
    """
    return frozenset(_listed(load("rules")[rule][name]))


@cache
def rule_stems(rule: str, name: str) -> tuple[str, ...]:
    """Beginnings of words, likewise, as `str.startswith` takes them."""
    return tuple(_listed(load("rules")[rule][name]))


def rule_tables(rule: str, name: str) -> dict[str, frozenset[str]]:
    """Words of a rule by what they stand for, of all languages."""
    tables: dict[str, Any] = load("rules")[rule][name]
    return {concept: frozenset(_listed(words)) for concept, words in tables.items()}


def _listed(words: dict[str, str]) -> list[str]:
    return [word for lang in LANGS for word in words.get(lang, "").split()]
