"""Embed the mark into one frame's luma: the fast way. `_reference` says the same slowly.

Shapes: R rows and C columns of cells cover the frame, the last ones cut off by its border.
"""

from typing import Any

import numpy as np

from kinora.jit import njit

_FASTMATH = {"contract", "nnan", "ninf", "nsz"}
#: For functions that only kernels call: without the wrappers that Python would call.
_BARE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_helper = njit(nogil=True, error_model="numpy", fastmath=_FASTMATH, **_BARE)
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
def _box(values, radius, scratch, out):
    """Mean over (2 radius + 1)² cells, those beyond the border being its own."""
    rows, columns = values.shape
    size = np.float32(1.0) / np.float32(2 * radius + 1)
    for r in range(rows):
        for c in range(columns):
            total = np.float32(0.0)
            for k in range(c - radius, c + radius + 1):
                total += values[r, min(max(k, 0), columns - 1)]
            scratch[r, c] = total * size
    for r in range(rows):
        for c in range(columns):
            out[r, c] = np.float32(0.0)
        for k in range(r - radius, r + radius + 1):
            row = min(max(k, 0), rows - 1)
            for c in range(columns):
                out[r, c] += scratch[row, c]
        for c in range(columns):
            out[r, c] *= size


@_helper
def _cells(luma, width, height, rows_at, columns_at, mean, texture, row_sum, row_square):
    """Mean and standard deviation of every cell, from every other row: half says nearly all."""
    rows = mean.shape[0]
    for r in range(rows):
        row_sum.fill(0)
        row_square.fill(0)
        for y in range(rows_at[r], rows_at[r + 1], EVERY):
            line = luma[y]
            for x in range(width):
                value = np.uint32(line[x])
                row_sum[x] += value
                row_square[x] += value * value
        tall = (rows_at[r + 1] - rows_at[r] + EVERY - 1) // EVERY
        _cell_row(row_sum, row_square, width, tall, columns_at, mean[r], texture[r])


@_helper
def _cell_row(sums, squares, width, tall, columns_at, mean, texture):
    """Mean and standard deviation of a row of cells from the sums of its columns of pixels."""
    so_far, so_far_squared = np.uint32(0), np.uint32(0)
    for x in range(width):  # running sums: a cell is then a difference of two
        so_far += sums[x]
        so_far_squared += squares[x]
        sums[x], squares[x] = so_far, so_far_squared
    before, before_squared = np.uint32(0), np.uint32(0)
    for c in range(mean.size):
        end = columns_at[c + 1]
        share = np.float32(1.0) / np.float32(tall * (end - columns_at[c]))
        average = np.float32(np.uint32(sums[end - 1] - before)) * share
        square = np.float32(np.uint32(squares[end - 1] - before_squared)) * share
        mean[c], texture[c] = average, square - average * average
        before, before_squared = sums[end - 1], squares[end - 1]
    for c in range(mean.size):
        texture[c] = np.sqrt(max(texture[c], np.float32(0.0)))


@_helper
def _strength(mean, texture, scratch, near, gain):
    """How strong each cell may be marked, luma; and how fine the picture's detail is, [0, 1]."""
    rows, columns = mean.shape
    textures, activities = np.float32(0.0), np.float32(GRAIN)
    _box(mean, 2, scratch, near)
    for r in range(rows):
        for c in range(columns):
            near[r, c] = np.abs(mean[r, c] - near[r, c])
            activities += near[r, c]
            textures += texture[r, c]
    _box(near, 2, scratch, gain)
    for r in range(rows):
        for c in range(columns):
            value = FLOOR + PER_ACTIVITY * gain[r, c] + PER_TEXTURE * texture[r, c]
            gain[r, c] = min(value, CAP)
    fine = (textures / activities - np.float32(FINE_FROM)) / np.float32(FINE_TO - FINE_FROM)
    return min(max(fine, np.float32(0.0)), np.float32(1.0))


