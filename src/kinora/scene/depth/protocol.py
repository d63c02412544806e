"""The seam for depth: one photo in, one relative disparity map out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

from kinora.types.scene import DisparityMap, Photo, Region


class DepthEstimator(Protocol):
    """Estimates relative disparity. Implementations: classical, given, later learned ones."""

    def estimate(self, photo: Photo, regions: Sequence[Region]) -> DisparityMap:
        """Relative disparity of the whole photo, (H, W) float32 in [0, 1], larger is nearer.

        Args:
            photo: upright sRGB photo, (H, W, 3) uint8.
            regions: what was found in the photo (sky, ground, faces, subject), masks (H, W).
        """


@runtime_checkable
class Identified(Protocol):
    """An estimator that can be named, so that what follows from its map can be kept."""

    @property
    def identity(self) -> str:
        """Two with the same identity estimate the same for the same photo."""


@runtime_checkable
class OfWholePhoto(Protocol):
    """An estimator whose map was made for the whole photo, so that it isn't asked for a part."""

    @property
    def covers(self) -> Literal["whole photo"]:
        """What its map shows."""
