"""Fast kernels for what moves by itself; `_living_reference.py` is their readable, slow twin.

Displacements come on coarse grids over the canvas and are looked up at the corners of blocks, as
the camera's warp is; copies of a surface's texture are blended per pixel.
"""

from __future__ import annotations

import numpy as np

from kinora.engines.parallax._kernels import (
    _chroma_places,
    _luma_places,
    _mixed_quad,
)
from kinora.engines.parallax.jit import helper, inlined, kernel
from kinora.engines.parallax.layout import T_LUMA, T_U, T_V

_f32 = np.float32
_i32 = np.int32
_index = np.uint64


@helper
def _spot(height, width, x, y):
    """The four cells around fractional grid indices, clamped, and the way beyond the first."""
    x = min(max(x, 0.0), width - 1.0)
    y = min(max(y, 0.0), height - 1.0)
    column = min(np.int64(x), max(width - 2, 0))
    row = min(np.int64(y), max(height - 2, 0))
    below, right = min(row + 1, height - 1), min(column + 1, width - 1)
    cells = _index(row), _index(column), _index(below), _index(right)
    return cells, _f32(x - column), _f32(y - row)


@helper
def _mixed(grids, which, spot):
    """Sample the grid with these leading indices at a `_spot`; a slice of it would be counted."""
    (row, column, below, right), fx, fy = spot
    top = grids[(*which, row, column)]
    top += (grids[(*which, row, right)] - top) * fx
    bottom = grids[(*which, below, column)]
    bottom += (grids[(*which, below, right)] - bottom) * fx
    return top + (bottom - top) * fy


@kernel
def bend(nodes, to_grid, texels, field, window):
    """Displace what every layer shows, where it lies within the window.

    Args:
        nodes: (L, 2, rows, columns) float32 texel indices from `solve_nodes`, changed.
        to_grid: (L, 4) float64: grid index = texel index · [0, 2] + [1, 3], x and y.
        texels: (L, 2) float64 texels per canvas pixel, across and down.
        field: (2, gh, gw) float32 offsets, canvas pixels.
        window: (4,) float64 least and greatest grid indices, x and y, beyond which the field is 0.
    """
    layers, _, rows, columns = nodes.shape
    for layer in range(layers):
        for row in range(rows):
            for column in range(columns):
                x = nodes[layer, 0, row, column]
                y = nodes[layer, 1, row, column]
                gx = x * to_grid[layer, 0] + to_grid[layer, 1]
                gy = y * to_grid[layer, 2] + to_grid[layer, 3]
                if gx < window[0] or gx > window[1] or gy < window[2] or gy > window[3]:
                    continue
                spot = _spot(field.shape[1], field.shape[2], gx, gy)
                nodes[layer, 0, row, column] = x + _mixed(field, (0,), spot) * texels[layer, 0]
                nodes[layer, 1, row, column] = y + _mixed(field, (1,), spot) * texels[layer, 1]


@helper
def _touches(shown, row, column):
    """Whether any block around a corner of blocks is shown."""
    rows, columns = shown.shape
    for r in range(max(row - 1, 0), min(row + 1, rows)):
        for c in range(max(column - 1, 0), min(column + 1, columns)):
            if shown[r, c]:
                return True
    return False


@helper
def _gain(alike, squares):
    """What gives blended copies the contrast of one."""
    return _f32(1.0) / np.sqrt((_f32(1.0) - alike) * squares + alike)


@helper
def _sine_of_half_turns(turns):
    """±sin(π·turns) by a polynomial, within 1e-6; for squares, which its sign doesn't matter to."""
    x = turns - np.floor(turns + _f32(0.5))
    square = x * x
    part = _f32(-0.59804419) + square * _f32(0.07721839)
    part = _f32(2.55003119) + square * part
    part = _f32(-5.16770687) + square * part
    return x * (_f32(3.14159258) + square * part)


@helper
def _kept(way, softening, axis):
    """Share of finest detail's energy that a displacement of so many texels leaves."""
    sine = _sine_of_half_turns(way * softening[2 + axis])
    return _f32(1.0) - softening[axis] * sine * sine


