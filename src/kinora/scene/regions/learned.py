"""Regions with a network's help."""

from __future__ import annotations

from functools import partial

from kinora.scene.networks.geometry import GeometryNetwork
from kinora.scene.regions.find import find_regions
from kinora.scene.regions.masks import shrink
from kinora.scene.regions.seen import seen_by
from kinora.scene.together import Later
from kinora.types.scene import Photo, Region


class LearnedRegions:
    """A `RegionFinder`: the classes of a network that are to be trusted, the others as without."""

    def __init__(self, network: GeometryNetwork) -> None:
        """Args:
        network: asked once per photo, together with who asks for disparity.
        """
        self._network = network

    @property
    def identity(self) -> str:
        """The network's: the code is part of the stage's own fingerprint."""
        return f"learned:{self._network.identity}"

    def __call__(self, photo: Photo) -> tuple[Region, ...]:
        """Regions of ``photo``, as of `kinora.scene.regions.find_regions`.

        Raises:
            ModelError: the network can't be run.
        """
        begun = Later(partial(shrink, photo))  # meanwhile, and kept
        seen = seen_by(self._network, photo)
        begun.result()
        return find_regions(photo, seen=seen)
