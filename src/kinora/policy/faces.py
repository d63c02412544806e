"""Faces in pictures, by what OpenCV brings along: no download, no identity, no age.

The detector is OpenCV's frontal Haar cascade *alt2* (R. Lienhart and J. Maydt, ICIP 2002) with six
neighbours. It misses faces that are turned away, covered or smaller than about 1/25 of the picture:
"no face found" is not "nobody in it".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.errors import EngineError

U8 = NDArray[np.uint8]

_NEIGHBOURS = 6
_LONGEST = 720  # pixels that faces are looked for in
_SMALLEST = 28  # pixels of those
_CASCADE = "haarcascade_frontalface_alt2.xml"
# How much a face may differ between two looks at a clip: in width, and in place as a share of the
# frame.
_GROWS, _MOVES = 1.6, 0.35


@dataclass(frozen=True, slots=True)
class Face:
    """Where a face was found, in shares of the picture's width and height."""

    x: float
    y: float
    width: float
    height: float


def find_faces(rgb: U8) -> tuple[Face, ...]:
    """Faces in a picture, (H, W, 3) sRGB, the largest first.

    Raises:
        EngineError: this build of OpenCV brings no cascades.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, _LONGEST / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    found = _detector().detectMultiScale(
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


def lasting_faces(frames: Sequence[U8]) -> tuple[Face, ...]:
    """Faces of a clip that two looks in a row agree on, the largest first.

    Among the patterns of one frame there may be something like a face. It rarely is one when the
    camera has moved on.

    Args:
        frames: in the order of time, each (H, W, 3) sRGB; of a single one, all faces count.

    Raises:
        EngineError: this build of OpenCV brings no cascades.
    """
    found = [find_faces(frame) for frame in frames]
    if len(found) < 2:
        return found[0] if found else ()
    lasting = {
        face
        for before, after in pairwise(found)
        for face in before
        if any(_is_alike(face, other) for other in after)
    }
    return tuple(sorted(lasting, key=_order))


def _is_alike(face: Face, other: Face) -> bool:
    grown = max(face.width / other.width, other.width / face.width)
    moved = max(
        abs(face.x + face.width / 2 - other.x - other.width / 2),
        abs(face.y + face.height / 2 - other.y - other.height / 2),
    )
    return grown <= _GROWS and moved <= _MOVES


def _order(face: Face) -> tuple[float, float, float]:
    return -face.width * face.height, face.x, face.y


@cache
def _detector() -> cv2.CascadeClassifier:
    folder = Path(cv2.__file__).parent / "data"  # that of `cv2.data`, which has no types
    detector = cv2.CascadeClassifier(str(folder / _CASCADE))
    if detector.empty():
        raise EngineError(f"OpenCV's cascade {_CASCADE} is missing from this installation.")
    return detector
