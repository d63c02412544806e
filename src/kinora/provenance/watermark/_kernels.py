"""Embed the mark into one frame's luma: the fast way. `_reference` says the same slowly.

Shapes: R rows and C columns of cells cover the frame, the last ones cut off by its border.
"""

from typing import Any

import numpy as np

from kinora.jit import njit
from kinora.provenance.watermark.pattern import PART_BITS, PARTS, SHARE_BITS, SHARES

_FASTMATH = {"contract", "nnan", "ninf", "nsz"}
#: For functions that only kernels call: without the wrappers that Python would call.
_BARE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_helper = njit(nogil=True, error_model="numpy", fastmath=_FASTMATH, **_BARE)
_inlined = njit(inline="always")
#: Shares of the amplitude: 28 % of the power say where the square lies, the rest what it says.
_PILOT, _DATA = np.float32(0.5291503), np.float32(0.8485281)

#: How strong a cell may be, luma: at least, per luma of activity around, per luma of texture in it.
FLOOR, PER_ACTIVITY, PER_TEXTURE, CAP = 0.6, 0.3, 0.06, 3.5
#: Largest change of a pixel, luma.
LIMIT = 8.0
#: What a coded bit should reach, in units of an unhindered one, and the weights it may get for it.
TARGET, LEAST, MOST, POWER = 1.6, 0.35, 3.5, 1.5
#: Where the picture moves, a mark has to be coded again and again, and in its busy parts that costs
#: as many bits but is hardly read, as their own structure speaks louder. So strength there falls
#: with the square of texture: from CALM of its harmonic mean on, down to LEFT, or to what the
#: middle needs, as much of each side as MIDDLE says: crops keep that. The calm parts are marked
#: LIFT times as strongly. GRAIN is added to texture.
CALM, LEFT, MIDDLE, LIFT, GRAIN = 0.6, 0.15, 0.7, 1.3, 0.3
#: Pictures full of fine detail cost many bits anyway and are marked as if they stood still. Texture
#: over activity says how fine they are, from FINE_FROM to FINE_TO.
FINE_FROM, FINE_TO = 1.35, 1.5
#: How far above the picture's own noise all of a bit's cells together need to be, in all of the
#: picture and in its middle, and the least that strength may be lowered to where all are further.
#: From FLAT on the picture has so little of its own that only the encoder is in the way: PLAIN is
#: needed then, and costs little, as what doesn't move isn't coded twice.
ENOUGH, ENOUGH_MIDDLE, LOWEST, FLAT, PLAIN = 3.2, 1.5, 0.6, 14.0, 1.4
#: How detectors see a cell: its residual is divided by (local RMS + SOFTEN) and cut at ±CUT.
SOFTEN, CUT = 0.35, 1.1
#: How strong every cell may be where the busy ones have to be held back for the whole, luma.
BUSY = 1.5
#: Mean square that the change may have over a frame (42.2 dB); what interpolation leaves of it.
MEAN_SQUARE, KEPT = 3.9, 0.45
#: Mean square of what weights make of cells of strength 1.
SPREAD = 1.35
#: Of how many rows of pixels one is looked at.
EVERY = 2


@_helper
def _box(values, radius, line, scratch, out):
    """Mean over (2 radius + 1)² cells, those beyond the border being its own; radius 1 or 2."""
    rows, columns = values.shape
    size = np.float32(1.0) / np.float32(2 * radius + 1)
    share = np.float32(radius - 1)  # of the outermost two cells of five
    for r in range(rows):
        for k in range(2):
            line[k], line[columns + 2 + k] = values[r, 0], values[r, columns - 1]
        for c in range(columns):
            line[c + 2] = values[r, c]
        for c in range(columns):
            total = line[c + 1] + line[c + 2] + line[c + 3]
            scratch[r, c] = (total + share * (line[c] + line[c + 4])) * size
    for r in range(rows):
        above, below = max(r - 1, 0), min(r + 1, rows - 1)
        first, fifth = max(r - 2, 0), min(r + 2, rows - 1)
        for c in range(columns):
            total = scratch[above, c] + scratch[r, c] + scratch[below, c]
            out[r, c] = (total + share * (scratch[first, c] + scratch[fifth, c])) * size


