"""Coarse fields over the canvas: places of cells, smooth chance, paths along a flow."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from kinora.types.geometry import Size
from kinora.types.living import F32
from kinora.types.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The canvas in equal cells."""

    cells: Size
    canvas: Size
    frame: Size
    origin: tuple[int, int]  # of the frame on the canvas

    @staticmethod
    def of(scene: Scene) -> Grid:
        """That of the scene's background."""
        height, width = scene.layers[0].disparity.shape
        return Grid(
            cells=Size(width, height),
            canvas=scene.canvas,
            frame=scene.size,
            origin=scene.frame_origin,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of cells."""
        return self.cells.height, self.cells.width

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell, canvas pixels."""
        return self.canvas.width / self.cells.width, self.canvas.height / self.cells.height

    def places(self) -> tuple[F32, F32]:
        """x and y of the middle of each cell, canvas pixels: two (gh, gw)."""
        x, y = np.meshgrid(
            (np.arange(self.cells.width) + 0.5) * self.cell[0],
            (np.arange(self.cells.height) + 0.5) * self.cell[1],
        )
        return x.astype(np.float32), y.astype(np.float32)

    def coarse(self, mask: F32) -> F32:
        """Something of the canvas's extent, averaged over cells."""
        size = (self.cells.width, self.cells.height)
        return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.float32)

    def touched(self, mask: F32) -> F32:
        """The greatest value of ``mask`` (H, W) within each cell and its neighbours, (gh, gw)."""
        small = self.coarse((mask > 0.0).astype(np.float32))
        return np.asarray(cv2.dilate((small > 0.0).astype(np.float32), np.ones((3, 3))), np.float32)

    def noise(self, seed: int, scale: float) -> F32:
        """Smooth chance with mean 0 and unit spread, about ``scale`` canvas pixels wide."""
        chance = np.random.default_rng(seed).standard_normal(self.shape).astype(np.float32)
        sigma = max(scale / self.cell[0] / 2.0, 0.5)
        soft = cv2.GaussianBlur(chance, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
        spread = float(soft.std())
        return np.asarray((soft - soft.mean()) / max(spread, 1e-9), np.float32)

    def sample(self, field: F32, x: F32, y: F32) -> F32:
        """Values of a (gh, gw) field at places in canvas pixels, clamped to the rim."""
        gx = (x / self.cell[0] - 0.5).astype(np.float32)
        gy = (y / self.cell[1] - 0.5).astype(np.float32)
        found = cv2.remap(field, gx, gy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(found, np.float32)


def paths(velocity: F32, grid: Grid, *, seconds: float, levels: int) -> F32:
    """Where what is at each place was, or will be, a while ago: offsets along the flow.

    Streamlines of a steady field, by the midpoint rule.

    Args:
        velocity: (2, gh, gw) canvas pixels per second.
        grid: of the field.
        seconds: the while; ages run from −seconds/2 (yet to come) to seconds/2 (gone by).
        levels: ages, odd so that 0 is among them.

    Returns:
        (levels, 2, gh, gw) offsets, canvas pixels; exactly 0 at the middle level.
    """
    x0, y0 = grid.places()
    half = levels // 2
    step = seconds / (levels - 1)
    out = np.zeros((levels, 2, *grid.shape), np.float32)
    for direction in (-1, 1):
        x, y = x0.copy(), y0.copy()
        for level in range(1, half + 1):
            h = np.float32(-direction * step)  # what is of age s came from up the stream
            mid_x = x + h / 2 * grid.sample(velocity[0], x, y)
            mid_y = y + h / 2 * grid.sample(velocity[1], x, y)
            x = x + h * grid.sample(velocity[0], mid_x, mid_y)
            y = y + h * grid.sample(velocity[1], mid_x, mid_y)
            out[half + direction * level] = np.stack([x - x0, y - y0])
    return out
