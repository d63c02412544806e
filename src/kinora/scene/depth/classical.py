"""Disparity without a learned model: layout, sky, and figures that stand on the ground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from kinora.scene.depth.figures import place_regions
from kinora.scene.depth.layout import box, ground_ramp, standing
from kinora.scene.depth.uprights import hold_uprights
from kinora.scene.regions.horizon import horizon_from
from kinora.scene.regions.masks import shrink
from kinora.scene.regions.vanishing import VanishingPoint, find_vanishing_point
from kinora.types.scene import F32, DisparityMap, Photo, Region

# Share of the disparity that a box takes from the ramp at full score.
_BOX_SHARE: Final = 0.7


class ClassicalDepth:
    """The best guess from what the picture's layout says.

    The ground is a plane up to the horizon (from a vanishing point, the skyline, or typical);
    what stands above the horizon is nearer the higher it rises; rooms and streets with a clear
    vanishing point are boxes; the sky is infinitely far; persons and the subject stand upright,
    slightly bulged, where they touch the ground; poles and door frames don't lean. A picture that
    says nothing gets a smooth ramp.
    """

    @property
    def identity(self) -> str:
        """It has no settings, so its name says all."""
        return "classical"

    def estimate(self, photo: Photo, regions: Sequence[Region]) -> DisparityMap:
        """Relative disparity of the whole photo, (H, W) float32 in [0, 1], larger is nearer.

        Args:
            photo: upright sRGB photo, (H, W, 3) uint8.
            regions: what was found in the photo, masks (H, W).
        """
        values, source = _layout(photo, regions)
        values = place_regions(values, regions)
        kinds = dict.fromkeys(region.kind for region in regions if region.kind != "face")
        return DisparityMap(
            values=np.clip(values, 0.0, 1.0).astype(np.float32, copy=False),
            source="+".join([source, *(kind for kind in kinds if kind != "ground")]),
        )


def _mask_of(regions: Sequence[Region], kind: str) -> F32 | None:
    masks = [region.mask for region in regions if region.kind == kind]
    return masks[0] if masks else None


def _reduced(mask: F32 | None, shape: tuple[int, int]) -> F32 | None:
    if mask is None:
        return None
    return np.asarray(cv2.resize(mask, shape[::-1], interpolation=cv2.INTER_AREA), dtype=np.float32)


def _layout(photo: Photo, regions: Sequence[Region]) -> tuple[F32, str]:
    """Disparity before any figure, at the photo's size, and what it was made from."""
    small = shrink(photo)
    sky = _reduced(_mask_of(regions, "sky"), small.shape)
    values, source = layout_of(small.shape, find_vanishing_point(small), sky=sky)
    ground = _reduced(_mask_of(regions, "ground"), small.shape)
    values = hold_uprights(values, small, free=ground, sky=sky)
    full = cv2.resize(values, (photo.size.width, photo.size.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(full, dtype=np.float32), source


def layout_of(
    shape: tuple[int, int], point: VanishingPoint | None, *, sky: F32 | None
) -> tuple[F32, str]:
    """Disparity that a picture's layout suggests, (h, w) in [0, 1], and what it was made from.

    Args:
        shape: height and width.
        point: where receding lines meet.
        sky: (h, w) in [0, 1], where the sky is, if there is any.
    """
    horizon = horizon_from(point, sky)
    values, source = ground_ramp(shape, horizon), "ramp"
    if sky is not None:
        upright = standing(sky, horizon)
        values = values + upright - values * upright
    if point is not None:
        share = _BOX_SHARE * min(point.score / 0.6, 1.0)
        values = (1.0 - share) * values + share * box(shape, point)
        source = "ramp+box"
    return values, source
