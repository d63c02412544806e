"""No view needs anything beyond the canvas or the completed layers, whatever the plan says."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinora.types.geometry import Size
from kinora.types.scene import Layer

WILD = {
    "pan": (["left", "right", None], (0, 90), "degrees"),
    "tilt": (["up", "down"], (0, 60), "degrees"),
    "roll": (["cw", "ccw"], (0, 180), "degrees"),
    "whip": (["left", "right", "up"], (0, 120), "degrees"),
    "orbit": (["left", "right", "up", "down"], (0, 360), "degrees"),
    "dolly": (["in", "out"], (0, 150), "percent_distance"),
    "dolly_zoom": (["in", "out"], (0, 90), "percent_distance"),
    "truck": (["left", "right"], (0, 80), "percent_frame"),
    "pedestal": (["up", "down"], (0, 80), "percent_frame"),
    "crane": (["up", "down"], (0, 80), "percent_frame"),
    "parallax": (["left", "right"], (0, 40), "percent_frame"),
    "flyover": (["in", "out"], (0, 60), "percent_distance"),
    "zoom": (["in", "out"], (1, 6), "factor"),
    "handheld": ([None], (0, 4), "degrees"),
    "shake": ([None], (0, 4), "degrees"),
    "static": ([None], (0, 0), "degrees"),
}


@st.composite
def wild_beats(draw, stage):
    beats = []
    for _ in range(draw(st.integers(1, 4))):
        ops = draw(st.lists(st.sampled_from(sorted(WILD)), max_size=3))
        moves = []
        for op in ops:
            directions, (low, high), unit = WILD[op]
            ease = draw(st.sampled_from(["inertial", "linear", "ease_in", "stop_motion"]))
            value = draw(st.floats(low, high))
            moves.append(
                stage.move(op, draw(st.sampled_from(directions)), value, unit) | {"ease": ease}
            )
        beats.append((draw(st.sampled_from([0.4, 0.7, 1.3])), *moves))
    return beats


@st.composite
def scenes(draw, stage):
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    coarse = rng.uniform(0.0, draw(st.floats(0.1, 2.0)), size=(3, 3))
    # Smooth: bilinear between 3×3 values.
    at = np.linspace(0, 2, 40)
    first = np.minimum(at.astype(int), 1)
    rows = coarse[first] + (at - first)[:, None] * (coarse[first + 1] - coarse[first])
    back = rows[:, first] + (at - first) * (rows[:, first + 1] - rows[:, first])
    front = []
    if draw(st.booleans()):
        rgba = np.full((150, 200, 4), 255, np.uint8)
        disparity = np.full((4, 4), draw(st.floats(0.5, 2.5)), np.float32)
        front.append(Layer(rgba=rgba, disparity=disparity, origin=(200, 150)))
    return stage.scene(
        margin=draw(st.sampled_from([0.0, 0.05, 0.125, 0.4])),
        back=back,
        front=front,
        hole_limit=draw(st.sampled_from([0.0, 20.0, 1e6])),
        focus=(draw(st.floats(200, 440)), draw(st.floats(120, 240))),
    )


def sampled(field, place, canvas):
    """Bilinear disparity of a layer that covers the canvas, clamped at its border."""
    rows, columns = field.shape
    u = np.clip(place[..., 0] / canvas.width * columns - 0.5, 0, columns - 1)
    v = np.clip(place[..., 1] / canvas.height * rows - 0.5, 0, rows - 1)
    x, y = np.minimum(u.astype(int), columns - 2), np.minimum(v.astype(int), rows - 2)
    fx, fy = u - x, v - y
    top = field[y, x] * (1 - fx) + field[y, x + 1] * fx
    low = field[y + 1, x] * (1 - fx) + field[y + 1, x + 1] * fx
    return top * (1 - fy) + low * fy


def canvas_places(motion, scene, disparities):
    """(D, T, R, 2) canvas pixels where the rays of the frame's border meet planes z = 1/D."""
    size = motion.size
    steps = np.linspace(0, 1, 23)
    side = np.concatenate([
        np.stack([steps, np.zeros(23)], 1),
        np.stack([steps, np.ones(23)], 1),
        np.stack([np.zeros(23), steps], 1),
        np.stack([np.ones(23), steps], 1),
    ]) * [size.width, size.height]  # fmt: skip
    pixels = np.concatenate([side, np.ones((len(side), 1))], axis=1)
    to_world = np.linalg.inv(motion.world_to_camera)
    rays = (to_world[:, :3, :3] @ np.linalg.inv(motion.intrinsics) @ pixels.T).transpose(0, 2, 1)
    assert (rays[..., 2] > 0).all()
    camera, places = scene.intrinsics, []
    for disparity in disparities:
        if disparity == 0:
            point = rays
        else:
            reach = (1 / disparity - to_world[:, None, 2, 3]) / rays[..., 2]
            assert (reach > 0).all()
            point = to_world[:, None, :3, 3] + reach[..., None] * rays
        places.append(point[..., :2] / point[..., 2:] * camera.focal)
    corner = np.array([camera.cx, camera.cy]) + scene.frame_origin
    return np.stack(places) + corner


