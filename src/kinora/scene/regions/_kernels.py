"""Compiled loops of finding regions; tests compare each with a slow reference."""

from __future__ import annotations

from typing import Any

import numpy as np

from kinora.jit import HELPER, KERNEL, njit

_f = np.float32

# Values are finite, but for paths that aren't found yet.
_fast: dict[str, Any] = {"fastmath": {"contract", "nnan", "nsz"}}


@njit(**KERNEL, **_fast)
def products(colours):
    """Products of red, green and blue (h, w, 3) float32: rr, rg, rb and gg, gb, bb."""
    with_red, others = np.empty_like(colours), np.empty_like(colours)
    for y in range(colours.shape[0]):
        for x in range(colours.shape[1]):
            r, g, b = colours[y, x, 0], colours[y, x, 1], colours[y, x, 2]
            with_red[y, x, 0], with_red[y, x, 1], with_red[y, x, 2] = r * r, r * g, r * b
            others[y, x, 0], others[y, x, 1], others[y, x, 2] = g * g, g * b, b * b
    return with_red, others


@njit(**KERNEL, **_fast)
def invert(with_red, others, means, noise):
    """Covariances of red, green and blue, inverted in place.

    Args:
        with_red, others: (h, w, 3) float32, means of products, in the order of `products`; become
            the inverse's entries in the same order.
        means: (h, w, 3) float32.
        noise: added to the variances.
    """
    for y in range(means.shape[0]):
        for x in range(means.shape[1]):
            r, g, b = means[y, x, 0], means[y, x, 1], means[y, x, 2]
            rr, gg, bb = (
                with_red[y, x, 0] - r * r + noise,
                others[y, x, 0] - g * g + noise,
                others[y, x, 2] - b * b + noise,
            )
            rg, rb = with_red[y, x, 1] - r * g, with_red[y, x, 2] - r * b
            gb = others[y, x, 1] - g * b
            # By the adjugate.
            one, two, three = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
            scale = _f(1.0) / (rr * one + rg * two + rb * three)
            with_red[y, x, 0] = one * scale
            with_red[y, x, 1] = two * scale
            with_red[y, x, 2] = three * scale
            others[y, x, 0] = (rr * bb - rb * rb) * scale
            others[y, x, 1] = (rb * rg - rr * gb) * scale
            others[y, x, 2] = (rr * gg - rg * rg) * scale


@njit(**KERNEL, **_fast)
def times(colours, values, top, left):
    """A part of a mask times red, green and blue, and itself: (h, w, 4) float32.

    Args:
        colours: (H, W, 3) float32.
        values: (h, w) float32, the part of the mask.
        top, left: where it begins.
    """
    found = np.empty((*values.shape, 4), np.float32)
    for y in range(values.shape[0]):
        for x in range(values.shape[1]):
            value = values[y, x]
            for k in range(3):
                found[y, x, k] = value * colours[top + y, left + x, k]
            found[y, x, 3] = value
    return found


@njit(**KERNEL, **_fast)
def weigh(boxed, means, with_red, others, top, left):
    """What the guided filter makes of a part of a mask, in place.

    Args:
        boxed: (h, w, 4) float32, means of the mask times red, green and blue, and of the mask;
            becomes its slopes along these, per level of 255, and its offset.
        means, with_red, others: (H, W, 3) float32, as of `invert`.
        top, left: where the part begins.
    """
    level = _f(1.0 / 255.0)
    for y in range(boxed.shape[0]):
        for x in range(boxed.shape[1]):
            v, u = top + y, left + x
            mean = boxed[y, x, 3]
            r = boxed[y, x, 0] - means[v, u, 0] * mean
            g = boxed[y, x, 1] - means[v, u, 1] * mean
            b = boxed[y, x, 2] - means[v, u, 2] * mean
            along_r = with_red[v, u, 0] * r + with_red[v, u, 1] * g + with_red[v, u, 2] * b
            along_g = with_red[v, u, 1] * r + others[v, u, 0] * g + others[v, u, 1] * b
            along_b = with_red[v, u, 2] * r + others[v, u, 1] * g + others[v, u, 2] * b
            boxed[y, x, 0] = along_r * level
            boxed[y, x, 1] = along_g * level
            boxed[y, x, 2] = along_b * level
            mean -= along_r * means[v, u, 0] + along_g * means[v, u, 1]
            boxed[y, x, 3] = mean - along_b * means[v, u, 2]


