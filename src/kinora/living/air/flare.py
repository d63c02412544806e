"""Reflections of the sun between the glasses of a lens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kinora.living.air.swarm import yuv_of
from kinora.types.air import (
    F32,
    GLOWS,
    S_ACROSS,
    S_ALONG,
    S_ALPHA,
    S_DISPARITY,
    S_KIND,
    S_LENGTH,
    S_LUMA,
    S_U,
    S_UX,
    S_V,
    S_X,
    S_Y,
    SPRITE_COLUMNS,
    Eye,
)

#: Before everything.
_DISPARITY: Final = 1e6
# Place on the line from the sun (0) through the middle of the frame (1), radius and half length
# in frame heights, opacity, colour.
_GHOSTS: Final = (
    (0.0, 0.42, 0.0, 0.30, (255, 226, 170)),
    (0.0, 0.14, 0.0, 0.55, (255, 244, 220)),
    (0.0, 0.022, 0.35, 0.12, (255, 220, 180)),
    (0.55, 0.030, 0.0, 0.16, (255, 190, 120)),
    (0.82, 0.055, 0.0, 0.10, (160, 230, 180)),
    (1.25, 0.022, 0.0, 0.20, (140, 190, 255)),
    (1.45, 0.085, 0.0, 0.09, (200, 150, 255)),
    (1.80, 0.045, 0.0, 0.14, (255, 170, 130)),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flare:
    """A `Swarm` of reflections that swing as the camera turns."""

    direction: tuple[float, float, float]  # of the sun, in the photo camera's axes
    strength: float

    def at(self, seconds: float, eye: Eye) -> F32:
        """None where the sun is behind the camera or far out of the frame."""
        x, y, depth = eye.project @ np.array(self.direction)
        if depth <= 0.0:
            return np.zeros((0, SPRITE_COLUMNS), np.float32)
        sun = np.array([x, y]) / depth
        middle = np.array([eye.width, eye.height]) / 2.0
        out = np.abs(sun - middle) / middle - 1.0
        seen = float(np.clip(1.0 - 2.0 * out.max(), 0.0, 1.0))
        table = np.zeros((len(_GHOSTS), SPRITE_COLUMNS), np.float32)
        for row, (place, radius, length, alpha, rgb) in zip(table, _GHOSTS, strict=True):
            row[S_X], row[S_Y] = sun + place * (middle - sun)
            row[S_UX] = 1.0
            row[S_LENGTH] = length * eye.height
            row[S_ALONG] = row[S_ACROSS] = radius * eye.height
            row[S_DISPARITY] = _DISPARITY
            row[S_ALPHA] = alpha * self.strength * seen
            row[S_LUMA], row[S_U], row[S_V] = yuv_of(rgb)
            row[S_KIND] = GLOWS
        return table[table[:, S_ALPHA] > 0.002]
