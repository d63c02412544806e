"""Which language a prompt is in, and that no word of the other one names a sound in it."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt
from kinora.prompt.words.language import votes
from kinora.prompt.words.lexicon import lexicon, load
from kinora.prompt.words.source import prepare

ENGLISH = [
    "2x zoom in",
    "Slow zoom 1.5x on the face",
    "dolly zoom, 1.2x",
    "zoom on the menu",
    "macro menu",
    "a spot",
    "zoom 4x, care",
    "pies on the sill",
]
FRENCH = ["un spot", "test api n°4, travelling arrière, durée 5 s", "zoom sur le menu"]
COMMON = "an you way side hand low wave boy girl fire room free pass doing touch standing phone"


@pytest.mark.parametrize("prompt", ENGLISH)
def test_words_that_sound_in_french_make_no_french_prompt(prompt: str) -> None:
    assert prepare(prompt).langs == ("en",)


@pytest.mark.parametrize("prompt", FRENCH)
def test_words_that_sound_in_english_make_no_english_prompt(prompt: str) -> None:
    assert prepare(prompt).langs == ("fr",)


@pytest.mark.parametrize("word", COMMON.split())
def test_common_english_words_tell_english_though_french_tables_of_sounds_hold_them(
    word: str,
) -> None:
    assert votes([word]) == (1, 0)


@pytest.mark.parametrize("word", ["menu", "spot", "care", "x", "gym", "plates"])
def test_everyday_words_of_both_languages_tell_none(word: str) -> None:
    assert votes([word]) == (0, 0)


@pytest.mark.parametrize(("lang", "other"), [("en", "fr"), ("fr", "en")])
def test_no_everyday_word_votes_for_the_other_language(lang: str, other: str) -> None:
    at = ("en", "fr").index(other)
    assert [word for word in load("everyday")[lang].split() if votes([word])[at]] == []


def test_short_clauses_that_tell_their_language_name_no_sound_of_the_other() -> None:
    assert lexicon("fr").tables["sounds"].opens("drift")
    drifting = read_prompt("Snow drifts, a bell rings").plan
    assert [sound.cue for sound in drifting.audio] == ["bell"]
    told_by_nothing = read_prompt("Audio : vent").plan
    assert [sound.cue for sound in told_by_nothing.audio] == ["wind"]
