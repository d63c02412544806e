"""Remixes that change how loud things are, in both languages."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt, revise
from kinora.types.plan import ShotPlan

BEFORE = read_prompt("pan left, then hold. Audio: rain, distant traffic, piano.", seconds=2).plan


def levels(plan: ShotPlan) -> dict[str | None, str]:
    return {cue.cue: cue.level for cue in plan.audio}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("same, but louder rain and no music", {"rain": "loud", "traffic_far": "normal"}),
        ("make the rain louder and remove the music", {"rain": "loud", "traffic_far": "normal"}),
        ("pareil, mais pluie plus forte et sans musique",
         {"rain": "loud", "traffic_far": "normal"}),
        ("monte la pluie, baisse la circulation",
         {"rain": "loud", "traffic_far": "discreet", "piano": "normal"}),
        ("turn the rain up and the music down",
         {"rain": "loud", "traffic_far": "normal", "piano": "discreet"}),
        ("quieter", {"rain": "discreet", "traffic_far": "discreet", "piano": "discreet"}),
        ("plus fort", {"rain": "loud", "traffic_far": "loud", "piano": "loud"}),
        ("la musique moins forte",
         {"rain": "normal", "traffic_far": "normal", "piano": "discreet"}),
        ("replace the piano with a guitar",
         {"rain": "normal", "traffic_far": "normal", "guitar": "normal"}),
        ("louder thunder",
         {"rain": "normal", "traffic_far": "normal", "piano": "normal", "thunder": "loud"}),
    ],
)  # fmt: skip
def test_only_what_is_named_gets_louder_or_quieter(words: str, wanted: dict[str, str]) -> None:
    after = revise(BEFORE, words).plan
    assert levels(after) == wanted
    assert after.beats == BEFORE.beats


def test_a_softer_or_stronger_move_is_no_sound() -> None:
    moves = ("a softer pan", "stronger pan", "la caméra monte", "lower the camera", "crane up")
    for words in moves:
        after = revise(BEFORE, words).plan
        assert levels(after) == levels(BEFORE)
        assert after.beats != BEFORE.beats
