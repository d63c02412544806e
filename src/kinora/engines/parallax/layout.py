"""How a `TextureSet` is laid out in memory: what texture_set.py packs and the kernels read.

Kept apart from the kernels so that packing doesn't import numba.
"""

from __future__ import annotations

BLOCK = 8
CELL_BITS = 4
CELL = 1 << CELL_BITS  # texels per side of the cells that know the least and greatest alpha within

# Columns of the integer table, one row per layer. Planes may be cut to a window of the layer that
# begins at texel (T_X, T_Y); texel indices are those of the whole layer all the same, so that a
# frame's pixels don't depend on where the window lies. T_LUMA … T_CALPHA say where texel (0, 0) of
# the whole layer would be. T_CELLS is −1 where the layer is opaque throughout: no alpha then.
# T_SURFACE is −1, or which of the moving surfaces the layer is: its colours aren't premultiplied,
# and what is shown of them isn't sampled from its planes but comes with each frame.
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
    T_X,
    T_Y,
    T_SURFACE,
) = range(18)
TABLE_COLUMNS = 18

HIDDEN, MIXED, OPAQUE = 0, 1, 2
