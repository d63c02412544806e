"""What an engine can't do is told by what it is: a light, weather or a style."""

from __future__ import annotations

import pytest

from kinora.engines.capability_check import capability_outcomes
from kinora.engines.catalogue import PARALLAX
from kinora.prompt import read_prompt


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("static camera, golden hour, rain, film grain", "the parallax engine has no such style"),
        ("plan fixe, pluie, grain de film", "le moteur parallax ne connaît pas ce style"),
        (
            "static camera, the traffic light turns green",
            "the parallax engine can't light another lamp of a traffic light",
        ),
    ],
)
def test_the_reason_does_not_deny_the_light_and_weather_that_are_made(
    prompt: str, reason: str
) -> None:
    reading = read_prompt(prompt)
    (outcome,) = capability_outcomes(reading.plan, PARALLAX, lang=reading.report.lang)
    assert (outcome.status, outcome.reason) == ("not_supported", reason)


def test_a_film_look_is_the_cinematic_one() -> None:
    plan = read_prompt("static camera, film look").plan
    assert plan.style
    assert not capability_outcomes(plan, PARALLAX, lang="en")


def test_focus_that_is_to_go_to_a_thing_goes_to_an_end() -> None:
    plan = read_prompt("rack focus from the old man to the door").plan
    (outcome,) = capability_outcomes(plan, PARALLAX, lang="en")
    assert outcome.status == "approximated"
    assert "near to far" in (outcome.how_to_get_it or "")
    for known in ("rack focus to the background", "rack focus near to far", "rack focus"):
        assert not capability_outcomes(read_prompt(known).plan, PARALLAX, lang="en")
