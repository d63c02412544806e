"""Boats and buoys, and what is in a box that stands for a thing."""

from __future__ import annotations

import numpy as np
import pytest

from kinora.living import plan_living
from kinora.living.boxed import thing_in
from kinora.living.elements.afloat import BOAT
from kinora.living.where import find_place
from kinora.prompt import read_prompt
from kinora.types.geometry import Intrinsics, Size
from kinora.types.living import F32
from kinora.types.plan import ShotPlan
from kinora.types.scene import U8, Layer, Scene

FRAME = Size(200, 120)
BOX = (60, 20, 140, 90)  # of a sail that stands within it


def photo() -> U8:
    """A white sail on a sea that gets lighter towards the right."""
    x = np.linspace(0, 60, FRAME.width)[None, :, None]
    picture = np.full((FRAME.height, FRAME.width, 3), (20, 70, 110)) + x
    for row in range(30, 80):
        half = (row - 28) // 2
        picture[row, 100 - half : 100 + half] = (240, 238, 230)
    return picture.astype(np.uint8)


def scene() -> Scene:
    image = photo()
    rgba = np.dstack([image, np.full(image.shape[:2], 255, np.uint8)])
    return Scene(
        image=image,
        disparity=np.full((FRAME.height, FRAME.width), 0.8, np.float32),
        intrinsics=Intrinsics(focal=200, cx=100, cy=60),
        canvas=FRAME,
        frame_origin=(0, 0),
        layers=(Layer(rgba=rgba, disparity=np.full((30, 50), 0.8, np.float32)),),
        regions=(),
        hole_limit=10.0,
        focus_point=(100.0, 60.0),
        sources={},
        photo_sha256="0",
    )


def box() -> F32:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    left, top, right, bottom = BOX
    mask[top:bottom, left:right] = 1.0
    return mask


def plan(words: str, **more: object) -> ShotPlan:
    return read_prompt(words, seconds=4).plan.model_copy(update=more)


def test_a_box_means_the_thing_in_it() -> None:
    sail = np.all(photo() > 200, axis=2)
    found = thing_in(box(), photo(), name="boat") > 0.5
    assert (found & sail).sum() > 0.95 * sail.sum()
    assert found.sum() < 1.4 * sail.sum()


def test_a_drawn_outline_is_taken_as_it_is() -> None:
    outline = box()
    outline[20:40, 60:90] = 0.0
    assert thing_in(outline, photo(), name="boat") is outline


def test_a_door_fills_its_box_and_a_wheel_is_round() -> None:
    plain = np.full((FRAME.height, FRAME.width, 3), 90, np.uint8)
    assert (thing_in(box(), plain, name="door") == box()).all()
    wheel = thing_in(box(), plain, name="wheel")
    assert wheel[55, 100] == 1.0
    assert wheel[22, 62] == 0.0
    assert wheel.sum() / box().sum() == pytest.approx(np.pi / 4, abs=0.02)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("static camera, the boat rocks gently", "boat"),
        ("plan fixe, le bateau tangue", "boat"),
        ("static camera, the buoy bobs", "buoy"),
    ],
)
def test_what_floats_rests_at_first_then_moves_and_what_is_far_never_does(
    words: str, name: str
) -> None:
    living = plan_living(plan(words), scene(), masks={name: box()})
    (warp,), (outcome,) = living.warps, living.outcomes
    assert outcome.status == "understood"
    assert outcome.done
    assert not warp.displacement.at(0.0).any()
    fields = [warp.displacement.at(t) for t in np.linspace(0.2, 4.0, 24)]
    farthest = max(float(np.hypot(*field).max()) for field in fields)
    assert 0.3 < farthest <= warp.displacement.reach
    assert not any(field[:, :, :3].any() or field[:, :, -3:].any() for field in fields)


def test_long_boats_roll_less() -> None:
    long = np.zeros((FRAME.height, FRAME.width), np.float32)
    long[70:80, 20:180] = 1.0
    long[70, 20] = 0.0  # no box: as it is drawn
    living = plan_living(plan("the boat rocks strongly"), scene(), masks={"boat": long})
    assert "rocks by 1.1 degrees" in (living.outcomes[0].done or "")


def test_a_boat_closes_its_loop_and_is_reported_where_it_is_missing() -> None:
    asked = plan("static camera, the boat rocks", loop=True)
    living = plan_living(asked, scene(), masks={"boat": box()}, loop=True)
    moves = living.warps[0].displacement
    np.testing.assert_allclose(moves.at(0.4), moves.at(4.4), atol=1e-4)
    (missing,) = plan_living(asked, scene(), masks={}).outcomes
    assert missing.status == "not_supported"
    assert "--mask boat=" in (missing.how_to_get_it or "")


def test_what_is_kept_beside_a_boat_stays() -> None:
    pier = np.zeros((FRAME.height, FRAME.width), np.float32)
    pier[20:100, 141:160] = 1.0
    asked = plan("static camera, the boat rocks strongly")
    (warp,) = plan_living(asked, scene(), masks={"boat": box()}, kept=pier).warps
    x, _ = warp.displacement.x, warp.displacement.y  # type: ignore[attr-defined]
    on_pier = (x[0] + 100.0 > 141.0) & (x[0] + 100.0 < 160.0)
    fields = [warp.displacement.at(t) for t in np.linspace(0.2, 4.0, 12)]
    assert max(np.abs(field).max() for field in fields) > 0.3
    assert not any(field[:, 8:-8][:, :, on_pier].any() for field in fields)


def test_a_kept_corner_of_its_box_leaves_it_a_box() -> None:
    corner = np.zeros((FRAME.height, FRAME.width), np.float32)
    corner[20:26, 60:66] = 1.0
    whole, cut = (
        find_place(scene(), BOAT.search, {"boat": box()}, kept=kept) for kept in (None, corner)
    )
    assert whole is not None
    assert cut is not None
    assert cut.mask.sum() == pytest.approx(whole.mask.sum(), rel=0.02)
    assert whole.mask.sum() < 0.8 * box().sum()


def test_a_mask_without_an_inside_is_no_boat() -> None:
    (missing,) = plan_living(
        plan("static camera, the boat rocks"), scene(), masks={"boat": 0.4 * box()}
    ).outcomes
    assert missing.status == "not_supported"
