"""The compiled loop of searching a picture with a cascade; a test compares it with OpenCV's.

No fast arithmetic: windows are to pass where they do with OpenCV, which rounds each step.
"""

from __future__ import annotations

import numpy as np

from kinora.jit import HELPER, KERNEL, njit

_f, _u = np.float32, np.uint64


@njit(**KERNEL)
def search_level(sums, squares, stride, corners, trees, step, most, skips, wanted, found):
    """How many windows of one level pass a cascade's first stages.

    Args:
        sums, squares: integrals of a grey picture and of its squares, flat, int32.
        stride: of their rows.
        corners: (nodes + 1, 12) uint32, offsets of the corners of each node's three rectangles;
            the last ones' first four: of the part of a window whose contrast counts.
        trees: `Trees` of the cascade.
        step: from window to window.
        most: stages that must be passed.
        skips: whether the window after one that fails at once is left out, as OpenCV does.
        wanted: (rows, columns) uint8, windows to look at.
        found: (as many as are wanted, 2) int32, columns and rows of those that pass; written.
    """
    count = 0
    side = corners[-1, 3] - corners[-1, 2]
    area = float(side) * float(side)
    for y in range(0, wanted.shape[0], step):
        x = 0
        while x < wanted.shape[1]:
            passed = 1
            if wanted[y, x]:
                at = _u(y * stride + x)
                passed = _passed(sums, squares, at, area, corners, trees, most)
                if passed >= most:
                    found[count, 0], found[count, 1] = x, y
                    count += 1
            x += 2 * step if skips and passed == 0 else step
    return count


@njit(**HELPER)
def _passed(sums, squares, at, area, corners, trees, most):
    """Stages that a window passes, ``most`` at the most; -1 where it is plain."""
    weights, follows, bounds, leaves, roots, firsts, limits = trees
    last = len(weights)
    total = float(_sum(sums, at, corners, last, 0))
    spread = area * float(_sum(squares, at, corners, last, 0)) - total * total
    norm = _f(1.0 / np.sqrt(spread)) if spread > 0.0 else _f(np.inf)
    if not area * norm < 0.1:
        return -1
    tree = _u(0)
    for stage in range(most):
        reached = 0.0
        while tree < firsts[stage + 1]:
            node = roots[tree]
            while node >= 0:
                n = _u(node)
                value = weights[n, 0] * _f(_sum(sums, at, corners, n, 0))
                value += weights[n, 1] * _f(_sum(sums, at, corners, n, 4))
                if weights[n, 2] != 0:
                    value += weights[n, 2] * _f(_sum(sums, at, corners, n, 8))
                node = follows[n, 0 if value * norm < bounds[n] else 1]
            reached += leaves[_u(-1 - node)]
            tree += _u(1)
        if reached < limits[stage]:
            return stage
    return most


@njit(**HELPER)
def _sum(sums, at, corners, node, k):
    """Sum within a rectangle, from an integral that may have wrapped; it fits, so it wraps back."""
    one, two = sums[at + corners[node, k]], sums[at + corners[node, k + 1]]
    three, four = sums[at + corners[node, k + 2]], sums[at + corners[node, k + 3]]
    return np.int32(one - two - three + four)  # numba adds in 64 bits