@_helper
def _power(gain, cap, sums):
    """Sum of the squares of cells that are cut off at ``cap``."""
    rows, columns = gain.shape
    # One sum a column, so that columns can go side by side in the same order everywhere.
    sums.fill(0.0)
    for r in range(rows):
        for c in range(columns):
            value = min(gain[r, c], cap)
            sums[c] += value * value
    total = np.float32(0.0)
    for c in range(columns):
        total += sums[c]
    return total


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
def _residual(mean, scratch, near, square, residual, level):
    """What detectors will see of the unmarked cells, and by what they will divide."""
    rows, columns = mean.shape
    _box(mean, 1, scratch, near)
    for r in range(rows):
        for c in range(columns):
            residual[r, c] = mean[r, c] - near[r, c]
            square[r, c] = residual[r, c] * residual[r, c]
    _box(square, 1, scratch, level)
    for r in range(rows):
        for c in range(columns):
            level[r, c] = np.sqrt(level[r, c]) + SOFTEN
            value = residual[r, c] / level[r, c]
            residual[r, c] = min(max(value, -CUT), CUT)


@_helper
def _middle(gain):
    """The rows and columns of the picture's middle: from, to, from, to."""
    rows, columns = gain.shape
    top = int(np.float32(0.5 * (1.0 - MIDDLE)) * np.float32(rows))
    left = int(np.float32(0.5 * (1.0 - MIDDLE)) * np.float32(columns))
    return top, rows - top, left, columns - left


@_helper
def _noise(residual, signs, bits, host, within):
    """What some rows and columns of the picture say of a bit by themselves."""
    side = signs.shape[0]
    top, bottom, left, right = within
    host.fill(0.0)
    for r in range(top, bottom):
        for c in range(left, right):
            host[bits[r % side, c % side]] += residual[r, c] * signs[r % side, c % side]
    square = np.float32(0.0)
    for bit in range(host.size):
        square += host[bit] * host[bit]
    return np.sqrt(square / np.float32(host.size)) + np.float32(1e-6)


@_helper
def _push(gain, level, share, least, within):
    """How far the mark pushes all bits where cells get their shares of strength, or the least."""
    top, bottom, left, right = within
    total = np.float32(0.0)
    for r in range(top, bottom):
        for c in range(left, right):
            total += _DATA * gain[r, c] * max(share[r, c], least) / level[r, c]
    return total


@_helper
def _calm(texture, scratch, share):
    """Shares of strength: 1 where it is calm, less where it is busy."""
    rows, columns = share.shape
    _box(texture, 2, scratch, share)
    inverse = np.float32(0.0)
    for r in range(rows):
        for c in range(columns):
            share[r, c] += np.float32(GRAIN)
            inverse += np.float32(1.0) / share[r, c]
    calm = np.float32(CALM * rows * columns) / inverse
    for r in range(rows):
        for c in range(columns):
            share[r, c] = min(calm / share[r, c], np.float32(1.0)) ** 2


@_helper
def _spare(gain, level, share, fine, needed):
    """Give cells their shares, busy ones as much as lets the middle push as far as is needed."""
    middle = _middle(gain)
    gain *= np.float32(LIFT) + fine * np.float32(1.0 - LIFT)
    low, high = np.float32(LEFT) + fine * np.float32(1.0 - LEFT), np.float32(1.0)
    if _push(gain, level, share, low, middle) >= needed:
        high = low
    for _ in range(6):
        least = np.float32(0.5) * (low + high)
        if _push(gain, level, share, least, middle) >= needed:
            high = least
        else:
            low = least
    for r in range(gain.shape[0]):
        for c in range(gain.shape[1]):
            gain[r, c] *= max(share[r, c], high)


@_helper
def _ease(residual, level, gain, signs, bits, host, ones, lowest):
    """Mark more weakly where the picture has little of its own that could hide the mark."""
    whole, one = (0, gain.shape[0], 0, gain.shape[1]), np.float32(1.0)
    ones.fill(one)
    above = _push(gain, level, ones, one, whole)
    above /= np.float32(host.size) * _noise(residual, signs, bits, host, whole)
    flat = min(above / np.float32(FLAT), one)
    eased = min(one, max(np.float32(lowest), np.float32(ENOUGH) / above))
    gain *= max(eased, np.float32(PLAIN) * flat * flat)


