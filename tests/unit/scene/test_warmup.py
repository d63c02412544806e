from __future__ import annotations

import numpy as np

from kinora.scene import _edge_kernels, _kernels
from kinora.scene.build import build_scene
from kinora.scene.warmup import warm_up
from kinora.types.geometry import Size
from kinora.types.scene import DisparityMap, Photo, Region

LOOPS = (
    _kernels.describe,
    _kernels.improve,
    _kernels.vote,
    _kernels.transfer,
    _edge_kernels.soften,
    _edge_kernels.separate,
)


class Near:
    """Something near in the middle."""

    identity = "near"

    def estimate(self, photo: Photo, regions: tuple[Region, ...]) -> DisparityMap:
        values = np.zeros(photo.rgb.shape[:2], np.float32)
        values[60:180, 110:210] = 1.0
        return DisparityMap(values=values, source="near")


def test_a_scene_needs_no_loop_that_wasnt_made_ready() -> None:
    warm_up()
    ready = [set(loop.signatures) for loop in LOOPS]
    assert all(ready)
    rgb = np.random.default_rng(5).integers(100, 130, (240, 320, 3)).astype(np.uint8)
    rgb[60:180, 110:210] = (40, 40, 230)
    scene = build_scene(Photo(rgb=rgb, sha256="ab"), size=Size(320, 180), depth=Near())
    assert len(scene.layers) == 2
    assert [set(loop.signatures) for loop in LOOPS] == ready
