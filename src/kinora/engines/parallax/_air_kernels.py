"""Fast kernels for what lies in the air; `_air_reference.py` is their readable, slow twin."""

from __future__ import annotations

import numpy as np

from kinora.engines.parallax._kernels import _chroma_places, _copy, _run, _seen_run, _visible
from kinora.engines.parallax.jit import helper, kernel
from kinora.engines.parallax.layout import T_CALPHA, T_CELLS
from kinora.types.air import (
    S_ACROSS,
    S_ALONG,
    S_ALPHA,
    S_DISPARITY,
    S_KIND,
    S_LENGTH,
    S_LUMA,
    S_U,
    S_UX,
    S_UY,
    S_V,
    S_X,
    S_Y,
)

_f = np.float32
_i32 = np.int32
_index = np.uint64

#: Over which share of its own disparity a sprite vanishes behind a surface.
SOFT = 0.06
#: Pixels over which the edge of a covering sprite fades.
EDGE = 1.0


@helper
def _ramp(at_nodes, layer, row, v, first, last, out):
    """Disparity at the chroma samples of blocks [first, last) of a row, height v in them."""
    for b in range(_index(first), _index(last)):
        n = b + _index(1)
        left = at_nodes[layer, row, b]
        left += (at_nodes[layer, row + 1, b] - left) * v
        right = at_nodes[layer, row, n]
        right += (at_nodes[layer, row + 1, n] - right) * v
        step = (right - left) * _f(0.25)
        start = left + step * _f(0.25)
        for i in range(4):
            out[b * _index(4) + _index(i)] = start + step * _f(i)


@helper
def _depth_row(quads, table, nodes, flags, at_nodes, row, r, scratch, out):
    ends, _, edge, places, sample, clear, ramp, _ = scratch
    y = row * 4 + r
    v = _f((2 * r + 1) * 0.125)
    last = 0
    while last < ends.shape[1]:
        first = last
        last = _run(ends, first)
        front = ends[0, first]
        if front == ends[1, first]:
            _ramp(at_nodes, front, row, v, first, last, ramp)
            for i in range(_index(first * 4), _index(last * 4)):
                out[y, i] = ramp[i]
            continue
        for i in range(_index(first * 4), _index(last * 4)):
            out[y, i] = _f(0.0)
            clear[i] = _f(1.0)
        for layer in range(table.shape[0] - 1, -1, -1):
            a, z = _seen_run(flags, ends, layer, row, first, last)
            while a < z:
                _ramp(at_nodes, layer, row, v, a, z, ramp)
                if table[layer, T_CELLS] >= 0:
                    _chroma_places(table, nodes, layer, row, v, a, z, edge, places)
                    _copy(quads, table[layer, T_CALPHA], places, a * 4, z * 4, sample, 0)
                    for i in range(_index(a * 4), _index(z * 4)):
                        cover = clear[i] * _f(sample[0, i]) * _f(1.0 / 255.0)
                        out[y, i] += cover * ramp[i]
                        clear[i] -= cover
                else:
                    for i in range(_index(a * 4), _index(z * 4)):
                        out[y, i] += clear[i] * ramp[i]
                        clear[i] = _f(0.0)
                a, z = _seen_run(flags, ends, layer, row, z, last)


@kernel
def depth(quads, table, nodes, flags, at_nodes, scratch, out):
    """Scene disparity of what the frame shows, mixed where layers are.

    Args:
        quads, table, nodes, flags, scratch: as in `_kernels.compose`.
        at_nodes: (L, rows + 1, columns + 1) float32 disparity of each layer at the corners.
        out: (height / 2, ≥ 4·columns) float32, written, at the places of chroma samples.
    """
    for row in range(flags.shape[1]):
        _visible(flags, row, scratch[0])
        for r in range(min(4, out.shape[0] - row * 4)):
            _depth_row(quads, table, nodes, flags, at_nodes, row, r, scratch, out)


