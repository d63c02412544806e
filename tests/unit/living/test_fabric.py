"""Cloth on a person who is held."""

from __future__ import annotations

import numpy as np
from tests.unit.living.test_clothes import dressed
from tests.unit.living.test_living import FRAME, ORIGIN, plan

from kinora.living import plan_living
from kinora.living.elements.fabric import Running
from kinora.living.grid import Grid


def test_a_scarf_moves_before_a_neck_that_gives_way_and_a_face_stays() -> None:
    scene = dressed()
    scarf = np.zeros((FRAME.height, FRAME.width), np.float32)
    scarf[60:96, 62:98] = 1.0
    (warp,) = plan_living(plan("cloth"), scene, masks={"cloth": scarf}).warps
    assert isinstance(warp.displacement, Running)
    height = warp.displacement.height.sum(axis=0)
    x, y = Grid.of(scene).places()
    x, y = x - ORIGIN[0], y - ORIGIN[1]
    middle = (x > 78) & (x < 82) & (y > 85) & (y < 93)
    face = ((x - 80) / 16.0) ** 2 + ((y - 46) / 20.0) ** 2 < 1.0
    # Held by all of the person it would move by an eighth of that: it is narrow.
    assert height[middle].mean() > 0.005 * FRAME.width
    assert not height[face].any()
