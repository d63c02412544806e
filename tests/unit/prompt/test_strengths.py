"""Edits of how much moves, falls and shines; words of extent that belong to a cue."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt, revise
from kinora.types.plan import ShotPlan

READ = read_prompt("slow push in, rain, the waves roll in, she blinks, golden hour", seconds=4)


def edited(words: str) -> ShotPlan:
    reading = revise(READ.plan, words, report=READ.report)
    assert not reading.report.ignored_text
    return reading.plan


def amounts(plan: ShotPlan) -> dict[str, float]:
    elements = {e.what: e.amplitude for beat in plan.beats for e in beat.elements}
    weather = {item.kind: item.density for item in plan.atmosphere}
    return elements | weather | {cue.kind: cue.strength for cue in plan.light}


@pytest.mark.parametrize(
    ("words", "what", "more"),
    [
        ("heavier rain", "rain", True),
        ("pluie plus forte", "rain", True),
        ("lighter rain", "rain", False),
        ("slower waves", "waves", False),
        ("des vagues plus lentes", "waves", False),
        ("bigger waves", "waves", True),
        ("calmer sea", "waves", False),
        ("stronger golden hour", "golden_hour", True),
    ],
)
def test_an_edit_changes_one_amount(words: str, what: str, more: bool) -> None:
    before, after = amounts(READ.plan), amounts(edited(words))
    assert (after[what] > before[what]) if more else (after[what] < before[what])
    del before[what], after[what]
    assert after == before


def test_more_of_what_isn_t_there_comes_in() -> None:
    assert "snow" in amounts(edited("more snow"))


def test_one_weather_instead_of_another() -> None:
    found = amounts(edited("snow instead of rain"))
    assert "snow" in found
    assert "rain" not in found


@pytest.mark.parametrize(
    "words",
    ["an extra blink at 2 s", "add another blink at 2 s", "un clignement de plus à 2 s"],
)
def test_an_extra_blink_has_its_own_time(words: str) -> None:
    acts = [act for beat in edited(words).beats for act in beat.subjects]
    assert [(act.kind, act.at) for act in acts] == [("blink", None), ("blink", 2.0)]


def test_two_parts_keep_colours_of_their_own() -> None:
    plan = edited("make the sky orange, turn the water gold")
    colours = [e.colour for beat in plan.beats for e in beat.elements if e.what == "recolour"]
    assert colours == ["orange", "gold"]


def test_what_moves_can_be_taken_out_by_its_noun() -> None:
    assert "waves" not in amounts(edited("remove the waves"))


@pytest.mark.parametrize(
    "words",
    [
        "the clouds drift gently to the left, static camera",
        "heavy rain, pan right",
        "the leaves sway strongly in the wind, pan left",
        "les nuages défilent vers la gauche, plan fixe",
        "les feuilles ondulent doucement, plan fixe",
    ],
)
def test_words_of_extent_aren_t_left_over(words: str) -> None:
    report = read_prompt(words, seconds=4).report
    assert not report.scene
    assert not report.ignored_text


def test_words_of_speed_count_for_what_moves() -> None:
    slow = read_prompt("the clouds drift slowly, static camera", seconds=4).plan
    fast = read_prompt("the clouds drift fast, static camera", seconds=4).plan
    assert amounts(slow)["clouds"] < 0.5 < amounts(fast)["clouds"]


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("slower waves", ("waves", "waves, amount 0.357")),
        ("des vagues plus lentes", ("vagues", "vagues, intensité 0,357")),
        ("make the sky pink", ("the sky: orange", "the sky: pink")),
    ],
)
def test_what_changed_of_what_moves_is_told(words: str, change: tuple[str, str]) -> None:
    base = read_prompt("static camera, waves roll in, make the sky orange", seconds=4).plan
    changes = revise(base, words).report.changes
    assert [(one.before, one.after) for one in changes] == [change]


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("rends le ciel rose", "le ciel : orange", "le ciel : rose"),
        ("rends le ciel vert", "le ciel : orange", "le ciel : vert"),
    ],
)
def test_hues_are_told_in_french(words: str, before: str, after: str) -> None:
    base = read_prompt("plan fixe, rends le ciel orange", seconds=4).plan
    changes = revise(base, words).report.changes
    assert [(one.before, one.after) for one in changes] == [(before, after)]


@pytest.mark.parametrize(
    "prompt",
    ["it rains hard", "torrential rain", "il pleut à verse", "une pluie diluvienne tombe"],
)
def test_hard_rain_is_more_than_rain(prompt: str) -> None:
    (rain,) = read_prompt(prompt).plan.atmosphere
    (usual,) = read_prompt("rain").plan.atmosphere
    assert rain.kind == usual.kind == "rain"
    assert rain.density > usual.density
