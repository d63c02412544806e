"""What the kernels for the air compute, written for reading: whole planes at once."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax._air_kernels import EDGE, SOFT
from kinora.types.air import (
    GLOWS,
    RING,
    S_ACROSS,
    S_ALONG,
    S_ALPHA,
    S_DISPARITY,
    S_KIND,
    S_LENGTH,
    S_UX,
    S_UY,
    S_X,
    S_Y,
)
from kinora.types.air import SOFT as SOFT_SHAPE

F32 = NDArray[np.float32]


def drawn(plane: F32, sprites: F32, behind: F32, *, colour: int, chroma: bool) -> F32:
    """One plane with sprites over it.

    Args:
        plane: (h, w) code values.
        sprites: (n, SPRITE_COLUMNS).
        behind: (h, w) disparity of what each sample shows.
        colour: column of the sprites that holds the plane's colour.
        chroma: whether samples stand for 2×2 pixels.
    """
    out = plane.copy()
    y, x = np.mgrid[0 : plane.shape[0], 0 : plane.shape[1]].astype(np.float32)
    y, x = (2 * y + 1.0, 2 * x + 0.5) if chroma else (y + 0.5, x + 0.5)
    for sprite in sprites:
        seen = (sprite[S_DISPARITY] - behind) / (sprite[S_DISPARITY] * SOFT) + 0.5
        weight = _cover(sprite, x, y) * sprite[S_ALPHA] * np.clip(seen, 0.0, 1.0)
        zero = 128.0 if chroma else 16.0
        base = zero if sprite[S_KIND] == GLOWS else out
        out = np.clip(np.floor(out + weight * (sprite[colour] - base) + 0.5), 0.0, 255.0)
    return np.asarray(out, np.float32)


def _cover(sprite: F32, x: F32, y: F32) -> F32:
    dx, dy = x - sprite[S_X], y - sprite[S_Y]
    beyond = np.maximum(np.abs(dx * sprite[S_UX] + dy * sprite[S_UY]) - sprite[S_LENGTH], 0.0)
    across = dy * sprite[S_UX] - dx * sprite[S_UY]
    far = np.hypot(beyond / sprite[S_ALONG], across / sprite[S_ACROSS])
    if sprite[S_KIND] == GLOWS:
        return np.asarray(np.minimum(2.2 * np.maximum(1.0 - far, 0.0) ** 3, 1.0), np.float32)
    radius = min(sprite[S_ALONG], sprite[S_ACROSS])
    edge = max(EDGE, 0.9 * radius) if sprite[S_KIND] == SOFT_SHAPE else EDGE
    cover = np.clip((1.0 - far) * radius / edge + 0.5, 0.0, 1.0)
    if sprite[S_KIND] == RING:
        cover = cover * (0.06 + 0.94 * np.minimum(far, 1.0) ** 6)
    return np.asarray(cover, np.float32)


def veiled(plane: F32, fields: F32, levels: F32, colour: F32, *, behind: F32, number: int) -> F32:
    """One plane under haze, gains and added light, before dithering.

    Args:
        plane: (h, w) code values.
        fields: (8, rows + 1, columns + 1) as of the kernel.
        levels: (4,) disparities.
        colour: (3,) of the haze.
        behind: (height / 2, width / 2) disparity of what each 2×2 pixels show.
        number: 0 luma, 1 and 2 chroma.
    """
    zero = 16.0 if number == 0 else 128.0
    x = ((np.arange(behind.shape[1]) + 0.5) / 4).astype(np.float32)
    y = ((np.arange(behind.shape[0]) + 0.5) / 4).astype(np.float32)
    across, down = np.meshgrid(x, y)
    spread = [cv2.remap(field, across, down, cv2.INTER_LINEAR) for field in fields]
    stacked = np.stack(spread[:4])
    cover = np.zeros_like(behind)
    for row, column in np.ndindex(behind.shape):
        cover[row, column] = np.interp(behind[row, column], levels, stacked[:, row, column])
    gain, added = spread[4], spread[5 + number]
    if number == 0:
        cover, gain, added = (np.kron(each, np.ones((2, 2))) for each in (cover, gain, added))
    old = plane - zero
    lit = (old + (colour[number] - zero - old) * cover) * gain + added + zero
    return np.asarray(np.clip(lit, 0.0, 255.0), np.float32)
