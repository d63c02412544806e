"""Disparity without a learned model: ground ramp, sky, and figures that stand on the ground."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kinora.scene.regions import estimate_horizon
from kinora.types.scene import F32, DisparityMap, Photo, Region


class ClassicalDepth:
    """The best guess from what the picture's layout says; see `estimate`."""

    def estimate(self, photo: Photo, regions: Sequence[Region]) -> DisparityMap:
        """A ground plane up to the horizon, the sky at 0, persons and subjects upright on it."""
        height, width = photo.rgb.shape[:2]
        y = (np.arange(height, dtype=np.float32)[:, None] + 0.5) / height
        horizon = estimate_horizon(photo, regions)
        top = horizon.y if horizon.score > 0.4 else 0.0
        ramp = np.clip((y - top) / (1.0 - top), 0.06, 1.0)
        values: F32 = np.broadcast_to(ramp, (height, width)).astype(np.float32)
        used = ["ramp"]
        for region in regions:
            if region.kind in ("person", "subject") and region.score > 0.3:
                foot = min(region.box[3], height) - 1
                values = values * (1 - region.mask) + region.mask * float(ramp[foot, 0])
                used.append(region.kind)
        for region in regions:
            if region.kind == "sky":
                values = values * (1 - region.mask)
                used.append("sky")
        return DisparityMap(values=np.clip(values, 0.0, 1.0), source="+".join(used))
