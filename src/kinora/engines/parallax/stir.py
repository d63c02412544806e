"""What moves by itself, frame by frame: bends the layers, and draws the moving surfaces."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax import _kernels as k
from kinora.engines.parallax import _living_kernels as moving
from kinora.engines.parallax import layout
from kinora.engines.parallax.texture_set import TextureSet
from kinora.types.geometry import Size
from kinora.types.living import F32, Carried, Living, Part, Phases

U8 = NDArray[np.uint8]

#: Grid index beyond every other; kernels expect finite numbers.
_FAR: Final = 1e9
#: Luma (S, H, W) and both chroma planes (S, H/2, W/2) of what each surface shows; rows are padded.
Shown: TypeAlias = tuple[U8, U8, U8]


def shown_planes(surfaces: int, size: Size) -> Shown:
    """Buffers for what ``surfaces`` surfaces show in frames of ``size``."""
    wide = -(-size.width // layout.BLOCK) * layout.BLOCK
    return (
        np.zeros((surfaces, size.height, wide), np.uint8),
        np.zeros((surfaces, size.height // 2, wide // 2), np.uint8),
        np.zeros((surfaces, size.height // 2, wide // 2), np.uint8),
    )


class Stir:
    """Applies a `Living` to frames; without state, so several threads may share it."""

    def __init__(self, textures: TextureSet, living: Living) -> None:
        """Args:
        textures: made with the same ``living``.
        living: what moves.
        """
        self._textures = textures
        self._living = living
        x_scale, x_shift, y_scale, y_shift = textures.placement.T
        # A cell of the coarse grid, in canvas pixels.
        across = textures.canvas.width / living.grid.width
        down = textures.canvas.height / living.grid.height
        self._to_grid = np.stack(
            [x_scale / across, x_shift / across - 0.5, y_scale / down, y_shift / down - 0.5], axis=1
        )
        self._density = np.stack([1 / x_scale, 1 / y_scale], axis=1)
        layers = np.flatnonzero(textures.table[:, layout.T_SURFACE] >= 0)
        self._layers = sorted(
            (int(layer) for layer in layers),
            key=lambda layer: int(textures.table[layer, layout.T_SURFACE]),
        )

    def bend(self, seconds: float, nodes: F32) -> None:
        """Displace every layer's ``nodes`` (L, 2, rows, columns) by the warps at a time."""
        for each in self._living.carried:
            if isinstance(each, Part):
                self._turn(each, seconds, nodes)
            else:
                self._carry(each, seconds, nodes)
        warps = self._living.warps
        if warps:
            field = np.sum([warp.displacement.at(seconds) for warp in warps], axis=0)
            window = _window(field)
            if window is not None:
                moving.bend(nodes, self._to_grid, self._density, field.astype(np.float32), window)

    def _carry(self, each: Carried, seconds: float, nodes: F32) -> None:
        """Show layers of the scene away from their place; the top of the last one leans."""
        right, down, lean = each.course.at(seconds)
        own = np.flatnonzero(self._textures.table[:, layout.T_SURFACE] < 0)
        *others, figure = (int(own[layer]) for layer in each.layers)
        for layer in others:
            nodes[layer, 0] -= np.float32(right * self._density[layer, 0])
        _, _, scale, shift = self._textures.placement[figure]
        above = (each.foot - shift - nodes[figure, 1] * np.float32(scale)) / each.height
        leaning = np.float32(lean) * np.clip(above, 0.0, 1.0) ** 2
        across, upright = self._density[figure]
        nodes[figure, 0] -= ((np.float32(right) + leaning) * across).astype(np.float32)
        nodes[figure, 1] -= np.float32(down * upright)

    def _turn(self, part: Part, seconds: float, nodes: F32) -> None:
        """Show a rigid part turned about its pivot."""
        a, b, c, d, right, down = part.course.at(seconds)
        own = np.flatnonzero(self._textures.table[:, layout.T_SURFACE] < 0)
        for layer in (int(own[number]) for number in part.layers):
            x_scale, x_shift, y_scale, y_shift = self._textures.placement[layer]
            x = nodes[layer, 0] * x_scale + x_shift - right - part.pivot[0]
            y = nodes[layer, 1] * y_scale + y_shift - down - part.pivot[1]
            nodes[layer, 0] = (a * x + b * y + part.pivot[0] - x_shift) / x_scale
            nodes[layer, 1] = (c * x + d * y + part.pivot[1] - y_shift) / y_scale

    def draw(
        self, seconds: float, nodes: F32, flags: U8, scratch: k.RowScratch, shown: Shown
    ) -> None:
        """Draw what every surface shows at a time, where it can be seen.

        Args:
            seconds: of the clip.
            nodes: (L, 2, rows + 1, columns + 1) texel indices, bent.
            flags: (L, rows, columns) from `kinora.engines.parallax._placing_kernels.classify`.
            scratch: row buffers of this thread.
            shown: written.
        """
        flowing: dict[int, Phases] = {}  # one flow may lie on several hosts
        for number, (texture, layer) in enumerate(
            zip(self._textures.surfaces, self._layers, strict=True)
        ):
            seen = (flags[layer] != layout.HIDDEN).view(np.uint8)
            if not seen.any():
                continue
            if id(texture.flow) not in flowing:
                flowing[id(texture.flow)] = texture.flow.at(seconds)
            now = flowing[id(texture.flow)]
            count = now.weights.shape[0]
            places = np.empty((count, *nodes.shape[1:]), np.float32)
            mix = np.empty((3 + 2 * count, *nodes.shape[2:]), np.float32)
            moving.spread(
                nodes[layer],
                seen,
                self._to_grid[layer],
                self._density[layer],
                now.offsets,
                now.weights,
                texture.tones,
                texture.likeness,
                np.float32(texture.still),
                np.array(texture.softening, np.float32),
                now.ages,
                texture.evening,
                places,
                mix,
            )
            moving.flow(
                self._textures.quads,
                np.repeat(self._textures.table[layer : layer + 1], count, axis=0),
                places,
                mix,
                seen,
                scratch,
                *(plane[number] for plane in shown),
            )


def _window(field: F32) -> NDArray[np.float64] | None:
    """Grid indices, x and y, beyond which a field (2, gh, gw) is 0; None: it is so everywhere."""
    ends: list[float] = []
    for axis in (1, 2):
        moved = np.flatnonzero(field.any(axis=(0, 3 - axis)))
        if not moved.size:
            return None
        last = field.shape[axis] - 1
        # Beyond the grid its rim goes on.
        ends[:0] = [
            -_FAR if moved[0] == 0 else moved[0] - 1.0,
            _FAR if moved[-1] == last else moved[-1] + 1.0,
        ]
    return np.array(ends)
