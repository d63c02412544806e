"""Portraits on the astronaut of scikit-image: what is planned happens, and nothing else."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data
from tests.support.scenes import evening_scene

from kinora.engines.parallax.engine import ParallaxEngine
from kinora.engines.parallax.renderer import empty_planes
from kinora.living import plan_portrait
from kinora.living.grid import Grid
from kinora.living.portrait.course import CLOSED, CLOSING, OPENING, Breath, Hold, closed_at
from kinora.living.portrait.find import Head, find_head
from kinora.living.portrait.warps import turn_of
from kinora.prompt import read_prompt
from kinora.scene.build import build_scene
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.testing.fakes import Recorder
from kinora.types.geometry import Size
from kinora.types.request import ClipRequest
from kinora.types.scene import Scene

SIZE, FPS = Size(320, 320), Fraction(30)


@lru_cache(maxsize=1)
def astronaut() -> Scene:
    photo = decode_photo(data.astronaut()[:320, 60:380])
    return build_scene(photo, size=SIZE, depth=ClassicalDepth())


@lru_cache(maxsize=1)
def head() -> Head:
    found = find_head(astronaut())
    assert found is not None
    return found


def frames(prompt: str, *, seconds: float = 2) -> list[NDArray[np.uint8]]:
    plan = read_prompt(prompt, seconds=seconds).plan
    request = ClipRequest(image=astronaut(), size=SIZE, fps=FPS)
    rendition = ParallaxEngine(ClassicalDepth()).render(request, plan, Recorder())
    planes, shown = empty_planes(SIZE), []
    for index in range(rendition.frame_count):
        rendition.frames.render(index, planes)
        shown.append(planes.y[:, : SIZE.width].copy())
    return shown


def eye_boxes() -> list[tuple[slice, slice]]:
    """Where the eyes are in the frame."""
    scene, scale = astronaut(), SIZE.width / astronaut().size.width
    boxes = []
    for eye in head().eyes:
        x, y = (eye.x - scene.frame_origin[0]) * scale, (eye.y - scene.frame_origin[1]) * scale
        wide, high = 0.6 * eye.half * scale, 0.8 * eye.upper * scale
        boxes.append(
            (slice(round(y - high), round(y + high)), slice(round(x - wide), round(x + wide)))
        )
    return boxes


def test_eyes_lie_where_they_are() -> None:
    luma = cv2.cvtColor(astronaut().image, cv2.COLOR_RGB2GRAY)
    left, top = astronaut().frame_origin
    assert len(head().eyes) == 2
    for eye in head().eyes:
        x, y = round(eye.x - left), round(eye.y - top)
        around = luma[y - 14 : y + 15, x - 20 : x + 21]
        assert luma[y - 1 : y + 2, x - 2 : x + 3].mean() < 0.75 * around.mean()


def test_a_blink_closes_and_opens_again_at_its_time() -> None:
    shown = frames("static camera, she blinks at 1 s")
    rest = shown[0]
    dark = [min(float(np.quantile(frame[box], 0.1)) for box in eye_boxes()) for frame in shown]
    changed = [index for index, frame in enumerate(shown) if not np.array_equal(frame, rest)]
    first, last = 1.0 - CLOSING, 1.0 + CLOSED + OPENING
    assert abs(changed[0] - first * 30) <= 1
    assert abs(changed[-1] - last * 30) <= 1
    # Pupils are hidden by skin while lids are closed.
    assert dark[30] > dark[0] + 15
    assert dark[45] == dark[0]


@pytest.mark.parametrize(
    ("words", "closes"),
    [("she winks at 1 s", 0), ("she winks with her left eye at 1 s", 1)],
)
def test_a_wink_closes_one_eye(words: str, closes: int) -> None:
    """Somebody's own left eye is the picture's right one."""
    shown = frames(f"static camera, {words}")
    change = [
        float(np.abs(shown[30][box].astype(int) - shown[0][box]).max()) for box in eye_boxes()
    ]
    assert change[closes] > 15
    assert change[1 - closes] == 0


def test_who_winks_blinks_with_both_eyes_as_well() -> None:
    plan = read_prompt("static camera, she blinks at 1 s and winks at 2 s", seconds=3).plan
    first, second = plan_portrait(plan, astronaut(), kept=None).lids
    assert [first.look.at(at)[0] for at in (1.0, 2.0)] == [1.0, 1.0]
    assert [second.look.at(at)[0] for at in (1.0, 2.0)] == [1.0, 0.0]


def test_who_stays_calm_does_nothing_of_it_and_needs_no_face() -> None:
    plan = read_prompt("static camera, she stays calm and blinks at 1 s", seconds=2).plan
    shown = plan_portrait(plan, astronaut(), kept=None)
    assert [outcome.status for outcome in shown.outcomes] == ["understood", "understood"]
    assert shown.warps == ()
    calm, blink = plan_portrait(plan, evening_scene(), kept=None).outcomes
    assert (calm.status, blink.status) == ("understood", "not_supported")


def test_a_blink_leaves_the_rest_of_the_picture() -> None:
    shown = frames("static camera, she blinks at 1 s")
    change = shown[30].astype(int) - shown[0]
    ys, xs = np.nonzero(change)
    scene, scale = astronaut(), SIZE.width / astronaut().size.width
    x = (head().brow[0] - scene.frame_origin[0]) * scale
    y = (head().brow[1] - scene.frame_origin[1]) * scale
    assert np.abs(xs - x).max() < 0.9 * head().apart * scale
    assert np.abs(ys - y).max() < 0.5 * head().apart * scale


def test_a_head_turns_by_the_angle_that_is_told() -> None:
    """The middle of the face goes by depth · sin θ, the outline stays."""
    grid = Grid.of(astronaut())
    turn = turn_of(
        head(),
        grid,
        yaw=float(np.radians(8)),
        pitch=0.0,
        lean=0.0,
        course=Hold(t0=0.0, t1=1.0, returns=False),
    )
    assert not turn.at(0.0).any()
    offsets = turn.at(1.0)
    at_brow = grid.sample(offsets[0], *(np.float32([[value]]) for value in head().brow))
    depth = grid.sample(turn.depth, *(np.float32([[value]]) for value in head().brow))
    assert float(at_brow[0, 0]) == pytest.approx(
        -float(depth[0, 0]) * np.sin(np.radians(8)), rel=0.1
    )
    x, y = grid.places()
    away = (np.abs(x - head().x) > 0.75 * head().width) | (np.abs(y - head().y) > head().height)
    assert not offsets[:, away].any()
    assert np.abs(offsets).max() <= turn.reach


def test_amounts_are_bounded_and_it_is_told() -> None:
    plan = read_prompt("static camera, she turns her head 40 degrees to the left").plan
    outcome = plan_portrait(plan, astronaut(), kept=None).outcomes[0]
    assert outcome.status == "approximated"
    assert outcome.done == "head turns 12.0° to the picture's left"
    assert outcome.reason is not None
    assert "12°" in outcome.reason


def test_every_action_of_a_face_is_made_and_told() -> None:
    plan = read_prompt(
        "static camera. She blinks twice, turns her head, nods, tilts her head, smiles, breathes. "
        "A glance.",
        seconds=5,
    ).plan
    made = plan_portrait(plan, astronaut(), kept=None)
    assert len(made.outcomes) == 7
    assert {outcome.status for outcome in made.outcomes} == {"understood"}
    assert {warp.name for warp in made.warps} == {
        "turn head", "nod", "tilt head", "smile", "breathe",
    }  # fmt: skip
    (lids,) = made.lids
    assert lids.look.at(4.9)[1] != 0.0


def test_without_a_face_nothing_is_invented() -> None:
    plan = read_prompt("static camera, she blinks").plan
    made = plan_portrait(plan, evening_scene(), kept=None)
    assert not made.lids
    assert [(o.status, o.reason) for o in made.outcomes] == [
        ("not_supported", "no face found in this photo")
    ]


def test_a_kept_face_does_nothing() -> None:
    plan = read_prompt("static camera, she smiles").plan
    kept = np.ones(astronaut().image.shape[:2], np.float32)
    made = plan_portrait(plan, astronaut(), kept=kept)
    assert not made.warps
    assert made.outcomes[0].reason == "this face is to be kept unchanged"


def test_courses() -> None:
    assert closed_at((1.0,), 0.5) == 0.0
    assert closed_at((1.0,), 1.0) == closed_at((1.0,), 1.0 + CLOSED) == 1.0
    assert closed_at((1.0,), 1.5) == 0.0
    breath = Breath(period=6.0)
    assert breath.at(0.0) == breath.at(6.0) == 0.0
    assert max(breath.at(t / 30) for t in range(180)) > 0.99
    back = Hold(t0=0.0, t1=2.0, returns=True)
    assert back.at(0.0) == back.at(2.0) == 0.0
    assert back.at(1.0) == 1.0
