"""Fast kernels for what moves by itself; `_living_reference.py` is their readable, slow twin.

Displacements come on coarse grids over the canvas and are looked up at the corners of blocks, as
the camera's warp is; copies of a surface's texture are blended per pixel.
"""

from __future__ import annotations

import numpy as np

from kinora.engines.parallax._kernels import (
    _chroma_places,
    _copy,
    _luma_places,
)
from kinora.engines.parallax.jit import helper, kernel
from kinora.engines.parallax.layout import T_LUMA, T_U, T_V

_f32 = np.float32
_i32 = np.int32
_index = np.uint64


@helper
def _at(field, x, y):
    """Sample a grid at fractional indices, clamped to its edges."""
    height, width = field.shape
    x = min(max(x, 0.0), width - 1.0)
    y = min(max(y, 0.0), height - 1.0)
    column = min(int(x), max(width - 2, 0))
    row = min(int(y), max(height - 2, 0))
    fx = x - column
    fy = y - row
    right = min(column + 1, width - 1)
    below = min(row + 1, height - 1)
    top = field[row, column] * (1.0 - fx) + field[row, right] * fx
    bottom = field[below, column] * (1.0 - fx) + field[below, right] * fx
    return top * (1.0 - fy) + bottom * fy


@kernel
def bend(nodes, to_grid, texels, field):
    """Displace what every layer shows.

    Args:
        nodes: (L, 2, rows, columns) float32 texel indices from `solve_nodes`, changed.
        to_grid: (L, 4) float64: grid index = texel index · [0, 2] + [1, 3], x and y.
        texels: (L, 2) float64 texels per canvas pixel, across and down.
        field: (2, gh, gw) float32 offsets, canvas pixels.
    """
    layers, _, rows, columns = nodes.shape
    for layer in range(layers):
        for row in range(rows):
            for column in range(columns):
                x = nodes[layer, 0, row, column]
                y = nodes[layer, 1, row, column]
                gx = x * to_grid[layer, 0] + to_grid[layer, 1]
                gy = y * to_grid[layer, 2] + to_grid[layer, 3]
                nodes[layer, 0, row, column] = x + _at(field[0], gx, gy) * texels[layer, 0]
                nodes[layer, 1, row, column] = y + _at(field[1], gx, gy) * texels[layer, 1]


@kernel
def spread(
    nodes, to_grid, texels, offsets, weights, tones, likeness, still, softening, phases, mix
):
    """Where each copy of a surface's texture is sampled, and how the copies are blended.

    The luma shown is mix₀ + Σ mix₃₊ₖ·sampleₖ. Two copies that differ cancel each other's contrast:
    the variance of their weighted mean is (1 − ρ)·Σw² + ρ of one copy's, with ρ how alike they
    are; what is finer than the tone is raised by the inverse root of that (after Heitz & Neyret,
    "High-Performance By-Example Noise", 2018, § 3.2).

    Args:
        nodes: (2, rows, columns) float32 texel indices of the surface's layer.
        to_grid: (4,) float64, texels: (2,) float64, as in `bend`.
        offsets: (K, 2, gh, gw) float32, canvas pixels; weights: (K, gh, gw) float32, sum 1.
        tones: (3, gh, gw) float32 smooth luma and chroma of the texture, 0..255.
        likeness: (gh, gw) float32 ρ in [0, 1].
        still: share of the tone that stays in place.
        softening: by how much a copy displaced by a texel or more is crispened.
        phases: (K, 2, rows, columns) float32, written: texel indices of each copy.
        mix: (3 + 2K, rows, columns) float32, written: what is added to luma and both chroma
            planes, then the copies' factors for luma, then for chroma.
    """
    count, _, rows, columns = phases.shape
    for row in range(rows):
        for column in range(columns):
            x = nodes[0, row, column]
            y = nodes[1, row, column]
            gx = x * to_grid[0] + to_grid[1]
            gy = y * to_grid[2] + to_grid[3]
            squares = 0.0
            moved_y = moved_u = moved_v = crisp_y = 0.0
            for k in range(count):
                dx = _at(offsets[k, 0], gx, gy) * texels[0]
                dy = _at(offsets[k, 1], gx, gy) * texels[1]
                w = _at(weights[k], gx, gy)
                away = min(np.sqrt(dx * dx + dy * dy), 1.0)
                mix[3 + k, row, column] = w * (1.0 + softening * away)
                phases[k, 0, row, column] = x + dx
                phases[k, 1, row, column] = y + dy
                mix[3 + count + k, row, column] = w
                squares += w * w
                there_x = gx + dx * to_grid[0]
                there_y = gy + dy * to_grid[2]
                tone = _at(tones[0], there_x, there_y)
                moved_y += w * tone
                crisp_y += mix[3 + k, row, column] * tone
                moved_u += w * _at(tones[1], there_x, there_y)
                moved_v += w * _at(tones[2], there_x, there_y)
            alike = _at(likeness, gx, gy)
            gain = 1.0 / np.sqrt((1.0 - alike) * squares + alike)
            tone = still * _at(tones[0], gx, gy) + (1.0 - still) * moved_y
            mix[0, row, column] = tone - gain * crisp_y
            mix[1, row, column] = still * (_at(tones[1], gx, gy) - moved_u)
            mix[2, row, column] = still * (_at(tones[2], gx, gy) - moved_v)
            for k in range(count):
                mix[3 + k, row, column] *= gain


