"""Regions with a network's help."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kinora.scene.networks.geometry import GeometryNetwork
from kinora.scene.regions.find import find_regions
from kinora.scene.regions.lines import find_lines
from kinora.scene.regions.masks import SmallPhoto, shrink
from kinora.scene.regions.seen import seen_by
from kinora.scene.regions.vanishing import find_vanishing_point
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
        # Kept, and asked for anyway: lines by who estimates disparity.
        kept = [Later(partial(_found, find, photo)) for find in (find_vanishing_point, find_lines)]
        found = find_regions(photo, seen=seen_by(self._network, photo))
        for each in kept:
            each.result()
        return found


def _found(find: Callable[[SmallPhoto], object], photo: Photo) -> None:
    find(shrink(photo))
