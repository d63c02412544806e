"""Makes the compiled loops of regions, completion and edges ready before a photo needs them."""

from __future__ import annotations

import numpy as np

from kinora.scene.complete import complete
from kinora.scene.matting import find_matte, separate
from kinora.scene.regions.align import align
from kinora.scene.regions.faces import find_faces
from kinora.scene.regions.masks import shrink
from kinora.scene.regions.subject import salience_map
from kinora.types.scene import F32, U8, Photo

_SIDE = 48


def warm_up() -> None:
    """Look for regions in a tiny picture and take a layer off it; compiles what no cache has."""
    picture = np.random.default_rng(0).integers(0, 256, (_SIDE, _SIDE, 3), np.uint8)
    front = np.zeros((_SIDE, _SIDE), np.bool_)
    front[16:24, 16:24] = True
    _look(picture, front.astype(np.float32))
    guide = np.ones((_SIDE, _SIDE), np.float32)
    behind = complete(picture, front, source=~front, guide=guide)
    separate(picture, behind, find_matte(picture, front, band=2.0), rim=1.0)


def _look(picture: U8, front: F32) -> None:
    """Look for faces, for what is salient, and for the edges of what is in front."""
    photo = Photo(rgb=picture, sha256="")
    small = shrink(photo)
    find_faces(small)
    salience_map(small)
    align(front, photo, small)
