"""Faces by Haar cascades, and the persons that they belong to."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.regions.cascades import SCALE_STEP, Box, find_boxes, path_of_cascade, read_cascade
from kinora.scene.regions.masks import SmallPhoto, grab_cut, largest_part
from kinora.types.scene import F32, U8

Bool = NDArray[np.bool_]

# Neighbouring detections that a face needs: of the finder, and of the cascade that confirms it.
_MIN_NEIGHBOURS, _MIN_CONFIRMING = 3, 2
_MIN_PROFILE_NEIGHBOURS: Final = 8  # the profile cascade errs more often, and nothing confirms it
# Smallest face, as a share of the shorter side.
_MIN_FRONTAL, _MIN_PROFILE = 0.06, 0.12
# Longest side at which profiles are looked for, pixels: that cascade is slow.
_PROFILE_SIDE: Final = 320
# Where a person is, from the top of the face's box, in face heights: half width, top, bottom.
_REACH: Final = (2.6, -1.4, 8.0)  # nowhere outside
_HAIR: Final = (0.75, -0.5, 1.4)  # likely, or a hat
_BODY: Final = (1.2, 1.25, 7.0)  # likely
_TRUNK: Final = (0.5, 0.9, 6.0)  # surely
_CLOTHES: Final = (2.2, 1.1, 8.0)  # likely, where colours are none of the background's
# What is beside the head shows the background: from its sides, and down to the chin, face heights.
_BESIDE, _CHIN = 1.1, 1.1
# Share of that background below which a colour is none of its; width of bins of colour (CIELAB)
# and their number along each axis; smallest share of the picture that says anything.
_NONE, _BIN, _BINS, _MIN_BESIDE = 0.0004, 8.0, 32, 0.03
# Share of such a part that lies where the body is, else it is ground or furniture; and the width
# below which it is none, pixels at working size.
_ON_BODY, _NARROW = 0.4, 7
# Rounds that GrabCut takes: the first guess is made of rectangles.
_PERSON_ROUNDS: Final = 3
# A network's probability of a subject from which it sees a face, from which it surely sees a body,
# and below which there is none.
_SEEN_FACE, _SEEN_BODY, _SURELY_NOT = 0.5, 0.85, 0.08


# A cascade keeps buffers between calls and is shared by all threads.
_DETECTING = threading.Lock()


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


def find_faces(
    small: SmallPhoto,
    *,
    profile: bool = False,
    within: tuple[slice, slice] | None = None,
    possible: Bool | None = None,
    least: float = 0.0,
) -> tuple[Face, ...]:
    """Faces, the largest first: those that the frontal cascades agree on, or those in profile.

    Args:
        small: the photo at working size.
        profile: which of the two; profiles count only where no face is seen from the front.
        within: rows and columns outside of which there are none; the whole picture.
        possible: (h, w), where the middle of one may be; anywhere.
        least: width of the smallest one that may be there, pixels at working size.
    """
    rows, columns = within or (slice(0, small.shape[0]), slice(0, small.shape[1]))
    part = np.ascontiguousarray(small.bgr[rows, columns])
    grey = np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    some = None if possible is None else possible[rows, columns].astype(np.uint8)
    smallest = max(round(_MIN_FRONTAL * min(small.shape)), round(least), 20)
    faces = _profile(grey, some, least=least) if profile else _frontal(grey, some, smallest)
    found = [replace(face, x=face.x + columns.start, y=face.y + rows.start) for face in faces]
    return tuple(sorted(found, key=lambda face: -face.width * face.height))


def face_mask(face: Face, shape: tuple[int, int]) -> F32:
    """The ellipse that a head fills, (h, w) in [0, 1]."""
    mask = np.zeros(shape, np.uint8)
    x, y = face.centre
    centre = (round(x), round(y - 0.05 * face.height))
    axes = (max(round(0.48 * face.width), 1), max(round(0.65 * face.height), 1))
    cv2.ellipse(mask, centre, axes, 0, 0, 360, 255, -1)
    return mask.astype(np.float32) / 255.0


def find_person(small: SmallPhoto, face: Face, *, hint: F32 | None = None) -> F32 | None:
    """The body that belongs to a face, (h, w) in [0, 1], or None where it can't be told.

    Args:
        small: the photo at working size.
        face: one of its faces.
        hint: (h, w) in [0, 1], where a network takes something for a subject; if it sees the face,
            the body is likely where it is sure of one, and nowhere where it surely sees none.
            Arms, and who stands so near that a cut between the two would tear one, come along.
    """
    height, width = small.shape
    trimap = np.full(small.shape, cv2.GC_BGD, np.uint8)
    _paint(trimap, face, _REACH, cv2.GC_PR_BGD)
    _paint(trimap, face, _HAIR, cv2.GC_PR_FGD)
    _paint(trimap, face, _BODY, cv2.GC_PR_FGD)
    trimap[_clothes(small, face, body=trimap == cv2.GC_PR_FGD)] = cv2.GC_PR_FGD
    head = face_mask(face, small.shape) > 0.5
    if hint is not None and float(hint[head].mean()) > _SEEN_FACE:
        trimap[(hint > _SEEN_BODY) & (trimap == cv2.GC_PR_BGD)] = cv2.GC_PR_FGD
        trimap[hint < _SURELY_NOT] = cv2.GC_BGD
    _paint(trimap, face, _TRUNK, cv2.GC_FGD)
    trimap[head] = cv2.GC_FGD
    cut = grab_cut(small, trimap, rounds=_PERSON_ROUNDS)
    person = largest_part(np.maximum(cut, head.astype(np.float32)))
    area = float(person.mean()) * height * width / max(face.width * face.height, 1)
    return person if 1.2 < area < 40.0 else None


def _clothes(small: SmallPhoto, face: Face, *, body: Bool) -> Bool:
    """(h, w) what is rather of the person than of the background that shows beside its head.

    Without this, a sleeve that reaches far would teach what the background looks like.
    """
    beside = np.zeros(small.shape, dtype=bool)
    beside[: max(round(face.y + _CHIN * face.height), 0)] = True
    head = np.zeros(small.shape, np.uint8)
    _paint(head, face, (_BESIDE, -0.6, _CHIN), 1)
    beside &= head == 0
    if beside.mean() < _MIN_BESIDE:
        return np.zeros_like(beside)
    cells = _colours(small)
    share = np.bincount(cells[beside], minlength=_BINS**3).reshape(_BINS, _BINS, _BINS)
    share = share / beside.sum()
    for axis in range(3):
        share = (np.roll(share, 1, axis) + 2.0 * share + np.roll(share, -1, axis)) / 4.0
    reach = np.zeros(small.shape, np.uint8)
    _paint(reach, face, _CLOTHES, 1)
    other = (share.ravel()[cells] < _NONE) & ~beside
    square = np.ones((_NARROW, _NARROW), np.uint8)
    opened = cv2.morphologyEx(other.astype(np.uint8), cv2.MORPH_OPEN, square)
    count, labels = cv2.connectedComponents(opened)
    total = np.bincount(labels.ravel(), minlength=count)
    ours = np.bincount(labels[body], minlength=count) > _ON_BODY * total
    ours[0] = False
    return np.asarray(ours[labels] & (reach > 0), dtype=np.bool_)


@lru_cache(maxsize=2)  # for all faces of a photo
def _colours(small: SmallPhoto) -> NDArray[np.int64]:
    """Number of the bin in which each pixel's colour lies, (h, w). Not to be written to."""
    bins = np.floor(small.lab / np.float32(_BIN)) + np.float32(_BINS // 2)
    weights = np.array([[_BINS**2, _BINS, 1]], np.float32)
    return np.asarray(cv2.transform(np.clip(bins, 0.0, _BINS - 1.0), weights), np.int64)


def _paint(trimap: U8, face: Face, part: tuple[float, float, float], label: int) -> None:
    """Label a rectangle below (and about) the face: half width, top, bottom in face heights."""
    half, top, bottom = (value * face.height for value in part)
    x, _ = face.centre
    rows = slice(max(round(face.y + top), 0), max(round(face.y + bottom), 0))
    trimap[rows, max(round(x - half), 0) : max(round(x + half), 0)] = label


def _frontal(grey: U8, possible: U8 | None, smallest: int) -> list[Face]:
    cascade = read_cascade("frontalface_alt2")
    boxes = find_boxes(
        grey, cascade, smallest=smallest, neighbours=_MIN_NEIGHBOURS, possible=possible
    )
    return [Face(*box, score=0.9, source="haar-frontal") for box in boxes if _confirmed(grey, box)]


def _profile(grey: U8, possible: U8 | None, *, least: float = 0.0) -> list[Face]:
    """The cascade knows faces that look to the left; the mirrored picture shows it the others."""
    scale = min(1.0, _PROFILE_SIDE / max(grey.shape))
    size = (max(round(grey.shape[1] * scale), 1), max(round(grey.shape[0] * scale), 1))
    reduced = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    smallest = max(round(_MIN_PROFILE * min(reduced.shape)), round(scale * least), 20)
    found: list[Face] = []
    for way in (1, -1):
        picture = np.ascontiguousarray(reduced[:, ::way])
        some = None if possible is None else possible[:, ::way]
        for x, y, w, h in _left_profiles(picture, some, smallest):
            left = x if way > 0 else size[0] - x - w
            left, y, w, h = (round(value / scale) for value in (left, y, w, h))
            face = Face(left, y, w, h, score=0.6, source="haar-profile")
            if not any(_overlap(face, other) for other in found):
                found.append(face)
    return found


def _left_profiles(grey: U8, possible: U8 | None, smallest: int) -> list[Box]:
    """Those that are found in a crop, too: what only some grid of windows shows is no face."""
    find = partial(
        find_boxes,
        cascade=read_cascade("profileface"),
        smallest=smallest,
        neighbours=_MIN_PROFILE_NEIGHBOURS,
    )
    found = []
    for x, y, w, h in find(grey, possible=possible):
        left, top = max(x - w // 2, 0), max(y - h // 2, 0)
        crop = np.ascontiguousarray(grey[top : y + h + h // 2, left : x + w + w // 2])
        found += [(x + left, y + top, w, h) for x, y, w, h in find(crop)]
    return found


def _confirmed(grey: U8, box: Box) -> bool:
    """Whether another cascade sees a face there, too."""
    x, y, w, h = box
    margin = w // 3
    crop = grey[max(y - margin, 0) : y + h + margin, max(x - margin, 0) : x + w + margin]
    with _DETECTING:
        boxes = _confirming().detectMultiScale(
            np.ascontiguousarray(crop),
            scaleFactor=SCALE_STEP,
            minNeighbors=_MIN_CONFIRMING,
            minSize=(w // 2, w // 2),
        )
    return len(boxes) > 0


@lru_cache(maxsize=1)
def _confirming() -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(path_of_cascade("frontalface_default")))


def _overlap(one: Face, other: Face) -> bool:
    x, y = one.centre
    return abs(x - other.centre[0]) < other.width and abs(y - other.centre[1]) < other.height
