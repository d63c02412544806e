"""The files of words themselves."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from kinora import prompt
from kinora.prompt.words.lexicon import LANGS, load
from kinora.prompt.words.rules import rule_stems, rule_tables, rule_words

NAMES = sorted(path.name for path in files("kinora.prompt").joinpath("lexicons").iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_no_key_stands_twice_for_the_first_would_be_lost(name: str) -> None:
    text = files("kinora.prompt").joinpath("lexicons", name).read_text("utf-8")
    twice = []
    nodes = [yaml.compose(text)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            twice += sorted({key for key in keys if keys.count(key) > 1})
            nodes += [value for _, value in node.value]
    assert twice == []


def _rules() -> list[tuple[str, str, Any]]:
    rules = load("rules")
    return [(rule, name, words) for rule, names in rules.items() for name, words in names.items()]


@pytest.mark.parametrize(("rule", "name", "words"), _rules())
def test_every_list_of_a_rule_is_asked_for_and_has_words(rule: str, name: str, words: Any) -> None:
    asked = f'("{rule}", "{name}")'
    sources = (path.read_text("utf-8") for path in Path(prompt.__file__).parent.rglob("*.py"))
    assert any(asked in text for text in sources)
    tables = words.values() if not set(words) <= set(LANGS) else [words]
    for table in tables:
        assert set(table) <= set(LANGS)
        assert all(isinstance(text, str) and text.split() for text in table.values())


def test_words_of_a_rule_are_those_of_all_languages() -> None:
    assert rule_words("implied", "only_heard") == {"thunder", "tonnerre"}
    assert rule_stems("shared", "moves") == ("mov", "boug")
    assert rule_tables("by_context", "waters")["fountain"] == {
        *("fountain", "fountains", "fontaine", "fontaines"),
    }
    with pytest.raises(KeyError):
        rule_words("implied", "nobody")