@njit(**KERNEL, **_fast)
def draw(planes, rgb, down, across, starts, mask, box):
    """Enlarge slopes and offset bilinearly and apply them to a picture.

    Args:
        planes: (h, w, 4) float32, slopes along red, green and blue, and offset.
        rgb: (H, W, 3) uint8.
        down, across: (H,), (W,) float32, where rows and columns lie among those of the planes.
        starts: (max(w, 2),) int64, first column of each cell between two of these; last of all W.
        mask: (H, W) float32, written, in [0, 1].
        box: (4,) int64: x0, y0, x1, y1 (half-open) about what is above one half; widened.
    """
    h, w = planes.shape[:2]
    line = np.empty(4 * w, np.float32)
    cells = len(starts) - 1
    for y in range(len(down)):
        r = min(int(down[y]), max(h - 2, 0))
        here, there = planes[r].reshape(-1), planes[min(r + 1, h - 1)].reshape(-1)
        for k in range(4 * w):
            line[k] = here[k] + (down[y] - _f(r)) * (there[k] - here[k])
        c = 0
        while c < cells:
            end = c
            if _plain(line, c):
                while (
                    end < w - 1 and line[4 * end + 7] == line[4 * c + 3] and _plain(line, end + 1)
                ):
                    end += 1
            if end > c:
                value = min(max(line[4 * c + 3], _f(0.0)), _f(1.0))
                for x in range(starts[c], starts[end]):
                    mask[y, x] = value
                if value > _f(0.5):
                    _include(box, y, starts[c], starts[end])
                c = end
            else:
                _apply(line, c, min(c + 1, w - 1), rgb, across, starts, mask, y, box)
                c += 1


@njit(**HELPER, **_fast)
def _plain(line, c):
    """Whether the picture has no say at a place."""
    return line[4 * c] == 0 and line[4 * c + 1] == 0 and line[4 * c + 2] == 0


@njit(**HELPER, **_fast)
def _apply(line, c, d, rgb, across, starts, mask, y, box):
    """A row's columns between two places."""
    r, g, b, o = line[4 * c], line[4 * c + 1], line[4 * c + 2], line[4 * c + 3]
    to_r, to_g = line[4 * d] - r, line[4 * d + 1] - g
    to_b, to_o = line[4 * d + 2] - b, line[4 * d + 3] - o
    for x in range(starts[c], starts[c + 1]):
        s = across[x] - _f(c)
        value = (o + s * to_o) + (r + s * to_r) * rgb[y, x, 0]
        value += (g + s * to_g) * rgb[y, x, 1] + (b + s * to_b) * rgb[y, x, 2]
        mask[y, x] = min(max(value, _f(0.0)), _f(1.0))
        if value > _f(0.5):
            _include(box, y, x, x + 1)


@njit(**HELPER, **_fast)
def _include(box, y, start, stop):
    """Widen the box by some of a row's columns."""
    box[0], box[2] = min(box[0], start), max(box[2], stop)
    box[1], box[3] = min(box[1], y), max(box[3], y + 1)


# Columns that are worked on at a time, so that they stay near the processor.
_COLUMNS = 64


@njit(**KERNEL, **_fast)
def settle(paths, to, by, steps, far, settled):
    """Shorten paths by going to a cell by way of another, over and over, in place.

    Args:
        paths: (n, n) float32, lengths of paths between all cells so far.
        to, by: (k,) int32, pairs of neighbours, in the order in which they are gone through.
        steps: (k,) float32, what it costs to go from one to the other.
        far: what is farther counts for nothing.
        settled: it ends once nothing that counts gets shorter by more.
    """
    count = len(paths)
    some = np.zeros((count, _COLUMNS), np.float32)
    shorter = True
    while shorter:
        shorter = False
        for first in range(0, count, _COLUMNS):
            width = min(_COLUMNS, count - first)
            for y in range(count):
                for x in range(width):
                    some[y, x] = paths[y, first + x]
            _sweep(some, to, by, steps)
            for y in range(count):
                for x in range(width):
                    was, now = min(paths[y, first + x], far), some[y, x]
                    shorter = shorter or min(now, far) + settled < was
                    paths[y, first + x] = now


@njit(**HELPER, **_fast)
def _sweep(some, to, by, steps):
    """Go through all pairs once."""
    for k in range(len(steps)):
        here, there, step = np.uint32(to[k]), np.uint32(by[k]), steps[k]
        for x in range(_COLUMNS):
            some[here, x] = min(some[here, x], some[there, x] + step)
