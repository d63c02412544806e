"""What is said not to bark, to mirror without water, or to be warm without any light."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt


def elements(words: str) -> list[str]:
    return [e.what for beat in read_prompt(words).plan.beats for e in beat.elements]


def lights(words: str) -> list[tuple[str, str | None]]:
    return [(cue.kind, cue.to) for cue in read_prompt(words).plan.light]


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("rain, wind, a dog, not barking", ["rain", "wind"]),
        ("pluie, vent, un chien, sans aboyer", ["rain", "wind"]),
        ("crickets, an owl, a dog, not barking, thunder", ["crickets", "owl", "thunder"]),
        ("rain, wind, a dog barking", ["rain", "wind", "dog"]),
        ("a dog, not barking", []),
    ],
)
def test_only_what_is_said_not_to_sound_is_left_out(words: str, heard: list[str]) -> None:
    assert [cue.cue for cue in read_prompt(words).plan.audio] == heard


@pytest.mark.parametrize(
    "words",
    [
        "her reflection moves in the mirror",
        "reflections in the window dance",
        "static, in her glasses the reflections shimmer",
        "the reflections in her eyes shimmer",
        "plan fixe, les reflets dansent dans la vitre",
        "un reflet brille dans le salon",
    ],
)
def test_what_is_mirrored_by_no_water_moves_none(words: str) -> None:
    assert "water" not in elements(words)


@pytest.mark.parametrize(
    "words",
    [
        "the reflections ripple",
        "les reflets dansent sur l'eau",
        "static, reflections dance on the water by the window",
    ],
)
def test_reflections_that_ripple_move_as_water(words: str) -> None:
    assert elements(words) == ["water"]


@pytest.mark.parametrize(
    "words",
    ["un café plus chaud fume", "il fait plus froid aujourd'hui", "l'eau est plus froide"],
)
def test_what_is_warmer_or_colder_itself_changes_no_light(words: str) -> None:
    assert lights(words) == []


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("plan fixe, plus chaud", "warm"),
        ("plan fixe, un peu plus froid", "cool"),
        ("plan fixe, lumière plus chaude", "warm"),
        ("plan fixe, la lumière est plus froide", "cool"),
        ("rends l'image plus chaude", "warm"),
        ("rends-la plus chaude", "warm"),
        ("plan fixe, ambiance plus chaude", "warm"),
        ("plan fixe, température de couleur plus froide", "cool"),
    ],
)
def test_a_light_is_warmer_or_colder(words: str, kind: str) -> None:
    assert lights(words) == [(kind, None)]


@pytest.mark.parametrize(
    ("words", "acts"),
    [
        ("static, her chest rises and falls", ["breathe"]),
        ("static, the woman's shoulders rise", ["breathe"]),
        ("a treasure chest rises", []),
        ("the mountain shoulders rise", []),
    ],
)
def test_a_chest_that_breathes_is_somebody_s(words: str, acts: list[str]) -> None:
    plan = read_prompt(words).plan
    assert [act.kind for beat in plan.beats for act in beat.subjects] == acts


@pytest.mark.parametrize(
    ("words", "to"),
    [
        ("static, day to overcast", "overcast"),
        ("static, the day turns to overcast", "overcast"),
        ("static, from day to sunset", "sunset"),
        ("plan fixe, du jour à l'heure bleue", "blue_hour"),
    ],
)
def test_day_gives_way_to_another_light(words: str, to: str) -> None:
    assert lights(words) == [("day", to)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("static, a rainy day, overcast", [("overcast", None)]),
        ("static, a perfect day to sunset", [("sunset", None)]),
        ("static, day turns to night", [("day_to_night", None)]),
    ],
)
def test_a_day_that_gives_way_to_nothing_is_no_light(
    words: str, found: list[tuple[str, str | None]]
) -> None:
    assert lights(words) == found
