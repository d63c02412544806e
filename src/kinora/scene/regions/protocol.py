"""The seam for regions: one photo in, its parts with a meaning out."""

from __future__ import annotations

from typing import Protocol

from kinora.types.scene import Photo, Region


class RegionFinder(Protocol):
    """Finds regions: `kinora.scene.regions.find_regions`, or that and a network."""

    def __call__(self, photo: Photo) -> tuple[Region, ...]:
        """Regions with masks (H, W) float32 in [0, 1] at the photo's size, soft at their edges.

        Args:
            photo: upright photo.
        """
