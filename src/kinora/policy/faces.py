"""Faces in pictures, by what OpenCV brings along: no download, no identity, no age.

The detector is OpenCV's frontal Haar cascade *alt2* (R. Lienhart and J. Maydt, ICIP 2002) with six
neighbours. It misses faces that are turned away, covered or smaller than about 1/25 of the picture:
"no face found" is not "nobody in it".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
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
    return tuple(sorted(faces, key=lambda face: (-face.width * face.height, face.x, face.y)))


@cache
def _detector() -> cv2.CascadeClassifier:
    folder = Path(cv2.__file__).parent / "data"  # that of `cv2.data`, which has no types
    detector = cv2.CascadeClassifier(str(folder / _CASCADE))
    if detector.empty():
        raise EngineError(f"OpenCV's cascade {_CASCADE} is missing from this installation.")
    return detector
