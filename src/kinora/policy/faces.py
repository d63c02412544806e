"""Faces in pictures, by what OpenCV brings along: no download, no identity, no age.

The detector is OpenCV's frontal Haar cascade *alt2* (R. Lienhart and J. Maydt, ICIP 2002) with six
neighbours. It misses faces that are turned away, leaning by more than some 15°, covered or smaller
than about 1/25 of the picture: "no face found" is not "nobody in it".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.errors import EngineError

U8 = NDArray[np.uint8]
#: What is looked at together, each (H, W, 3) sRGB: a photo, or two frames of a clip close in time.
Look = tuple[U8] | tuple[U8, U8]

#: Share of the picture from which on a face counts that the photo didn't plainly show: turned by a
#: right angle, or brought close by the camera. It must have eyes, too, as windows and petals that
#: the cascade takes for faces have none. In 495 views of 33 photos the largest pattern that
#: was taken for a face, in photos without one, had 0.019; at right angles, 0.015.
LARGE: Final = 0.03

_NEIGHBOURS = 6
_LONGEST = 720  # pixels that faces are looked for in
_SMALLEST = 28  # pixels of those
_CASCADE, _EYES = "haarcascade_frontalface_alt2.xml", "haarcascade_eye.xml"
_EYE_FACE, _EYE = 120, 12  # pixels of a face that eyes are looked for in, and of the least eye
# How much a face may differ between two frames of a look: in width, and in place as a share of the
# frame.
_GROWS, _MOVES = 1.6, 0.35


@dataclass(frozen=True, slots=True)
class Face:
    """Where a face was found, in shares of the picture's width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Its share of the picture's."""
        return self.width * self.height


def find_faces(rgb: U8) -> tuple[Face, ...]:
    """Faces in a picture, (H, W, 3) sRGB, the largest first.

    Raises:
        EngineError: this build of OpenCV brings no cascades.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, _LONGEST / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    found = _detector(_CASCADE).detectMultiScale(
        cv2.equalizeHist(grey),
        scaleFactor=1.1,
        minNeighbors=_NEIGHBOURS,
        minSize=(_SMALLEST, _SMALLEST),
    )
    faces = [
        Face(x / size[0], y / size[1], w / size[0], h / size[1])
        for x, y, w, h in np.array(found).tolist()
    ]
    return tuple(sorted(faces, key=_order))


def faces_of(look: Look, *, least: float = 0.0) -> tuple[Face, ...]:
    """Faces of a photo, however it is turned, or those that two frames agree on, the largest first.

    Among the patterns of one frame there may be something like a face. It rarely is one when the
    camera has moved on.

    Args:
        look: what is looked at.
        least: share of the picture's area from which on a face counts; where there is one, a face
            must have eyes.

    Raises:
        EngineError: this build of OpenCV brings no cascades.
    """
    if len(look) == 1:
        return _turned_faces(look[0])
    first = find_faces(look[0])
    if least:
        first = tuple(f for f in first if f.area >= least and has_eyes(look[0], f))
    again = find_faces(look[1]) if first else ()  # a search takes a tenth of a second
    return tuple(face for face in first if any(_is_alike(face, other) for other in again))


def has_eyes(rgb: U8, face: Face) -> bool:
    """Whether OpenCV's cascade of eyes finds any in a face of a picture, (H, W, 3) sRGB.

    Raises:
        EngineError: this build of OpenCV brings no cascades.
    """
    height, width = rgb.shape[:2]
    rim = face.width * width / 4
    left, top = face.x * width - rim, face.y * height - rim
    right, bottom = left + face.width * width + 2 * rim, top + face.height * height + 2 * rim
    part = rgb[max(0, round(top)) : round(bottom), max(0, round(left)) : round(right)]
    scale = _EYE_FACE / (face.width * width)
    grey = cv2.cvtColor(cv2.resize(part, None, fx=scale, fy=scale), cv2.COLOR_RGB2GRAY)
    found = _detector(_EYES).detectMultiScale(
        cv2.equalizeHist(grey), scaleFactor=1.05, minNeighbors=3, minSize=(_EYE, _EYE)
    )
    return len(found) > 0


def _turned_faces(rgb: U8) -> tuple[Face, ...]:
    """Those of a picture as it stands; if there are none, large ones at the other right angles."""
    upright = find_faces(rgb)
    if upright:
        return upright
    for turns in (1, 2, 3):
        turned = np.ascontiguousarray(np.rot90(rgb, turns))
        large = tuple(
            _turned_back(face, turns)
            for face in find_faces(turned)
            if face.area >= LARGE and has_eyes(turned, face)
        )
        if large:
            return large
    return ()


def _turned_back(face: Face, turns: int) -> Face:
    """Where a face of the picture turned counterclockwise ``turns`` times lies in the picture."""
    for _ in range(turns):
        face = Face(1 - face.y - face.height, face.x, face.height, face.width)
    return face


def _is_alike(face: Face, other: Face) -> bool:
    grown = max(face.width / other.width, other.width / face.width)
    moved = max(
        abs(face.x + face.width / 2 - other.x - other.width / 2),
        abs(face.y + face.height / 2 - other.y - other.height / 2),
    )
    return grown <= _GROWS and moved <= _MOVES


def _order(face: Face) -> tuple[float, float, float]:
    return -face.area, face.x, face.y


@cache
def _detector(name: str) -> cv2.CascadeClassifier:
    folder = Path(cv2.__file__).parent / "data"  # that of `cv2.data`, which has no types
    detector = cv2.CascadeClassifier(str(folder / name))
    if detector.empty():
        raise EngineError(f"OpenCV's cascade {name} is missing from this installation.")
    return detector
