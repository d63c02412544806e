"""Parts of a photo with a meaning: sky, ground, faces, persons, the subject."""

from __future__ import annotations

from kinora.scene.regions.faces import face_mask, find_faces, find_person
from kinora.scene.regions.horizon import Horizon, estimate_horizon
from kinora.scene.regions.masks import region_of, shrink
from kinora.scene.regions.sky import find_sky
from kinora.scene.regions.subject import find_subject
from kinora.types.scene import Photo, Region

__all__ = ["Horizon", "estimate_horizon", "find_regions"]


def find_regions(photo: Photo) -> tuple[Region, ...]:
    """Find sky, ground, faces, persons and the subject.

    Args:
        photo: upright photo.

    Returns:
        Regions with masks (H, W) float32 in [0, 1] at the photo's size, soft at their edges;
        only what is there with some confidence, so often few or none.
    """
    import numpy as np

    small = shrink(photo)
    regions: list[Region] = []
    far = np.zeros(small.shape, np.float32)
    sky = find_sky(small)
    if sky is not None:
        far = sky[0]
        regions.append(
            region_of(far, photo, small, kind="sky", score=sky[1], source="colour+smoothness")
        )
    faces = find_faces(small)
    for face in faces:
        mask = face_mask(face, small.shape)
        regions.append(
            region_of(mask, photo, small, kind="face", score=face.score, source=face.source)
        )
        person = find_person(small, face)
        if person is not None:
            regions.append(
                region_of(
                    person, photo, small, kind="person", score=face.score, source="face+grabcut"
                )
            )
    if not faces:
        subject = find_subject(small, far)
        if subject is not None:
            regions.append(
                region_of(
                    subject[0],
                    photo,
                    small,
                    kind="subject",
                    score=subject[1],
                    source="contrast+grabcut",
                )
            )
    return tuple(regions)
