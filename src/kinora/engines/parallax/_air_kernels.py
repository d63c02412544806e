"""Fast kernels for what lies in the air; `_air_reference.py` is their readable, slow twin."""

from __future__ import annotations

import numpy as np

from kinora.engines.parallax._kernels import _chroma_places, _copy, _seen_run, _visible
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
#: How many pixels of a row of a stroke are looked at together, and the greatest half width, pixels,
#: with which all of it lies within them.
_STROKE, _NARROW = 16, 7.0
#: Of how many rows and columns of chroma samples the extremes of disparity are known.
_BAND, _SPAN = 4, 8


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
    ends, edge, places, sample, clear, ramp, _ = scratch
    y = row * 4 + r
    v = _f((2 * r + 1) * 0.125)
    last = 0
    while last < ends.shape[1]:
        first = last
        last = ends[2, first]
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
    return np.uint8(_i32(min(max(new + _f(0.5), _f(0.0)), _f(255.0))))


@helper
def _luma_of(sprite, shape, rows, columns, behind, plane):
    """Draw a sprite's luma in the rows and columns given as from, to.

    Args:
        sprite: its place, direction and half length; one over its radii; kind and edge, as
            `_cover` takes them.
        shape: its slant, half its width in a row, its opacity, disparity and scale (`_seen`), its
            luma and chroma, and whether it glows.
    """
    sx, sy, ux, uy, length, along, across, kind, edge = sprite
    slant, wide, alpha, before, scale, luma, _, _, glows = shape
    for y in range(rows[0], rows[1]):
        dy = _f(y) + _f(0.5) - sy
        middle = sx + dy * slant
        a = max(columns[0], int(middle - wide + _f(0.5)))
        z = min(columns[1], int(middle + wide + _f(0.5)))
        below, row = _index(y >> 1), _index(y)
        for x in range(_index(a), _index(max(z, a))):
            dx = _f(_i32(x)) + _f(0.5) - sx
            cover = _cover(dx, dy, ux, uy, length, along, across, kind, edge)
            weight = cover * alpha * _seen(before, behind[below, x >> _index(1)], scale)
            plane[row, x] = _mixed(_f(plane[row, x]), weight, luma, _f(16.0), glows)


@helper
def _chroma_of(sprite, shape, rows, columns, behind, u_plane, v_plane):
    """The same for chroma; rows and columns are of luma."""
    sx, sy, ux, uy, length, along, across, kind, edge = sprite
    slant, wide, alpha, before, scale, _, u, v, glows = shape
    high, half = behind.shape[0], columns[2] >> 1
    for y in range(rows[0] >> 1, min((rows[1] + 1) >> 1, high)):
        dy = _f(2 * y) + _f(1.0) - sy
        middle = sx + dy * slant
        # Chroma is co-sited with the left luma column of its pair.
        a = max(columns[0] >> 1, int((middle - wide + _f(1.5)) * _f(0.5)))
        z = min((columns[1] + 1) >> 1, int((middle + wide + _f(1.5)) * _f(0.5)))
        row = _index(y)
        for x in range(_index(a), _index(max(min(z, half), a))):
            dx = _f(_i32(x) * _i32(2)) + _f(0.5) - sx
            cover = _cover(dx, dy, ux, uy, length, along, across, kind, edge)
            weight = cover * alpha * _seen(before, behind[row, x], scale)
            u_plane[row, x] = _mixed(_f(u_plane[row, x]), weight, u, _f(128.0), glows)
            v_plane[row, x] = _mixed(_f(v_plane[row, x]), weight, v, _f(128.0), glows)


@helper
def _beside(dx, dy, ux, uy, across, edge):
    """`_cover` of what covers, beside its straight part."""
    far = abs(dy * ux - dx * uy) * across
    return min(max((_f(1.0) - far) * edge + _f(0.5), _f(0.0)), _f(1.0))


@helper
def _straight_luma(sprite, shape, rows, width, plane):
    """Draw rows of a stroke's straight part that nothing hides."""
    sx, sy, ux, uy, _, _, across, _, edge = sprite
    slant, wide, alpha, _, _, luma, _, _, _ = shape
    for y in range(rows[0], rows[1]):
        dy = _f(y) + _f(0.5) - sy
        a = max(int(sx + dy * slant - wide + _f(0.5)), 0)
        a, row = min(a, width - _STROKE), _index(y)
        # As many pixels in every row: so LLVM works on them at a time. Beyond the stroke nothing
        # changes.
        for i in range(_STROKE):
            x = _index(a) + _index(i)
            dx = _f(_i32(x)) + _f(0.5) - sx
            old = _f(plane[row, x])
            new = old + _beside(dx, dy, ux, uy, across, edge) * alpha * (luma - old)
            plane[row, x] = np.uint8(_i32(new + _f(0.5)))


