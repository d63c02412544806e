"""The readable, slow twin of `_kernels.py`: the same frame, pixel by pixel in NumPy.

The warp is solved at every pixel (no blocks), samples are floats (no fixed point, no packing), all
layers are composited everywhere (no flags). Tests hold the kernels against it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax import layout
from kinora.engines.parallax.texture_set import TextureSet

F64 = NDArray[np.float64]


def render_reference(
    textures: TextureSet, ray: F64, centre: F64
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Luma (H, W) and both chroma planes (H/2, W/2) of one frame, uint8.

    Args:
        textures: the layers.
        ray: (9,) row-major 3×3, output pixel (x, y, 1) → ray in photo-camera axes.
        centre: (3,) camera centre in the world.
    """
    size = textures.size
    x, y = np.meshgrid(np.arange(size.width) + 0.5, np.arange(size.height) + 0.5)
    luma = _composite(textures, ray, centre, x, y, (layout.T_LUMA,), chroma=False)
    # Chroma is co-sited with the left luma column, half way between two rows.
    x, y = np.meshgrid(np.arange(size.width // 2) * 2 + 0.5, np.arange(size.height // 2) * 2 + 1.0)
    both = _composite(textures, ray, centre, x, y, (layout.T_U, layout.T_V), chroma=True)
    return luma[0], both[0], both[1]


def _composite(
    textures: TextureSet,
    ray: F64,
    centre: F64,
    x: F64,
    y: F64,
    columns: tuple[int, ...],
    *,
    chroma: bool,
) -> list[NDArray[np.uint8]]:
    shown = [np.zeros(x.shape) for _ in columns]
    for layer in range(textures.layers):  # back to front
        row = textures.table[layer]
        tx, ty = source_texels(textures, layer, ray, centre, x, y)
        shape = (int(row[layout.T_HEIGHT]), int(row[layout.T_WIDTH]))
        left, top = int(row[layout.T_X]), int(row[layout.T_Y])
        alpha_at = int(row[layout.T_ALPHA])
        if chroma:
            left, top = left // 2, top // 2
            tx, ty = tx * 0.5 - 0.25, ty * 0.5 - 0.25
            shape = (int(row[layout.T_CHEIGHT]), int(row[layout.T_CWIDTH]))
            alpha_at = int(row[layout.T_CALPHA])
        tx, ty = tx - left, ty - top
        cut = top * shape[1] + left  # texels of the whole layer before the first one kept
        alpha = np.ones(x.shape)
        if row[layout.T_CELLS] >= 0:
            alpha = bilinear(unpacked(textures, alpha_at + cut, shape), tx, ty) / 255.0
        for plane, column in zip(shown, columns, strict=True):
            colour = bilinear(unpacked(textures, int(row[column]) + cut, shape), tx, ty)
            plane[:] = colour + (1.0 - alpha) * plane
    return [np.asarray(np.clip(np.rint(plane), 0, 255), np.uint8) for plane in shown]


def source_texels(
    textures: TextureSet, layer: int, ray: F64, centre: F64, x: F64, y: F64
) -> tuple[F64, F64]:
    """Texel indices in one layer for output positions x, y: s = a·(1 − C_z·D(s)) + C_xy·D(s)."""
    m = ray.reshape(3, 3)
    depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
    ax = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / depth
    ay = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / depth
    row, affine = textures.table[layer], textures.affine[layer]
    shape = (int(row[layout.T_DHEIGHT]), int(row[layout.T_DWIDTH]))
    start = int(row[layout.T_DISPARITY])
    grid = textures.disparity[start : start + shape[0] * shape[1]].reshape(shape)
    sx, sy = ax, ay
    for _ in range(30):
        d = bilinear(grid, sx * affine[4] + affine[5], sy * affine[6] + affine[7])
        sx = ax * (1.0 - centre[2] * d) + centre[0] * d
        sy = ay * (1.0 - centre[2] * d) + centre[1] * d
    return sx * affine[0] + affine[1], sy * affine[2] + affine[3]


def unpacked(textures: TextureSet, start: int, shape: tuple[int, int]) -> NDArray[np.float64]:
    """One plane of texels, out of its quads."""
    quads = textures.quads[start : start + shape[0] * shape[1]].reshape(shape)
    return (quads & 255).astype(np.float64)


def bilinear(plane: NDArray[np.floating], x: F64, y: F64) -> F64:
    """Sample ``plane`` at fractional indices, clamped to its edges."""
    high, wide = plane.shape
    x = np.clip(x, 0.0, wide - 1.0)
    y = np.clip(y, 0.0, high - 1.0)
    x0 = np.minimum(x.astype(np.int64), max(wide - 2, 0))
    y0 = np.minimum(y.astype(np.int64), max(high - 2, 0))
    x1, y1 = np.minimum(x0 + 1, wide - 1), np.minimum(y0 + 1, high - 1)
    fx, fy = x - x0, y - y0
    top = plane[y0, x0] * (1.0 - fx) + plane[y0, x1] * fx
    bottom = plane[y1, x0] * (1.0 - fx) + plane[y1, x1] * fx
    return np.asarray(top * (1.0 - fy) + bottom * fy, np.float64)
