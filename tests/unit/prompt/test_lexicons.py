"""The files of words themselves."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml

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
