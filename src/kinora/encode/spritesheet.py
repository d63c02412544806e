"""The sprite sheet of a clip: evenly spaced frames in a JPEG grid, for scrubbing.

The grid has `COLUMNS` × `ROWS` cells of one size, read like text: left to right, top to bottom.
Cell k of n shows the frame at (k + ½)/n of the clip, or one a few frames later (see stills.py). A
clip with fewer frames than cells fills the first cells only; the rest of the grid is black.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

U8 = NDArray[np.uint8]

COLUMNS: Final = 5
ROWS: Final = 4
#: Longer side of a cell, pixels.
CELL_SIDE: Final = 320
_QUALITY: Final = 80  # JPEG, 0–95


def spritesheet_indices(frame_count: int) -> list[int]:
    """Frame numbers of the cells, ascending, without repeats."""
    cells = min(frame_count, COLUMNS * ROWS)
    return [(2 * k + 1) * frame_count // (2 * cells) for k in range(cells)]


def encode_spritesheet(cells: Sequence[U8]) -> bytes:
    """``cells``, each (h, w, 3) uint8 sRGB of one size, 1 to 20 of them, as one JPEG."""
    height, width = cells[0].shape[:2]
    sheet = np.zeros((ROWS * height, COLUMNS * width, 3), np.uint8)
    for index, cell in enumerate(cells):
        row, column = divmod(index, COLUMNS)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = cell
    out = io.BytesIO()
    Image.fromarray(sheet).save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
