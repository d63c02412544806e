"""Mark the frames of a clip while they are rendered."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kinora.provenance.watermark.pattern import CELLS_ACROSS, SHARES, SIDE, pattern_of
from kinora.provenance.watermark.payload import CODED_BITS, coded
from kinora.types.geometry import Size
from kinora.types.rendition import FrameSource, YuvPlanes

F32 = NDArray[np.float32]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]

#: Thresholds of ordered dithering (Bayer, 8 × 8), `PARTS`: fractions of a luma step survive on flat
#: ground.
_BAYER: Final = (
    (0, 32, 8, 40, 2, 34, 10, 42),
    (48, 16, 56, 24, 50, 18, 58, 26),
    (12, 44, 4, 36, 14, 46, 6, 38),
    (60, 28, 52, 20, 62, 30, 54, 22),
    (3, 35, 11, 43, 1, 33, 9, 41),
    (51, 19, 59, 27, 49, 17, 57, 25),
    (15, 47, 7, 39, 13, 45, 5, 37),
    (63, 31, 55, 23, 61, 29, 53, 21),
)

#: Strength of the mark where something faint drifts under it, share of the usual one. Small skies
#: get less, down to the least, while the whole mark gives up no more than a share of its power.
_HELD, _LEAST_HELD, _GIVEN_UP = 0.45, 0.2, 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Where the cells of a frame lie."""

    rows_at: I32  # (R + 1,) first row of pixels of each row of cells, then the height
    columns_at: I32  # (C + 1,)
    even: int  # columns of pixels of each cell where all have as many, an even number; else 0
    row_of: I32  # (H,) the row of cells whose centre lies at or above a row of pixels
    row_share: I16  # (H,) how far towards the next one, `SHARES`
    column_of: I32  # (W,)
    column_share: I16  # (W,)
    dither: I16  # (8, W) in [0, `PARTS`)

    def arrays(self) -> tuple[Any, ...]:
        """As the kernel takes them."""
        return (
            self.rows_at, self.columns_at, self.even, self.row_of, self.row_share,
            self.column_of, self.column_share, self.dither,
        )  # fmt: skip


@lru_cache(maxsize=8)
def grid_of(size: Size) -> Grid:
    """The grid of frames of this size: cells of 1/90 of the shorter side, from the corner on.

    A cell has a pixel at least: marks of frames that are smaller than 90 pixels aren't read.
    """
    cell = max(1.0, min(size.width, size.height) / CELLS_ACROSS)
    rows_at, row_of, row_share = _axis(size.height, cell)
    columns_at, column_of, column_share = _axis(size.width, cell)
    dither = np.tile(np.array(_BAYER, np.int16), (1, -(-size.width // 8)))[:, : size.width]
    widths = np.diff(columns_at)
    even = int(widths[0]) if widths.min() == widths.max() and widths[0] % 2 == 0 else 0
    return Grid(
        rows_at=rows_at, columns_at=columns_at, even=even, row_of=row_of, row_share=row_share,
        column_of=column_of, column_share=column_share, dither=np.ascontiguousarray(dither),
    )  # fmt: skip


def _axis(length: int, cell: float) -> tuple[I32, I32, I16]:
    count = int(np.ceil(length / cell - 1e-9))
    edges = np.minimum(np.round(np.arange(count + 1) * cell), length).astype(np.int32)
    if edges[-2] == edges[-1]:
        edges, count = edges[:-1], count - 1
    edges[-1] = length
    at = np.clip((np.arange(length) + 0.5) / cell - 0.5, 0.0, count - 1.0)
    first = np.floor(at).astype(np.int32)
    return edges, first, np.round((at - first) * SHARES).astype(np.int16)


@dataclass(slots=True, eq=False)
class Marker:
    """Writes one clip's mark into frames of one size; may be used from several threads."""

    size: Size
    key: bytes
    clip_id: str
    #: Nothing moves: a mark that stays as it is costs no bits, so it may be as strong as can be.
    still: bool = False
    #: (h, w) over the frame, [0, 1]: where something faint drifts under the mark, which holds back
    #: there, for seen together they would seem slower; None: nowhere.
    drifting: F32 | None = None
    _local: threading.local = field(default_factory=threading.local, init=False, repr=False)
    _marks: tuple[Any, ...] = field(init=False, repr=False)
    _held: F32 = field(init=False, repr=False)

    def __post_init__(self) -> None:
        pattern = pattern_of(self.key)
        signs = pattern.chips * coded(self.clip_id, self.key)[pattern.bits]
        self._marks = (pattern.pilot, signs.astype(np.float32), pattern.bits)
        self._held = held_share(grid_of(self.size), self.drifting)

    def mark(self, luma: NDArray[np.uint8]) -> None:
        """Mark a frame's luma (H, ≥ W) uint8, limited range, in place."""
        from kinora.provenance.watermark import _kernels

        if not hasattr(self._local, "work"):
            self._local.work = _work(grid_of(self.size), self.size.width)
        grid, work = grid_of(self.size).arrays(), self._local.work
        _kernels.embed(luma, self.size.height, grid, self._marks, work, self.still, self._held)


def held_share(grid: Grid, drifting: F32 | None) -> F32:
    """(R, C) share of the usual strength that each cell of a grid may have."""
    shape = len(grid.rows_at) - 1, len(grid.columns_at) - 1
    if drifting is None:
        return np.ones(shape, np.float32)
    import cv2

    cells = cv2.resize(drifting, shape[::-1], interpolation=cv2.INTER_AREA)
    covered = max(float(cells.mean()), 1e-6)
    power = 1.0 - covered + covered * _HELD**2
    there = (power * (1.0 - _GIVEN_UP) - (1.0 - covered)) / covered
    held = max(there, _LEAST_HELD**2) ** 0.5
    return np.asarray(1.0 - np.float32(1.0 - held) * cells, np.float32)


def _work(grid: Grid, width: int) -> tuple[Any, ...]:
    rows, columns = len(grid.rows_at) - 1, len(grid.columns_at) - 1
    cells = [np.empty((rows, columns), np.float32) for _ in range(8)]
    parts = np.empty((rows, columns), np.int16)
    square, ones = np.empty((SIDE, SIDE), np.float32), np.ones((SIDE, SIDE), np.float32)
    bits = [np.empty(CODED_BITS, np.float32) for _ in range(5)]
    sums = [np.empty(width, np.uint32) for _ in range(2)]
    # The first has room for half a cell at both ends.
    lines = [np.empty(width + grid.even, np.int16), *(np.empty(width, np.int16) for _ in range(4))]
    wide = [np.empty(2 * columns, np.float32), np.empty(columns + 4, np.float32)]
    return (*cells, parts, square, ones, *bits, *sums, *wide, *lines)


@dataclass(frozen=True, slots=True, eq=False)
class MarkedFrames:
    """Frames of another source, each with the mark."""

    frames: FrameSource
    marker: Marker

    @property
    def random_access(self) -> bool:
        """As the other source."""
        return self.frames.random_access

    def render(self, index: int, planes: YuvPlanes) -> None:
        """Render a frame and mark it while it is in the processor's cache."""
        self.frames.render(index, planes)
        self.marker.mark(planes.y)
