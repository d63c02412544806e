"""`TextureSet`: a scene's layers packed as the kernels read them (see layout.py)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax import layout as k
from kinora.types.geometry import Intrinsics, Size
from kinora.types.living import Flow

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

#: Planes, layers or hosts that are worked on side by side.
WORKERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurfaceTexture:
    """What is known of a moving surface beside its planes."""

    flow: Flow
    tones: F32  # (4, gh, gw) smooth luma, then smoother luma and chroma over the canvas, 0..255
    likeness: F32  # (2, gh, gw) how one copy correlates with the next: fine detail, then coarser
    softening: tuple[float, float, float, float]  # see `_living_kernels.spread`
    evening: F32  # (ages, gh, gw) factors on a copy's fine detail by its age
    still: float  # share of the tone that stays


_NOWHERE = Size(1, 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextureSet:
    """All layers in flat buffers, back to front, and the affine maps into them."""

    quads: NDArray[np.uint32]  # (N,) 2×2 neighbourhoods
    disparity: F32  # (M,) disparity grids of all layers
    cells: U8  # (C,) least and greatest alpha per cell
    table: NDArray[np.int64]  # (L, TABLE_COLUMNS) where each layer's parts lie
    affine: NDArray[np.float64]  # (L, 8) source point (focal lengths) → texel and grid indices
    size: Size  # output frame
    placement: NDArray[np.float64]  # (L, 4) texel index → canvas pixels: · [0, 2] + [1, 3]
    canvas: Size = _NOWHERE  # that coarse fields lie over
    surfaces: tuple[SurfaceTexture, ...] = ()  # what moves; the table says which layer is which

    @property
    def layers(self) -> int:
        """Number of layers."""
        return int(self.table.shape[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on the canvas, scene pixels, half-open."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LayerPlanes:
    """One layer before packing."""

    luma: F32  # (h, w) premultiplied, 0..255
    chroma: F32  # (2, h/2, w/2) premultiplied, 0..255
    alpha: F32 | None  # (h, w) 0..255, None where opaque throughout
    disparity: F32  # (gh, gw) of the whole layer
    box: Box  # the whole layer
    texels: Size  # of the whole layer
    start: tuple[int, int] = (0, 0)  # x, y of the planes' first texel; multiples of CELL
    surface: int = -1  # which moving surface it is: then ``alpha`` is its mask, colours are whole


def pack(planes: Sequence[LayerPlanes], intrinsics: Intrinsics, size: Size) -> TextureSet:
    """Pack layers, back to front, into flat buffers.

    Args:
        planes: the layers.
        intrinsics: of the photo's camera, in pixels of the canvas that the layers' boxes lie on.
        size: output frame.
    """
    quads = np.empty(sum(_texels(plane) for plane in planes), dtype=np.uint32)
    cells: list[U8] = []
    table = np.full((len(planes), k.TABLE_COLUMNS), -1, dtype=np.int64)
    affine = np.empty((len(planes), 8), dtype=np.float64)
    parts: list[tuple[F32, NDArray[np.uint32]]] = []  # planes, and where their quads go
    filled = grid = cell_count = 0

    def put(plane: F32, row: NDArray[np.int64], column: int, start: tuple[int, int]) -> None:
        nonlocal filled
        row[column] = filled - start[1] * plane.shape[1] - start[0]
        parts.append((plane, quads[filled : filled + plane.size]))
        filled += plane.size

    for row, plane, ends in zip(table, planes, affine, strict=True):
        row[k.T_HEIGHT], row[k.T_WIDTH] = plane.luma.shape
        row[k.T_CHEIGHT], row[k.T_CWIDTH] = plane.chroma.shape[1:]
        row[k.T_DHEIGHT], row[k.T_DWIDTH] = plane.disparity.shape
        row[k.T_DISPARITY] = grid
        row[k.T_SURFACE] = plane.surface
        grid += plane.disparity.size
        start, half_start = plane.start, (plane.start[0] // 2, plane.start[1] // 2)
        row[k.T_X], row[k.T_Y] = start
        put(plane.luma, row, k.T_LUMA, start)
        put(plane.chroma[0], row, k.T_U, half_start)
        put(plane.chroma[1], row, k.T_V, half_start)
        if plane.alpha is not None:
            put(plane.alpha, row, k.T_ALPHA, start)
            half = (int(row[k.T_CWIDTH]), int(row[k.T_CHEIGHT]))
            small = cv2.resize(plane.alpha, half, interpolation=cv2.INTER_AREA)
            put(np.asarray(small, np.float32), row, k.T_CALPHA, half_start)
            extremes = cell_extremes(_bytes(plane.alpha))
            row[k.T_CELLS] = cell_count
            row[k.T_CELL_HEIGHT], row[k.T_CELL_WIDTH] = extremes.shape[:2]
            cell_count += extremes.size
            cells.append(extremes.ravel())
        ends[:] = _affine(plane, intrinsics)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda part: quad(_bytes(part[0]), part[1]), parts))
    return TextureSet(
        quads=quads,
        disparity=np.concatenate([plane.disparity.ravel() for plane in planes]),
        cells=np.concatenate(cells) if cells else np.zeros(2, dtype=np.uint8),
        table=table,
        affine=affine,
        placement=np.array([_placement(plane) for plane in planes]),
        size=size,
    )


def _placement(plane: LayerPlanes) -> tuple[float, float, float, float]:
    """Texel index → canvas pixels: x scale, x shift, y scale, y shift."""
    box, texels = plane.box, plane.texels
    across, down = box.width / texels.width, box.height / texels.height
    return across, box.x + 0.5 * across, down, box.y + 0.5 * down


def _affine(plane: LayerPlanes, camera: Intrinsics) -> NDArray[np.float64]:
    """Source point in focal lengths → texel index (x scale, x shift, y …), grid index likewise."""
    out: list[float] = []
    box, whole = plane.box, (plane.texels.height, plane.texels.width)
    for shape in (whole, plane.disparity.shape):
        across, down = shape[1] / box.width, shape[0] / box.height
        out += [camera.focal * across, (camera.cx - box.x) * across - 0.5]
        out += [camera.focal * down, (camera.cy - box.y) * down - 0.5]
    return np.array(out)


def _texels(plane: LayerPlanes) -> int:
    """How many a layer's planes have together."""
    kinds = 1 if plane.alpha is None else 2
    return int(kinds * plane.luma.size + (1 + kinds) * plane.chroma[0].size)


