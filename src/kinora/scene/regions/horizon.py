"""The horizon, and the ground below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kinora.types.scene import F32, Photo, Region

# Where the horizon lies in a picture that says nothing about it, as a share of the height.
_TYPICAL_HORIZON: Final = 0.42


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Height of the horizon in the picture."""

    y: float  # fraction of the height, 0 = top edge; may lie outside [0, 1]
    score: float  # [0, 1], how sure
    source: str  # "sky", "default"


def estimate_horizon(photo: Photo, regions: Sequence[Region]) -> Horizon:
    """The horizon from the lower border of the sky, else where it lies in most pictures.

    Args:
        photo: upright photo.
        regions: found in it, masks (H, W).
    """
    skies = [region for region in regions if region.kind == "sky"]
    if skies:
        y = _skyline(skies[0].mask)
        return Horizon(y=float(np.clip(y, 0.2, 0.7)), score=skies[0].score, source="sky")
    return Horizon(y=_TYPICAL_HORIZON, score=0.0, source="default")


def _skyline(mask: F32) -> float:
    """Lower border of the sky, as a fraction of the height: what most columns reach."""
    sky = mask > 0.5
    rows = np.arange(1, sky.shape[0] + 1)[:, None] * sky
    lowest = rows.max(axis=0)
    reached = lowest[lowest > 0]
    if reached.size == 0:
        return _TYPICAL_HORIZON
    return float(np.percentile(reached, 80) / sky.shape[0])