@helper
def _aged(levels, age, spot):
    """Sample levels of a grid at an age in [0, 1], linear between two."""
    last = levels.shape[0] - 1
    if last == 0:
        return _mixed(levels, (0,), spot)
    place = age * _f32(last)
    below = min(np.int64(place), max(last - 1, 0))
    low = _mixed(levels, (below,), spot)
    return low + (_mixed(levels, (min(below + 1, last),), spot) - low) * (place - _f32(below))


@kernel
def spread(
    nodes,
    shown,
    to_grid,
    texels,
    offsets,
    weights,
    tones,
    likeness,
    still,
    softening,
    ages,
    evening,
    phases,
    mix,
):
    """Where each copy of a surface's texture is sampled, and how the copies are blended.

    The luma shown is mix₀ + Σ mix₃₊ₖ·sampleₖ. Two copies that differ cancel each other's contrast:
    the variance of their weighted mean is (1 − ρ)·Σw² + ρ of one copy's, with ρ how alike they
    are; what is finer than the smoothest tone is raised by the inverse root of that (after Heitz &
    Neyret, "High-Performance By-Example Noise", 2018, § 3.2), in two bands.

    Args:
        nodes: (2, rows + 1, columns + 1) float32 texel indices of the surface's layer.
        shown: (rows, columns) uint8: blocks where the surface can be seen.
        to_grid: (4,) float64, texels: (2,) float64, as in `bend`.
        offsets: (K, 2, gh, gw) float32, canvas pixels; weights: (K, gh, gw) float32, sum 1.
        tones: (4, gh, gw) float32 of the texture: smooth luma, then smoother luma and chroma.
        likeness: (2, gh, gw) float32 ρ in [0, 1], of what is finer than smooth luma, and of what is
            finer than the smoother one.
        still: share of the smoother tone that stays in place.
        softening: (4,) float32: share of finest detail's energy that a copy loses when displaced by
            half a pixel across and down, then pixels per texel across and down. By sin² of the
            displacement in half pixels it is given back.
        ages: (K, gh, gw) float32 how much of its life each copy has behind it, in [0, 1).
        evening: (A, gh, gw) float32 factors on fine detail at evenly spaced ages.
        phases: (K, 2, rows + 1, columns + 1) float32, written at corners of blocks that are shown:
            texel indices of each copy.
        mix: (3 + 2K, rows + 1, columns + 1) float32, written there: what is added to luma and both
            chroma planes, then the copies' factors for luma, then for chroma.
    """
    count, _, rows, columns = phases.shape
    _, high, wide = likeness.shape
    one = _f32(1.0)
    for row in range(rows):
        for column in range(columns):
            if not _touches(shown, row, column):
                continue
            x = nodes[0, row, column]
            y = nodes[1, row, column]
            gx = x * to_grid[0] + to_grid[1]
            gy = y * to_grid[2] + to_grid[3]
            spot = _spot(high, wide, gx, gy)
            squares = band = moved_y = moved_u = moved_v = crisp_y = _f32(0.0)
            for k in range(count):
                dx = _f32(_mixed(offsets, (k, 0), spot) * texels[0])
                dy = _f32(_mixed(offsets, (k, 1), spot) * texels[1])
                w = _mixed(weights, (k,), spot)
                crisp = w / np.sqrt(_kept(dx, softening, 0) * _kept(dy, softening, 1))
                crisp *= _aged(evening, _mixed(ages, (k,), spot), spot)
                mix[3 + k, row, column] = crisp
                phases[k, 0, row, column] = x + dx
                phases[k, 1, row, column] = y + dy
                mix[3 + count + k, row, column] = w
                squares += w * w
                there = _spot(high, wide, gx + dx * to_grid[0], gy + dy * to_grid[2])
                tone, smoother = _mixed(tones, (0,), there), _mixed(tones, (1,), there)
                band += w * (tone - smoother)
                crisp_y += crisp * tone
                moved_y += w * smoother
                moved_u += w * _mixed(tones, (2,), there)
                moved_v += w * _mixed(tones, (3,), there)
            gain = _gain(_mixed(likeness, (0,), spot), squares)
            band *= _gain(_mixed(likeness, (1,), spot), squares)
            tone = still * _mixed(tones, (1,), spot) + (one - still) * moved_y
            mix[0, row, column] = tone + band - gain * crisp_y
            mix[1, row, column] = still * (_mixed(tones, (2,), spot) - moved_u)
            mix[2, row, column] = still * (_mixed(tones, (3,), spot) - moved_v)
            for k in range(count):
                mix[3 + k, row, column] *= gain


