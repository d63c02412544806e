"""Faces by OpenCV's Haar cascades, and the persons that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from kinora.scene.regions.masks import SmallPhoto, grab_cut, largest_part
from kinora.types.scene import F32, U8

# Neighbouring detections that a face needs: of the finder, and of the cascade that confirms it.
_MIN_NEIGHBOURS, _MIN_CONFIRMING = 5, 2
_SCALE_STEP: Final = 1.1
# Smallest face, as a share of the shorter side.
_MIN_FACE: Final = 0.06
# Body below a face, in face heights: width of the shoulders and of the surely own trunk.
_SHOULDERS, _TRUNK = 3.4, 1.2


@dataclass(frozen=True, slots=True)
class Face:
    """A face's box in pixels of the working size."""

    x: int
    y: int
    width: int
    height: int
    score: float
    source: str

    @property
    def centre(self) -> tuple[float, float]:
        """x, y of the middle."""
        return self.x + self.width / 2, self.y + self.height / 2


def find_faces(small: SmallPhoto) -> tuple[Face, ...]:
    """Faces that two cascades agree on, largest first."""
    grey = np.asarray(cv2.cvtColor(small.bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    found = _frontal(grey)
    found += [face for face in _profile(grey) if not any(_overlap(face, f) for f in found)]
    return tuple(sorted(found, key=lambda face: -face.width * face.height))


def face_mask(face: Face, shape: tuple[int, int]) -> F32:
    """The ellipse that a head fills, (h, w) in [0, 1]."""
    mask = np.zeros(shape, np.uint8)
    x, y = face.centre
    centre = (round(x), round(y - 0.05 * face.height))
    axes = (max(round(0.48 * face.width), 1), max(round(0.65 * face.height), 1))
    cv2.ellipse(mask, centre, axes, 0, 0, 360, 255, -1)
    return mask.astype(np.float32) / 255.0


def find_person(small: SmallPhoto, face: Face) -> F32 | None:
    """The body that belongs to a face, (h, w) in [0, 1], or None where it can't be told."""
    height, width = small.shape
    trimap = np.full(small.shape, cv2.GC_BGD, np.uint8)
    x, _ = face.centre
    half = _SHOULDERS / 2 * face.height
    left, right = max(round(x - half), 0), min(round(x + half), width)
    bottom = min(round(face.y + 8.0 * face.height), height)
    trimap[max(round(face.y - 0.7 * face.height), 0) : bottom, left:right] = cv2.GC_PR_BGD
    chin = face.y + face.height
    trunk = slice(round(x - _TRUNK / 2 * face.height), round(x + _TRUNK / 2 * face.height))
    rows = slice(round(chin), min(round(chin + 2.5 * face.height), height))
    trimap[rows, max(trunk.start, 0) : trunk.stop] = cv2.GC_PR_FGD
    trimap[face_mask(face, small.shape) > 0.5] = cv2.GC_FGD
    person = largest_part(grab_cut(small, trimap))
    area = float(person.mean()) * height * width / max(face.width * face.height, 1)
    return person if 1.2 < area < 30.0 else None


@lru_cache(maxsize=8)
def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(
        str(Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml")
    )


def _detect(grey: U8, name: str, neighbours: int, smallest: int) -> list[tuple[int, int, int, int]]:
    boxes = _cascade(name).detectMultiScale(
        grey, scaleFactor=_SCALE_STEP, minNeighbors=neighbours, minSize=(smallest, smallest)
    )
    return [(int(x), int(y), int(w), int(h)) for x, y, w, h in boxes]


def _frontal(grey: U8) -> list[Face]:
    smallest = max(round(_MIN_FACE * min(grey.shape)), 20)
    found = []
    for box in _detect(grey, "frontalface_alt2", _MIN_NEIGHBOURS, smallest):
        if _confirmed(grey, box, "frontalface_default"):
            found.append(Face(*box, score=0.9, source="haar-frontal"))
    return found


def _profile(grey: U8) -> list[Face]:
    smallest = max(round(_MIN_FACE * min(grey.shape)), 20)
    found = []
    for mirrored in (False, True):
        picture = np.ascontiguousarray(grey[:, ::-1]) if mirrored else grey
        for x, y, w, h in _detect(picture, "profileface", _MIN_NEIGHBOURS + 3, smallest):
            left = grey.shape[1] - x - w if mirrored else x
            found.append(Face(left, y, w, h, score=0.6, source="haar-profile"))
    return found


def _confirmed(grey: U8, box: tuple[int, int, int, int], name: str) -> bool:
    x, y, w, h = box
    margin = w // 3
    crop = grey[max(y - margin, 0) : y + h + margin, max(x - margin, 0) : x + w + margin]
    return bool(_detect(np.ascontiguousarray(crop), name, _MIN_CONFIRMING, w // 2))


def _overlap(one: Face, other: Face) -> bool:
    x, y = one.centre
    return abs(x - other.centre[0]) < other.width and abs(y - other.centre[1]) < other.height
