"""Compiled loops of completion; tests compare each with a slow reference.

Sums are taken in one order, without shortcuts of the compiler's: results don't hang on the machine.
"""

from __future__ import annotations

import numpy as np

from kinora.jit import HELPER, KERNEL, njit

_f = np.float32
_u = np.uint64  # of indices that are never negative, else each is asked


@njit(**KERNEL)
def describe(luma, picture, around, guide, looks):
    """Write what a patch looks like at each pixel.

    Args:
        luma: (h + 6, w + 6) float32, smoothed and padded.
        picture: (h, w, 3) float32.
        around: (h, w, 3) float32, means of the patch.
        guide: (h, w) float32.
        looks: (h · w, 16) float32, written: nine of the luma three pixels apart, then the others.
    """
    height, width = guide.shape
    for y in range(height):
        for x in range(width):
            p = _u(y * width + x)
            for k in range(9):
                looks[p, k] = luma[_u(y + 3 * (k // 3)), _u(x + 3 * (k % 3))]
            for k in range(3):
                looks[p, 9 + k] = picture[y, x, k]
                looks[p, 12 + k] = around[y, x, k]
            looks[p, 15] = guide[y, x]


@njit(**KERNEL)
def improve(sources, costs, home, slots, centres, looks, crowding, jitter, far):
    """Try the sources of neighbours, shifted along, then random ones; in place.

    All pixels try at once: none sees what another takes in the same turn.

    Args:
        sources: (2, n) int32, rows and columns of the source of each pixel to fill.
        costs: (n,) float32, written.
        home: (2, n) int32, rows and columns of the pixels to fill.
        slots: (h + 2p, w + 2p) int32, the number of each pixel to fill, else -1.
        centres: (h, w) bool, where sources may be.
        looks: (h · w, 16) float32, what patches look like.
        crowding: (h, w) float32, the price of each source, or (0, 0).
        jitter: (k, 2, n) int32, by how much random ones are off, from those found by then.
        far: price of a source's distance, per squared pixel.
    """
    height, width = centres.shape
    pad = (slots.shape[0] - height) // 2
    fresh = np.empty_like(sources)
    for turn in range(9 + len(jitter)):
        if 0 < turn < 9:
            _ask_neighbours(turn, sources, fresh, home, slots, pad)
        for i in range(len(costs)):
            y, x = sources[0, i], sources[1, i]
            if turn > 8:
                y, x = y + jitter[turn - 9, 0, i], x + jitter[turn - 9, 1, i]
            elif turn:
                y, x = fresh[0, i], fresh[1, i]
            if y < 0 or y >= height or x < 0 or x >= width:
                continue
            if turn and not centres[_u(y), _u(x)]:
                continue
            row, column = home[0, i], home[1, i]
            p, q = _u(y) * _u(width) + _u(x), _u(row) * _u(width) + _u(column)
            away = (y - row) * (y - row) + (x - column) * (x - column)
            cost = np.float64(_distance(looks, p, q)) + away * far
            if crowding.size:
                cost += crowding[_u(y), _u(x)]
            if not turn or _f(cost) < costs[i]:
                sources[0, i], sources[1, i], costs[i] = y, x, _f(cost)


@njit(**HELPER)
def _ask_neighbours(turn, sources, fresh, home, slots, pad):
    """The source that each pixel has from a neighbour; -1 where that is none or not new."""
    jump = pad if turn < 5 else 1
    sign = jump if turn % 4 == 1 or turn % 4 == 2 else -jump
    down, across = (0, sign) if turn % 2 else (sign, 0)
    for i in range(fresh.shape[1]):
        slot = slots[_u(home[0, i] + pad + down), _u(home[1, i] + pad + across)]
        fresh[0, i] = -1
        if slot >= 0:
            y, x = sources[0, slot] - down, sources[1, slot] - across
            if y != sources[0, i] or x != sources[1, i]:
                fresh[0, i], fresh[1, i] = y, x


@njit(**HELPER)
def _distance(looks, p, q):
    """Squared distance of two looks."""
    one, two, three, four = _f(0.0), _f(0.0), _f(0.0), _f(0.0)
    for part in range(4):
        k = _u(12 - 4 * part)
        a, b = looks[p, k] - looks[q, k], looks[p, k + _u(1)] - looks[q, k + _u(1)]
        c, d = looks[p, k + _u(2)] - looks[q, k + _u(2)], looks[p, k + _u(3)] - looks[q, k + _u(3)]
        one, two, three, four = one + a * a, two + b * b, three + c * c, four + d * d
    return (one + two) + (three + four)


@njit(**KERNEL)
def vote(picture, sources, trust, home, slots, spread, values):
    """Weighted means of what the patches over each pixel propose.

    Args:
        picture: (h, w, 3) float32.
        sources: (2, n) int32, rows and columns of the source of each pixel to fill.
        trust: (n,) float32.
        home: (2, n) int32, rows and columns of the pixels to fill.
        slots: (h + 2p, w + 2p) int32, the number of each pixel to fill, else -1.
        spread: how many pixels apart the patches are, up to p.
        values: (n, 3) float32, written.
    """
    height, width = picture.shape[:2]
    pad = (slots.shape[0] - height) // 2
    for i in range(len(trust)):
        red, green, blue, total = _f(0.0), _f(0.0), _f(0.0), _f(0.0)
        for k in range(9):
            down, across = spread * (k // 3 - 1), spread * (k % 3 - 1)
            slot = slots[_u(home[0, i] + pad + down), _u(home[1, i] + pad + across)]
            if slot < 0:
                continue
            y, x = sources[0, slot] - down, sources[1, slot] - across
            if 0 <= y < height and 0 <= x < width:
                weight = trust[slot]
                red += weight * picture[_u(y), _u(x), 0]
                green += weight * picture[_u(y), _u(x), 1]
                blue += weight * picture[_u(y), _u(x), 2]
                total += weight
        total = max(total, _f(1e-20))
        values[i, 0], values[i, 1], values[i, 2] = red / total, green / total, blue / total


@njit(**KERNEL)
def transfer(result, picture, base, hole, shift_y, shift_x, columns, first, last):
    """Fill rows of a picture: what is smooth, and the fine detail of each place's source.

    Args:
        result: (H, W, 3) uint8, written in the hole.
        picture: (H, W, 3) uint8.
        base: (H, W, 3) uint8, what is smooth.
        hole: (H, W) bool; sources in it have no detail.
        shift_y, shift_x: (h, w) int32, rows and columns to the source.
        columns: (W,) int64, of these shifts for each of the picture.
        first, last: rows to fill, half-open.
    """
    height, width = hole.shape
    for y in range(first, last):
        row = _u(y * len(shift_y) // height)
        for x in range(width):
            if not hole[y, x]:
                continue
            u = _u(min(max(y + shift_y[row, _u(columns[x])], 0), height - 1))
            v = _u(min(max(x + shift_x[row, _u(columns[x])], 0), width - 1))
            for k in range(3):
                value = np.int32(base[y, x, k])
                if not hole[u, v]:
                    value += np.int32(picture[u, v, k]) - np.int32(base[u, v, k])
                result[y, x, k] = min(max(value, 0), 255)