@helper
def _cover(dx, dy, ux, uy, length, along, across, kind, edge):
    """How much a sprite covers a pixel (dx, dy) from its middle, in [0, 1].

    Args:
        along, across: one over its radii.
        edge: one over the share of its radius that its edge takes, for what has one.
    """
    beyond = max(abs(dx * ux + dy * uy) - length, _f(0.0)) * along
    beside = (dy * ux - dx * uy) * across
    far = np.sqrt(beyond * beyond + beside * beside)
    left = max(_f(1.0) - far, _f(0.0))
    if kind == _f(1.0):
        return min(_f(2.2) * left * left * left, _f(1.0))
    cover = min(max((_f(1.0) - far) * edge + _f(0.5), _f(0.0)), _f(1.0))
    if kind == _f(2.0):
        rim = min(far, _f(1.0))
        cover *= _f(0.06) + _f(0.94) * rim * rim * rim * rim * rim * rim
    return cover


@helper
def _seen(before, behind, scale):
    """How much of a sprite is before a surface of disparity ``behind``, in [0, 1]."""
    return min(max((before - behind) * scale + _f(0.5), _f(0.0)), _f(1.0))


@helper
def _mixed(old, weight, colour, zero, glows):
    new = old + weight * (colour - zero) if glows else old + weight * (colour - old)
    return np.uint8(min(max(new + _f(0.5), _f(0.0)), _f(255.0)))


@kernel
def draw(sprites, behind, width, height, y_plane, u_plane, v_plane):
    """Draw sprites over a frame, where nothing nearer is.

    Args:
        sprites: (n, 13) float32, columns as in `kinora.types.air`, in the order of drawing.
        behind: (height / 2, ≥ width / 2) float32 from `depth`.
        width, height: of the picture.
        y_plane: (≥ height, ≥ width) uint8, changed; u_plane, v_plane: half of that.
    """
    for n in range(sprites.shape[0]):
        sx, sy = sprites[n, S_X], sprites[n, S_Y]
        ux, uy, length = sprites[n, S_UX], sprites[n, S_UY], sprites[n, S_LENGTH]
        kind, alpha, before = sprites[n, S_KIND], sprites[n, S_ALPHA], sprites[n, S_DISPARITY]
        radius = min(sprites[n, S_ALONG], sprites[n, S_ACROSS])
        side = max(sprites[n, S_ALONG], sprites[n, S_ACROSS]) + _f(EDGE)
        along, across = _f(1.0) / sprites[n, S_ALONG], _f(1.0) / sprites[n, S_ACROSS]
        edge = radius / (max(_f(EDGE), _f(0.9) * radius) if kind == _f(3.0) else _f(EDGE))
        scale = _f(1.0 / SOFT) / before
        glows = kind == _f(1.0)
        luma, u, v = sprites[n, S_LUMA], sprites[n, S_U], sprites[n, S_V]
        rx, ry = abs(ux) * length + side, abs(uy) * length + side
        x0, x1 = max(int(sx - rx), 0), min(int(sx + rx) + 1, width)
        y0, y1 = max(int(sy - ry), 0), min(int(sy + ry) + 1, height)
        steep = abs(uy) > _f(0.3) and length > _f(2.0)  # then a row of it is much shorter
        slant = ux / uy if steep else _f(0.0)
        wide = side / abs(uy) + _f(1.0) if steep else _f(0.0)
        for y in range(y0, y1):
            a, z = x0, x1
            dy = _f(y) + _f(0.5) - sy
            if steep:
                middle = sx + dy * slant
                a, z = max(x0, int(middle - wide)), min(x1, int(middle + wide) + 2)
            for x in range(a, z):
                dx = _f(x) + _f(0.5) - sx
                cover = _cover(dx, dy, ux, uy, length, along, across, kind, edge)
                if cover > _f(0.0):
                    weight = cover * alpha * _seen(before, behind[y >> 1, x >> 1], scale)
                    y_plane[y, x] = _mixed(_f(y_plane[y, x]), weight, luma, _f(16.0), glows)
        for y in range(y0 >> 1, min((y1 + 1) >> 1, height >> 1)):
            a, z = x0, x1
            dy = _f(2 * y) + _f(1.0) - sy
            if steep:
                middle = sx + dy * slant
                a, z = max(x0, int(middle - wide)), min(x1, int(middle + wide) + 2)
            for x in range(a >> 1, min((z + 1) >> 1, width >> 1)):
                # Chroma is co-sited with the left luma column of its pair.
                dx = _f(2 * x) + _f(0.5) - sx
                cover = _cover(dx, dy, ux, uy, length, along, across, kind, edge)
                if cover > _f(0.0):
                    weight = cover * alpha * _seen(before, behind[y, x], scale)
                    u_plane[y, x] = _mixed(_f(u_plane[y, x]), weight, u, _f(128.0), glows)
                    v_plane[y, x] = _mixed(_f(v_plane[y, x]), weight, v, _f(128.0), glows)


