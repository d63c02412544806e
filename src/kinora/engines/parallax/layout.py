"""How a `TextureSet` is laid out in memory: what texture_set.py packs and the kernels read.

Kept apart from the kernels so that packing doesn't import numba.
"""

from __future__ import annotations

BLOCK = 8
CELL = 16  # texels per side of the cells that know the least and greatest alpha within

# Columns of the integer table, one row per layer.
(
    T_LUMA,
    T_WIDTH,
    T_HEIGHT,
    T_ALPHA,
    T_U,
    T_V,
    T_CALPHA,
    T_CWIDTH,
    T_CHEIGHT,
    T_DISPARITY,
    T_DWIDTH,
    T_DHEIGHT,
    T_CELLS,
    T_CELL_WIDTH,
    T_CELL_HEIGHT,
) = range(15)
TABLE_COLUMNS = 15

HIDDEN, MIXED, OPAQUE = 0, 1, 2
