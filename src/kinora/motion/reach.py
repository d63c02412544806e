"""Where in disparity the visible layers lie, around any place of the canvas."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from kinora.types.scene import Layer, Scene

F64 = NDArray[np.float64]

_CELLS: Final = 48  # per axis of the canvas
_SAMPLES: Final = 4  # per cell and axis
#: Window radii (share of the canvas) on top of the ray spacing; a ray takes the least that holds.
_RADII: Final = (0.06, 0.2)


@dataclass(frozen=True, slots=True, eq=False)
class DisparityReach:
    """Least and greatest visible disparity within windows of the canvas.

    A ray meets the layers at a place that depends on their disparity there. Within a window that
    holds every place the ray can reach, the extremes of disparity bound where it really is.
    """

    origin: F64  # (2,) canvas corner, normalised coordinates
    extent: F64  # (2,) canvas size, normalised coordinates
    low: F64  # (L, 48, 48) per window size
    high: F64
    radii: tuple[float, ...]  # of the first L − 1 windows; the last is the whole canvas
    lowest: float
    highest: float

    @classmethod
    def of(cls, scene: Scene, *, spacing: float) -> DisparityReach:
        """Measure ``scene``; border rays lie ``spacing`` of a frame side apart."""
        low, high = _extremes(scene)
        lowest, highest = float(low.min()), float(high.max())
        gap = spacing * max(
            scene.size.width / scene.canvas.width, scene.size.height / scene.canvas.height
        )
        lows, highs = [], []
        for radius in _RADII:
            cells = ceil((radius + gap) * _CELLS) + 1
            lows.append(-_window_max(-low, cells))
            highs.append(_window_max(high, cells))
        camera = scene.intrinsics
        corner = np.array([camera.cx + scene.frame_origin[0], camera.cy + scene.frame_origin[1]])
        return cls(
            origin=-corner / camera.focal,
            extent=np.array([scene.canvas.width, scene.canvas.height]) / camera.focal,
            low=np.stack([*lows, np.full_like(low, lowest)]),
            high=np.stack([*highs, np.full_like(high, highest)]),
            radii=_RADII,
            lowest=lowest,
            highest=highest,
        )

    def around(self, at_infinity: F64, per_disparity: F64) -> tuple[F64, F64]:
        """Disparity bounds for rays that meet the layers at ``at_infinity + D·per_disparity``.

        Args:
            at_infinity: (2, T, R) normalised place at disparity 0.
            per_disparity: (2, T, R) shift per unit of disparity.
        """
        middle, half = (self.lowest + self.highest) / 2, (self.highest - self.lowest) / 2
        extent = self.extent[:, None, None]
        place = (at_infinity + middle * per_disparity - self.origin[:, None, None]) / extent
        cell = np.clip((place * _CELLS).astype(np.int64), 0, _CELLS - 1)
        way = np.max(np.abs(per_disparity) * half / extent, axis=0)
        level = np.searchsorted(np.array(self.radii), way)
        return self.low[level, cell[1], cell[0]], self.high[level, cell[1], cell[0]]


def _extremes(scene: Scene) -> tuple[F64, F64]:
    """(48, 48) least and greatest disparity of visible layers per cell of the canvas."""
    step = (np.arange(_CELLS * _SAMPLES) + 0.5) / (_CELLS * _SAMPLES)
    low = np.full((_CELLS, _CELLS), np.inf)
    high = np.full((_CELLS, _CELLS), -np.inf)
    xs, ys = step * scene.canvas.width, step * scene.canvas.height
    for index, layer in enumerate(scene.layers):
        disparity, alpha = sample_layer(layer, xs, ys)
        visible = alpha > 0 if index else np.full(alpha.shape, True)  # the first covers the canvas
        blocks = (_CELLS, _SAMPLES, _CELLS, _SAMPLES)
        least = np.where(visible, disparity, np.inf).reshape(blocks).min(axis=(1, 3))
        greatest = np.where(visible, disparity, -np.inf).reshape(blocks).max(axis=(1, 3))
        low, high = np.minimum(low, least), np.maximum(high, greatest)
    return low, high


def sample_layer(layer: Layer, xs: F64, ys: F64) -> tuple[F64, NDArray[np.uint8]]:
    """Disparity and alpha (len(ys), len(xs)) at canvas pixels; alpha is 0 outside the layer."""
    height, width = layer.rgba.shape[:2]
    u, v = (xs - layer.origin[0]) / width, (ys - layer.origin[1]) / height
    inside = np.outer((v >= 0) & (v < 1), (u >= 0) & (u < 1))
    u, v = np.clip(u, 0.0, 1.0 - 1e-9), np.clip(v, 0.0, 1.0 - 1e-9)
    alpha = layer.rgba[:, :, 3][np.ix_((v * height).astype(int), (u * width).astype(int))]
    rows, columns = layer.disparity.shape
    places = np.ix_((v * rows).astype(int), (u * columns).astype(int))
    return layer.disparity[places].astype(np.float64), np.where(inside, alpha, 0).astype(np.uint8)


def _window_max(values: F64, radius: int) -> F64:
    """Greatest value within ``radius`` cells along both axes."""
    padded = np.pad(values, radius, constant_values=-np.inf)
    rows = sliding_window_view(padded, 2 * radius + 1, axis=0).max(axis=-1)
    widest: F64 = sliding_window_view(rows, 2 * radius + 1, axis=1).max(axis=-1)
    return widest
