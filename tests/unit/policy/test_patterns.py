from __future__ import annotations

import pytest

from kinora.errors import InputError
from kinora.policy.fold import fold
from kinora.policy.patterns import Hit, Patterns


def found(pattern: str, text: str) -> list[Hit]:
    patterns = Patterns()
    patterns.add("group", [pattern])
    return patterns.find(fold(text)).get("group", [])


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        ("bomb", "a bomb and a bomb", [Hit(1, 2), Hit(4, 5)]),
        ("bomb", "a bombshell", []),
        ("bomb*", "a bombshell", [Hit(1, 2)]),
        ("pipe bomb", "a pipe bomb", [Hit(1, 3)]),
        ("pipe bomb", "a pipe with a bomb", []),
        ("pipe _ bomb", "a pipe big bomb", [Hit(1, 4)]),
        ("pipe _? bomb", "pipe bomb", [Hit(0, 2)]),
        ("pipe .. bomb", "pipe one two three bomb", [Hit(0, 5)]),
        ("pipe .. bomb", "pipe one two three four bomb", []),
        ("big|small bomb*", "small bombs", [Hit(0, 2)]),
        ("<18 years", "a 14 years", [Hit(1, 3)]),
        ("<18 years", "an 18 years", []),
        ("<18yo", "a 9yo", [Hit(1, 2)]),
        ("brüste", "BRUSTE", [Hit(0, 1)]),
        ("fuck", "f*ck", [Hit(0, 1)]),
        ("fuck", "d*ck", []),
        ("blow job", "blowjob", []),
    ],
)
def test_a_pattern_fits(pattern: str, text: str, hits: list[Hit]) -> None:
    assert found(pattern, text) == hits


def test_words_of_named_groups_are_found_glued_together() -> None:
    patterns = Patterns(glued=frozenset({"bad"}), glued_to=frozenset({"who"}))
    patterns.add("bad", ["naked"])
    patterns.add("who", ["girl"])
    patterns.add("other", ["shop"])
    assert set(patterns.find(fold("nakedgirl"))) == {"bad", "who"}
    assert not patterns.find(fold("nakedshop"))
    assert not patterns.find(fold("girlshop"))


@pytest.mark.parametrize("pattern", [".. bomb", "bomb ..", "", "_ bomb", "bo*"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(InputError):
        Patterns().add("group", [pattern])
