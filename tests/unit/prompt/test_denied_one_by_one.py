"""Moves that are denied, rested on or taken back in words of their own."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt, stated_moves


def moves(prompt: str) -> list[str]:
    return [f"{m.op}:{m.direction or ''}" for m in stated_moves(read_prompt(prompt).plan)]


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Zoom: none. Pan: none. Dolly: in, slow.", ["dolly:in"]),
        ("Zoom : aucun. Pano : aucun. Travelling : avant, lent.", ["dolly:in"]),
        ("The camera never stops gliding rightward.", ["truck:right"]),
        ("La caméra ne cesse de glisser vers la droite.", ["truck:right"]),
        ("Evite de zoomer, avance plutôt.", ["dolly:in"]),
        ("Not a zoom but a real move forward.", ["dolly:in"]),
    ],
)
def test_a_denial_holds_for_its_own_move(prompt: str, wanted: list[str]) -> None:
    assert moves(prompt) == wanted


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("The camera jolts. Then calm.", ["shake:", "static:"]),
        ("a calm push in", ["dolly:in"]),
        (
            "The frame glides right, ends on the fountain and rests there.",
            ["truck:right", "static:"],
        ),
        ("Dutch tilt to the left, then level out.", ["roll:ccw", "roll:cw"]),
        ("Crane up 2 s, hold 1 s, ease back down 2 s.", ["crane:up", "static:", "crane:down"]),
        ("The camera inches in on the dial and back out.", ["dolly:in", "dolly:out"]),
        ("We push in, gulls wheeling, and stop.", ["dolly:in", "static:"]),
    ],
)
def test_rests_and_ways_back(prompt: str, wanted: list[str]) -> None:
    assert moves(prompt) == wanted


@pytest.mark.parametrize(
    "prompt",
    [
        "The shot glass slides across the bar.",
        "A handheld fan on the night stand.",
        "Truck and dolly parked under the crane.",
        "The crew hoists the boom up.",
        "On monte le volume de la radio.",
        "Une réunion Zoom sur l'ordinateur.",
    ],
)
def test_things_in_the_picture_are_no_moves(prompt: str) -> None:
    assert moves(prompt) == []


@pytest.mark.parametrize(
    ("prompt", "avoided", "done"),
    [
        ("The woman doesn't smile but blinks.", ["smile"], ["blinks"]),
        ("She doesn't smile, she blinks.", ["smile"], ["blinks"]),
        ("Elle ne sourit pas mais cligne des yeux.", ["sourit"], ["cligne des yeux"]),
        ("The children don't sing.", ["sing"], []),
    ],
)
def test_what_a_being_is_said_not_to_do_is_avoided_and_the_rest_is_done(
    prompt: str, avoided: list[str], done: list[str]
) -> None:
    plan = read_prompt(prompt).plan
    assert [(c.kind, c.what) for c in plan.constraints] == [("avoid", what) for what in avoided]
    assert [act.action for beat in plan.beats for act in beat.subjects] == done


def test_what_is_said_not_to_move_is_kept() -> None:
    plan = read_prompt("The clouds don't move.").plan
    assert [(c.kind, c.what) for c in plan.constraints] == [("keep", "clouds")]