@helper
def _straight_chroma(sprite, shape, rows, half, u_plane, v_plane):
    """The same for chroma; rows are of luma."""
    sx, sy, ux, uy, _, _, across, _, edge = sprite
    slant, wide, alpha, _, _, _, u, v, _ = shape
    for y in range(rows[0] >> 1, min((rows[1] + 1) >> 1, u_plane.shape[0])):
        dy = _f(2 * y) + _f(1.0) - sy
        a = max(int((sx + dy * slant - wide + _f(1.5)) * _f(0.5)), 0)
        a, row = min(a, half - _STROKE), _index(y)
        for i in range(_STROKE):
            x = _index(a) + _index(i)
            dx = _f(_i32(x) * _i32(2)) + _f(0.5) - sx
            weight = _beside(dx, dy, ux, uy, across, edge) * alpha
            old = _f(u_plane[row, x])
            u_plane[row, x] = np.uint8(_i32(old + weight * (u - old) + _f(0.5)))
            old = _f(v_plane[row, x])
            v_plane[row, x] = np.uint8(_i32(old + weight * (v - old) + _f(0.5)))


@helper
def _shown(behind, rows, columns, before, scale):
    """How much is seen of a sprite's part within luma rows and columns: 0, 1, or else between."""
    least = most = behind[rows[0] >> 1, columns[0] >> 1]
    for y in range(_index(rows[0] >> 1), _index((rows[1] + 1) >> 1)):
        for x in range(_index(columns[0] >> 1), _index((columns[1] + 1) >> 1)):
            least, most = min(least, behind[y, x]), max(most, behind[y, x])
    low, high = _seen(before, most, scale), _seen(before, least, scale)
    return low if low == high else _f(0.5)


@helper
def _find_extremes(behind, line, extremes):
    """Least and greatest disparity of 4×8 places each: (2, rows, columns), written.

    Args:
        line: scratch, (2, columns of ``behind``).
    """
    for block in range(extremes.shape[1]):
        first = _index(block * _BAND)
        for x in range(_index(behind.shape[1])):
            line[0, x] = line[1, x] = behind[first, x]
        for y in range(first + _index(1), _index(min((block + 1) * _BAND, behind.shape[0]))):
            for x in range(_index(behind.shape[1])):
                line[0, x] = min(line[0, x], behind[y, x])
                line[1, x] = max(line[1, x], behind[y, x])
        for column in range(extremes.shape[2]):
            least, most = line[0, column * _SPAN], line[1, column * _SPAN]
            for x in range(
                _index(column * _SPAN), _index(min((column + 1) * _SPAN, line.shape[1]))
            ):
                least, most = min(least, line[0, x]), max(most, line[1, x])
            extremes[0, block, column], extremes[1, block, column] = least, most


@helper
def _shown_at_large(extremes, band, columns, before, scale):
    """`_shown` of a band of rows, by what is known of more than the columns given."""
    first, last = columns[0] // (2 * _SPAN), (columns[1] + 2 * _SPAN) // (2 * _SPAN)
    least, most = extremes[0, band, first], extremes[1, band, first]
    for column in range(first + 1, min(last, extremes.shape[2])):
        least = min(least, extremes[0, band, column])
        most = max(most, extremes[1, band, column])
    low, high = _seen(before, most, scale), _seen(before, least, scale)
    return low if low == high else _f(0.5)