@helper
def _spread(fields, number, row, v, shift, out, k):
    """Row k of ``out``: a field at the pixels of a row, height v within its blocks."""
    block = _index(1) << _index(shift)
    inverse = _f(1.0) / _f(1 << shift)
    for b in range(_index(fields.shape[2] - 1)):
        n = b + _index(1)
        left = fields[number, row, b]
        left += (fields[number, row + 1, b] - left) * v
        right = fields[number, row, n]
        right += (fields[number, row + 1, n] - right) * v
        step = (right - left) * inverse
        start = left + step * _f(0.5)
        for i in range(block):
            out[k, b * block + i] = start + step * _f(_i32(i))


@helper
def _share(d, low, scale):
    return min(max((d - low) * scale, _f(0.0)), _f(1.0))


@kernel
def veil(fields, levels, colour, behind, noise, width, height, plane, number, shift):
    """Haze, gains and added light over one plane of a frame.

    Args:
        fields: (8, rows + 1, columns + 1) float32 at the corners of blocks: cover of the haze at
            four levels, gain, and what is added to luma and both chroma planes.
        levels: (4,) float32 disparities.
        colour: (3,) float32 of the haze.
        behind: (height / 2, ≥ width / 2) float32 from `depth`.
        noise: (64, ≥ width) float32 within half a code value, repeated downwards.
        width, height: of the plane.
        plane: uint8, changed.
        number: 0 luma, 1 and 2 chroma.
        shift: 3 for luma, 2 for chroma: blocks have 2 to the power of this pixels.
    """
    block = 1 << shift
    down = _index(shift - 2)
    zero = _f(16.0) if number == 0 else _f(128.0)
    air = colour[number] - zero
    row_of = np.empty((7, block * (fields.shape[2] - 1)), np.float32)
    l0, l1, l2 = levels[0], levels[1], levels[2]
    s0, s1, s2 = _f(1.0) / (l1 - l0), _f(1.0) / (l2 - l1), _f(1.0) / (levels[3] - l2)
    for y in range(height):
        v = (_f(y & (block - 1)) + _f(0.5)) / _f(block)
        for k in range(5):
            _spread(fields, k, y >> shift, v, shift, row_of, k)
        _spread(fields, 5 + number, y >> shift, v, shift, row_of, 5)
        for x in range(_index(width)):
            row_of[6, x] = behind[y >> (shift - 2), x >> down]
        below = _index(y & 63)
        for x in range(_index(width)):
            d = row_of[6, x]
            cover = row_of[0, x] + (row_of[1, x] - row_of[0, x]) * _share(d, l0, s0)
            cover += (row_of[2, x] - row_of[1, x]) * _share(d, l1, s1)
            cover += (row_of[3, x] - row_of[2, x]) * _share(d, l2, s2)
            old = _f(plane[y, x]) - zero
            value = (old + (air - old) * cover) * row_of[4, x] + row_of[5, x]
            value += zero + noise[below, x] + _f(0.5)
            plane[y, x] = np.uint8(_i32(min(max(value, _f(0.0)), _f(255.0))))
