"""Parts of a photo with a meaning: sky, ground, faces, persons, the subject."""

from kinora.scene.regions.find import find_regions
from kinora.scene.regions.horizon import Horizon, estimate_horizon

__all__ = ["Horizon", "estimate_horizon", "find_regions"]
