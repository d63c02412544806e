"""Arrows of what moves: the planned direction and speed."""

from __future__ import annotations

import numpy as np
import pytest

from kinora.living import plan_living
from kinora.living.arrows import arrows_of
from kinora.prompt import read_prompt
from kinora.scene.inspect import inspect_sheet
from kinora.types.geometry import Intrinsics, Size
from kinora.types.scene import Layer, Scene

FRAME = Size(160, 96)


def scene() -> Scene:
    rgba = np.random.default_rng(0).integers(60, 90, (FRAME.height, FRAME.width, 4), np.uint8)
    rgba[..., 3] = 255
    return Scene(
        image=rgba[..., :3].copy(),
        disparity=np.full((FRAME.height, FRAME.width), 0.8, np.float32),
        intrinsics=Intrinsics(focal=180, cx=80, cy=48),
        canvas=FRAME,
        frame_origin=(0, 0),
        layers=(Layer(rgba=rgba, disparity=np.ones((12, 20), np.float32)),),
        regions=(),
        hole_limit=10.0,
        focus_point=(80.0, 48.0),
        sources={},
        photo_sha256="0",
    )


def test_a_flow_points_where_the_words_say_as_fast_as_the_report_tells() -> None:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[20:80, 20:140] = 1.0
    plan = read_prompt("the river flows to the left, static camera", seconds=4).plan
    living = plan_living(plan, scene(), masks={"water": mask})
    arrows = arrows_of(living, scene())
    assert arrows
    for arrow in arrows:
        assert arrow.name == "river"
        assert 20 <= arrow.x <= 140
        assert 20 <= arrow.y <= 80
        assert arrow.right < -4 * abs(arrow.down)
    fastest = max(-arrow.right for arrow in arrows)
    assert fastest / FRAME.width == pytest.approx(0.06, rel=0.5)


def test_what_sways_has_two_ends_and_shows_on_the_sheet() -> None:
    mask = np.ones((FRAME.height, FRAME.width), np.float32)
    plan = read_prompt("the leaves sway, static camera", seconds=4).plan
    living = plan_living(plan, scene(), masks={"vegetation": mask})
    arrows = arrows_of(living, scene())
    assert arrows
    assert all(arrow.swings for arrow in arrows)
    marks = [(each.x, each.y, each.right, each.down, each.swings) for each in arrows]
    assert not np.array_equal(inspect_sheet(scene(), marks), inspect_sheet(scene()))


def test_nothing_moves_without_words() -> None:
    plan = read_prompt("static camera", seconds=4).plan
    assert arrows_of(plan_living(plan, scene(), masks={}), scene()) == ()