@inlined
def _between(mix, number, row, v, first, last, shift, edge, out):
    """Values of a field at the pixels of blocks [first, last) of a row, height v in the blocks.

    Args:
        shift: 3 for luma, 2 for chroma, which is co-sited with the left luma column of its pair:
            blocks have 2 to the power of this pixels.
        edge: scratch, (2, columns + 1) float32.
    """
    for b in range(_index(first), _index(last + 1)):
        above = mix[number, row, b]
        edge[0, b] = above + (mix[number, row + 1, b] - above) * v
    step = _f32(1.0) / _f32(1 << shift)
    mask = _index((1 << shift) - 1)
    for i in range(_index(first << shift), _index(last << shift)):
        block = i >> _index(shift)
        left = edge[0, block]
        t = _f32(_i32(i & mask)) * step + _f32(0.0625)
        out[i] = left + (edge[0, block + _index(1)] - left) * t


@inlined
def _blend(quads, start, places, factor, first, last, light):
    """Add one copy's samples, unrounded.

    The rest of what is added changes slowly from place to place: had samples been rounded before,
    the sum would be rounded alike over whole parts of a sky, whose brightness then leaps.
    """
    origin = _index(start)
    for i in range(_index(first), _index(last)):
        q = quads[origin + _index(places[0, i])]
        light[i] += factor[i] * (_f32(_mixed_quad(q, places[1, i])) * _f32(1.0 / 65536.0))


@inlined
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
def flow(quads, rows, phases, mix, shown, scratch, y_plane, u_plane, v_plane):
    """Blend the copies of a surface's texture, over the frame.

    Args:
        quads: flat uint32 buffer of all layers' quads.
        rows: (K, 18) int64: the table's row of the surface's layer, once per copy.
        phases, mix: from `spread`.
        shown: (rows, columns) uint8: blocks where the surface can be seen.
        scratch: from `row_scratch`, overwritten.
        y_plane: (height, ≥ 8·columns) uint8, written where shown; u_plane, v_plane: half of that.
    """
    height, half = y_plane.shape[0], u_plane.shape[0]
    for row in range(shown.shape[0]):
        a, z = _stretch(shown, row, 0)
        while a < z:
            for y in range(row * 8, min(row * 8 + 8, height)):
                v = _f32((y % 8 + 0.5) * 0.125)
                _luma(quads, rows, phases, mix, row, v, a, z, scratch, y_plane, y)
            for y in range(row * 4, min(row * 4 + 4, half)):
                v = _f32((2 * (y % 4) + 1) * 0.125)
                _chroma(quads, rows, phases, mix, row, v, a, z, scratch, u_plane, v_plane, y)
            a, z = _stretch(shown, row, z)


@helper
def _luma(quads, rows, phases, mix, row, v, a, z, scratch, plane, y):
    """Row y of the luma plane, blocks [a, z)."""
    _, edge, places, _, factor, light, _ = scratch
    _between(mix, 0, row, v, a, z, 3, edge, light)
    for k in range(phases.shape[0]):
        _luma_places(rows, phases, k, row, v, a, z, edge, places)
        _between(mix, 3 + k, row, v, a, z, 3, edge, factor)
        _blend(quads, rows[k, T_LUMA], places, factor, a * 8, z * 8, light)
    _put_clipped(light, a * 8, z * 8, plane, y)


@helper
def _chroma(quads, rows, phases, mix, row, v, a, z, scratch, u_plane, v_plane, y):
    """Row y of both chroma planes, blocks [a, z)."""
    _, edge, places, _, factor, u_light, v_light = scratch
    count = phases.shape[0]
    _between(mix, 1, row, v, a, z, 2, edge, u_light)
    _between(mix, 2, row, v, a, z, 2, edge, v_light)
    for k in range(count):
        _chroma_places(rows, phases, k, row, v, a, z, edge, places)
        _between(mix, 3 + count + k, row, v, a, z, 2, edge, factor)
        _blend(quads, rows[k, T_U], places, factor, a * 4, z * 4, u_light)
        _blend(quads, rows[k, T_V], places, factor, a * 4, z * 4, v_light)
    _put_clipped(u_light, a * 4, z * 4, u_plane, y)
    _put_clipped(v_light, a * 4, z * 4, v_plane, y)
