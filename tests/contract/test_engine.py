"""What every `Engine` promises; a new one is in when it passes."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import numpy as np
import pytest

from kinora.engines.parallax.engine import ParallaxEngine
from kinora.engines.protocol import Engine
from kinora.testing.fakes import GreyEngine, PlaneDepth, Recorder
from kinora.testing.photos import landscape
from kinora.types.geometry import Size
from kinora.types.plan import Beat, CameraMove, CameraOp, ShotPlan
from kinora.types.rendition import Rendition, YuvPlanes
from kinora.types.request import ClipRequest

SIZE = Size(160, 120)
PAD = 24  # rows of the encoder's planes are longer than the picture
PLAN = ShotPlan(
    duration=1.5,
    beats=(
        Beat(id="b1", t0=0, t1=0.5),
        Beat(
            id="b2",
            t0=0.5,
            t1=1.5,
            camera=(CameraMove(id="m1", op="truck", direction="left"),),
        ),
    ),
)
ENGINES = {"parallax": ParallaxEngine(PlaneDepth()), "grey": GreyEngine()}


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    return ENGINES[request.param]


def _request(fps: Fraction = Fraction(20)) -> ClipRequest:
    return ClipRequest(image=landscape(SIZE), plan=PLAN, size=SIZE, fps=fps)


def _planes(size: Size) -> YuvPlanes:
    def plane(width: int, height: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
        return np.full((height, width + PAD), 77, dtype=np.uint8)

    return YuvPlanes(
        y=plane(size.width, size.height),
        u=plane(size.width // 2, size.height // 2),
        v=plane(size.width // 2, size.height // 2),
    )


def _frame(rendition: Rendition, index: int) -> tuple[bytes, ...]:
    planes = _planes(rendition.size)
    rendition.frames.render(index, planes)
    width = rendition.size.width
    return (
        planes.y[:, :width].tobytes(),
        planes.u[:, : width // 2].tobytes(),
        planes.v[:, : width // 2].tobytes(),
    )


def test_capabilities_name_moves_that_exist(engine: Engine) -> None:
    can = engine.capabilities()
    assert can.name
    assert can.camera | set(can.camera_as) <= set(get_args(CameraOp))


@pytest.mark.parametrize("fps", [Fraction(20), Fraction(24), Fraction(30000, 1001)])
def test_a_rendition_has_the_length_of_the_plan(engine: Engine, fps: Fraction) -> None:
    rendition = engine.render(_request(fps), PLAN, Recorder())
    assert (rendition.size, rendition.fps) == (SIZE, fps)
    assert rendition.frame_count == round(Fraction(3, 2) * fps)
    assert rendition.duration == rendition.frame_count / fps


def test_frames_come_in_any_order_and_are_the_same_each_time(engine: Engine) -> None:
    rendition = engine.render(_request(), PLAN, Recorder())
    again = engine.render(_request(), PLAN, Recorder())
    indices = range(0, rendition.frame_count, 7)
    forward = [_frame(rendition, index) for index in indices]
    assert forward == [_frame(again, index) for index in indices]
    if rendition.frames.random_access:
        backward = [_frame(rendition, index) for index in reversed(indices)]
        assert forward == backward[::-1]
    assert len(set(forward)) > 1


def test_luma_and_chroma_are_of_limited_range(engine: Engine) -> None:
    rendition = engine.render(_request(), PLAN, Recorder())
    planes = _planes(SIZE)
    rendition.frames.render(rendition.frame_count - 1, planes)
    luma = planes.y[:, : SIZE.width]
    assert 16 <= luma.min() <= luma.max() <= 235
    for chroma in (planes.u[:, : SIZE.width // 2], planes.v[:, : SIZE.width // 2]):
        assert 16 <= chroma.min() <= chroma.max() <= 240


def test_outcomes_speak_of_items_of_the_plan(engine: Engine) -> None:
    rendition = engine.render(_request(), PLAN, Recorder())
    assert {outcome.item for outcome in rendition.outcomes} <= {item.id for item in PLAN.items()}


def test_progress_is_told_about_the_scene(engine: Engine) -> None:
    told = Recorder()
    engine.render(_request(), PLAN, told)
    assert told.calls[-1] == ("scene", 1, 1)
