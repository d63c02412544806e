"""Makes the compiled loops of completion and edges ready before a photo needs them."""

from __future__ import annotations

import numpy as np

from kinora.scene.complete import complete
from kinora.scene.matting import find_matte, separate

_SIDE = 48


def warm_up() -> None:
    """Take a layer off a tiny picture; compiles the loops where no cache has them."""
    picture = np.random.default_rng(0).integers(0, 256, (_SIDE, _SIDE, 3), np.uint8)
    front = np.zeros((_SIDE, _SIDE), np.bool_)
    front[16:24, 16:24] = True
    guide = np.ones((_SIDE, _SIDE), np.float32)
    behind = complete(picture, front, source=~front, guide=guide)
    separate(picture, behind, find_matte(picture, front, band=2.0), rim=1.0)
