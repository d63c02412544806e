"""Time, composition, smoothness."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinora.errors import SizeError, TimingError
from kinora.motion import plan_motion
from kinora.types.geometry import Size

SMALL = {
    "pan": (st.sampled_from(["left", "right"]), st.floats(0.1, 6), "degrees"),
    "tilt": (st.sampled_from(["up", "down"]), st.floats(0.1, 6), "degrees"),
    "roll": (st.sampled_from(["cw", "ccw"]), st.floats(0.1, 6), "degrees"),
    "orbit": (st.sampled_from(["left", "right", "up", "down"]), st.floats(0.1, 6), "degrees"),
    "dolly": (st.sampled_from(["in", "out"]), st.floats(0.1, 12), "percent_distance"),
    "dolly_zoom": (st.sampled_from(["in", "out"]), st.floats(0.1, 12), "percent_distance"),
    "truck": (st.sampled_from(["left", "right"]), st.floats(0.1, 6), "percent_frame"),
    "pedestal": (st.sampled_from(["up", "down"]), st.floats(0.1, 6), "percent_frame"),
    "crane": (st.sampled_from(["up", "down"]), st.floats(0.1, 6), "percent_frame"),
    "zoom": (st.sampled_from(["in", "out"]), st.floats(1.01, 1.3), "factor"),
}
OPPOSITE = dict(
    left="right", right="left", up="down", down="up", out="in", cw="ccw", ccw="cw", **{"in": "out"}
)


@st.composite
def small_moves(draw, most=3):
    """Different operations with amounts that need no bounds in a wide scene."""
    ops = draw(st.lists(st.sampled_from(sorted(SMALL)), min_size=1, max_size=most, unique=True))
    out = []
    for op in ops:
        directions, values, unit = SMALL[op]
        out.append((op, draw(directions), draw(values), unit))
    return out


def test_the_first_frame_of_a_clip_is_the_photo(stage):
    motion = stage.motion(stage.plan((2, stage.move("pan", "left"), stage.move("handheld"))))
    assert np.array_equal(motion.world_to_camera[0], np.eye(4))


def test_intrinsics_are_in_output_pixels(stage):
    motion = stage.motion(stage.plan((1, stage.move("static"))), size=Size(1280, 720))
    assert motion.intrinsics[0].tolist() == [[1400, 0, 640], [0, 1400, 360], [0, 0, 1]]


def test_beats_start_and_end_on_the_dot(stage, viewed):
    plan = stage.plan(
        (0.5, stage.move("static")),
        (2, stage.move("dolly", "in", 10, "percent_distance")),
        (1, stage.move("static")),
        (1.5, stage.move("pan", "left", 5, "degrees")),
    )
    seen = viewed(stage.motion(plan))
    z, yaw = seen.centres[:, 2], seen.yaw()
    assert (z[:16] == 0).all()
    assert (np.diff(z[15:76]) > 0).all()
    assert (z[75:106] == z[75]).all()
    assert z[75:] == pytest.approx(z[75], abs=1e-15)
    assert z[75] == pytest.approx(0.1, abs=1e-12)
    assert (yaw[:106] == 0).all()
    assert (np.diff(yaw[105:151]) < 0).all()
    assert yaw[150] == pytest.approx(-5, abs=1e-9)


def test_static_beats_are_bit_identical(stage):
    plan = stage.plan(
        (1, stage.move("pan", "left", 5, "degrees"), stage.move("orbit", "left", 3, "degrees")),
        (2, stage.move("static")),
        (1, stage.move("zoom", "in", 1.2, "factor"), stage.move("handheld")),
        (2,),
    )
    motion = stage.motion(plan)
    for first, last in ((30, 91), (135, 181)):  # handheld fades out in the half second before
        for values in (motion.world_to_camera, motion.intrinsics):
            assert all(frame.tobytes() == values[first].tobytes() for frame in values[first:last])


@settings(max_examples=60, deadline=None)
@given(
    moves=small_moves(), fps=st.sampled_from([Fraction(24), Fraction(30000, 1001), Fraction(30)])
)
def test_out_and_back_ends_where_it_began(stage, moves, fps):
    there = [stage.move(*move) for move in moves]
    back = [stage.move(op, OPPOSITE[direction], *rest) for op, direction, *rest in moves]
    before = (0.5, stage.move("pan", "right", 2, "degrees"), stage.move("crane", "up"))
    plan = stage.plan(before, (0.1,), (1.3, *there), (0.9, *back))
    motion = stage.motion(plan, stage.scene(focus=(250, 200)), fps=fps, frames=90)
    assert not motion.outcomes
    start, end = int(np.ceil(fps / 2)), 89
    assert np.abs(motion.world_to_camera[end] - motion.world_to_camera[start]).max() < 1e-12
    assert motion.intrinsics[end] == pytest.approx(motion.intrinsics[start], rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(moves=small_moves(), seconds=st.floats(0.5, 4))
def test_an_inertial_path_has_bounded_jerk_and_rests_at_its_ends(stage, moves, seconds):
    seconds = round(seconds, 2)
    plan = stage.plan((0.5,), (seconds, *[stage.move(*move) for move in moves]), (0.5,))
    motion = stage.motion(plan, fps=Fraction(120))
    numbers = np.hstack(
        [
            motion.world_to_camera[:, :3].reshape(motion.frame_count, -1),
            np.log(motion.intrinsics[:, :1, 0]),
        ]
    )
    jerk = np.diff(numbers, n=3, axis=0) * 120**3
    # The jerk of 10s³ − 15s⁴ + 6s⁵ is at most 60 per length and cubed duration.
    length = np.abs(np.diff(numbers, axis=0)).sum(axis=0)
    assert (np.abs(jerk).max(axis=0) <= 1.6 * 60 * length.max() / seconds**3 + 1e-6).all()


@settings(max_examples=40, deadline=None)
@given(
    order=st.permutations(["pan", "tilt", "zoom", "roll"]),
    values=st.tuples(*[st.floats(0.5, 5)] * 4),
)
def test_head_and_lens_reach_the_same_view_in_any_order(stage, order, values):
    amounts = dict(zip(sorted(order), values, strict=True))
    amounts["zoom"] = 1 + amounts["zoom"] / 20
    units = {op: "factor" if op == "zoom" else "degrees" for op in order}
    beats = [(0.5, stage.move(op, None, amounts[op], units[op])) for op in order]
    together = (0.5, *[move for _, move in beats])
    apart = stage.motion(stage.plan(*beats))
    at_once = stage.motion(stage.plan(together))
    assert np.abs(apart.world_to_camera[-1] - at_once.world_to_camera[-1]).max() < 1e-12
    assert np.abs(apart.intrinsics[-1] - at_once.intrinsics[-1]).max() < 1e-9


def test_pans_keep_the_horizon_level(stage, viewed):
    plan = stage.plan(
        (1, stage.move("tilt", "up", 6, "degrees")), (1, stage.move("pan", "left", 12, "degrees"))
    )
    seen = viewed(stage.motion(plan))
    assert np.abs(seen.roll()).max() < 1e-9
    assert seen.pitch()[-1] == pytest.approx(6)
    assert seen.yaw()[-1] == pytest.approx(-12)


def test_translations_follow_the_view(stage, viewed):
    plan = stage.plan(
        (1, stage.move("pan", "right", 10, "degrees")),
        (1, stage.move("dolly", "in", 20, "percent_distance")),
    )
    centre = viewed(stage.motion(plan)).centres[-1]
    angle = np.radians(10)
    assert centre == pytest.approx([0.2 * np.sin(angle), 0, 0.2 * np.cos(angle)], abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    direction=st.sampled_from(["in", "out"]),
    value=st.floats(1, 40),
    focus=st.tuples(st.floats(150, 490), st.floats(100, 260)),
)
def test_a_dolly_zoom_keeps_the_subjects_size(stage, viewed, direction, value, focus):
    x, y = (focus[0] - 320) / 700, (focus[1] - 180) / 700
    plan = stage.plan((2, stage.move("dolly_zoom", direction, value, "percent_distance")))
    motion = stage.motion(plan, stage.scene(focus=focus, margin=3))
    assert not motion.outcomes
    seen = viewed(motion)
    subject = [seen.at_disparity(1.0, x=x + dx, y=y) for dx in (-0.05, 0.05)]
    width = subject[1][:, 0] - subject[0][:, 0]
    assert np.abs(width / width[0] - 1).max() < 1e-9
    far = [seen.at_disparity(0.1, x=dx) for dx in (-0.05, 0.05)]
    scale = (far[1][:, 0] - far[0][:, 0]) / 70
    assert (scale[-1] < 0.995) if direction == "in" else (scale[-1] > 1.005)


@settings(max_examples=30, deadline=None)
@given(
    moves=small_moves(),
    degrees=st.floats(1, 8),
    focus=st.tuples(st.floats(150, 490), st.floats(100, 260)),
)
def test_an_orbit_keeps_the_subject_where_it_is_whatever_came_before(
    stage, viewed, moves, degrees, focus
):
    plan = stage.plan(
        (1, *[stage.move(*move) for move in moves]),
        (1, stage.move("orbit", "left", degrees, "degrees")),
    )
    seen = viewed(stage.motion(plan, stage.scene(focus=focus, margin=3)))
    subject = seen.at_disparity(1.0, x=(focus[0] - 320) / 700, y=(focus[1] - 180) / 700)
    assert np.abs(subject[30:] - subject[30]).max() < 1e-8


def test_stop_motion_holds_poses_and_still_arrives(stage, viewed):
    move = stage.move("pan", "right", 6, "degrees") | {"ease": "stop_motion"}
    yaw = viewed(stage.motion(stage.plan((1, move)))).yaw()
    assert (yaw[:30].reshape(10, 3) == yaw[:30:3, None]).all()
    assert len(np.unique(yaw)) == 11
    assert yaw[30] == pytest.approx(6)


def test_a_linear_pan_has_constant_speed(stage, viewed):
    move = stage.move("pan", "right", 6, "degrees") | {"ease": "linear"}
    yaw = viewed(stage.motion(stage.plan((2, move)))).yaw()
    assert np.diff(yaw) == pytest.approx(0.1, abs=1e-9)


def test_long_clips_do_not_drift(stage, viewed):
    pan, back = (stage.move("pan", way, 5, "degrees") for way in ("left", "right"))
    plan = stage.plan(*[(0.7, pan), (1.3, back)] * 60)
    yaw = viewed(stage.motion(plan, fps=Fraction(30000, 1001), frames=3596)).yaw()
    for k in range(0, 3596, 7):
        inside = k / Fraction(30000, 1001) % 2  # a round takes two seconds
        there = min(inside / Fraction(7, 10), Fraction(1))
        home = max((inside - Fraction(7, 10)) / Fraction(13, 10), Fraction(0))
        assert yaw[k] == pytest.approx(-5 * float(_quintic(there) - _quintic(home)), abs=1e-9)


def _quintic(s):
    return 10 * s**3 - 15 * s**4 + 6 * s**5


def test_the_camera_stays_after_the_plans_end(stage):
    motion = stage.motion(stage.plan((1, stage.move("pan", "left", 5, "degrees"))), frames=60)
    assert (motion.world_to_camera[30:] == motion.world_to_camera[30]).all()


def test_the_same_plan_gives_the_same_bits(stage):
    plan = stage.plan(
        (2, stage.move("handheld"), stage.move("orbit", "left", 180, "degrees")), seed=7
    )
    scene = stage.scene(margin=0.2)
    one, two = stage.motion(plan, scene), stage.motion(plan, scene)
    for name in ("world_to_camera", "intrinsics", "shutter", "focus", "aperture"):
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()
    assert one.outcomes == two.outcomes


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"fps": Fraction(0)}, TimingError),
        ({"frame_count": 0}, TimingError),
        ({"size": Size(360, 640)}, SizeError),
    ],
)
def test_impossible_clips_are_refused(stage, changes, error):
    arguments = {"size": stage.frame, "fps": Fraction(30), "frame_count": 30} | changes
    with pytest.raises(error):
        plan_motion(stage.plan((1,)), stage.scene(), **arguments)
