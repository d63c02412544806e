"""Time styles: slow motion, time-lapse, reverse and stop motion act on one clock."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from kinora.living import in_scene_time
from kinora.motion import retimed
from kinora.prompt import read_prompt
from kinora.types.geometry import Size
from kinora.types.motion import Motion
from kinora.types.pace import FAST, LAPSE, SLOW, VERY_SLOW, Pace
from kinora.types.plan import ShotPlan


def motion(count: int = 24) -> Motion:
    poses = np.tile(np.eye(4), (count, 1, 1))
    poses[:, 2, 3] = -np.arange(count) / 100
    return Motion(
        size=Size(160, 90),
        fps=Fraction(24),
        world_to_camera=poses,
        intrinsics=np.tile(np.diag([150.0, 150.0, 1.0]), (count, 1, 1)),
        shutter=np.zeros(count),
        focus=np.ones(count),
        aperture=np.zeros(count),
    )


def plan(prompt: str) -> ShotPlan:
    return read_prompt(prompt, seconds=1).plan


@pytest.mark.parametrize(
    ("prompt", "pace"),
    [
        ("slow push in, slow motion waves", Pace(rate=SLOW)),
        ("static camera, ultra slow motion, rain", Pace(rate=VERY_SLOW)),
        ("time-lapse of the clouds, static camera", Pace(rate=LAPSE)),
        ("the clouds drift, sped up, pan left", Pace(rate=FAST)),
        ("static camera, the river flows in reverse", Pace(backwards=True)),
        ("push in, stop motion, the leaves sway", Pace()),  # the push in alone is told how
        ("the leaves sway, in stop motion", Pace(held=True)),
        ("au ralenti, les vagues déferlent, travelling avant", Pace(rate=SLOW)),
        ("plan fixe, les nuages défilent en accéléré", Pace(rate=FAST)),
        ("la rivière coule à l'envers, plan fixe", Pace(backwards=True)),
        ("slow dolly in, reverse", Pace()),
        ("a slow pan left", Pace()),
    ],
)
def test_words_say_how_time_runs(prompt: str, pace: Pace) -> None:
    assert plan(prompt).pace == pace


def test_a_time_style_moves_what_always_moves() -> None:
    found = plan("time-lapse of the clouds, static camera").beats[0].elements
    assert [element.what for element in found] == ["clouds"]


def test_time_runs_as_it_does_by_default() -> None:
    still = motion()
    assert retimed(still, plan("pan left")).seconds is None


def test_what_the_words_say_of_time_is_told() -> None:
    (stepped,) = retimed(motion(), plan("push in, stop motion, the leaves sway")).outcomes
    assert stepped.item.startswith("camera")
    assert "frames" in str(stepped.done)
    assert stepped.adds
    (slowed,) = retimed(motion(), plan("au ralenti, les vagues déferlent")).outcomes
    assert "0,4" in str(slowed.done)


def test_slow_motion_slows_the_scene_and_not_the_camera() -> None:
    shown = retimed(motion(), plan("push in, slow motion"))
    assert shown.scene_seconds(12) == pytest.approx(0.5 * SLOW)
    np.testing.assert_array_equal(shown.world_to_camera, motion().world_to_camera)
    assert "0.4" in str(shown.outcomes[-1].done)


def test_reverse_ends_with_the_first_frame() -> None:
    shown = retimed(motion(), plan("push in, played backwards"))
    np.testing.assert_array_equal(shown.world_to_camera, motion().world_to_camera[::-1])
    assert shown.scene_seconds(23) == 0.0


def test_stop_motion_holds_poses_a_little_off_their_place() -> None:
    shown = retimed(motion(), plan("static camera, the leaves sway, in stop motion"))
    assert [shown.scene_seconds(k) for k in range(4)] == pytest.approx([0, 0, 1 / 12, 1 / 12])
    centres = shown.intrinsics[:, 0, 2]
    np.testing.assert_array_equal(centres[::2], centres[1::2])
    assert centres[0] == motion().intrinsics[0, 0, 2]
    assert 0.0 < np.abs(centres).max() < 0.004 * 160


def test_a_plan_may_say_the_rate_itself() -> None:
    slowed = plan("pan left").model_copy(update={"time_scale": 0.25})
    assert retimed(motion(), slowed).scene_seconds(8) == pytest.approx(8 / 24 / 4)


def test_happenings_keep_their_moment_in_the_clip() -> None:
    asked = read_prompt("static camera, slow motion. She blinks at 2 s.", seconds=4).plan
    scene_plan = in_scene_time(asked)
    (act,) = scene_plan.beats[-1].subjects
    assert act.at is not None
    assert act.at / asked.pace.rate == pytest.approx(2.0)
    assert scene_plan.duration == pytest.approx(4 * SLOW)


def test_moments_are_told_as_the_clip_shows_them() -> None:
    pace = replace(Pace(rate=0.5), backwards=True)
    assert pace.clip_seconds(0.5, 2.0) == pytest.approx(3.0)
