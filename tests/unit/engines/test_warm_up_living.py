from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from kinora import Scene, plan
from kinora.engines.parallax import _air_kernels, _living_kernels
from kinora.engines.parallax.engine import ParallaxEngine
from kinora.engines.parallax.renderer import empty_planes
from kinora.engines.parallax.warmup_living import warm_up_air, warm_up_moving
from kinora.scene.depth.classical import ClassicalDepth
from kinora.testing.fakes import Recorder
from kinora.types.geometry import Size
from kinora.types.request import ClipRequest

_SIZE = Size(96, 64)
_KERNELS: tuple[Any, ...] = (
    _living_kernels.bend,
    _living_kernels.spread,
    _living_kernels.flow,
    _air_kernels.depth,
    _air_kernels.draw,
    _air_kernels.veil,
)


def test_what_is_warmed_up_is_what_frames_need() -> None:
    """Calls of other types would compile once more, in the middle of the first frame."""
    warm_up_moving()
    warm_up_air()
    warmed = [list(kernel.signatures) for kernel in _KERNELS]
    assert all(warmed)
    grey = np.random.default_rng(0).integers(60, 200, (64, 96, 3)).astype(np.uint8)
    request = ClipRequest(
        image=Scene.from_image(grey, size="96x64", depth_model="classical"),
        size=_SIZE,
        fps=Fraction(30),
        masks={"water": (0.0, 0.5, 1.0, 1.0), "foliage": (0.0, 0.0, 0.5, 0.5)},
    )
    asked, _ = plan("push in, the river flows, the leaves sway, heavy rain", seconds=1)
    frames = ParallaxEngine(ClassicalDepth()).render(request, asked, Recorder()).frames
    frames.render(9, empty_planes(_SIZE))
    assert [list(kernel.signatures) for kernel in _KERNELS] == warmed