def assert_on_canvas(motion, scene):
    """Every border ray meets the back layer (found by scanning disparity) on the canvas."""
    field = scene.layers[0].disparity
    disparities = np.linspace(field.min(), field.max(), 24)
    places = canvas_places(motion, scene, disparities)
    met = disparities[:, None, None] - sampled(field, places, scene.canvas)
    extent = np.array([scene.canvas.width, scene.canvas.height])
    beyond = np.maximum(-places, places - extent).max(axis=-1)
    crossing = (met[:-1] <= 0) & (met[1:] >= 0)
    assert crossing.any(axis=0).all()
    # Both ends of a crossing bracket the place; the outer one may lie a scan step beyond.
    between = np.minimum(beyond[:-1], beyond[1:])
    assert between[crossing].max() <= 1e-5


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_no_plan_shows_a_border(stage, data):
    scene = data.draw(scenes(stage))
    plan = stage.plan(*data.draw(wild_beats(stage)), seed=data.draw(st.integers(0, 9)))
    motion = stage.motion(plan, scene, fps=Fraction(24))
    assert_on_canvas(motion, scene)
    to_world = np.linalg.inv(motion.world_to_camera)
    nearest = max(float(layer.disparity.max()) for layer in scene.layers)
    assert (to_world[:, 2, 3] * nearest).max() <= 0.6 + 1e-9
    asked = {move.id for beat in plan.beats for move in beat.camera}
    assert {outcome.item for outcome in motion.outcomes} <= asked


def test_the_check_itself_sees_a_border(stage):
    scene = stage.scene(margin=0.1)
    motion = stage.motion(stage.plan((1, stage.move("pan", "left", 20, "degrees"))), stage.scene())
    with pytest.raises(AssertionError):
        assert_on_canvas(motion, scene)


def hiding(stage, disparity=1.0):
    """A near rectangle in the middle of the frame before a back layer at disparity 0.25."""
    across, down = 640, 360
    rgba = np.full((160, 200, 4), 255, np.uint8)
    field = np.full((4, 4), disparity, np.float32)
    return stage.scene(
        margin=1.0,
        front=[Layer(rgba=rgba, disparity=field, origin=(across + 220, down + 100))],
        hole_limit=15.0,
    )


@pytest.mark.parametrize(
    ("op", "direction", "unit"),
    [
        ("truck", "left", "percent_frame"),
        ("truck", "right", "percent_frame"),
        ("pedestal", "up", "percent_frame"),
        ("pedestal", "down", "percent_frame"),
        ("orbit", "left", "degrees"),
        ("dolly", "out", "percent_distance"),
    ],
)
def test_edges_uncover_no_more_than_was_completed(stage, viewed, op, direction, unit):
    scene = hiding(stage)
    motion = stage.motion(stage.plan((1, stage.move(op, direction, 25, unit))), scene)
    assert [outcome.status for outcome in motion.outcomes] == ["approximated"]
    x, y, z = viewed(motion).centres[-1]
    # By similar triangles: an edge e pixels off the centre, layers at disparity 1 and 0.25.
    widths = [
        sign * (700 * c - e * z) * 0.75 / (1 - z)
        for c, e, sign in ((x, 100, 1), (x, -100, -1), (y, 80, 1), (y, -80, -1))
    ]
    # Corners count along their diagonal, which holds a dolly back a little earlier.
    assert (0.75 if op == "dolly" else 0.93) * 15 < max(widths) <= 15.25


def test_pushing_in_on_a_centred_subject_uncovers_nothing(stage):
    plan = stage.plan((1, stage.move("dolly", "in", 50, "percent_distance")))
    assert not stage.motion(plan, hiding(stage)).outcomes


def test_the_camera_stays_in_front_of_the_layers(stage, viewed):
    plan = stage.plan((1, stage.move("dolly", "in", 95, "percent_distance")))
    motion = stage.motion(plan, hiding(stage, disparity=1.5))
    assert motion.outcomes[0].reason == "the camera would run into the foreground"
    assert viewed(motion).centres[-1, 2] == pytest.approx(0.4, abs=0.002)


def test_a_pan_goes_as_far_as_the_canvas(stage, viewed):
    scene = stage.scene(margin=0.125)
    motion = stage.motion(stage.plan((1, stage.move("pan", "left", 30, "degrees"))), scene)
    edge, border = np.arctan(320 / 700), np.arctan(400 / 700)
    possible = np.degrees(border - edge)
    assert possible - 0.15 < -viewed(motion).yaw()[-1] <= possible
    (outcome,) = motion.outcomes
    assert outcome.done == f"pan left {-viewed(motion).yaw()[-1]:.1f}°"


