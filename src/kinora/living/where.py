"""Where an element is: the caller's mask, else the photo's regions, else what it looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kinora.living.boxed import thing_in
from kinora.living.evidence.look import Bool, Look
from kinora.living.grid import Grid
from kinora.types.living import F32
from kinora.types.scene import Region, RegionKind, Scene

#: Least share of the frame that is worth moving.
LEAST: Final = 0.0004
#: Least share of a region of another kind that lies in what was found, for all of it to be part.
_JOINS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """Where an element is."""

    mask: F32  # (H, W) over the frame, in [0, 1]
    source: str  # who says so: "your mask", or the region's source


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Where an element may be looked for, in this order."""

    masks: tuple[str, ...]  # names under which a caller may give a mask
    regions: tuple[RegionKind, ...] = ()
    # What the picture itself shows, where no region tells; asked first if ``looks_first``.
    evidence: Callable[[Look], Bool | None] | None = None
    looks_first: bool = False
    without: tuple[RegionKind, ...] = ()  # regions that are never part of it
    joins: tuple[RegionKind, ...] = ()  # those are part of it if they mostly are
    thing: bool = False  # whether a box as a mask means the thing in it


def find_place(
    scene: Scene,
    search: Search,
    masks: Mapping[str, F32],
    *,
    kept: F32 | None = None,
    look: Look | None = None,
) -> Place | None:
    """The place of an element, or None where there is none.

    Args:
        scene: with its regions.
        search: where to look.
        masks: the caller's, (H, W) over the frame in [0, 1], by name.
        kept: where nothing may move, likewise.
        look: of the scene, where it was taken before.
    """
    place = _found(scene, search, masks, look)
    if place is None or kept is None:
        return place
    return _if_any(np.minimum(place.mask, 1.0 - kept).astype(np.float32), place.source)


def _found(
    scene: Scene, search: Search, masks: Mapping[str, F32], look: Look | None
) -> Place | None:
    for name in search.masks:
        if name in masks:
            mask = masks[name]
            if search.thing:
                mask = thing_in(mask, scene.image, name=name)
            return _if_any(mask, "mask")
    ways: list[Callable[[], Place | None]] = [
        lambda: _by_region(scene, search),
        lambda: _by_evidence(scene, search, look),
    ]
    for way in reversed(ways) if search.looks_first else ways:
        place = way()
        if place is not None:
            return place
    return None


def _by_region(scene: Scene, search: Search) -> Place | None:
    found = [region for region in scene.regions if region.kind in search.regions]
    if not found:
        return None
    mask = np.maximum.reduce([region.mask for region in found])
    same = [region for region in scene.regions if _joins(region, mask, search)]
    mask = np.maximum.reduce([mask, *(region.mask for region in same)])
    for region in scene.regions:
        if region.kind in search.without and not any(region is one for one in same):
            mask = np.minimum(mask, 1.0 - region.mask)
    return _if_any(mask.astype(np.float32), _sources(found))


def _joins(region: Region, mask: F32, search: Search) -> bool:
    """Whether a region is but another view of what was found: sunflowers that stand out."""
    if region.kind not in search.joins:
        return False
    return float(np.minimum(region.mask, mask).sum()) >= _JOINS * float(region.mask.sum())


def _by_evidence(scene: Scene, search: Search, look: Look | None) -> Place | None:
    if search.evidence is None:
        return None
    look = look or Look.of(scene)
    found = look.once(search.evidence)
    return None if found is None else _if_any(look.to_frame(found), "look")


def _if_any(mask: F32, source: str) -> Place | None:
    """A place, where a mask covers enough and has an inside."""
    if float(mask.mean()) < LEAST or float(mask.max()) <= 0.5:
        return None
    return Place(mask=mask, source=source)


def _sources(regions: Sequence[Region]) -> str:
    return ", ".join(dict.fromkeys(region.source for region in regions))


def over_canvas(mask: F32, grid: Grid) -> F32:
    """A mask of the frame over the canvas: beyond the frame its rim goes on."""
    x, y = grid.origin
    right = grid.canvas.width - x - mask.shape[1]
    below = grid.canvas.height - y - mask.shape[0]
    return np.asarray(
        cv2.copyMakeBorder(mask, y, below, x, right, cv2.BORDER_REPLICATE), np.float32
    )


def inner(mask: F32, grid: Grid, *, rim: float = 0.002, feather: float = 0.006) -> F32:
    """A mask of the canvas drawn in from its edge, soft inwards and exactly 0 outside.

    Args:
        mask: (H, W) in [0, 1].
        grid: of the canvas.
        rim: mixed pixels along the edge that don't belong, as a share of the frame's long side.
        feather: width of the soft edge, likewise.
    """
    long_side = max(grid.frame.width, grid.frame.height)
    inside = (mask > 0.5).astype(np.uint8)
    # What touches the canvas's border goes on beyond it.
    padded = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    soft = (depth - rim * long_side) / max(feather * long_side, 1.0)
    return np.asarray(np.clip(soft, 0.0, 1.0), np.float32)