@helper
def _between(mix, number, row, v, first, last, steps, out):
    """Values of a field at the pixels of blocks [first, last) of a row, height v in the blocks.

    Args:
        steps: (8,) or (4,) float32: places of pixels across a block, 0..1.
    """
    wide = steps.size
    for b in range(_index(first), _index(last)):
        next_b = b + _index(1)
        left = mix[number, row, b] + (mix[number, row + 1, b] - mix[number, row, b]) * v
        right = (
            mix[number, row, next_b] + (mix[number, row + 1, next_b] - mix[number, row, next_b]) * v
        )
        for i in range(_index(wide)):
            out[b * _index(wide) + i] = left + (right - left) * steps[i]


@helper
def _blend(sample, factor, first, last, light):
    for i in range(_index(first), _index(last)):
        light[i] += factor[i] * _f32(sample[0, i])


@helper
def _put_clipped(light, first, last, plane, y):
    for i in range(_index(first), _index(last)):
        value = min(max(light[i] + _f32(0.5), _f32(0.0)), _f32(255.0))
        plane[y, i] = np.uint8(_i32(value))


@helper
def _stretch(shown, row, first):
    """The next run of blocks from ``first`` on that are shown; empty at the end if none."""
    columns = shown.shape[1]
    while first < columns and not shown[row, first]:
        first += 1
    last = first
    while last < columns and shown[row, last]:
        last += 1
    return first, last


@kernel
def flow(quads, rows, phases, mix, shown, scratch, steps, y_plane, u_plane, v_plane):
    """Blend the copies of a surface's texture, over the frame.

    Args:
        quads: flat uint32 buffer of all layers' quads.
        rows: (K, 18) int64: the table's row of the surface's layer, once per copy.
        phases, mix: from `spread`.
        shown: (rows, columns) uint8: blocks where the surface can be seen.
        scratch: from `row_scratch`, overwritten.
        steps: (8,) and (4,) float32: places of luma and of chroma pixels across a block, 0..1.
        y_plane: (height, ≥ 8·columns) uint8, written where shown; u_plane, v_plane: half of that.
    """
    _, ramp, edge, places, sample, factor, light, _ = scratch
    count = phases.shape[0]
    for y in range(y_plane.shape[0]):
        row = y // 8
        v = _f32((y % 8 + 0.5) * 0.125)
        a, z = _stretch(shown, row, 0)
        while a < z:
            _between(mix, 0, row, v, a, z, steps[0], light)
            for k in range(count):
                _luma_places(rows, phases, k, row, v, a, z, ramp, edge, places)
                _copy(quads, rows[k, T_LUMA], places, a * 8, z * 8, sample, 0)
                _between(mix, 3 + k, row, v, a, z, steps[0], factor)
                _blend(sample, factor, a * 8, z * 8, light)
            _put_clipped(light, a * 8, z * 8, y_plane, y)
            a, z = _stretch(shown, row, z)
    for y in range(u_plane.shape[0]):
        row = y // 4
        v = _f32((2 * (y % 4) + 1) * 0.125)
        a, z = _stretch(shown, row, 0)
        while a < z:
            _chroma(quads, rows, phases, mix, row, v, a, z, scratch, steps[1], T_U, 1, u_plane, y)
            _chroma(quads, rows, phases, mix, row, v, a, z, scratch, steps[1], T_V, 2, v_plane, y)
            a, z = _stretch(shown, row, z)


@helper
def _chroma(quads, rows, phases, mix, row, v, a, z, scratch, steps, texture, number, plane, y):
    """One row of one chroma plane of blocks [a, z)."""
    _, _, edge, places, sample, factor, light, _ = scratch
    count = phases.shape[0]
    _between(mix, number, row, v, a, z, steps, light)
    for k in range(count):
        _chroma_places(rows, phases, k, row, v, a, z, edge, places)
        _copy(quads, rows[k, texture], places, a * 4, z * 4, sample, 0)
        _between(mix, 3 + count + k, row, v, a, z, steps, factor)
        _blend(sample, factor, a * 4, z * 4, light)
    _put_clipped(light, a * 4, z * 4, plane, y)
