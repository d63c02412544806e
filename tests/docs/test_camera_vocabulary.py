"""docs/camera-vocabulary.md quotes the lexicons."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from kinora.prompt.vocabulary import vocabulary_table
from kinora.prompt.words.lexicon import load
from kinora.types.plan import CameraOp

PAGE = (Path(__file__).parents[2] / "docs" / "camera-vocabulary.md").read_text("utf-8")


def test_the_table_is_the_one_of_the_lexicons() -> None:
    assert vocabulary_table() in PAGE, "paste what vocabulary_table() gives"


def test_every_operation_has_a_row_and_words_in_both_languages() -> None:
    rows = vocabulary_table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == list(get_args(CameraOp))
    for row in rows:
        english, french = row.split("|")[4:6]
        assert english.strip(), row
        assert french.strip(), row


def test_the_factors_of_the_page_are_those_of_the_table() -> None:
    amounts = load("amounts")
    sizes, speeds = amounts["sizes"], amounts["speeds"]
    assert f"× {sizes['slight']} · {sizes['strong']} · {sizes['extreme']}" in PAGE
    told = [f"{speeds[s]:g}" for s in ("very_slow", "slow", "fast", "very_fast")]
    assert f"× {' · '.join(told)}" in PAGE
    assert f"push-in of {amounts['unasked']['value']} %" in PAGE
