"""The readable, slow twin of `_living_kernels.py`: places, displacements and blends per pixel.

Nothing is looked up at block corners, samples are floats. Tests hold the kernels against it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax import layout
from kinora.engines.parallax._reference import bilinear, source_texels, unpacked
from kinora.engines.parallax.texture_set import SurfaceTexture, TextureSet
from kinora.types.living import F32, Phases

F64 = NDArray[np.float64]


def surface_reference(
    textures: TextureSet, number: int, ray: F64, centre: F64, *, now: Phases, grid: F64
) -> tuple[F64, F64, F64]:
    """Luma (H, W) and both chroma planes (H/2, W/2) of what one surface shows, 0..255.

    Args:
        textures: with the surface.
        number: which surface.
        ray: (9,) row-major 3×3, output pixel (x, y, 1) → ray in photo-camera axes.
        centre: (3,) camera centre in the world.
        now: its copies at this moment.
        grid: (2,) width and height of a cell of the coarse fields, canvas pixels.
    """
    size = textures.size
    layer = int(np.flatnonzero(textures.table[:, layout.T_SURFACE] == number)[0])
    x, y = np.meshgrid(np.arange(size.width) + 0.5, np.arange(size.height) + 0.5)
    luma = _blended(textures, layer, source_texels(textures, layer, ray, centre, x, y), now, grid)
    x, y = np.meshgrid(np.arange(size.width // 2) * 2 + 0.5, np.arange(size.height // 2) * 2 + 1.0)
    places = source_texels(textures, layer, ray, centre, x, y)
    return (
        luma,
        _blended(textures, layer, places, now, grid, chroma=1),
        _blended(textures, layer, places, now, grid, chroma=2),
    )


def bent(textures: TextureSet, places: tuple[F64, F64], layer: int, field: F32, grid: F64) -> F64:
    """(2, …) texel indices ``places`` of a layer after a displacement of canvas pixels."""
    x_scale, _, y_scale, _ = textures.placement[layer]
    gx, gy = _on_grid(textures, layer, places, grid)
    return np.stack(
        [
            places[0] + bilinear(field[0], gx, gy) / x_scale,
            places[1] + bilinear(field[1], gx, gy) / y_scale,
        ]
    )


def _on_grid(
    textures: TextureSet, layer: int, places: tuple[F64, F64], grid: F64
) -> tuple[F64, F64]:
    x_scale, x_shift, y_scale, y_shift = textures.placement[layer]
    x, y = places
    return (x * x_scale + x_shift) / grid[0] - 0.5, (y * y_scale + y_shift) / grid[1] - 0.5


def _blended(
    textures: TextureSet,
    layer: int,
    places: tuple[F64, F64],
    now: Phases,
    grid: F64,
    *,
    chroma: int = 0,
) -> F64:
    """One plane: 0 luma, 1 and 2 chroma."""
    row = textures.table[layer]
    texture = textures.surfaces[int(row[layout.T_SURFACE])]
    smooth, smoother = texture.tones[0], texture.tones[1 + chroma]
    gx, gy = _on_grid(textures, layer, places, grid)
    weights = [bilinear(weight, gx, gy) for weight in now.weights]
    squares = np.sum([w * w for w in weights], axis=0)
    alike = [bilinear(part, gx, gy) for part in texture.likeness]
    gain, band_gain = ((1.0 if chroma else ((1.0 - a) * squares + a) ** -0.5) for a in alike)
    fine, band, moved = np.zeros_like(gx), np.zeros_like(gx), np.zeros_like(gx)
    for offset, weight, age in zip(now.offsets, weights, now.ages, strict=True):
        there = bent(textures, places, layer, offset, grid)
        at_grid = _on_grid(textures, layer, (there[0], there[1]), grid)
        wide = bilinear(smoother, *at_grid)
        low = wide if chroma else bilinear(smooth, *at_grid)
        crisp = np.ones_like(gx)
        if not chroma:
            crisp = _crisp(texture, there[0] - places[0], there[1] - places[1])
            crisp *= _aged(texture.evening, bilinear(age, gx, gy), gx, gy)
        fine += crisp * weight * (_sample(textures, layer, there, chroma) - low)
        band += weight * (low - wide)
        moved += weight * wide
    tone = texture.still * bilinear(smoother, gx, gy) + (1.0 - texture.still) * moved
    return np.asarray(np.clip(tone + band_gain * band + gain * fine, 0.0, 255.0))


def _crisp(texture: SurfaceTexture, across: F64, down: F64) -> F64:
    """What makes up for the softness of a copy that is displaced by so many texels."""
    kept = np.ones_like(across)
    lost, scale = texture.softening[:2], texture.softening[2:]
    for way, share, by in zip((across, down), lost, scale, strict=True):
        kept *= 1.0 - share * np.sin(np.pi * way * by) ** 2
    return np.asarray(1.0 / np.sqrt(kept))


def _aged(levels: F32, age: F64, gx: F64, gy: F64) -> F64:
    """Levels of a grid at an age in [0, 1], linear between two."""
    places = np.arange(len(levels)) - age[..., None] * (len(levels) - 1)
    shares = np.maximum(1.0 - np.abs(places), 0.0)
    found = [
        share * bilinear(level, gx, gy)
        for share, level in zip(np.moveaxis(shares, -1, 0), levels, strict=True)
    ]
    return np.asarray(np.sum(found, axis=0))


def _sample(textures: TextureSet, layer: int, places: F64, chroma: int) -> F64:
    row = textures.table[layer]
    start = int(row[(layout.T_LUMA, layout.T_U, layout.T_V)[chroma]])
    left, top = int(row[layout.T_X]), int(row[layout.T_Y])
    shape = (int(row[layout.T_HEIGHT]), int(row[layout.T_WIDTH]))
    x, y = places
    if chroma:
        left, top, x, y = left // 2, top // 2, x * 0.5 - 0.25, y * 0.5 - 0.25
        shape = (int(row[layout.T_CHEIGHT]), int(row[layout.T_CWIDTH]))
    plane = unpacked(textures, start + top * shape[1] + left, shape)
    return bilinear(plane, x - left, y - top)
