"""Animals: where they are, how ears twitch, tails wag and bodies breathe, and what is told."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support.scenes import FRAME, evening_scene

from kinora.living.animal.courses import BACK, FLICK, Twitches
from kinora.living.animal.plan import Animal, plan_animal
from kinora.living.grid import Grid
from kinora.prompt import read_prompt
from kinora.types.living import F32
from kinora.types.plan import ShotPlan


def box(left: int, top: int, right: int, bottom: int) -> F32:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[top:bottom, left:right] = 1.0
    return mask


EAR, BODY = box(90, 24, 104, 44), box(60, 40, 120, 90)


def planned(words: str, kept: F32 | None = None, loop: bool = False, **masks: F32) -> Animal:
    return plan_animal(read_prompt(words).plan, evening_scene(), masks=masks, kept=kept, loop=loop)


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("The cat breathes and twitches its ear twice", ["breathe", "twitch ear"]),
        ("the dog's ear twitches at 1 s", ["twitch ear"]),
        ("the horse swishes its tail, ears flick", ["wag tail", "twitch ear"]),
        ("le chat respire, l'oreille du chat frémit", ["breathe", "twitch ear"]),
        ("la queue du chien remue", ["wag tail"]),
        ("le chien remue la queue", ["wag tail"]),
    ],
)
def test_words_in_both_languages_name_what_animals_do(words: str, kinds: list[str]) -> None:
    plan = read_prompt(words).plan
    assert [act.kind for beat in plan.beats for act in beat.subjects] == kinds


def test_how_often_is_part_of_the_action_and_not_left_over() -> None:
    reading = read_prompt("the cat twitches its ear three times at 1 s")
    (act,) = reading.plan.beats[0].subjects
    assert (act.times, act.at) == (3, 1.0)
    assert reading.report.scene == ()


def test_an_ear_turns_about_its_lower_end_at_the_planned_times() -> None:
    animal = planned("the cat's ear twitches at 1 s", ear=EAR)
    (warp,) = animal.warps
    at = warp.displacement.at
    assert not at(1.0 - FLICK - 0.01).any()
    assert not at(2.5).any()
    x, y = Grid.of(evening_scene()).places()
    moved = np.hypot(*at(1.0))
    tip, base = (x > 108) & (x < 118) & (y < 44), (x > 108) & (x < 118) & (y > 66)
    assert moved[tip].max() > 1.2
    assert moved[base].max() < 0.1
    assert moved.max() <= warp.displacement.reach
    assert "1.0 s, by 11°" in (animal.outcomes[0].done or "")


def test_a_twitch_springs_back_beyond_rest() -> None:
    course = Twitches(times=(1.0,))
    levels = [course.at(t) for t in np.linspace(0.8, 1.8, 400)]
    assert max(levels) == pytest.approx(1.0, abs=1e-3)
    assert -0.35 < min(levels) < -0.2
    assert course.at(1.0 + BACK) == pytest.approx(0.0)


def test_a_breath_lifts_the_chest_and_not_the_foot() -> None:
    animal = planned("le chat respire", animal=BODY)
    field = animal.warps[0].displacement.at(1.3)
    x, y = Grid.of(evening_scene()).places()
    inside = (x > 90) & (x < 120)
    chest, foot = inside & (np.abs(y - 80) < 6), inside & (np.abs(y - 103) < 8)
    assert field[1][chest].mean() > 0.3  # shows what lies lower: it rises
    assert abs(field[1][foot].mean()) < 0.3 * field[1][chest].mean()
    assert "respire" not in (animal.outcomes[0].done or "")
    assert "1,1 % de sa hauteur" in (animal.outcomes[0].done or "")


def test_what_is_not_found_or_kept_is_told() -> None:
    nowhere = planned("the cat breathes and wags its tail")
    assert [each.status for each in nowhere.outcomes] == ["not_supported"] * 2
    assert nowhere.outcomes[0].reason == "no animal or figure found in this photo"
    assert "--mask tail=mask.png" in (nowhere.outcomes[1].how_to_get_it or "")
    (head,) = planned("the dog tilts its head").outcomes  # no matter of faces
    assert "--mask head=mask.png" in (head.how_to_get_it or "")
    assert planned("she tilts her head").outcomes == ()
    kept = planned("the cat's ear twitches", np.ones_like(EAR), ear=EAR)
    assert kept.outcomes[0].reason == "this is to be kept unchanged"
    assert kept.warps == ()


def test_amounts_scale_and_loops_close() -> None:
    tail = box(20, 60, 50, 70)
    usual = planned("the dog wags its tail", loop=True, tail=tail).warps[0].displacement
    strong = planned("the dog wags its tail strongly", loop=True, tail=tail).warps[0].displacement
    assert np.abs(strong.at(0.2)).max() > 1.2 * np.abs(usual.at(0.2)).max()
    seconds = read_prompt("the dog wags its tail").plan.duration
    np.testing.assert_allclose(usual.at(seconds), usual.at(0.0), atol=1e-3)


def test_a_person_without_a_visible_face_breathes_with_the_body() -> None:
    plan: ShotPlan = read_prompt("she breathes calmly").plan
    animal = plan_animal(plan, evening_scene(), masks={"subject": BODY}, kept=None)
    assert animal.items == {"subject-1"}
    assert animal.outcomes[0].status == "understood"