@_helper
def _add_line(total, line):
    for c in range(total.size):
        total[c] += line[c]


@_helper
def _sum(sums):
    # In a fixed order everywhere; the columns before it can go side by side.
    total = np.float32(0.0)
    for c in range(sums.size):
        total += sums[c]
    return total


@_helper
def _cells(luma, grid, mean, texture, sums, squares):
    """Mean and standard deviation of every cell, from every other row: half says nearly all."""
    rows_at, columns_at, even = grid[0], grid[1], grid[2]
    for r in range(mean.shape[0]):
        sums.fill(np.uint32(0))
        squares.fill(np.uint32(0))
        tall = (rows_at[r + 1] - rows_at[r] + EVERY - 1) // EVERY
        for k in range(0, tall, 2):
            y = rows_at[r] + k * EVERY
            _look(luma, y, y + EVERY if k + 1 < tall else y, sums, squares)
        _gathered(sums, columns_at, even, r, mean)
        _gathered(squares, columns_at, even, r, texture)
        for c in range(mean.shape[1]):
            share = np.float32(1.0) / np.float32(tall * (columns_at[c + 1] - columns_at[c]))
            mean[r, c] *= share
            square = texture[r, c] * share - mean[r, c] * mean[r, c]
            texture[r, c] = np.sqrt(max(square, np.float32(0.0)))


@_helper
def _look(luma, y, other, sums, squares):
    """Add the pixels of two rows, or of one, to the sums of their columns."""
    # Two at once, as sums would be read and written oftener than pixels.
    if other > y:
        for x in range(sums.size):
            a, b = np.uint16(luma[y, x]), np.uint16(luma[other, x])
            sums[x] += np.uint32(a) + np.uint32(b)
            squares[x] += np.uint32(np.uint16(a * a)) + np.uint32(np.uint16(b * b))
    else:
        for x in range(sums.size):
            a = np.uint16(luma[y, x])
            sums[x] += np.uint32(a)
            squares[x] += np.uint32(np.uint16(a * a))


@_helper
def _gathered(sums, columns_at, even, r, out):
    """Sums over the columns of pixels of each cell of row ``r``; those of ``sums`` are lost."""
    # Known lengths let a compiler put cells side by side: those of 720p and of 1080p.
    if even == 8:
        _gathered_evenly(sums, 8, r, out)
    elif even == 12:
        _gathered_evenly(sums, 12, r, out)
    else:
        for x in range(1, sums.size):
            sums[x] += sums[x - 1]
        before = np.uint32(0)
        for c in range(out.shape[1]):
            so_far = sums[columns_at[c + 1] - 1]
            out[r, c] = np.float32(np.uint32(so_far - before))
            before = so_far


@_inlined
def _gathered_evenly(sums, cell, r, out):
    for c in range(out.shape[1]):
        total = np.uint32(0)
        for k in range(cell):
            total += sums[cell * c + k]
        out[r, c] = np.float32(total)


@_helper
def _strength(mean, texture, line, scratch, near, gain, sums):
    """How strong each cell may be marked, luma; and how fine the picture's detail is, [0, 1]."""
    rows, columns = mean.shape
    textures, activities = sums[:columns], sums[columns:]
    sums.fill(np.float32(0.0))
    _box(mean, 2, line, scratch, near)
    for r in range(rows):
        for c in range(columns):
            near[r, c] = np.abs(mean[r, c] - near[r, c])
            activities[c] += near[r, c]
        _add_line(textures, texture[r])
    _box(near, 2, line, scratch, gain)
    for r in range(rows):
        for c in range(columns):
            value = np.float32(PER_ACTIVITY) * gain[r, c] + np.float32(PER_TEXTURE) * texture[r, c]
            gain[r, c] = min(np.float32(FLOOR) + value, np.float32(CAP))
    fine = _sum(textures) / (np.float32(GRAIN) + _sum(activities)) - np.float32(FINE_FROM)
    fine /= np.float32(FINE_TO - FINE_FROM)
    return min(max(fine, np.float32(0.0)), np.float32(1.0))


