from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinora.errors import PlanError
from kinora.replan import fitted, only_sound, with_notes
from kinora.types.plan import AudioCue, Beat, DialogueLine, LightCue, ShotPlan
from kinora.types.report import Report

PLAN = ShotPlan(
    duration=4.0,
    seed=7,
    beats=(Beat(id="b1", t0=0, t1=1), Beat(id="b2", t0=1, t1=4)),
    light=(LightCue(id="l1", kind="night", t0=1, t1=3), LightCue(id="l2", kind="fog")),
    dialogue=(DialogueLine(id="d1", text="Go", t0=0.5, t1=1),),
    audio=(AudioCue(id="a1", raw="bell", at=2),),
)


def test_every_time_is_scaled() -> None:
    plan = fitted(PLAN, seconds=Fraction(2), seed=0, strict=False)
    assert [(beat.t0, beat.t1) for beat in plan.beats] == [(0, 0.5), (0.5, 2)]
    assert [(cue.t0, cue.t1) for cue in plan.light] == [(0.5, 1.5), (None, None)]
    assert (plan.dialogue[0].t0, plan.dialogue[0].t1) == (0.25, 0.5)
    assert plan.audio[0].at == 1
    assert (plan.duration, plan.seed) == (2, 7)


@given(st.fractions(min_value=1, max_value=120, max_denominator=1001))
def test_any_length_makes_a_valid_plan(seconds: Fraction) -> None:
    plan = fitted(PLAN, seconds=seconds, seed=0, strict=False)
    assert plan.duration == float(seconds)
    assert plan.beats[0].t1 / plan.duration == pytest.approx(0.25)


def test_the_seed_is_replaced_only_when_one_is_given() -> None:
    assert fitted(PLAN, seconds=None, seed=0, strict=False) is PLAN
    assert fitted(PLAN, seconds=None, seed=3, strict=False).seed == 3


def test_strict_refuses_another_length_and_accepts_the_same() -> None:
    assert fitted(PLAN, seconds=Fraction(4), seed=0, strict=True) == PLAN
    with pytest.raises(PlanError, match="4 s but the clip is 2 s"):
        fitted(PLAN, seconds=Fraction(2), seed=0, strict=True)


def test_the_report_says_what_became_of_times_and_prompt() -> None:
    scaled = fitted(PLAN, seconds=Fraction(2), seed=0, strict=False)
    report = with_notes(Report(), given=PLAN, used=scaled, prompt="pan left")
    assert "4 s but the clip is 2 s" in report.conflicts[0].text
    assert "prompt was not read" in report.assumptions[0].text
    french = with_notes(Report(lang="fr"), given=PLAN, used=scaled, prompt="")
    assert "dure 4 s" in french.conflicts[0].text
    assert not french.assumptions
    assert with_notes(Report(), given=PLAN, used=PLAN, prompt=" ") == Report()


def test_lines_of_somebody_in_the_picture_are_seen_too() -> None:
    line = DialogueLine(id="d1", text="Go", t0=0.5, t1=1)
    said = PLAN.model_copy(update={"dialogue": (line.model_copy(update={"text": "Stay"}),)})
    assert only_sound(PLAN, PLAN.model_copy(update={"audio": ()}))
    assert not only_sound(PLAN, said)
    off = [
        plan.model_copy(
            update={"dialogue": (plan.dialogue[0].model_copy(update={"off_screen": True}),)}
        )
        for plan in (PLAN, said)
    ]
    assert only_sound(*off)
