"""Kernels that see where each layer lies in a frame, before any of it is sampled.

Buffers and blocks are those of `_kernels`.
"""

from __future__ import annotations

import numpy as np

from kinora.engines.parallax.jit import helper, kernel
from kinora.engines.parallax.layout import (
    BLOCK,
    CELL,
    CELL_BITS,
    HIDDEN,
    MIXED,
    OPAQUE,
    T_CELL_HEIGHT,
    T_CELL_WIDTH,
    T_CELLS,
    T_DHEIGHT,
    T_DISPARITY,
    T_DWIDTH,
    T_SURFACE,
    T_X,
    T_Y,
)

SOLVER_STEPS = 8  # at most; smooth layers settle in two or three
SOLVED = 5e-6  # change of a source point in focal lengths (under a hundredth of a pixel)

_i32 = np.int32
_f32 = np.float32
# Loop bounds are unsigned: a signed index may be negative, and the test for it kills SIMD.
_index = np.uint64
# Literal numbers would have helpers compiled again, for these numbers only.
_ACROSS, _DOWN = np.int64(0), np.int64(1)


@helper
def _disparity_at(disparity, base, width, height, x, y):
    """Sample a layer's disparity grid at fractional grid indices, clamped to its edges."""
    last_x = width - 1.0
    last_y = height - 1.0
    x = min(max(x, 0.0), last_x)
    y = min(max(y, 0.0), last_y)
    column = np.int64(x)  # one instruction; to unsigned it would take several
    row = np.int64(y)
    fx = x - column
    fy = y - row
    # Beyond the last sample the weight is 0, so the sample itself serves as its neighbour.
    right = _index(1 if x < last_x else 0)
    below = _index(width if y < last_y else 0)
    at = _index(base + row * width + column)
    top = disparity[at] * (1.0 - fx) + disparity[at + right] * fx
    bottom = disparity[at + below] * (1.0 - fx) + disparity[at + below + right] * fx
    return top * (1.0 - fy) + bottom * fy


@kernel
def solve_nodes(disparity, table, affine, ray, centre, above, nodes):
    """Backward warp at the block corners, for every layer.

    For an output node with ray (a, 1) in photo-camera axes and a camera centre C, the source point
    on a surface of disparity D is s = a·(1 − C_z·D) + C_xy·D; D depends on s, hence a fixed point,
    sought from the D of the node above: so that a processor can work on several nodes of a row.
    A moving surface lies as the layer right below it does.

    Args:
        disparity: flat float32 buffer of all layers' disparity grids.
        table: (L, 18) int64.
        affine: (L, 8) float64: x and y texel index = s·[0,2] + [1,3], grid index = s·[4,6] + [5,7].
        ray: (9,) float64, row-major: output node (x, y, 1) in pixels → ray in photo-camera axes.
        centre: (3,) float64 camera centre C in the world.
        above: scratch, (columns,) float64.
        nodes: (L, 2, rows, columns) float32, written: texel x and y indices.
    """
    layers, _, rows, columns = nodes.shape
    cx, cy, cz = centre[0], centre[1], centre[2]
    steps = 0 if cx == 0.0 and cy == 0.0 and cz == 0.0 else SOLVER_STEPS
    for layer in range(layers):
        if table[layer, T_SURFACE] >= 0:
            # Not ``nodes[layer] = …``: checking shapes would take seconds to compile.
            for axis in range(2):
                for row in range(rows):
                    for column in range(columns):
                        nodes[layer, axis, row, column] = nodes[layer - 1, axis, row, column]
            continue
        base = table[layer, T_DISPARITY]
        width = table[layer, T_DWIDTH]
        height = table[layer, T_DHEIGHT]
        grid = affine[layer]
        above[:] = 0.0
        for row in range(_index(rows)):
            y = float(np.int64(row) * BLOCK)
            for column in range(_index(columns)):
                x = float(np.int64(column) * BLOCK)
                depth = 1.0 / (ray[6] * x + ray[7] * y + ray[8])
                ax = (ray[0] * x + ray[1] * y + ray[2]) * depth
                ay = (ray[3] * x + ray[4] * y + ray[5]) * depth
                d = above[column]
                sx = ax + (cx - ax * cz) * d
                sy = ay + (cy - ay * cz) * d
                for _ in range(steps):
                    gx = sx * grid[4] + grid[5]
                    gy = sy * grid[6] + grid[7]
                    d = _disparity_at(disparity, base, width, height, gx, gy)
                    moved = sx
                    drawn = sy
                    sx = ax + (cx - ax * cz) * d
                    sy = ay + (cy - ay * cz) * d
                    if abs(sx - moved) < SOLVED and abs(sy - drawn) < SOLVED:
                        break
                above[column] = d
                nodes[layer, 0, row, column] = sx * grid[0] + grid[1]
                nodes[layer, 1, row, column] = sy * grid[2] + grid[3]


