"""What lies in the air, drawn over composed frames and hidden by what is nearer."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax import _air_kernels as kernels
from kinora.engines.parallax import _kernels as k
from kinora.engines.parallax import layout
from kinora.engines.parallax.texture_set import TextureSet
from kinora.types.air import Air, Eye, Places
from kinora.types.geometry import Size
from kinora.types.rendition import YuvPlanes

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]


_NEAREST = np.float32(1e9)


def _dither(width: int) -> F32:
    """Interleaved gradient noise within half a code value (J. Jimenez, 2014), (64, width)."""
    y, x = np.mgrid[0:64, 0:width]
    inner = (0.06711056 * x + 0.00583715 * y) % 1.0
    return np.asarray(((52.9829189 * inner) % 1.0 - 0.5) * 0.998, np.float32)


class AirPass:
    """Draws an `Air` over frames; without state, so several threads may share it."""

    def __init__(self, air: Air, textures: TextureSet, size: Size) -> None:
        """Args:
        air: what to draw.
        textures: the layers of the frames.
        size: of the frames, in rays.
        """
        self._air = air
        self._textures = textures
        self._size = size
        self._noise = _dither(size.width)
        rows, columns = (-(-n // layout.BLOCK) + 1 for n in (size.height, size.width))
        u = np.arange(columns) * (2.0 * layout.BLOCK / size.width) - 1.0
        v = np.arange(rows) * (2.0 * layout.BLOCK / size.height) - 1.0
        self._u, self._v = (each.astype(np.float32) for each in np.meshgrid(u, v))
        # Layers of the scene itself; surfaces that move over them lie in between.
        surfaces = textures.table[: textures.layers, layout.T_SURFACE]
        self._own = [int(number) for number in np.flatnonzero(surfaces < 0)]

    def apply(
        self,
        seconds: float,
        ray: F64,
        centre: F64,
        *,
        nodes: F32,
        flags: U8,
        rows: k.RowScratch,
        planes: YuvPlanes,
    ) -> None:
        """Draw over one frame.

        Args:
            seconds: of the clip.
            ray, centre: the camera, as of `kinora.engines.parallax.renderer.Pose`.
            nodes, flags: from the kernels that composed the frame.
            rows: row buffers of this thread.
            planes: the frame, changed.
        """
        places = self._places(nodes)
        kept = self._kept(nodes)
        behind = self._behind(nodes, flags, rows)
        self._veil(seconds, places, behind, kept=kept, planes=planes)
        if kept is not None:  # whatever is drawn lies behind it
            behind[np.kron(kept[:-1, :-1], np.ones((4, 4)))[: len(behind)] > 0.0] = _NEAREST
        eye = Eye(
            project=np.asarray(np.linalg.inv(ray.reshape(3, 3)), np.float64),
            centre=centre,
            width=self._size.width,
            height=self._size.height,
        )
        for swarm in self._air.swarms:
            sprites = swarm.at(seconds, eye)
            kernels.draw(
                sprites,
                behind,
                self._size.width,
                self._size.height,
                planes.y,
                planes.u,
                planes.v,
            )

    def _behind(self, nodes: F32, flags: U8, rows: k.RowScratch) -> F32:
        """Scene disparity of what the frame shows, at the places of chroma samples."""
        t = self._textures
        out = np.empty((self._size.height // 2, 4 * flags.shape[2]), np.float32)
        at_nodes = np.empty((t.layers, *nodes.shape[2:]), np.float32)
        for layer in range(t.layers):
            # A moving surface lies as the layer right below it does.
            lies_as_below = t.table[layer, layout.T_SURFACE] >= 0
            at_nodes[layer] = (
                at_nodes[layer - 1] if lies_as_below else self._disparity(nodes, layer)
            )
        kernels.depth(t.quads, t.table, nodes, flags, at_nodes, rows, out)
        return out

    def _disparity(self, nodes: F32, layer: int) -> F32:
        """A layer's disparity at the corners of blocks, (rows + 1, columns + 1)."""
        row, affine = self._textures.table[layer], self._textures.affine[layer]
        start, high, wide = (
            int(row[column]) for column in (layout.T_DISPARITY, layout.T_DHEIGHT, layout.T_DWIDTH)
        )
        grid = self._textures.disparity[start : start + high * wide].reshape(high, wide)
        x = (nodes[layer, 0] - affine[1]) * (affine[4] / affine[0]) + affine[5]
        y = (nodes[layer, 1] - affine[3]) * (affine[6] / affine[2]) + affine[7]
        found = cv2.remap(
            grid,
            x.astype(np.float32),
            y.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(found, np.float32)

    def _kept(self, nodes: F32) -> F32 | None:
        """1 at corners of blocks that show something that is kept as it is, (rows, columns)."""
        if not self._air.kept:
            return None
        seen = np.zeros(nodes.shape[2:], np.float32)
        for number, kept in zip(self._own, self._air.kept, strict=True):
            places = self._places(nodes, number)
            found = cv2.remap(
                kept, places.x, places.y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            seen = np.maximum(seen, found)
        # Blocks have four corners, and what is kept may begin anywhere between them.
        return np.asarray(cv2.dilate((seen > 0.0).astype(np.float32), np.ones((5, 5))), np.float32)

    def _veil(
        self, seconds: float, places: Places, behind: F32, *, kept: F32 | None, planes: YuvPlanes
    ) -> None:
        """Haze and light, where there is any at this time."""
        fields = np.zeros((8, *places.u.shape), np.float32)
        fields[4] = 1.0
        shown = [shine.at(seconds, places) for shine in self._air.shines]
        for found in shown:
            if found is not None:
                fields[4] *= found[0]
                fields[5:] = fields[5:] * found[0] + found[1]
        haze, levels, colour = self._air.haze, (0.0, 1.0, 2.0, 3.0), (16.0, 128.0, 128.0)
        if haze is not None:
            fields[:4] = haze.at(seconds, places)
            levels, colour = haze.levels, haze.colour(seconds)
        elif all(found is None for found in shown):
            return
        if kept is not None:
            fields[4] = 1.0 + (fields[4] - 1.0) * (1.0 - kept)
            fields[[0, 1, 2, 3, 5, 6, 7]] *= 1.0 - kept
        kernels.veil(
            fields,
            np.array(levels, np.float32),
            np.array(colour, np.float32),
            behind,
            self._noise,
            self._size.width,
            self._size.height,
            planes.y,
            planes.u,
            planes.v,
        )

    def _places(self, nodes: F32, layer: int = 0) -> Places:
        """Where the corners of blocks lie on the canvas, as a layer is seen."""
        x_scale, x_shift, y_scale, y_shift = self._textures.placement[layer]
        return Places(
            x=(nodes[layer, 0] * x_scale + x_shift).astype(np.float32),
            y=(nodes[layer, 1] * y_scale + y_shift).astype(np.float32),
            u=self._u,
            v=self._v,
        )
