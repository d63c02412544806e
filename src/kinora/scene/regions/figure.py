"""Whom a picture of a character shows: less cautious than `find_regions`, as somebody is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from kinora.scene.networks.geometry import GeometryNetwork
from kinora.scene.regions.align import region_of
from kinora.scene.regions.find import find_regions
from kinora.scene.regions.masks import fill_holes, grab_cut, shrink
from kinora.types.scene import Photo, Region, RegionKind
from kinora.weights.weights import Weights

#: Probabilities of a figure beyond which its outline isn't looked for any more, and from which it
#: is likelier than not.
_SURELY, _LIKELY, _SURELY_NOT = 0.92, 0.5, 0.1
#: Least share of the picture that a figure covers, and that it leaves.
_LEAST: Final = 0.01


class FigureFinder:
    """Finds persons by their faces, and other figures by a network's first guess."""

    def __init__(self, weights: Weights | None) -> None:
        """Args:
        weights: of a network that knows figures; None: what colours and contrast show.
        """
        self._network: GeometryNetwork | None = None
        if weights is not None:
            knows = frozenset({*weights.regions, "subject"})
            self._network = GeometryNetwork(replace(weights, regions=knows))

    def __call__(self, photo: Photo) -> tuple[Region, ...]:
        """Regions of ``photo``, with a figure among them wherever one can be told.

        Raises:
            ModelError: the network can't be run.
        """
        found = find_regions(photo)
        if self._network is None or any(each.kind == "person" for each in found):
            return found
        chance = self._network.read(photo).regions.get("subject")
        if chance is None:
            return found
        small = shrink(photo)
        size = (small.shape[1], small.shape[0])
        guess = cv2.resize(chance, size, interpolation=cv2.INTER_LINEAR)
        trimap = np.full(small.shape, cv2.GC_BGD, np.uint8)
        trimap[guess > _SURELY_NOT] = cv2.GC_PR_BGD
        trimap[guess > _LIKELY] = cv2.GC_PR_FGD
        trimap[guess > _SURELY] = cv2.GC_FGD
        mask = fill_holes(grab_cut(small, trimap))
        if not _LEAST < float((mask > 0.5).mean()) < 1.0 - _LEAST:
            return found
        kind: RegionKind = "person" if any(each.kind == "face" for each in found) else "subject"
        source = f"learned:{self._network.weights.label}+grabcut"
        score = float(guess[mask > 0.5].mean())
        others = tuple(each for each in found if each.kind != "subject")
        return (*others, region_of(mask, photo, small, kind=kind, score=score, source=source))
