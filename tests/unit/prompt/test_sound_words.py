"""The development set of audio words: recall and precision that must not get worse."""

from __future__ import annotations

import pytest
import yaml
from benchmarks.sound_words import SETS, score


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_sounds_of_the_development_set_are_found(lang: str) -> None:
    rows = yaml.safe_load((SETS / "dev.yaml").read_text("utf-8"))[lang]
    total = score(rows)
    assert total.recall >= 0.95, total.misses
    assert total.precision >= 0.95, total.misses
    assert total.told_right >= 0.95 * total.told, total.misses
