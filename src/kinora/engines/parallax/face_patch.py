"""A part of a face in a composed frame, changed by showing the frame from a little elsewhere.

The frame itself is the texture, so that camera, light and head turns are in it already.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax import layout
from kinora.engines.parallax.texture_set import TextureSet
from kinora.types.rendition import YuvPlanes

F32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A box about a place of the canvas; lengths are canvas pixels."""

    x: float
    y: float
    wide: float  # half its width
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patch:
    """What a box about a place is in the frame."""

    rows: slice  # of blocks
    columns: slice
    x: F32  # (h, w) canvas pixels that luma pixels show
    y: F32
    scale: float  # output pixels per canvas pixel


def find_patch(around: Around, nodes: F32, textures: TextureSet) -> Patch | None:
    """Where a box is in the frame, None where it isn't.

    Args:
        around: the box.
        nodes: (L, 2, rows + 1, columns + 1) texel indices of the frame, bent.
        textures: the layers of the frame; the foremost that is opaque at the box's middle counts.
    """
    layer = _layer(around, textures)
    x_scale, x_shift, y_scale, y_shift = textures.placement[layer]
    x = (nodes[layer, 0] * x_scale + x_shift).astype(np.float32)
    y = (nodes[layer, 1] * y_scale + y_shift).astype(np.float32)
    near = (np.abs(x - around.x) < around.wide) & (np.abs(y - around.y) < around.high)
    if not near.any():
        near = (np.abs(x - around.x) < 1.6 * around.wide) & (
            np.abs(y - around.y) < 1.05 * around.high
        )
    if not near.any():
        return None
    rows, columns = (
        slice(max(int(found[0]) - 1, 0), min(int(found[-1]) + 1, count - 1))
        for found, count in (
            (np.flatnonzero(near.any(axis=1)), near.shape[0]),
            (np.flatnonzero(near.any(axis=0)), near.shape[1]),
        )
    )
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return None
    across = (x[rows.start, columns.stop] - x[rows.start, columns.start]) / (
        columns.stop - columns.start
    )
    return Patch(
        rows=rows,
        columns=columns,
        x=_dense(x, rows, columns),
        y=_dense(y, rows, columns),
        scale=layout.BLOCK / max(float(across), 1e-6),
    )


def _layer(around: Around, t: TextureSet) -> int:
    """The foremost layer that is opaque at a place."""
    for layer in range(t.layers - 1, 0, -1):
        row = t.table[layer]
        if row[layout.T_SURFACE] >= 0 or row[layout.T_CELLS] < 0:
            continue
        x = round((around.x - t.placement[layer, 1]) / t.placement[layer, 0])
        y = round((around.y - t.placement[layer, 3]) / t.placement[layer, 2])
        inside = 0 <= x - row[layout.T_X] < row[layout.T_WIDTH]
        if inside and 0 <= y - row[layout.T_Y] < row[layout.T_HEIGHT]:
            at = int(row[layout.T_ALPHA] + y * row[layout.T_WIDTH] + x)
            if t.quads[at] & 255 > 127:
                return layer
    return 0


def _dense(nodes: F32, rows: slice, columns: slice) -> F32:
    """Node values at the middles of the pixels of blocks."""
    high, wide = rows.stop - rows.start, columns.stop - columns.start
    y = rows.start + (np.arange(high * layout.BLOCK) + 0.5) / layout.BLOCK
    x = columns.start + (np.arange(wide * layout.BLOCK) + 0.5) / layout.BLOCK
    across, down = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    return np.asarray(cv2.remap(nodes, across, down, cv2.INTER_LINEAR), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paint:
    """What lies over a patch: (h, w) how much of it, and its one colour or shade by pixel."""

    cover: F32  # [0, 1]
    y: F32  # luma
    u: float
    v: float


def look_up(
    patch: Patch, move: F32, gain: F32, planes: YuvPlanes, *, paint: Paint | None = None
) -> None:
    """Replace a patch by itself, looked up elsewhere and darkened, with paint over it.

    Args:
        patch: where.
        move: (2, h, w) how far away each pixel is looked up, output pixels.
        gain: (h, w) factor on its light.
        planes: the frame, changed.
        paint: drawn over it; None: nothing.
    """
    block = layout.BLOCK
    top, left = patch.rows.start * block, patch.columns.start * block
    for name, step, zero in (("y", 1, 16.0), ("u", 2, 128.0), ("v", 2, 128.0)):
        plane: NDArray[np.uint8] = getattr(planes, name)
        high = min(move.shape[1] // step, plane.shape[0] - top // step)
        wide = move.shape[2] // step
        rows = slice(top // step, top // step + high)
        columns = slice(left // step, left // step + wide)
        shift = move[:, ::step, ::step][:, :high, :wide] / np.float32(step)
        y, x = np.mgrid[rows, columns].astype(np.float32)
        found = cv2.remap(
            plane, x + shift[0], y + shift[1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ).astype(np.float32)
        shown = gain[::step, ::step][:high, :wide]
        lit = zero + (found - zero) * shown
        moved = (np.abs(shift).max(axis=0) > 0.02 / step) | (shown < 0.999)
        if paint is not None:
            cover = paint.cover[::step, ::step][:high, :wide]
            colour = getattr(paint, name) if step > 1 else paint.y[:high, :wide]
            lit = lit + cover * (colour - lit)
            moved |= cover > 0.004
        plane[rows, columns] = np.where(
            moved, np.clip(np.rint(lit), 0, 255).astype(np.uint8), plane[rows, columns]
        )