def test_zooming_in_first_makes_room_for_a_pan(stage, viewed):
    scene, pan = stage.scene(margin=0.1), stage.move("pan", "left", 30, "degrees")
    plain = viewed(stage.motion(stage.plan((1, pan)), scene)).yaw()[-1]
    zoomed = stage.plan((1, stage.move("zoom", "in", 1.5, "factor")), (1, pan))
    assert viewed(stage.motion(zoomed, scene)).yaw()[-1] < 2 * plain
    at_once = stage.plan((1, pan, stage.move("zoom", "in", 1.5, "factor")))
    seen = viewed(stage.motion(at_once, scene))
    assert seen.zoom()[-1] == pytest.approx(1.5)
    assert seen.yaw()[-1] < 1.5 * plain


def test_near_content_at_the_side_limits_a_truck_more_than_far_content(stage):
    far, near = (
        stage.motion(
            stage.plan((1, stage.move("truck", "left", 50, "percent_frame"))),
            stage.scene(margin=0.1, back=np.full((4, 4), disparity)),
        ).outcomes[0]
        for disparity in (0.5, 1.0)
    )
    assert far.done == "truck left 19.9 % of the frame"
    assert near.done == "truck left 9.9 % of the frame"


def test_disparity_elsewhere_on_the_canvas_does_not_matter(stage):
    ramp = np.repeat(np.linspace(0.0, 2.0, 96)[:, None], 96, axis=1)  # ground: near at the bottom
    scene = stage.scene(margin=0.125, back=ramp)
    up, down = (
        stage.motion(stage.plan((1, stage.move("pedestal", way, 60, "percent_frame"))), scene)
        for way in ("up", "down")
    )
    risen, sunk = (np.abs(motion.world_to_camera[-1, 1, 3]) for motion in (up, down))
    assert risen > 2 * sunk  # rising looks at the far top border, sinking at the near bottom


def test_earlier_moves_keep_their_amount(stage, viewed):
    scene = stage.scene(margin=0.125)
    plan = stage.plan(
        (1, stage.move("pan", "left", 4, "degrees")), (1, stage.move("pan", "left", 4, "degrees"))
    )
    motion = stage.motion(plan, scene)
    assert viewed(motion).yaw()[30] == pytest.approx(-4, abs=1e-9)
    assert [outcome.item for outcome in motion.outcomes] == ["b1m0"]


def test_the_way_back_of_a_reduced_move_is_reduced_alike(stage):
    scene = stage.scene(margin=0.125)
    there, back = (stage.move("orbit", way, 180, "degrees") for way in ("left", "right"))
    motion = stage.motion(stage.plan((1, there), (1,), (1, back)), scene)
    assert np.abs(motion.world_to_camera[-1] - np.eye(4)).max() < 1e-12
    assert [outcome.item for outcome in motion.outcomes] == ["b0m0", "b2m0"]
    assert motion.outcomes[1].reason == "it undoes a move that had to be reduced"


def test_a_frame_without_any_margin_stays_the_photo(stage):
    plan = stage.plan((1, stage.move("pan", "left", 5, "degrees"), stage.move("handheld")))
    motion = stage.motion(plan, stage.scene(margin=0.0))
    assert np.array_equal(motion.world_to_camera, np.tile(np.eye(4), (31, 1, 1)))
    assert [outcome.status for outcome in motion.outcomes] == ["not_supported"] * 2


def test_frames_between_those_that_the_search_looks_at_are_checked_too(stage):
    sway = stage.move("parallax", "left", 40, "percent_frame")  # 15 swings in one beat
    scene = stage.scene(margin=0.125, back=np.full((4, 4), 1.0))
    motion = stage.motion(stage.plan((60, stage.move("static"), sway)), scene)
    assert_on_canvas(motion, scene)
    assert [(o.item, o.status) for o in motion.outcomes] == [("b0m1", "approximated")]


def test_zoom_has_a_range(stage, viewed):
    motion = stage.motion(stage.plan((1, stage.move("zoom", "in", 10, "factor"))))
    assert viewed(motion).zoom()[-1] == pytest.approx(4, abs=0.02)
    assert motion.outcomes[0].reason == "a larger zoom would only magnify pixels"


def test_a_scene_of_another_pixel_size_is_bounded_alike(stage):
    scene = stage.scene(margin=0.125)
    plan = stage.plan((1, stage.move("pan", "left", 30, "degrees")))
    small, large = (stage.motion(plan, scene, size=size) for size in (stage.frame, Size(1280, 720)))
    assert np.array_equal(small.world_to_camera, large.world_to_camera)
