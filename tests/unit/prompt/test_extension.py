"""A longer plan: the old part untouched, the camera going on."""

import pytest

from kinora.errors import TimingError
from kinora.prompt import extend, read_prompt
from kinora.types.plan import ShotPlan


def plan_of(prompt: str, seconds: float = 4) -> ShotPlan:
    return read_prompt(prompt, seconds=seconds, seed=3).plan


def added(plan: ShotPlan, before: ShotPlan) -> list[tuple[str, str | None, str]]:
    new = plan.beats[len(before.beats) :]
    return [(m.op, m.direction, m.ease) for beat in new for m in beat.camera]


def test_the_old_part_stays_as_it_is():
    base = plan_of("slow pan left, then zoom in, at sunset, handheld")
    longer = extend(base, "tilt up in the rain, at night", seconds=3).plan
    assert longer.beats[: len(base.beats)] == base.beats
    assert longer.light[: len(base.light)] == base.light
    assert (longer.duration, longer.seed) == (7.0, 3)
    night = longer.light[-1]
    assert (night.kind, night.t0, night.t1) == ("night", 4.0, 7.0)


def test_from_rest_the_new_move_starts_from_rest():
    base = plan_of("pan left")
    assert added(extend(base, "tilt up", seconds=4).plan, base) == [("tilt", "up", "inertial")]


def test_a_moving_camera_runs_out_or_takes_its_speed_over():
    base = plan_of("linear pan left 4 degrees")
    longer = extend(base, "tilt up", seconds=4).plan
    assert added(longer, base) == [("tilt", "up", "inertial"), ("pan", "left", "ease_out")]
    assert longer.beats[-1].camera[1].amount.value == pytest.approx(4 / 1.875)
    on = extend(base, "linear pan left", seconds=6).plan
    assert added(on, base) == [("pan", "left", "linear")]
    assert on.beats[-1].camera[0].amount.value == pytest.approx(6.0)


@pytest.mark.parametrize("words", ["", "continue", "keep going", "continuez", "the sun sets"])
def test_without_a_move_the_last_one_goes_on(words):
    base = plan_of("pan left 4 degrees, then hold still")
    reading = extend(base, words, seconds=4)
    assert added(reading.plan, base) == [("pan", "left", "inertial")]
    assert any("goes on" in note.text or "continue" in note.text
               for note in reading.report.assumptions)  # fmt: skip
    assert not reading.report.ignored_text


def test_the_lens_cannot_change_in_the_middle_of_a_clip():
    base = plan_of("pan left")
    reading = extend(base, "shallow depth of field, tilt up", seconds=4)
    assert reading.plan.framing == base.framing
    assert [i.request for i in reading.report.not_supported] == ["shallow depth of field"]


def test_lengths():
    base = plan_of("pan left")
    assert extend(base, "tilt up over 6 seconds").plan.duration == 10.0
    assert extend(base, "tilt up").plan.duration == 8.0
    with pytest.raises(TimingError):
        extend(base, "tilt up", seconds=117)
    with pytest.raises(TimingError):
        extend(base, "", seconds=0.5)


def test_the_difference_is_listed():
    changes = extend(plan_of("pan left"), "tilt up", seconds=2).report.changes
    assert [(c.what, c.before, c.after) for c in changes] == [
        ("length of the clip", "4 s", "6 s"),
        ("tilt", None, "tilt up, 3°"),
    ]
