"""What is changed or added later in a plan leaves earlier frames alone, to the bit."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.motion.test_bounds import scenes, wild_beats

CURVES = ("world_to_camera", "intrinsics", "shutter", "focus", "aperture")


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_later_beats_leave_earlier_frames_alone(stage, data):
    scene = data.draw(scenes(stage))
    first, one, other = (data.draw(wild_beats(stage)) for _ in range(3))
    fps = data.draw(st.sampled_from([Fraction(24), Fraction(30000, 1001), Fraction(50)]))
    seed = data.draw(st.integers(0, 9))
    seconds = sum(Fraction(beat[0]).limit_denominator(10_000) for beat in first)
    frames = max(1, round(seconds * fps))
    alone = stage.motion(stage.plan(*first, seed=seed), scene, fps=fps, frames=frames)
    for more in (one, other):
        longer = stage.motion(stage.plan(*first, *more, seed=seed), scene, fps=fps)
        for name in CURVES:
            curve = getattr(alone, name)
            assert np.array_equal(curve, getattr(longer, name)[:frames]), name


def test_handheld_later_on_leaves_a_pan_its_amount(stage, viewed):
    scene, pan = stage.scene(margin=0.125), stage.move("pan", "left", 30, "degrees")
    shaky = stage.move("handheld", None, 2, "degrees")
    alone = stage.motion(stage.plan((1, pan)), scene, frames=30)
    both = stage.motion(stage.plan((1, pan), (2, shaky)), scene)
    assert np.array_equal(alone.world_to_camera, both.world_to_camera[:30])
    assert {o.item: o.status for o in both.outcomes}["b1m0"] != "understood"


def test_a_pan_leaves_room_for_its_handheld_to_go_on(stage):
    scene, pan = stage.scene(margin=0.125), stage.move("pan", "left", 30, "degrees")
    shaky = stage.move("handheld", None, 1, "degrees")
    motion = stage.motion(stage.plan((1, pan, shaky), (6, shaky)), scene)
    assert [outcome.item for outcome in motion.outcomes] == ["b0m0"]
    moved = np.abs(np.diff(motion.world_to_camera[60:], axis=0)).max(axis=(1, 2))
    assert moved.min() > 0


@pytest.mark.parametrize("shallow", [False, True])
def test_a_rack_later_on_leaves_the_focus_before_alone(stage, shallow):
    framing = {"framing": stage.shallow()} if shallow else {}
    plan = stage.plan((1, stage.move("pan", "left", 3, "degrees")), **framing)
    rack = stage.move("rack_focus", "far")
    longer = stage.plan((1, stage.move("pan", "left", 3, "degrees")), (1, rack), **framing)
    alone, both = stage.motion(plan, frames=30), stage.motion(longer)
    for name in CURVES:
        assert np.array_equal(getattr(alone, name), getattr(both, name)[:30])
    assert both.focus[-1] < both.focus[0]
