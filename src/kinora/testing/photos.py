"""Small photos made by code: no licence, no file, the same everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kinora.types.geometry import Size

SMALL = Size(320, 240)


def landscape(size: Size = SMALL) -> NDArray[np.uint8]:
    """Sky over textured ground with a bright box in front, (H, W, 3) uint8 sRGB."""
    height, width = size.height, size.width
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    down = y / max(height - 1, 1)
    photo = np.stack([120 + 60 * down, 150 + 50 * down, 230 - 20 * down], axis=-1)
    ground = down > 0.55
    texture = np.random.default_rng(7).normal(0.0, 18.0, (height, width, 1))
    photo[ground] = (np.array([96.0, 120.0, 70.0]) + texture)[ground]
    box = (abs(x / width - 0.5) < 0.14) & (abs(down - 0.62) < 0.22)
    stripes = 40 * np.sin(x / width * 120)[..., None] + texture
    photo[box] = (np.array([205.0, 90.0, 60.0]) + stripes)[box]
    return np.asarray(np.clip(np.rint(photo), 0, 255), dtype=np.uint8)


def plain(colour: tuple[int, int, int], size: Size = SMALL) -> NDArray[np.uint8]:
    """A photo of one colour, (H, W, 3) uint8 sRGB."""
    return np.full((size.height, size.width, 3), colour, dtype=np.uint8)