@_helper
def _weights(residual, level, gain, signs, bits, share, host, push, weight):
    """How much the cells of a coded bit need: more where the picture speaks against their signs."""
    side = signs.shape[0]
    rows, columns = residual.shape
    host[:] = 0.0
    push[:] = 0.0
    for r in range(rows):
        for c in range(columns):
            bit, sign = bits[r % side, c % side], signs[r % side, c % side]
            host[bit] += residual[r, c] * sign
            push[bit] += share * gain[r, c] / level[r, c]
    power = np.float32(0.0)
    for bit in range(weight.size):
        wanted = TARGET - host[bit] / max(push[bit], np.float32(1e-3))
        weight[bit] = min(max(wanted, LEAST), MOST)
        power += weight[bit] * weight[bit]
    power /= np.float32(weight.size)
    if power > POWER:
        weight *= np.sqrt(np.float32(POWER) / power)


@_helper
def _change(gain, pilot, signs, bits, pilot_weight, weight, change):
    """What each cell is changed by, luma, kept within the frame's mean square."""
    side = signs.shape[0]
    rows, columns = gain.shape
    total = np.float32(0.0)
    for r in range(rows):
        for c in range(columns):
            i, j = r % side, c % side
            bit = bits[i, j]
            marked = _PILOT * pilot_weight[bit] * pilot[i, j] + _DATA * weight[bit] * signs[i, j]
            value = gain[r, c] * marked
            change[r, c] = min(max(value, -LIMIT), LIMIT)
            total += change[r, c] * change[r, c]
    mean_square = KEPT * total / np.float32(rows * columns)
    if mean_square > MEAN_SQUARE:
        change *= np.sqrt(np.float32(MEAN_SQUARE) / mean_square)


@_helper
def _widened(change, column_of, column_share, width, wide):
    """Columns of cells → pixels, by linear interpolation between cells' centres."""
    rows, columns = change.shape
    for r in range(rows):
        for x in range(width):
            c, share = column_of[x], column_share[x]
            wide[r, x] = change[r, c] + share * (change[r, min(c + 1, columns - 1)] - change[r, c])


@_helper
def _add(luma, width, height, row_of, row_share, wide, dither):
    """Add the change, interpolated between rows of cells; ``dither`` (8, W) lies in [0, 1)."""
    last = wide.shape[0] - 1
    for y in range(height):
        share = row_share[y]
        above, below = wide[row_of[y]], wide[min(row_of[y] + 1, last)]
        threshold = dither[y % 8]
        line = luma[y]
        for x in range(width):
            value = np.float32(line[x]) + above[x] + share * (below[x] - above[x]) + threshold[x]
            line[x] = np.uint8(np.int32(min(max(value, np.float32(16.0)), np.float32(235.9))))


@njit(nogil=True, cache=True, error_model="numpy", fastmath=_FASTMATH)
def embed(luma, width, height, grid, marks, work, still, held):
    """Mark one frame in place.

    Args:
        luma: (height, ≥ width) uint8, limited range.
        width, height: of the picture, pixels.
        grid: (rows_at, columns_at, row_of, row_share, column_of, column_share, dither) of `Grid`.
        marks: (pilot, signs, bits): (64, 64) arrays.
        work: buffers of `Work`.
        still: nothing moves, so that a strong mark costs no bits.
        held: (R, C) share of the strength that each cell may have, [0, 1].
    """
    rows_at, columns_at, row_of, row_share, column_of, column_share, dither = grid
    pilot, signs, bits = marks
    mean, texture, gain, level, residual, a, b, change = work[:8]
    wide, pilot_weight, weight, host, push, sums, squares = work[8:]
    _cells(luma, width, height, rows_at, columns_at, mean, texture, sums, squares)
    fine = _strength(mean, texture, a, b, gain)
    _cap(gain, a[0])
    for r in range(gain.shape[0]):
        for c in range(gain.shape[1]):
            gain[r, c] *= held[r, c]
    _residual(mean, a, b, change, residual, level)
    if not still:
        _calm(texture, a, b)
        needed = np.float32(ENOUGH_MIDDLE) * np.float32(host.size)
        needed *= _noise(residual, signs, bits, host, _middle(gain))
        _spare(gain, level, b, fine, needed)
    _ease(residual, level, gain, signs, bits, host, a, 1.0 if still else LOWEST)
    _weights(residual, level, gain, pilot, bits, _PILOT, host, push, pilot_weight)
    _weights(residual, level, gain, signs, bits, _DATA, host, push, weight)
    _change(gain, pilot, signs, bits, pilot_weight, weight, change)
    _widened(change, column_of, column_share, width, wide)
    _add(luma, width, height, row_of, row_share, wide, dither)
