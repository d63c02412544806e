"""Amounts are exact, in every unit that has a meaning."""

import numpy as np
import pytest

from kinora.errors import PlanError

ANGLES = [("pan", "right", "yaw"), ("tilt", "up", "pitch"), ("roll", "cw", "roll")]


@pytest.mark.parametrize(("op", "direction", "measure"), ANGLES)
@pytest.mark.parametrize("ease", ["inertial", "linear", "ease_in", "ease_out", "stop_motion"])
def test_angles_are_exact(stage, viewed, op, direction, measure, ease):
    move = stage.move(op, direction, 7.3, "degrees") | {"ease": ease}
    seen = viewed(stage.motion(stage.plan((1.7, move))))
    assert getattr(seen, measure)()[-1] == pytest.approx(7.3, abs=1e-9)


@pytest.mark.parametrize("focus", [(320.0, 180.0), (200.0, 250.0)])
def test_a_truck_shifts_the_subject_by_its_share_of_the_width(stage, viewed, focus):
    plan = stage.plan((2, stage.move("truck", "right", 6, "percent_frame")))
    seen = viewed(stage.motion(plan, stage.scene(focus=focus)))
    subject = seen.at_disparity(1.0, x=(focus[0] - 320) / 700, y=(focus[1] - 180) / 700)
    assert subject[0] == pytest.approx(focus, abs=1e-9)
    assert subject[-1] - subject[0] == pytest.approx([-0.06 * 640, 0], abs=1e-9)


@pytest.mark.parametrize("op", ["pedestal", "crane"])
@pytest.mark.parametrize(("direction", "sign"), [("up", 1), ("down", -1)])
def test_vertical_moves_shift_the_subject_by_their_share_of_the_height(
    stage, viewed, op, direction, sign
):
    seen = viewed(stage.motion(stage.plan((2, stage.move(op, direction, 6, "percent_frame")))))
    subject = seen.at_disparity(1.0)
    # A crane also advances by 0.27 of its rise, which adds a little.
    tolerance = 1e-9 if op == "pedestal" else 0.01 * 0.06 * 360
    assert subject[-1] - subject[0] == pytest.approx([0, sign * 0.06 * 360], abs=tolerance)


def test_a_truck_after_a_push_in_and_a_zoom_still_shifts_by_what_was_asked(stage, viewed):
    plan = stage.plan(
        (
            1,
            stage.move("dolly", "in", 30, "percent_distance"),
            stage.move("zoom", "in", 1.3, "factor"),
        ),
        (1, stage.move("truck", "left", 5, "percent_frame")),
    )
    subject = viewed(stage.motion(plan)).at_disparity(1.0)
    assert subject[-1, 0] - subject[30, 0] == pytest.approx(0.05 * 640, abs=1e-9)


def test_a_dolly_covers_its_share_of_the_distance(stage, viewed):
    seen = viewed(stage.motion(stage.plan((2, stage.move("dolly", "in", 15, "percent_distance")))))
    assert seen.centres[-1] == pytest.approx([0, 0, 0.15], abs=1e-12)


def test_an_orbit_covers_its_angle_on_the_arc(stage, viewed):
    seen = viewed(stage.motion(stage.plan((2, stage.move("orbit", "left", 12, "degrees")))))
    assert seen.yaw()[-1] == pytest.approx(12, abs=1e-9)
    assert np.linalg.norm(seen.centres - [0, 0, 1], axis=1) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(("direction", "expected"), [("in", 1.3), ("out", 1 / 1.3)])
def test_a_zoom_reaches_its_factor(stage, viewed, direction, expected):
    seen = viewed(stage.motion(stage.plan((2, stage.move("zoom", direction, 1.3, "factor")))))
    assert seen.zoom()[-1] == pytest.approx(expected, abs=1e-12)


