"""What is told as seen stays in the picture, whatever sounds its words name as well."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt
from kinora.types.plan import ShotPlan


def plan_of(prompt: str) -> ShotPlan:
    return read_prompt(prompt).plan


def sounds(plan: ShotPlan) -> list[str | None]:
    return [cue.cue for cue in plan.audio]


def weather(plan: ShotPlan) -> list[str]:
    return [item.kind for item in plan.atmosphere]


@pytest.mark.parametrize(
    ("prompt", "kind", "heard"),
    [
        ("Juste la neige qui tombe", "snow", []),
        ("Seulement la neige qui tombe", "snow", []),
        ("Juste les enfants qui rient et la neige qui tombe", "snow", ["children"]),
        ("Juste les enfants qui rigolent et les feuilles qui tombent", "leaves", ["children"]),
        ("Just the leaves falling", "leaves", []),
        ("no sound please, just the leaves falling", "leaves", ["silence"]),
        ("Bring it to life: confetti falling, mum laughing", "confetti", ["laughter"]),
        ("Bring it to life: leaves falling, kids laughing", "leaves", ["children"]),
    ],
)
def test_what_falls_without_a_sound_stays_in_the_picture(
    prompt: str, kind: str, heard: list[str | None]
) -> None:
    plan = plan_of(prompt)
    assert weather(plan) == [kind]
    assert sounds(plan) == heard


@pytest.mark.parametrize(
    ("prompt", "heard"),
    [
        ("Juste la pluie qui tombe", ["rain"]),
        ("Juste le vent dans les arbres", ["wind_leaves"]),
        ("Audio: snow crunching, wind", ["footsteps_snow", "wind"]),
        ("surgeon's masked eyes, slow breathing, a heartbeat", ["breathing", "heartbeat"]),
    ],
)
def test_what_is_plainly_a_sound_is_one(prompt: str, heard: list[str | None]) -> None:
    plan = plan_of(prompt)
    assert sounds(plan) == heard
    assert weather(plan) == []


@pytest.mark.parametrize(
    ("prompt", "who", "heard"),
    [
        ("La mariée rit, les invités applaudissent", "mariée", ["laughter", "applause"]),
        ("La fille rit, le chien aboie", "fille", ["laughter", "dog"]),
        ("Le garçon rit, les oiseaux chantent", "garçon", ["laughter", "birds"]),
        ("The bride laughs, the guests clap", "bride", ["laughter", "applause"]),
    ],
)
def test_who_laughs_is_seen_to(prompt: str, who: str, heard: list[str | None]) -> None:
    plan = plan_of(prompt)
    assert [(act.kind, act.who) for act in plan.beats[0].subjects] == [("smile", who)]
    assert sounds(plan) == heard


def test_who_is_only_named_in_a_list_of_sounds_is_not_seen() -> None:
    assert plan_of("kids laughing, waves, gulls").beats[0].subjects == ()
    assert plan_of("Audio: la mariée rit, cloches").beats[0].subjects == ()


@pytest.mark.parametrize(
    ("prompt", "heard"),
    [
        ("Le moteur rugit, la poussière vole", ["engine"]),
        ("Le moteur rugit, la voiture part", ["engine"]),
        ("Le lion rugit, la poussière vole", ["lion"]),
    ],
)
def test_what_roars_is_what_is_named_before_it(prompt: str, heard: list[str | None]) -> None:
    assert sounds(plan_of(prompt)) == heard


@pytest.mark.parametrize(
    "prompt",
    [
        "Flag snaps in the wind, waves crash",
        "Wedding photo: her veil floats in the breeze",
        "Wedding photo: her veil floats in the breeze, guests clap",
        "Le drapeau claque au vent, les vagues se brisent",
        "Un vieux gardien dans l'embrasure de la porte, le vent tire sur son ciré.",
    ],
)
def test_wind_that_moves_something_stays_in_the_picture(prompt: str) -> None:
    assert weather(plan_of(prompt)) == ["wind"]


def test_what_blinks_is_no_list_of_sounds() -> None:
    plan = plan_of("Un couloir d'hôpital, néons qui clignotent, une porte claque au fond.")
    assert [light.kind for light in plan.light] == ["neon"]
    assert plan.beats[0].elements == ()  # a door that slams is heard
    assert sounds(plan) == ["door"]


def test_a_forest_that_breathes_is_seen() -> None:
    plan = plan_of("Light rays through the trees, breathing forest")
    assert [act.kind for act in plan.beats[0].subjects] == ["breathe"]
    assert sounds(plan) == []