@helper
def _stroke(sprite, shape, rows, columns, behind, extremes, y_plane, u_plane, v_plane):
    """Draw a narrow upright sprite, a few rows after the other."""
    sx, sy, ux, uy, length = sprite[:5]
    slant, wide, _, before, scale = shape[:5]
    straight = (length - wide * abs(ux)) * abs(uy) - _f(0.5)
    last = rows[0]
    while last < rows[1]:
        first = last
        last = min((first | (2 * _BAND - 1)) + 1, rows[1])
        top, bottom = _f(first) + _f(0.5) - sy, _f(last) - _f(0.5) - sy
        left = sx + min(top * slant, bottom * slant) - wide
        right = sx + max(top * slant, bottom * slant) + wide
        # One pixel more to each side, as chroma lies between rows.
        a, z = max(int(left) - 1, 0), min(int(right) + 2, columns[2])
        if a >= z:
            continue
        part = (first, last)
        seen = _shown_at_large(extremes, first // (2 * _BAND), (a, z), before, scale)
        if seen == _f(0.5):
            seen = _shown(behind, part, (a, z), before, scale)
        if seen == _f(1.0) and max(abs(top), abs(bottom)) < straight:
            _straight_luma(sprite, shape, part, columns[2], y_plane)
            _straight_chroma(sprite, shape, part, columns[2] >> 1, u_plane, v_plane)
        elif seen > _f(0.0):
            _luma_of(sprite, shape, part, columns, behind, y_plane)
            _chroma_of(sprite, shape, part, columns, behind, u_plane, v_plane)


@kernel
def draw(sprites, behind, width, height, y_plane, u_plane, v_plane):
    """Draw sprites over a frame, where nothing nearer is.

    Args:
        sprites: (n, 13) float32, columns as in `kinora.types.air`, in the order of drawing.
        behind: (height / 2, ≥ width / 2) float32 from `depth`.
        width, height: of the picture.
        y_plane: (≥ height, ≥ width) uint8, changed; u_plane, v_plane: half of that.
    """
    shape_of = (2, -(-behind.shape[0] // _BAND), -(-behind.shape[1] // _SPAN))
    extremes, known = np.empty(shape_of, np.float32), False
    for n in range(sprites.shape[0]):
        sx, sy = sprites[n, S_X], sprites[n, S_Y]
        ux, uy, length = sprites[n, S_UX], sprites[n, S_UY], sprites[n, S_LENGTH]
        kind, alpha, before = sprites[n, S_KIND], sprites[n, S_ALPHA], sprites[n, S_DISPARITY]
        radius = min(sprites[n, S_ALONG], sprites[n, S_ACROSS])
        along, across = _f(1.0) / sprites[n, S_ALONG], _f(1.0) / sprites[n, S_ACROSS]
        edge = radius / (max(_f(EDGE), _f(0.9) * radius) if kind == _f(3.0) else _f(EDGE))
        scale = _f(1.0 / SOFT) / before
        glows = kind == _f(1.0)
        # How far from the straight part anything is drawn.
        side = max(sprites[n, S_ALONG], sprites[n, S_ACROSS])
        side *= _f(1.0) if glows else _f(1.0) + _f(0.5) / edge
        rx, ry = abs(ux) * length + side, abs(uy) * length + side
        x0, x1 = max(int(sx - rx - _f(0.5)), 0), min(int(sx + rx + _f(0.5)), width)
        y0, y1 = max(int(sy - ry - _f(0.5)), 0), min(int(sy + ry + _f(0.5)), height)
        steep = abs(uy) > _f(0.3) and length > _f(2.0)  # then a row of it is much shorter
        slant = ux / uy if steep else _f(0.0)
        wide = side / abs(uy) if steep else rx
        sprite = sx, sy, ux, uy, length, along, across, kind, edge
        luma, u, v = sprites[n, S_LUMA], sprites[n, S_U], sprites[n, S_V]
        shape = slant, wide, alpha, before, scale, luma, u, v, glows
        rows, columns = (y0, y1), (x0, x1, width)
        if steep and kind == _f(0.0) and wide < _f(_NARROW) and width >= 2 * _STROKE:
            if not known:
                _find_extremes(behind, np.empty((2, behind.shape[1]), np.float32), extremes)
                known = True
            _stroke(sprite, shape, rows, columns, behind, extremes, y_plane, u_plane, v_plane)
        else:
            _luma_of(sprite, shape, rows, columns, behind, y_plane)
            _chroma_of(sprite, shape, rows, columns, behind, u_plane, v_plane)


@helper
def _spread(fields, number, row, v, edge, out, k):
    """Row k of ``out``: a field at the chroma samples of a row, height v within its blocks."""
    columns = _index(fields.shape[2])
    for b in range(columns):
        above = fields[number, row, b]
        edge[b] = above + (fields[number, row + 1, b] - above) * v
    for i in range((columns - _index(1)) * _index(4)):
        block = i >> _index(2)
        left = edge[block]
        t = _f(_i32(i & _index(3))) * _f(0.25) + _f(0.125)
        out[k, i] = left + (edge[block + _index(1)] - left) * t


@helper
def _share(d, low, scale):
    return min(max((d - low) * scale, _f(0.0)), _f(1.0))


@helper
def _lit(fields):
    """Whether there is more than haze."""
    for row in range(fields.shape[1]):
        for column in range(fields.shape[2]):
            if fields[4, row, column] != _f(1.0):
                return True
            for k in range(5, 8):
                if fields[k, row, column] != _f(0.0):
                    return True
    return False


@helper
def _mixture(fields, levels, colour, behind, y, lit, edge, row_of):
    """What a row of chroma samples becomes: its gain, and what is added to luma and chroma.

    Args:
        lit: from `_lit`.
        edge: scratch, (columns + 1,) float32.
        row_of: (8, ≥ 4·columns) float32, written: gain in row 0, what is added in rows 5 to 7.
    """
    v = (_f(y & 3) + _f(0.5)) * _f(0.25)
    for k in range(8 if lit else 4):
        _spread(fields, k, y >> 2, v, edge, row_of, k)
    if not lit:
        for i in range(_index(row_of.shape[1])):
            row_of[4, i] = _f(1.0)
            row_of[5, i] = row_of[6, i] = row_of[7, i] = _f(0.0)
    l0, l1, l2 = levels[0], levels[1], levels[2]
    s0, s1, s2 = _f(1.0) / (l1 - l0), _f(1.0) / (l2 - l1), _f(1.0) / (levels[3] - l2)
    air_y, air_u, air_v = colour[0] - _f(16.0), colour[1] - _f(128.0), colour[2] - _f(128.0)
    for i in range(_index(min(behind.shape[1], row_of.shape[1]))):
        d = behind[y, i]
        cover = row_of[0, i] + (row_of[1, i] - row_of[0, i]) * _share(d, l0, s0)
        cover += (row_of[2, i] - row_of[1, i]) * _share(d, l1, s1)
        cover += (row_of[3, i] - row_of[2, i]) * _share(d, l2, s2)
        gain = row_of[4, i]
        hidden = cover * gain
        row_of[0, i] = gain - hidden
        row_of[5, i] += air_y * hidden + _f(16.5)
        row_of[6, i] += air_u * hidden + _f(128.5)
        row_of[7, i] += air_v * hidden + _f(128.5)


@helper
def _veil_row(gain, added, noise, below, zero, width, plane, y):
    """Row y of a plane, ``gain`` and ``added`` by its pixels."""
    for x in range(_index(width)):
        value = (_f(plane[y, x]) - zero) * gain[x] + added[x] + noise[below, x]
        plane[y, x] = np.uint8(_i32(min(max(value, _f(0.0)), _f(255.0))))


@kernel
def veil(fields, levels, colour, behind, noise, width, height, y_plane, u_plane, v_plane):
    """Haze, gains and added light over a frame; worked out once for each 2×2 pixels.

    Args:
        fields: (8, rows + 1, columns + 1) float32 at the corners of blocks: cover of the haze at
            four levels, gain, and what is added to luma and both chroma planes.
        levels: (4,) float32 disparities.
        colour: (3,) float32 of the haze.
        behind: (height / 2, ≥ width / 2) float32 from `depth`.
        noise: (64, ≥ width) float32 within half a code value, repeated downwards.
        width, height: of the picture.
        y_plane: (≥ height, ≥ width) uint8, changed; u_plane, v_plane: half of that.
    """
    half = 4 * (fields.shape[2] - 1)
    edge = np.empty(fields.shape[2], np.float32)
    row_of = np.empty((8, half), np.float32)
    wide = np.empty((2, 2 * half), np.float32)
    lit = _lit(fields)
    for y in range(height // 2):
        _mixture(fields, levels, colour, behind, y, lit, edge, row_of)
        for i in range(_index(half)):
            for k in range(2):
                wide[0, _index(2) * i + _index(k)] = row_of[0, i]
                wide[1, _index(2) * i + _index(k)] = row_of[5, i]
        for k in range(2):
            below = _index((2 * y + k) & 63)
            _veil_row(wide[0], wide[1], noise, below, _f(16.0), width, y_plane, 2 * y + k)
        below = _index(y & 63)
        _veil_row(row_of[0], row_of[6], noise, below, _f(128.0), width // 2, u_plane, y)
        _veil_row(row_of[0], row_of[7], noise, below, _f(128.0), width // 2, v_plane, y)
