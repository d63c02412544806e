"""Eyelids and gaze, drawn into composed frames: skin from above an eye slides over it.

The frame itself is the texture: what is shown in an eye's neighbourhood is looked up a little
elsewhere in the same frame, so that camera, light and head turns are in it already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax import layout
from kinora.engines.parallax.texture_set import TextureSet
from kinora.types.face import EyeShape, Lids
from kinora.types.rendition import YuvPlanes

F32 = NDArray[np.float32]
Real = NDArray[Any]
U8 = NDArray[np.uint8]

#: How far around an eye its neighbourhood reaches, in half widths and heights.
_AROUND: Final = (1.25, 1.9)
# Dark line along a lid's edge: half its thickness in half widths, how dark, and skin's shade.
_LASH, _DARK, _SHADE = 0.042, 0.45, 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Patch:
    """An eye's neighbourhood in the frame."""

    rows: slice  # of blocks
    columns: slice
    x: F32  # (h, w) canvas pixels that luma pixels show
    y: F32
    scale: float  # output pixels per canvas pixel


class LidPass:
    """Draws `Lids` into frames; without state, so several threads may share it."""

    def __init__(self, lids: tuple[Lids, ...], textures: TextureSet) -> None:
        """Args:
        lids: whose eyes do what.
        textures: the layers of the frames.
        """
        self._lids = lids
        self._textures = textures

    def still(self, seconds: float) -> bool:
        """Whether all eyes are as in the photo."""
        return all(face.look.at(seconds) == (0.0, 0.0, 0.0) for face in self._lids)

    def apply(self, seconds: float, nodes: F32, planes: YuvPlanes) -> None:
        """Draw into one frame.

        Args:
            seconds: of the clip.
            nodes: (L, 2, rows + 1, columns + 1) texel indices, bent.
            planes: the frame, changed.
        """
        for face in self._lids:
            closed, right, down = face.look.at(seconds)
            if (closed, right, down) == (0.0, 0.0, 0.0):
                continue
            for eye in face.eyes:
                patch = self._patch(eye, nodes)
                if patch is not None:
                    _draw(eye, patch, closed, gaze=(right, down), planes=planes)

    def _patch(self, eye: EyeShape, nodes: F32) -> _Patch | None:
        """Where an eye is in the frame, None where it isn't."""
        layer = self._layer(eye)
        x_scale, x_shift, y_scale, y_shift = self._textures.placement[layer]
        x = (nodes[layer, 0] * x_scale + x_shift).astype(np.float32)
        y = (nodes[layer, 1] * y_scale + y_shift).astype(np.float32)
        high = eye.upper + eye.lower + eye.skin
        near = (np.abs(x - eye.x) < _AROUND[0] * eye.half) & (np.abs(y - eye.y) < _AROUND[1] * high)
        if not near.any():
            near = (np.abs(x - eye.x) < 2 * eye.half) & (np.abs(y - eye.y) < 2 * eye.half)
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
        return _Patch(
            rows=rows,
            columns=columns,
            x=_dense(x, rows, columns),
            y=_dense(y, rows, columns),
            scale=layout.BLOCK / max(float(across), 1e-6),
        )

    def _layer(self, eye: EyeShape) -> int:
        """The foremost layer that is opaque at an eye."""
        t = self._textures
        for layer in range(t.layers - 1, 0, -1):
            row = t.table[layer]
            if row[layout.T_SURFACE] >= 0 or row[layout.T_CELLS] < 0:
                continue
            x = round((eye.x - t.placement[layer, 1]) / t.placement[layer, 0])
            y = round((eye.y - t.placement[layer, 3]) / t.placement[layer, 2])
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


def _draw(
    eye: EyeShape,
    patch: _Patch,
    closed: float,
    *,
    gaze: tuple[float, float],
    planes: YuvPlanes,
) -> None:
    """Draw one eye into the frame."""
    dx, dy = patch.x - eye.x, patch.y - eye.y
    ux, uy = eye.axis
    p, q = (dx * ux + dy * uy) / eye.half, dy * ux - dx * uy
    arch = np.clip(1.0 - p * p, 0.0, None)
    upper, lower = -eye.upper * arch, eye.lower * 1.1 * arch
    edge = upper + closed * (lower - upper)
    lifted, under = _lid(eye, q, upper, edge)
    along, across = _gaze(eye, p, q, gaze)
    across = np.where(under, lifted - q, across)
    along = np.where(under, 0.0, along)
    move = np.stack([along * ux - across * uy, along * uy + across * ux]) * patch.scale
    if not np.any(np.abs(move) > 0.02):
        return
    line = _DARK * np.exp(-(((q - edge) / (_LASH * eye.half)) ** 2)) * (arch > 0.0)
    line *= np.clip(arch * 4.0, 0.0, 1.0) * min(closed * 1.6, 1.0)
    height = np.clip((q - upper) / np.maximum(edge - upper, 1.0), 0.0, 1.0)
    shade = 1.0 - _SHADE * closed * under * height
    _look_up(patch, move.astype(np.float32), ((1.0 - line) * shade).astype(np.float32), planes)


def _lid(eye: EyeShape, q: Real, upper: Real, edge: Real) -> tuple[Real, NDArray[np.bool_]]:
    """Which height each place of a lowered lid shows, and where the lid is."""
    top = upper - eye.skin
    under = (q > top) & (q < edge) & (edge > upper + 1e-3)
    share = (q - top) / np.maximum(edge - top, 1e-3)
    # Skin near the brow hardly moves, that at the edge goes all the way.
    return top + (upper - top) * share, under


def _gaze(eye: EyeShape, p: Real, q: Real, gaze: tuple[float, float]) -> tuple[Real, Real]:
    """By how much the eyeball is looked up elsewhere, canvas pixels; 0 at the lids."""
    height = np.where(q < 0, eye.upper, eye.lower) * 1.15
    far = np.clip((p / 0.95) ** 2 + (q / height) ** 2, 0.0, 1.0)
    share = (1.0 - far) ** 0.75
    return -gaze[0] * share, -gaze[1] * share


def _look_up(patch: _Patch, move: F32, gain: F32, planes: YuvPlanes) -> None:
    """Replace a patch by itself, looked up elsewhere and darkened."""
    block = layout.BLOCK
    top, left = patch.rows.start * block, patch.columns.start * block
    for plane, step, zero in ((planes.y, 1, 16.0), (planes.u, 2, 128.0), (planes.v, 2, 128.0)):
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
        plane[rows, columns] = np.where(
            moved, np.clip(np.rint(lit), 0, 255).astype(np.uint8), plane[rows, columns]
        )