def test_a_crane_rises_on_an_arc_that_carries_it_forward(stage, viewed):
    plan = stage.plan((2, stage.move("crane", "up", 6, "percent_frame")))
    centres = viewed(stage.motion(plan)).centres
    assert centres[-1, 2] == pytest.approx(-centres[-1, 1] * np.tan(np.radians(15)))
    assert centres[20, 2] / -centres[20, 1] < centres[-1, 2] / -centres[-1, 1]  # level at first


#: The same displacement said in another unit: (op, value, unit, equal value, own unit).
SAME = [
    ("pan", 100 * 700 / 640 * np.tan(np.radians(5)), "percent_frame", 5, "degrees"),
    ("tilt", 100 * 700 / 360 * np.tan(np.radians(5)), "percent_frame", 5, "degrees"),
    ("truck", np.degrees(np.arctan(0.05 * 640 / 700)), "degrees", 5, "percent_frame"),
    ("truck", 5 * 640 / 700, "percent_distance", 5, "percent_frame"),
    ("zoom", 30, "percent_frame", 1.3, "factor"),
    ("zoom", 1 / 1.3, "factor", 1.3, "factor"),
    ("dolly", 1.25, "factor", 20, "percent_distance"),
    ("dolly", 20, "percent_frame", 20, "percent_distance"),
]


@pytest.mark.parametrize(("op", "value", "unit", "equal", "own"), SAME)
def test_other_units_are_converted(stage, op, value, unit, equal, own):
    said = stage.motion(stage.plan((1, stage.move(op, None, value, unit))))
    meant = stage.motion(stage.plan((1, stage.move(op, None, equal, own))))
    assert np.allclose(said.world_to_camera, meant.world_to_camera, atol=1e-12)
    assert np.allclose(said.intrinsics, meant.intrinsics, atol=1e-9)
    assert np.ptp(said.world_to_camera, axis=0).max() + np.ptp(said.intrinsics, axis=0).max() > 0.01


def test_pulling_out_by_a_factor_makes_the_subject_that_much_smaller(stage, viewed):
    seen = viewed(stage.motion(stage.plan((1, stage.move("dolly", "out", 1.25, "factor")))))
    assert seen.centres[-1, 2] == pytest.approx(-0.25)


@pytest.mark.parametrize(
    ("op", "value", "unit"),
    [
        ("dolly", 5, "degrees"),
        ("roll", 5, "percent_frame"),
        ("pan", 2, "factor"),
        ("zoom", 5, "degrees"),
        ("zoom", -1, "factor"),
        ("handheld", 1, "percent_frame"),
        ("rack_focus", 1, "degrees"),
    ],
)
def test_units_without_a_meaning_are_refused(stage, op, value, unit):
    with pytest.raises(PlanError, match=r"camera move b0m0: "):
        stage.motion(stage.plan((1, stage.move(op, None, value, unit))))


@pytest.mark.parametrize(("op", "direction"), [("roll", "up"), ("zoom", "left"), ("crane", "in")])
def test_directions_without_a_meaning_are_refused(stage, op, direction):
    with pytest.raises(PlanError, match=f"{op} can't go '{direction}'"):
        stage.motion(stage.plan((1, stage.move(op, direction))))


def test_speed_scales_an_amount_that_was_left_open(stage, viewed):
    slow, fast = (
        viewed(stage.motion(stage.plan((1, stage.move("pan", "left") | {"speed": speed})))).yaw()[
            -1
        ]
        for speed in ("slow", "very_fast")
    )
    assert slow == pytest.approx(-5 * 0.7)
    assert fast == pytest.approx(-5 * 2)


@pytest.mark.parametrize("op", ["pan", "zoom", "truck", "orbit"])
def test_an_amount_of_nothing_moves_nothing(stage, op):
    unit, value = ("factor", 1) if op == "zoom" else ("degrees", 0)
    if op == "truck":
        unit = "percent_frame"
    motion = stage.motion(stage.plan((1, stage.move(op, None, value, unit))), stage.scene(margin=0))
    assert np.array_equal(motion.world_to_camera, np.tile(np.eye(4), (31, 1, 1)))
    assert not motion.outcomes