@helper
def _extent(nodes, layer, axis, row, column):
    """Least and greatest texel index at the corners of a block."""
    below, right = row + _index(1), column + _index(1)
    a = nodes[layer, axis, row, column]
    b = nodes[layer, axis, row, right]
    c = nodes[layer, axis, below, column]
    d = nodes[layer, axis, below, right]
    return min(min(a, b), min(c, d)), max(max(a, b), max(c, d))


@helper
def _cell(texel):
    """The cell that a texel index lies in."""
    return _i32(_i32(texel) >> _i32(CELL_BITS))


@kernel
def classify(cells, table, nodes, flags):
    """Per layer and block: hidden, mixed or opaque, from the least and greatest alpha per cell.

    What an opaque layer covers is hidden, too.

    Args:
        cells: flat uint8 buffer, (least, greatest) alpha per cell.
        table: (L, 18) int64.
        nodes: (L, 2, rows, columns) float32 from `solve_nodes`.
        flags: (L, rows − 1, columns − 1) uint8, written.
    """
    layers, rows, columns = flags.shape
    covered = np.zeros((rows, columns), np.uint8)
    for layer in range(layers - 1, -1, -1):
        whole = table[layer, T_CELLS] < 0
        base = table[layer, T_CELLS]
        wide = table[layer, T_CELL_WIDTH]
        high = table[layer, T_CELL_HEIGHT]
        left = _i32(table[layer, T_X] // CELL)
        top = _i32(table[layer, T_Y] // CELL)
        for row in range(_index(rows)):
            for column in range(_index(columns)):
                if whole:
                    flags[layer, row, column] = OPAQUE
                    covered[row, column] = 1
                    continue
                if covered[row, column]:
                    flags[layer, row, column] = HIDDEN
                    continue
                x0, x1 = _extent(nodes, layer, _ACROSS, row, column)
                y0, y1 = _extent(nodes, layer, _DOWN, row, column)
                # Chroma reaches one texel to the left and two to the right of the luma sample.
                cx0 = min(max(_cell(x0 - _f32(2.0)) - left, 0), wide - 1)
                cx1 = min(max(_cell(x1 + _f32(3.0)) - left, 0), wide - 1)
                cy0 = min(max(_cell(y0 - _f32(2.0)) - top, 0), high - 1)
                cy1 = min(max(_cell(y1 + _f32(3.0)) - top, 0), high - 1)
                least = 255
                greatest = 0
                for cy in range(cy0, cy1 + 1):
                    for cx in range(cx0, cx1 + 1):
                        at = _index(base + 2 * (cy * wide + cx))
                        least = min(least, int(cells[at]))
                        greatest = max(greatest, int(cells[at + _index(1)]))
                if greatest == 0:
                    flags[layer, row, column] = HIDDEN
                elif least == 255:
                    flags[layer, row, column] = OPAQUE
                    covered[row, column] = 1
                else:
                    flags[layer, row, column] = MIXED
