"""Directions name what the camera does; near content shows it most."""

import numpy as np
import pytest

NEAR, FOCUS, FAR = 1.5, 1.0, 0.05

#: op, direction, amount, unit, where the content goes (x, y), whether near content goes farther
MOVES = [
    ("pan", "left", 5, "degrees", (1, 0), False),
    ("pan", "right", 5, "degrees", (-1, 0), False),
    ("tilt", "up", 5, "degrees", (0, 1), False),
    ("tilt", "down", 5, "degrees", (0, -1), False),
    ("whip", "left", 5, "degrees", (1, 0), False),
    ("whip", "up", 5, "degrees", (0, 1), False),
    ("truck", "left", 5, "percent_frame", (1, 0), True),
    ("truck", "right", 5, "percent_frame", (-1, 0), True),
    ("pedestal", "up", 5, "percent_frame", (0, 1), True),
    ("pedestal", "down", 5, "percent_frame", (0, -1), True),
    ("crane", "up", 5, "percent_frame", (0, 1), True),
    ("crane", "down", 5, "percent_frame", (0, -1), True),
    ("dolly", "left", 5, "percent_frame", (1, 0), True),
    ("truck", "up", 5, "percent_frame", (0, 1), True),
    ("pan", "up", 5, "degrees", (0, 1), False),
    ("follow", "right", 5, "percent_frame", (-1, 0), True),
    ("reveal", "up", 5, "percent_frame", (0, 1), True),
]


@pytest.mark.parametrize(("op", "direction", "value", "unit", "way", "parallax"), MOVES)
def test_content_goes_the_other_way(stage, viewed, op, direction, value, unit, way, parallax):
    seen = viewed(stage.motion(stage.plan((2, stage.move(op, direction, value, unit)))))
    axis = 0 if way[0] else 1
    shifts = []
    for disparity in (NEAR, FOCUS, FAR):
        track = seen.at_disparity(disparity)
        shift = track[-1] - track[0]
        assert np.sign(shift[axis]) == way[axis]
        assert abs(shift[1 - axis]) < 1e-6
        shifts.append(abs(shift[axis]))
    if parallax:
        assert shifts[0] > 1.3 * shifts[1] > 5 * shifts[2]
    else:
        assert np.allclose(shifts, shifts[0])


@pytest.mark.parametrize(("direction", "grows"), [("in", True), ("out", False)])
def test_a_dolly_scales_near_content_most(stage, viewed, direction, grows):
    plan = stage.plan((2, stage.move("dolly", direction, 20, "percent_distance")))
    seen = viewed(stage.motion(plan))
    radii = [np.linalg.norm(seen.at_disparity(d, x=0.2) - [320, 180], axis=1) for d in (NEAR, FAR)]
    near, far = (radius[-1] / radius[0] for radius in radii)
    assert (near > far > 1) if grows else (near < far < 1)


@pytest.mark.parametrize(("direction", "grows"), [("in", True), ("out", False)])
def test_a_zoom_scales_all_content_alike(stage, viewed, direction, grows):
    seen = viewed(stage.motion(stage.plan((2, stage.move("zoom", direction, 1.25, "factor")))))
    for disparity in (NEAR, FAR):
        radius = np.linalg.norm(seen.at_disparity(disparity, x=0.2) - [320, 180], axis=1)
        assert radius[-1] / radius[0] == pytest.approx(1.25 if grows else 0.8)


@pytest.mark.parametrize(("direction", "sign"), [("cw", 1), ("ccw", -1), ("right", 1)])
def test_rolling_clockwise_turns_the_content_counter_clockwise(stage, viewed, direction, sign):
    seen = viewed(stage.motion(stage.plan((2, stage.move("roll", direction, 10, "degrees")))))
    right_of_centre = seen.at_disparity(1.0, x=0.2)[-1] - [320, 180]
    # Counter-clockwise on a screen with y down: what was on the right goes up.
    assert np.sign(-right_of_centre[1]) == sign
    assert np.degrees(np.arctan2(-right_of_centre[1], right_of_centre[0])) == pytest.approx(
        10 * sign
    )


@pytest.mark.parametrize(("direction", "sign"), [("left", 1), ("right", -1)])
def test_an_orbit_holds_the_subject_while_near_and_far_part(stage, viewed, direction, sign):
    seen = viewed(stage.motion(stage.plan((2, stage.move("orbit", direction, 8, "degrees")))))
    assert np.allclose(seen.at_disparity(1.0), [320, 180], atol=1e-9)
    near, far = seen.at_disparity(NEAR)[-1, 0] - 320, seen.at_disparity(FAR)[-1, 0] - 320
    assert np.sign(near) == sign  # like a truck
    assert np.sign(far) == -sign  # like the counter-pan
    assert np.sign(seen.centres[-1, 0]) == -sign


def test_orbiting_up_raises_the_camera_and_looks_down(stage, viewed):
    seen = viewed(stage.motion(stage.plan((2, stage.move("orbit", "up", 8, "degrees")))))
    assert seen.centres[-1, 1] < 0
    assert seen.pitch()[-1] == pytest.approx(-8)
    assert np.allclose(seen.at_disparity(1.0), [320, 180], atol=1e-9)


@pytest.mark.parametrize(("direction", "sign"), [("left", -1), ("right", 1)])
def test_a_sway_goes_to_its_side_first_and_back(stage, viewed, direction, sign):
    plan = stage.plan((4, stage.move("parallax", direction, 3, "percent_frame")))
    x = viewed(stage.motion(plan)).centres[:, 0] * sign
    assert x[: len(x) // 2].min() > -1e-12
    assert x[len(x) // 2 :].max() < 1e-12
    assert x.max() == pytest.approx(-x.min(), rel=1e-6)


def test_a_flyover_rises_and_advances(stage, viewed):
    plan = stage.plan((2, stage.move("flyover", "in", 10, "percent_distance")))
    centre = viewed(stage.motion(plan)).centres[-1]
    assert centre[1] < 0 < centre[2]


def test_a_negative_amount_turns_the_direction_round(stage, viewed):
    seen = viewed(stage.motion(stage.plan((2, stage.move("pan", "left", -5, "degrees")))))
    assert seen.yaw()[-1] == pytest.approx(5)