@_helper
def _power(gain, cap, sums):
    """Sum of the squares of cells that are cut off at ``cap``."""
    rows, columns = gain.shape
    sums.fill(np.float32(0.0))
    for r in range(rows):
        for c in range(columns):
            value = min(gain[r, c], cap)
            sums[c] += value * value
    return _sum(sums)


@_helper
def _cap(gain, sums):
    """Cut off the strongest cells so that the frame's mean square is kept; weak ones get more."""
    rows, columns = gain.shape
    wanted = np.float32(MEAN_SQUARE / (KEPT * SPREAD)) * np.float32(rows * columns)
    low, high = np.float32(0.0), np.float32(CAP)
    if _power(gain, high, sums) <= wanted:
        return
    for r in range(rows):
        for c in range(columns):
            gain[r, c] = max(gain[r, c], np.float32(BUSY))
    for _ in range(8):
        cap = np.float32(0.5) * (low + high)
        if _power(gain, cap, sums) > wanted:
            high = cap
        else:
            low = cap
    for r in range(rows):
        for c in range(columns):
            gain[r, c] = min(gain[r, c], high)


@_helper
def _residual(mean, line, scratch, near, square, residual, ease):
    """What detectors will see of the unmarked cells, and by what they will multiply."""
    rows, columns = mean.shape
    _box(mean, 1, line, scratch, near)
    for r in range(rows):
        for c in range(columns):
            residual[r, c] = mean[r, c] - near[r, c]
            square[r, c] = residual[r, c] * residual[r, c]
    _box(square, 1, line, scratch, ease)
    for r in range(rows):
        for c in range(columns):
            ease[r, c] = np.float32(1.0) / (np.sqrt(ease[r, c]) + np.float32(SOFTEN))
            value = residual[r, c] * ease[r, c]
            residual[r, c] = min(max(value, np.float32(-CUT)), np.float32(CUT))


@_helper
def _middle(gain):
    """The rows and columns of the picture's middle: from, to, from, to."""
    rows, columns = gain.shape
    top = int(np.float32(0.5 * (1.0 - MIDDLE)) * np.float32(rows))
    left = int(np.float32(0.5 * (1.0 - MIDDLE)) * np.float32(columns))
    return top, rows - top, left, columns - left


@_helper
def _folded(values, within, square):
    """The sum of all cells that lie on the same cell of the pattern's square."""
    side = square.shape[0]
    top, bottom, left, right = within
    square.fill(np.float32(0.0))
    for r in range(top, bottom):
        c = left
        while c < right:
            j = c % side
            count = min(side - j, right - c)
            _add_line(square[r % side, j : j + count], values[r, c : c + count])
            c += count


@_helper
def _said(square, signs, bits, host):
    """What a folded picture says of each bit."""
    host.fill(np.float32(0.0))
    for i in range(square.shape[0]):
        for j in range(square.shape[1]):
            host[bits[i, j]] += square[i, j] * signs[i, j]


@_helper
def _noise(host):
    """How loud the picture by itself speaks of the bits."""
    square = np.float32(0.0)
    for bit in range(host.size):
        square += host[bit] * host[bit]
    return np.sqrt(square / np.float32(host.size)) + np.float32(1e-6)


@_helper
def _push(reach, share, least, within, sums):
    """How far the mark pushes all bits where cells get their shares of strength, or the least."""
    top, bottom, left, right = within
    sums.fill(np.float32(0.0))
    total = sums[left:right]
    for r in range(top, bottom):
        cells, shares = reach[r, left:right], share[r, left:right]
        for c in range(total.size):
            total[c] += cells[c] * max(shares[c], least)
    return np.float32(_DATA) * _sum(total)


@_helper
def _calm(texture, line, scratch, share, sums):
    """Shares of strength: 1 where it is calm, less where it is busy."""
    rows, columns = share.shape
    _box(texture, 2, line, scratch, share)
    sums.fill(np.float32(0.0))
    for r in range(rows):
        for c in range(columns):
            share[r, c] = np.float32(1.0) / (share[r, c] + np.float32(GRAIN))
            sums[c] += share[r, c]
    calm = np.float32(CALM * rows * columns) / _sum(sums)
    for r in range(rows):
        for c in range(columns):
            value = min(calm * share[r, c], np.float32(1.0))
            share[r, c] = value * value


