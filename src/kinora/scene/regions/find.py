"""All regions of a photo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinora.scene.regions.faces import face_mask, find_faces, find_person
from kinora.scene.regions.ground import find_ground
from kinora.scene.regions.horizon import horizon_from
from kinora.scene.regions.masks import SmallPhoto, region_of, shrink
from kinora.scene.regions.sky import find_sky
from kinora.scene.regions.subject import find_subject
from kinora.scene.regions.vanishing import find_vanishing_point
from kinora.types.scene import F32, Photo, Region, RegionKind


@dataclass(frozen=True, slots=True)
class _Found:
    """A region at working size."""

    kind: RegionKind
    mask: F32
    score: float
    source: str


def find_regions(photo: Photo) -> tuple[Region, ...]:
    """Find sky, faces, persons or else a subject, and ground.

    Args:
        photo: upright photo.

    Returns:
        Regions with masks (H, W) float32 in [0, 1] at the photo's size, soft at their edges, in
        the order above; only what is there with some confidence, so often few or none.
    """
    small = shrink(photo)
    sky = find_sky(small)
    found = [] if sky is None else [_Found("sky", *sky, "colour+smoothness")]
    far = np.zeros(small.shape, np.float32) if sky is None else sky[0]
    figures = _persons(small) or _subject(small, far)
    found += figures
    # Without a sky or a vanishing point nothing says where the ground ends.
    horizon = horizon_from(find_vanishing_point(small), None if sky is None else far)
    if horizon.score > 0.0:
        taken = np.maximum.reduce([far, *(figure.mask for figure in figures)])
        ground = find_ground(small, horizon.y, taken)
        found += [] if ground is None else [_Found("ground", *ground, "colour")]
    return tuple(
        region_of(each.mask, photo, small, kind=each.kind, score=each.score, source=each.source)
        for each in found
    )


def _persons(small: SmallPhoto) -> list[_Found]:
    found = []
    for face in find_faces(small):
        found.append(_Found("face", face_mask(face, small.shape), face.score, face.source))
        person = find_person(small, face)
        if person is not None:
            found.append(_Found("person", person, face.score, f"{face.source}+grabcut"))
    return found


def _subject(small: SmallPhoto, far: F32) -> list[_Found]:
    subject = find_subject(small, far)
    return [] if subject is None else [_Found("subject", *subject, "contrast+grabcut")]
