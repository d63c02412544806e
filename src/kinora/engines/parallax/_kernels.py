"""Fast kernels of the parallax renderer. `_reference.py` is the readable, slow twin of each.

All of them work on a `TextureSet`'s flat buffers (see texture_set.py), so that one compiled
specialisation serves any number of layers. Coordinates are texel *indices*: texel i has its centre
at i. Output is worked on in blocks of 8×8 luma (4×4 chroma) pixels; the backward warp is solved at
the corners of the blocks and interpolated inside.

A *quad* is a uint32 holding the 2×2 neighbourhood of a texel (itself, right, below, below right,
lowest byte first), so that one load serves a bilinear sample.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax.jit import helper, inlined, kernel
from kinora.engines.parallax.layout import (
    BLOCK,
    HIDDEN,
    OPAQUE,
    T_ALPHA,
    T_CALPHA,
    T_CELLS,
    T_CWIDTH,
    T_LUMA,
    T_SURFACE,
    T_U,
    T_V,
    T_WIDTH,
    T_X,
)

_i32 = np.int32
_f32 = np.float32
_u32 = np.uint32
# Loop bounds are unsigned: a signed index may be negative, and the test for it kills SIMD.
_index = np.uint64
# Literal numbers would have helpers compiled again, for these numbers only.
_FIRST = np.int64(0)
_ROWS = np.uint32(0x00FF00FF)  # of a quad: one column's upper and lower texel


# Helpers take whole arrays and indices: a slice would cost reference counting in the inner loops.


@inlined
def _edges(nodes, layer, axis, row, v, first, last, scale, shift, low, limit, edge):
    """Texel indices at the left edges of blocks [first, last], clamped to [low, limit], × 256."""
    for b in range(_index(first), _index(last + 1)):
        above = nodes[layer, axis, row, b]
        here = above + (nodes[layer, axis, row + 1, b] - above) * v
        edge[axis, b] = min(max(here * scale + shift, low), limit) * _f32(256.0)


@helper
def _put(places, i, wide, x, y):
    """Write a place given by 24.8 fixed-point texel indices.

    The offset from texel (0, 0) is worked out here, once for all planes that are sampled there, and
    apart from the loop that samples: there it would be done one by one.
    """
    texel = _i32(_i32(_i32(y >> _i32(8)) * wide) + _i32(x >> _i32(8)))
    places[0, i] = texel
    places[1, i] = _i32(_i32(x & _i32(255)) | _i32(_i32(y & _i32(255)) << _i32(8)))


@inlined
def _luma_places(table, nodes, layer, row, v, first, last, edge, places):
    """Where the luma pixels of blocks [first, last) of a row lie in a layer.

    Args:
        table, nodes: as in `compose`.
        layer, row: which layer and block row.
        v: height of the pixel row within its blocks, 0..1.
        first, last: blocks.
        edge: scratch, (2, columns + 1) float32.
        places: (2, ≥ 8·columns) int32, written: offset of the texel from texel (0, 0), and how far
            beyond it the place is, 8 bits across and 8 bits down; clamped to the texture.
    """
    for axis in range(2):
        start = table[layer, T_X + axis]
        low = _f32(start)
        limit = _f32(start + table[layer, T_WIDTH + axis] - 1)
        _edges(nodes, layer, axis, row, v, first, last, _f32(1.0), _f32(0.0), low, limit, edge)
    wide = _i32(table[layer, T_WIDTH])
    # One long loop over pixels, not short ones over blocks: so LLVM works on eight at a time.
    for i in range(_index(first * 8), _index(last * 8)):
        b = i >> _index(3)
        t = _f32(_i32(i & _index(7))) * _f32(0.125) + _f32(0.0625)
        ax = edge[0, b]
        ay = edge[1, b]
        x = _i32((ax + _f32(0.5)) + (edge[0, b + _index(1)] - ax) * t)
        y = _i32((ay + _f32(0.5)) + (edge[1, b + _index(1)] - ay) * t)
        _put(places, i, wide, x, y)


@inlined
def _chroma_places(table, nodes, layer, row, v, first, last, edge, places):
    """The same for chroma, in chroma texels.

    Samples are co-sited with the left luma column (H.264's default): sample k of a block lies at
    luma position 2k + 0.5. Chroma texel i covers luma texels 2i and 2i + 1.
    """
    for axis in range(2):
        start = table[layer, T_X + axis] >> 1
        low = _f32(start)
        limit = _f32(start + table[layer, T_CWIDTH + axis] - 1)
        _edges(nodes, layer, axis, row, v, first, last, _f32(0.5), _f32(-0.25), low, limit, edge)
    wide = _i32(table[layer, T_CWIDTH])
    for i in range(_index(first * 4), _index(last * 4)):
        b = i >> _index(2)
        t = _f32(_i32(i & _index(3))) * _f32(0.25) + _f32(0.0625)
        ax = edge[0, b]
        ay = edge[1, b]
        x = _i32(ax + (edge[0, b + _index(1)] - ax) * t + _f32(0.5))
        y = _i32(ay + (edge[1, b + _index(1)] - ay) * t + _f32(0.5))
        _put(places, i, wide, x, y)


@helper
def _mixed_quad(q, place):
    """Mix a quad by the fractions of a place; returns 0..255, times 65536."""
    fx = _u32(place & _i32(255))
    fy = _i32(place >> _i32(8))
    # Both rows at once, in the halves of a word: neither exceeds 255 · 256.
    left = _u32(q & _ROWS)
    right = _u32(_u32(q >> _u32(8)) & _ROWS)
    mixed = _u32(_u32(left << _u32(8)) + _u32(_u32(right - left) * fx))
    top = _i32(mixed & _u32(0xFFFF))
    bottom = _i32(mixed >> _u32(16))
    return _i32(_i32(top << _i32(8)) + _i32(_i32(bottom - top) * fy))


@helper
def _bilinear(q, place):
    """The same rounded; returns 0..255."""
    return _i32(_i32(_mixed_quad(q, place) + _i32(32768)) >> _i32(16))


@inlined
def _copy(quads, start, places, first, last, plane, y):
    """Sample pixels [first, last) of one plane of a layer into row y of ``plane``."""
    origin = _index(start)
    for i in range(_index(first), _index(last)):
        q = quads[origin + _index(places[0, i])]
        plane[y, i] = np.uint8(_bilinear(q, places[1, i]))


@inlined
def _add(sample, first, last, clear, light):
    """Add a layer's sampled plane, seen through what is left clear."""
    for i in range(_index(first), _index(last)):
        light[i] += clear[i] * _f32(sample[0, i])


@inlined
def _take(surfaces, number, y, first, last, plane):
    """Row y of what a surface shows, into the same row of ``plane``."""
    for i in range(_index(first), _index(last)):
        plane[y, i] = surfaces[number, y, i]


@inlined
def _add_surface(surfaces, number, y, sample, first, last, clear, light):
    """Add row y of what a surface shows, under its sampled mask, seen through what is clear."""
    for i in range(_index(first), _index(last)):
        cover = clear[i] * _f32(sample[0, i]) * _f32(1.0 / 255.0)
        light[i] += cover * _f32(surfaces[number, y, i])


@inlined
def _cover(sample, first, last, clear):
    """Take a layer's sampled alpha from what is left clear."""
    for i in range(_index(first), _index(last)):
        clear[i] *= _f32(1.0) - _f32(sample[0, i]) * _f32(1.0 / 255.0)


@inlined
def _store(light, first, last, plane, y):
    """Round accumulated light into row y of a plane."""
    for i in range(_index(first), _index(last)):
        plane[y, i] = np.uint8(_i32(light[i] + _f32(0.5)))


@helper
def _run(ends, first):
    """End of the run of blocks that begins at ``first``: one opaque layer, or mixed ones."""
    last = first + 1
    columns = ends.shape[1]
    front = ends[0, first]
    if front == ends[1, first]:
        while last < columns and ends[0, last] == front and ends[1, last] == front:
            last += 1
    else:
        while last < columns and ends[0, last] != ends[1, last]:
            last += 1
    return last


@helper
def _visible(flags, row, ends):
    """Per block of a block row: its front layer, the layer behind which nothing shows, its run.

    Where a run of blocks begins (see `_run`), its end is written, elsewhere nothing.
    """
    layers, _, columns = flags.shape
    for b in range(columns):
        front = 0
        back = 0
        seen = False
        for layer in range(layers - 1, -1, -1):
            flag = flags[layer, row, b]
            if flag != HIDDEN and not seen:
                front = layer
                seen = True
            if flag == OPAQUE:
                back = layer
                break
        ends[0, b] = front
        ends[1, b] = back
    last = _FIRST
    while last < columns:
        first = last
        last = _run(ends, first)
        ends[2, first] = last


@helper
def _seen_run(flags, ends, layer, row, first, last):
    """First stretch of blocks in [first, last) where a layer shows; empty at ``last`` if none."""
    while first < last and (flags[layer, row, first] == HIDDEN or layer < ends[1, first]):
        first += 1
    end = first
    while end < last and flags[layer, row, end] != HIDDEN and layer >= ends[1, end]:
        end += 1
    return first, end


@helper
def _luma_row(quads, table, nodes, flags, row, r, scratch, surfaces, plane):
    """Pixel row r of block row ``row`` of the luma plane."""
    ends, edge, places, sample, clear, light, _ = scratch
    y = row * 8 + r
    v = _f32((r + 0.5) * 0.125)
    last = _FIRST
    while last < ends.shape[1]:
        first = last
        last = ends[2, first]
        front = ends[0, first]
        if front == ends[1, first]:
            if table[front, T_SURFACE] >= 0:
                _take(surfaces, table[front, T_SURFACE], y, first * 8, last * 8, plane)
                continue
            _luma_places(table, nodes, front, row, v, first, last, edge, places)
            _copy(quads, table[front, T_LUMA], places, first * 8, last * 8, plane, y)
            continue
        for i in range(_index(first * 8), _index(last * 8)):
            light[i] = _f32(0.0)
            clear[i] = _f32(1.0)
        for layer in range(table.shape[0] - 1, -1, -1):
            a, z = _seen_run(flags, ends, layer, row, first, last)
            while a < z:
                _luma_places(table, nodes, layer, row, v, a, z, edge, places)
                number = table[layer, T_SURFACE]
                if number < 0:
                    _copy(quads, table[layer, T_LUMA], places, a * 8, z * 8, sample, _FIRST)
                    _add(sample, a * 8, z * 8, clear, light)
                if table[layer, T_CELLS] >= 0:
                    _copy(quads, table[layer, T_ALPHA], places, a * 8, z * 8, sample, _FIRST)
                    if number >= 0:
                        _add_surface(surfaces, number, y, sample, a * 8, z * 8, clear, light)
                    _cover(sample, a * 8, z * 8, clear)
                a, z = _seen_run(flags, ends, layer, row, z, last)
        _store(light, first * 8, last * 8, plane, y)


@helper
def _chroma_row(quads, table, nodes, flags, row, r, scratch, u_shown, v_shown, u_plane, v_plane):
    """Pixel row r of block row ``row`` of both chroma planes."""
    ends, edge, places, sample, clear, u_light, v_light = scratch
    y = row * 4 + r
    v = _f32((2 * r + 1) * 0.125)
    last = _FIRST
    while last < ends.shape[1]:
        first = last
        last = ends[2, first]
        front = ends[0, first]
        if front == ends[1, first]:
            number = table[front, T_SURFACE]
            if number >= 0:
                _take(u_shown, number, y, first * 4, last * 4, u_plane)
                _take(v_shown, number, y, first * 4, last * 4, v_plane)
                continue
            _chroma_places(table, nodes, front, row, v, first, last, edge, places)
            _copy(quads, table[front, T_U], places, first * 4, last * 4, u_plane, y)
            _copy(quads, table[front, T_V], places, first * 4, last * 4, v_plane, y)
            continue
        for i in range(_index(first * 4), _index(last * 4)):
            u_light[i] = _f32(0.0)
            v_light[i] = _f32(0.0)
            clear[i] = _f32(1.0)
        for layer in range(table.shape[0] - 1, -1, -1):
            a, z = _seen_run(flags, ends, layer, row, first, last)
            while a < z:
                _chroma_places(table, nodes, layer, row, v, a, z, edge, places)
                number = table[layer, T_SURFACE]
                if number < 0:
                    _copy(quads, table[layer, T_U], places, a * 4, z * 4, sample, _FIRST)
                    _add(sample, a * 4, z * 4, clear, u_light)
                    _copy(quads, table[layer, T_V], places, a * 4, z * 4, sample, _FIRST)
                    _add(sample, a * 4, z * 4, clear, v_light)
                if table[layer, T_CELLS] >= 0:
                    _copy(quads, table[layer, T_CALPHA], places, a * 4, z * 4, sample, _FIRST)
                    if number >= 0:
                        _add_surface(u_shown, number, y, sample, a * 4, z * 4, clear, u_light)
                        _add_surface(v_shown, number, y, sample, a * 4, z * 4, clear, v_light)
                    _cover(sample, a * 4, z * 4, clear)
                a, z = _seen_run(flags, ends, layer, row, z, last)
        _store(u_light, first * 4, last * 4, u_plane, y)
        _store(v_light, first * 4, last * 4, v_plane, y)


@kernel
def compose(quads, table, nodes, flags, scratch, shown, y_plane, u_plane, v_plane, height):
    """Composite all layers into the planes of one frame.

    Args:
        quads: flat uint32 buffer of all layers' quads.
        table: (L, 18) int64; layers back to front, the first one opaque.
        nodes: (L, 2, rows + 1, columns + 1) float32 from `solve_nodes`.
        flags: (L, rows, columns) uint8 from `classify`.
        scratch: from `row_scratch`, overwritten.
        shown: luma (S, ≥ height, ≥ 8·columns) uint8 and both chroma planes of half of that: what
            each moving surface shows where its layer's flag isn't hidden.
        y_plane: (≥ height, ≥ 8·columns) uint8, written; u_plane, v_plane: half of that.
        height: rows of the picture (blocks may reach below it).
    """
    y_shown, u_shown, v_shown = shown
    for row in range(flags.shape[1]):
        _visible(flags, row, scratch[0])
        for r in range(min(8, height - row * 8)):
            _luma_row(quads, table, nodes, flags, row, r, scratch, y_shown, y_plane)
        for r in range(min(4, height // 2 - row * 4)):
            _chroma_row(
                quads, table, nodes, flags, row, r, scratch, u_shown, v_shown, u_plane, v_plane
            )


@kernel
def sample_layer(quads, table, nodes, layer, scratch, y_plane, a_plane, u_plane, v_plane, c_plane):
    """Sample one layer alone over the whole frame.

    Args:
        quads, table, nodes, scratch: as in `compose`.
        layer: which one.
        y_plane, a_plane: (height, ≥ 8·columns) uint8, written: premultiplied luma, and alpha.
        u_plane, v_plane, c_plane: half of that, written: premultiplied chroma, and its alpha.
            Alpha planes are left alone where the layer is opaque throughout.
    """
    _, edge, places, _, _, _, _ = scratch
    columns = nodes.shape[3] - 1
    for y in range(y_plane.shape[0]):
        v = _f32((y % 8 + 0.5) * 0.125)
        _luma_places(table, nodes, layer, y // 8, v, _FIRST, columns, edge, places)
        _copy(quads, table[layer, T_LUMA], places, _FIRST, columns * 8, y_plane, y)
        if table[layer, T_CELLS] >= 0:
            _copy(quads, table[layer, T_ALPHA], places, _FIRST, columns * 8, a_plane, y)
    for y in range(u_plane.shape[0]):
        v = _f32((2 * (y % 4) + 1) * 0.125)
        _chroma_places(table, nodes, layer, y // 4, v, _FIRST, columns, edge, places)
        _copy(quads, table[layer, T_U], places, _FIRST, columns * 4, u_plane, y)
        _copy(quads, table[layer, T_V], places, _FIRST, columns * 4, v_plane, y)
        if table[layer, T_CELLS] >= 0:
            _copy(quads, table[layer, T_CALPHA], places, _FIRST, columns * 4, c_plane, y)


RowScratch = tuple[NDArray[Any], ...]


def row_scratch(columns: int) -> RowScratch:
    """Buffers of one rendering thread for rows of ``columns`` blocks.

    Front and back layer and end of run per block, edge coordinates, places in a layer, one sampled
    row, what is left clear, and two rows of accumulated light.
    """
    pixels = BLOCK * columns
    return (
        np.empty((3, columns), np.int64),
        np.empty((2, columns + 1), np.float32),
        np.empty((2, pixels), np.int32),
        np.empty((1, pixels), np.uint8),
        np.empty(pixels, np.float32),
        np.empty(pixels, np.float32),
        np.empty(pixels, np.float32),
    )
