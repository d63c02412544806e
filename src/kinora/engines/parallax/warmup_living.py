"""Makes the kernels ready that only some clips need: for what moves by itself, and for the air.

Each is called once for nothing at all, with arguments of the types that frames bring; so they
compile while the frame loop's own are still being compiled elsewhere.
"""

from __future__ import annotations

import numpy as np

from kinora.engines.parallax import _air_kernels as air
from kinora.engines.parallax import _kernels as k
from kinora.engines.parallax import _living_kernels as moving
from kinora.engines.parallax import layout
from kinora.types.air import SPRITE_COLUMNS

_f32 = np.float32


def warm_up_moving() -> None:
    """Load, or compile, what bends layers and draws surfaces."""
    field = np.zeros((1, 2, 2, 2), _f32)
    nodes, mix = np.zeros((1, 2, 2, 2), _f32), np.zeros((5, 2, 2), _f32)
    shown, to_grid = np.zeros((1, 1), np.uint8), np.zeros((1, 4))
    window = np.array([1.0, 0.0, 1.0, 0.0])
    moving.bend(nodes, to_grid, to_grid[:, :2].copy(), field[0], window)
    moving.spread(
        nodes[0],
        shown,
        to_grid[0],
        to_grid[0, :2],
        field,
        np.ones((1, 2, 2), _f32),
        np.zeros((4, 2, 2), _f32),
        np.ones((2, 2, 2), _f32),
        _f32(0.0),
        np.zeros(4, _f32),
        np.zeros((1, 2, 2), _f32),
        np.ones((1, 2, 2), _f32),
        nodes,
        mix,
    )
    plane = np.zeros((0, 8), np.uint8)
    rows = np.zeros((1, layout.TABLE_COLUMNS), np.int64)
    quads = np.zeros(1, np.uint32)
    moving.flow(quads, rows, nodes, mix, shown, k.row_scratch(1), plane, plane, plane)


def warm_up_air() -> None:
    """Load, or compile, what tells depth apart, draws particles and veils frames."""
    rows = np.zeros((1, layout.TABLE_COLUMNS), np.int64)
    nodes, flags = np.zeros((1, 2, 1, 2), _f32), np.zeros((1, 0, 1), np.uint8)
    behind, plane = np.zeros((0, 4), _f32), np.zeros((0, 8), np.uint8)
    at_nodes, quads = np.zeros((1, 1, 2), _f32), np.zeros(1, np.uint32)
    air.depth(quads, rows, nodes, flags, at_nodes, k.row_scratch(1), behind)
    air.draw(np.zeros((0, SPRITE_COLUMNS), _f32), behind, 0, 0, plane, plane, plane)
    fields, three = np.zeros((8, 1, 2), _f32), np.zeros(3, _f32)
    levels, noise = np.arange(4, dtype=_f32), np.zeros((64, 8), _f32)
    air.veil(fields, levels, three, behind, noise, 0, 0, plane, plane, plane)
