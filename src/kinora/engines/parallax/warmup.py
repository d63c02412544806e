"""Makes the frame loop's kernels ready before the first frame needs them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from kinora.engines.parallax.renderer import ParallaxFrames, empty_planes
from kinora.engines.parallax.texture_set import Box, LayerPlanes, pack
from kinora.scene.warmup import warm_up as warm_up_scene
from kinora.types.geometry import Intrinsics, Size
from kinora.types.motion import Motion

_SIZE = Size(16, 16)
_BOX = Box(x=0, y=0, width=16, height=16)
_CAMERA = Intrinsics(focal=16, cx=8, cy=8)


def warm_up() -> None:
    """Render one tiny frame of two layers; compiles the kernels where no cache has them."""
    grey = np.full((16, 16), 128, np.float32)
    back = LayerPlanes(
        luma=grey,
        chroma=np.full((2, 8, 8), 128, np.float32),
        alpha=None,
        disparity=np.ones((2, 2), np.float32),
        box=_BOX,
        texels=_SIZE,
    )
    textures = pack([back, replace(back, alpha=grey)], _CAMERA, _SIZE)
    motion = Motion(
        size=_SIZE,
        fps=Fraction(1),
        world_to_camera=np.eye(4)[None],
        intrinsics=_CAMERA.matrix()[None],
        shutter=np.zeros(1),
        focus=np.ones(1),
        aperture=np.zeros(1),
    )
    ParallaxFrames(textures, motion).render(0, empty_planes(_SIZE))


if __name__ == "__main__":
    warm_up_scene()  # first: they are needed first
    warm_up()