def _bytes(plane: F32) -> U8:
    """Rounded to 0..255; nothing in a plane is negative, so that its absolute value serves."""
    return np.asarray(cv2.convertScaleAbs(plane), np.uint8)


def quad(plane: U8, packed: NDArray[np.uint32]) -> None:
    """Pack each texel with its right, lower and lower right neighbour (edges repeat).

    Args:
        plane: (h, w).
        packed: (h·w,), written.
    """
    padded = cv2.copyMakeBorder(plane, 0, 1, 0, 1, cv2.BORDER_REPLICATE)
    corners = [padded[:-1, :-1], padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]]
    cv2.merge(corners, packed.view(np.uint8).reshape(*plane.shape, 4))


def cell_extremes(alpha: U8) -> U8:
    """Least and greatest alpha per CELL×CELL texels, (ceil(h/CELL), ceil(w/CELL), 2)."""
    high, wide = (-(-n // k.CELL) for n in alpha.shape)
    padded = cv2.copyMakeBorder(
        alpha,
        0,
        high * k.CELL - alpha.shape[0],
        0,
        wide * k.CELL - alpha.shape[1],
        cv2.BORDER_REPLICATE,
    )
    # Rows first: whole ones side by side, then a sixteenth is left.
    rows = padded.reshape(high, k.CELL, wide * k.CELL)
    least, greatest = (
        find(find(rows, axis=1).reshape(high, wide, k.CELL), axis=2) for find in (np.min, np.max)
    )
    return np.stack([least, greatest], axis=-1)
