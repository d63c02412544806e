"""Products and linear equations of some hundred rows, without waking further threads.

The library behind numpy shares products out among threads that wait for each other in a loop. For
some hundred rows that gains nothing, and takes many times as long where the other processor is
busy. It leaves products of small blocks to the calling thread.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kinora.types.scene import F32

F64 = NDArray[np.float64]

# Rows and columns of a block, and multiplications that are left to the calling thread.
_BLOCK, _FEW = 48, 200_000


def product(one: F32, other: F32) -> F32:
    """``one`` (n, k) times ``other`` (k, m): (n, m)."""
    found = np.empty((one.shape[0], other.shape[1]), np.float32)
    step = max(_FEW // other.size, 1)
    for first in range(0, len(one), step):
        found[first : first + step] = one[first : first + step] @ other
    return found


def solve_definite(matrix: F64, right: F64) -> F64:
    """x with ``matrix`` x = ``right``, by Cholesky's decomposition in blocks.

    Args:
        matrix: (n, n), symmetric and positive definite; only its lower half is read.
        right: (n,).

    Raises:
        numpy.linalg.LinAlgError: the matrix isn't positive definite.
    """
    lower, solution = matrix.copy(), right.astype(np.float64)
    count = len(right)
    blocks = [slice(first, min(first + _BLOCK, count)) for first in range(0, count, _BLOCK)]
    inverses = []
    for number, own in enumerate(blocks):
        rest = blocks[number + 1 :]
        inverse = np.linalg.inv(np.linalg.cholesky(lower[own, own]))
        inverses.append(inverse)
        solution[own] = inverse @ solution[own]
        for row in rest:
            lower[row, own] = lower[row, own] @ inverse.T
            solution[row] -= lower[row, own] @ solution[own]
        _take_off(lower, own, rest)
    for number in reversed(range(len(blocks))):
        own = blocks[number]
        for row in blocks[number + 1 :]:
            solution[own] -= lower[row, own].T @ solution[row]
        solution[own] = inverses[number].T @ solution[own]
    return solution


def _take_off(lower: F64, own: slice, rest: list[slice]) -> None:
    """What the columns of a block explain of those that follow, in place."""
    for number, row in enumerate(rest):
        for column in rest[: number + 1]:
            lower[row, column] -= lower[row, own] @ lower[column, own].T
