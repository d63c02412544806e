from __future__ import annotations

import numpy as np

from kinora.scene import _edge_kernels, _kernels
from kinora.scene.build import build_scene
from kinora.scene.regions import _cascade_kernels, find_regions
from kinora.scene.regions import _kernels as region_kernels
from kinora.scene.regions.align import align
from kinora.scene.regions.masks import shrink
from kinora.scene.regions.subject import salience_map
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
    _cascade_kernels.search_level,
    region_kernels.products,
    region_kernels.invert,
    region_kernels.times,
    region_kernels.weigh,
    region_kernels.draw,
    region_kernels.settle,
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
    photo = Photo(rgb=rgb, sha256="ab")
    find_regions(photo)
    align(salience_map(shrink(photo)), photo, shrink(photo))
    scene = build_scene(photo, size=Size(320, 180), depth=Near())
    assert len(scene.layers) == 2
    assert [set(loop.signatures) for loop in LOOPS] == ready