@_helper
def _spare(gain, ease, share, fine, needed, reach, sums):
    """Give cells their shares, busy ones as much as lets the middle push as far as is needed."""
    rows, columns = gain.shape
    middle, lift = _middle(gain), np.float32(LIFT) + fine * np.float32(1.0 - LIFT)
    for r in range(rows):
        for c in range(columns):
            gain[r, c] *= lift
            reach[r, c] = gain[r, c] * ease[r, c]
    low, high = np.float32(LEFT) + fine * np.float32(1.0 - LEFT), np.float32(1.0)
    if _push(reach, share, low, middle, sums) >= needed:
        high = low
    for _ in range(6):
        least = np.float32(0.5) * (low + high)
        if _push(reach, share, least, middle, sums) >= needed:
            high = least
        else:
            low = least
    for r in range(rows):
        for c in range(columns):
            gain[r, c] *= max(share[r, c], high)


@_helper
def _eased(push, host, lowest):
    """Mark more weakly where the picture has little of its own that could hide the mark."""
    one = np.float32(1.0)
    above = np.float32(_DATA) * _sum(push) / (np.float32(host.size) * _noise(host))
    flat = min(above / np.float32(FLAT), one)
    eased = min(one, max(np.float32(lowest), np.float32(ENOUGH) / above))
    return max(eased, np.float32(PLAIN) * flat * flat)


@_helper
def _weights(host, push, share, weight):
    """How much the cells of a coded bit need: more where the picture speaks against their signs."""
    power = np.float32(0.0)
    for bit in range(weight.size):
        against = host[bit] / max(share * push[bit], np.float32(1e-3))
        value = min(max(np.float32(TARGET) - against, np.float32(LEAST)), np.float32(MOST))
        weight[bit] = value
        power += value * value
    power /= np.float32(weight.size)
    if power > np.float32(POWER):
        weight *= np.sqrt(np.float32(POWER) / power)


@_helper
def _written(marks, pilot_weight, weight, square):
    """The pattern's square with the weights of its bits."""
    pilot, signs, bits = marks
    for i in range(square.shape[0]):
        for j in range(square.shape[1]):
            bit = bits[i, j]
            square[i, j] = _PILOT * pilot_weight[bit] * pilot[i, j]
            square[i, j] += _DATA * weight[bit] * signs[i, j]


@_helper
def _change(gain, eased, square, sums, change, parts):
    """By how many parts of a luma each cell is changed, kept within the frame's mean square."""
    rows, columns = gain.shape
    side, limit = square.shape[0], np.float32(LIMIT)
    sums.fill(np.float32(0.0))
    for r in range(rows):
        for c in range(0, columns, side):
            count = min(side, columns - c)
            line, strength = change[r, c : c + count], gain[r, c : c + count]
            written, total = square[r % side], sums[c : c + count]
            for j in range(count):
                value = min(max(strength[j] * eased * written[j], -limit), limit)
                line[j] = value
                total[j] += value * value
    mean_square = np.float32(KEPT) * _sum(sums) / np.float32(rows * columns)
    scale = np.float32(PARTS)
    if mean_square > np.float32(MEAN_SQUARE):
        scale *= np.sqrt(np.float32(MEAN_SQUARE) / mean_square)
    for r in range(rows):
        for c in range(columns):
            parts[r, c] = np.int16(np.floor(scale * change[r, c] + np.float32(0.5)))


@_helper
def _spread(parts, grid, one, other):
    """For each column of pixels, the cells between whose centres it lies: two rows of pixels."""
    columns_of, even, last = grid[5], grid[2], parts.size - 1
    width = columns_of.size
    if even == 8:
        _spread_evenly(parts, 8, one)
    elif even == 12:
        _spread_evenly(parts, 12, one)
    else:
        for x in range(width):
            one[x] = parts[columns_of[x]]
            other[x] = parts[min(columns_of[x] + 1, last)]
        return one[:width], other
    return one[:width], one[even : even + width]


