"""The horizon: from a vanishing point, else the lower border of the sky, else a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from kinora.scene.regions.masks import shrink
from kinora.scene.regions.vanishing import VanishingPoint, find_vanishing_point
from kinora.types.scene import F32, Photo, Region

#: Where the horizon lies in a picture that says nothing about it, as a share of the height.
TYPICAL_HORIZON: Final = 0.42
# Bounds of a horizon that is read off a skyline: trees and hills hide the true one.
_SKYLINE_BOUNDS: Final = (0.2, 0.7)
# Share of the sky's columns that end above the horizon.
_SKYLINE_PERCENTILE: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Height of the horizon in the picture."""

    y: float  # fraction of the height, 0 = top edge
    score: float  # [0, 1], how sure; 0 = a guess
    source: Literal["vanishing point", "sky", "default"]


def estimate_horizon(photo: Photo, regions: Sequence[Region]) -> Horizon:
    """The horizon of a photo.

    Args:
        photo: upright photo.
        regions: found in it, masks (H, W).
    """
    point = find_vanishing_point(shrink(photo))
    sky = next((region for region in regions if region.kind == "sky"), None)
    return horizon_from(point, None if sky is None else sky.mask)


def horizon_from(point: VanishingPoint | None, sky: F32 | None) -> Horizon:
    """The horizon from what was found; ``sky`` is a mask (h, w) in [0, 1] of any size."""
    if point is not None:
        return Horizon(y=point.y, score=point.score, source="vanishing point")
    skyline = None if sky is None else _skyline(sky)
    if skyline is None:
        return Horizon(y=TYPICAL_HORIZON, score=0.0, source="default")
    return Horizon(y=float(np.clip(skyline, *_SKYLINE_BOUNDS)), score=0.6, source="sky")


def _skyline(mask: F32) -> float | None:
    """Lower border of the sky as a fraction of the height: what most columns reach."""
    sky = mask > 0.5
    rows = np.arange(1, sky.shape[0] + 1)[:, None] * sky
    lowest = rows.max(axis=0)
    reached = lowest[lowest > 0]
    if reached.size == 0:
        return None
    return float(np.percentile(reached, _SKYLINE_PERCENTILE) / sky.shape[0])
