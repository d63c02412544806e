from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinora.policy.fold import fold


def words_of(text: str) -> set[str]:
    """Every word that may be read anywhere in ``text``."""
    return {word for steps in fold(text).steps for word, _ in steps}


@pytest.mark.parametrize(
    "text",
    [
        "NAKED",
        "nаkеd",  # Cyrillic letters
        "ｎａｋｅｄ",  # full width
        "n​a​k​e​d",
        "na­ked",
        "ñákèd",
        "n4k3d",
        "n@ked",
        "naaaaked",
        "n a k e d",
        "a n a k e d x",
        "n.a.k.e.d",
        "n-a-k-e-d",
        "na.ked",
        "na-ked",
        "na_ked",
        "𝓷𝓪𝓴𝓮𝓭",
        "ⓝⓐⓚⓔⓓ",
        "🅽🅰🅺🅴🅳",
        "ᴎᴀᴋᴇᴅ".replace("ᴎ", "ɴ"),
    ],
)
def test_disguises_are_seen_through(text: str) -> None:
    assert "naked" in words_of(text)


@pytest.mark.parametrize("text", ["an ace", "na, ked", "n. a. ked", "1 2 3", "35mm f/2"])
def test_other_things_are_not_read_into_it(text: str) -> None:
    assert "naked" not in words_of(text)


def test_sentences_and_clauses_are_told_apart() -> None:
    folded = fold("One two, three. Four: five\nsix")
    assert folded.sentences == [0, 0, 0, 1, 1, 2]
    assert folded.clauses == [0, 0, 1, 2, 3, 4]


@given(st.text(max_size=300))
def test_any_text_is_folded(text: str) -> None:
    folded = fold(text)
    count = len(folded.words)
    assert len(folded.steps) == len(folded.sentences) == len(folded.clauses) == count
    assert all(i < end <= count for i, steps in enumerate(folded.steps) for _, end in steps)
