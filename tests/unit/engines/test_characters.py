"""Characters, from the prompt to the frames."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax.engine import ParallaxEngine
from kinora.engines.parallax.renderer import empty_planes
from kinora.planning import plan_shot
from kinora.scene.depth.classical import ClassicalDepth
from kinora.testing.photos import landscape
from kinora.types.character import Sprite
from kinora.types.geometry import Size
from kinora.types.rendition import Rendition
from kinora.types.request import ClipRequest

SIZE = Size(320, 240)


def luma(made: Rendition, index: int) -> NDArray[np.int64]:
    planes = empty_planes(made.size)
    made.frames.render(index, planes)
    return planes.y[: SIZE.height, : SIZE.width].astype(int)


def test_from_the_prompt_to_the_frames() -> None:
    rgba = np.full((80, 20, 4), 255, np.uint8)
    rgba[..., :3] = (220, 30, 200)
    mia = Sprite(name="Mia", rgba=rgba, whole=True, person=True, light=(1.0, 1.0, 1.0))
    engine = ParallaxEngine(ClassicalDepth())
    frames = {}
    for prompt in ("hold", "Mia walks in from the left, hold"):
        request = ClipRequest(
            image=landscape(SIZE), prompt=prompt, size=SIZE, fps=Fraction(10),
            seconds=Fraction(2), characters={"Mia": mia},
        )  # fmt: skip
        plan, report = plan_shot(request, engine.capabilities())
        made = engine.render(request, plan, lambda *_: None)
        report = report.amended(made.outcomes)
        frames[prompt] = [luma(made, index) for index in (0, made.frame_count - 1)]
        shown = [item for item in report.items() if item.item == "character1"]
        assert [item.status for item in shown] == (["approximated"] if "Mia" in prompt else [])
    (empty, _), (first, last) = frames.values()
    assert np.abs(first - empty).max() < 12  # still outside
    changed = np.abs(last - empty) > 20
    columns = np.nonzero(changed.any(axis=0))[0]
    assert 0.1 < columns.mean() / SIZE.width < 0.4