@_inlined
def _spread_evenly(parts, cell, one):
    half = cell // 2
    one[:half] = parts[0]
    one[one.size - half :] = parts[parts.size - 1]
    line = one[half:]
    for c in range(parts.size):
        for k in range(cell):
            line[cell * c + k] = parts[c]


@_helper
def _widened(parts, grid, one, other, line):
    """A row of cells → a row of pixels, by linear interpolation between cells' centres."""
    share = grid[6]
    one, other = _spread(parts, grid, one, other)
    for x in range(line.size):
        way = np.int16(np.int16(one[x] * SHARES) + np.int16(SHARES // 2))
        way = np.int16(way + np.int16(np.int16(other[x] - one[x]) * share[x]))
        line[x] = np.int16(way >> SHARE_BITS)


@_helper
def _add(luma, height, grid, parts, lines):
    """Add the change, interpolated between rows of cells."""
    row_of, row_share, dither = grid[3], grid[4], grid[7]
    one, other, above, below, step = lines
    last, row = parts.shape[0] - 1, 0
    _widened(parts[0], grid, one, other, below)
    for y in range(height):
        if y == 0 or row_of[y] != row:
            row = row_of[y]
            above, below = below, above
            _widened(parts[min(row + 1, last)], grid, one, other, below)
            for x in range(step.size):
                step[x] = np.int16(below[x] - above[x])
                above[x] = np.int16(np.int16(above[x] * SHARES) + np.int16(SHARES // 2))
        share, k = row_share[y], y % 8
        for x in range(step.size):
            change = np.int16(np.int16(above[x] + np.int16(step[x] * share)) >> SHARE_BITS)
            value = np.int16(np.int16(luma[y, x]) * PARTS + dither[k, x])
            value = np.int16(np.int16(value + change) >> PART_BITS)
            luma[y, x] = np.uint8(min(max(value, np.int16(16)), np.int16(235)))


@njit(nogil=True, cache=True, error_model="numpy", fastmath=_FASTMATH)
def embed(luma, height, grid, marks, work, still, held):
    """Mark one frame in place.

    Args:
        luma: (height, ≥ width) uint8, limited range.
        height: of the picture, pixels.
        grid: arrays of `Grid`.
        marks: (pilot, signs, bits): (64, 64) arrays.
        work: buffers of `Work`.
        still: nothing moves, so that a strong mark costs no bits.
        held: (R, C) share of the strength that each cell may have, [0, 1].
    """
    _, signs, bits = marks
    mean, texture, gain, ease, residual, a, b, change = work[:8]
    parts, square, ones, pilot_weight, weight, host, push, pilot_host = work[8:16]
    sums, squares, columns, line, lines = work[16], work[17], work[18], work[19], work[20:]
    cells = columns[: gain.shape[1]]
    _cells(luma, grid, mean, texture, sums, squares)
    fine = _strength(mean, texture, line, a, b, gain, columns)
    _cap(gain, cells)
    gain *= held
    _residual(mean, line, a, b, change, residual, ease)
    if not still:
        _calm(texture, line, a, b, cells)
        _folded(residual, _middle(gain), square)
        _said(square, signs, bits, host)
        needed = np.float32(ENOUGH_MIDDLE) * np.float32(host.size) * _noise(host)
        _spare(gain, ease, b, fine, needed, a, cells)
    whole = (0, gain.shape[0], 0, gain.shape[1])
    _folded(residual, whole, square)
    _said(square, signs, bits, host)
    _said(square, marks[0], bits, pilot_host)
    ease *= gain
    _folded(ease, whole, square)
    _said(square, ones, bits, push)
    eased = _eased(push, host, np.float32(1.0) if still else np.float32(LOWEST))
    push *= eased
    _weights(pilot_host, push, _PILOT, pilot_weight)
    _weights(host, push, _DATA, weight)
    _written(marks, pilot_weight, weight, square)
    _change(gain, eased, square, cells, change, parts)
    _add(luma, height, grid, parts, lines)
