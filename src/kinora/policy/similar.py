"""Pictures that look like blocked ones: resized, recompressed, mirrored, grey or cropped.

Two prints are kept of a blocked picture, never the picture itself. The *sketch* is a perceptual
hash of 256 bits, the signs of the lowest frequencies of a 64 × 64 cosine transform (C. Zauner,
Implementation and benchmarking of perceptual image hash functions, 2010): alike for whole copies.
The *marks* are ORB features (E. Rublee et al., ICCV 2011): enough of them at places that one
similarity transform maps onto each other (RANSAC) show a part of the picture, too. A drawing of the
same thing anew is alike in neither.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.errors import InputError
from kinora.policy.measures import MARKS_LIMIT, SIMILARITY, SKETCH_LIMIT

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

_SIDE = 400  # longest side that features are found in, pixels
_FEATURES = 500
_RATIO = 0.78  # of the distances to the nearest and the second nearest feature (Lowe, 2004)
_TOLERANCE = 4.0  # pixels
_LEAST_AREA = 0.05  # of the query, under the matching features: less is a logo or a caption
_FLAT = 6.0  # grey levels of deviation below which a picture has nothing to compare


@dataclass(frozen=True)
class Print:
    """What is kept of a picture."""

    sketch: U8  # (32,) packed bits
    places: F32  # (N, 2) x, y of features in pixels of the reduced picture
    marks: U8  # (N, 32) descriptors of the features
    is_flat: bool = False

    def as_json(self) -> str:
        """As the registry stores it."""
        return json.dumps(
            {
                "version": SIMILARITY,
                "sketch": _coded(self.sketch),
                "places": _coded(np.round(self.places * 16).astype(np.uint16)),
                "marks": _coded(self.marks),
                "is_flat": self.is_flat,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Print:
        """The print that `as_json` wrote.

        Raises:
            InputError: it is none, or of another version.
        """
        try:
            raw: dict[str, Any] = json.loads(text)
            if raw["version"] != SIMILARITY:
                raise ValueError(f"its version is {raw['version']}")
            sixteenths = _decoded(raw["places"], np.uint16).reshape(-1, 2)
            places = sixteenths.astype(np.float32) / np.float32(16)
            sketch, marks = _decoded(raw["sketch"], np.uint8), _decoded(raw["marks"], np.uint8)
            return cls(sketch, places, marks.reshape(-1, 32), bool(raw["is_flat"]))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"A stored print can't be read: {error}.") from error


def _coded(array: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _decoded(text: str, kind: type[np.generic]) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text, validate=True), kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How alike two pictures are."""

    bits: int  # of the sketches that differ, of 256
    marks: int  # features at matching places

    @property
    def is_alike(self) -> bool:
        """Whether one is a copy, or shows a part, of the other."""
        return self.bits <= SKETCH_LIMIT or self.marks >= MARKS_LIMIT

    @property
    def score(self) -> float:
        """0 to 1; from 0.5 on they are alike."""
        by_sketch = 1.0 - self.bits / (2 * SKETCH_LIMIT)
        by_marks = self.marks / (2 * MARKS_LIMIT)
        return float(min(1.0, max(0.0, by_sketch, by_marks)))


@dataclass(frozen=True)
class Query:
    """A picture that is compared with many: its prints as it is and mirrored."""

    rgb: U8  # (H, W, 3) sRGB

    @cached_property
    def prints(self) -> tuple[Print, Print]:
        """Made once."""
        return print_of(self.rgb), print_of(np.ascontiguousarray(self.rgb[:, ::-1]))

    def match(self, blocked: Print) -> Match:
        """The better of both comparisons."""
        found = [compare(own, blocked) for own in self.prints]
        return max(found, key=lambda match: match.score)


def print_of(rgb: U8) -> Print:
    """The prints of a picture, (H, W, 3) sRGB."""
    grey: U8 = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    height, width = grey.shape
    scale = _SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    reduced = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    points, marks = _orb().detectAndCompute(reduced, None)
    if marks is None or not points:
        places, marks = np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8)
    else:
        places = np.array([point.pt for point in points], np.float32)
    return Print(
        sketch=_sketch(grey),
        places=places,
        marks=np.asarray(marks, np.uint8),
        is_flat=bool(grey.std() < _FLAT),
    )


def _orb() -> cv2.ORB:
    return cv2.ORB.create(nfeatures=_FEATURES, scaleFactor=1.2, nlevels=8, fastThreshold=8)


def _sketch(grey: U8) -> U8:
    """Which of the 16 × 16 lowest frequencies lie above their median."""
    small = cv2.resize(grey, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
    lowest = cv2.dct(cv2.GaussianBlur(small, (0, 0), 1.0))[:16, :16].ravel()
    return np.packbits(lowest > np.median(lowest[1:]))


def compare(query: Print, blocked: Print) -> Match:
    """How alike the pictures of two prints are; mirroring isn't looked at."""
    if query.is_flat or blocked.is_flat:
        return Match(bits=256, marks=0)
    bits = int(np.bitwise_count(query.sketch ^ blocked.sketch).sum())
    marks = 0 if bits <= SKETCH_LIMIT else _common_marks(query, blocked)
    return Match(bits=bits, marks=marks)


def _common_marks(query: Print, blocked: Print) -> int:
    if min(len(query.marks), len(blocked.marks)) < MARKS_LIMIT:
        return 0
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(query.marks, blocked.marks, k=2)
    good = [one for one, other in pairs if one.distance < _RATIO * other.distance]
    if len(good) < MARKS_LIMIT:
        return 0
    here = query.places[[match.queryIdx for match in good]]
    there = blocked.places[[match.trainIdx for match in good]]
    transform, inside = cv2.estimateAffinePartial2D(
        here, there, method=cv2.RANSAC, ransacReprojThreshold=_TOLERANCE
    )
    if transform is None:
        return 0
    kept = here[inside.ravel() == 1]
    there_kept = there[inside.ravel() == 1]
    scale = float(np.hypot(transform[0, 0], transform[1, 0]))
    if not 0.4 < scale < 2.5 or _area(kept) < _LEAST_AREA * _SIDE**2 * 0.5:
        return 0
    # Many features on one spot of the other picture are a texture, not a part.
    return min(len(np.unique(np.round(kept / 4), axis=0)), len(np.unique(there_kept, axis=0)))


def _area(points: F32) -> float:
    return 0.0 if len(points) < 3 else float(cv2.contourArea(cv2.convexHull(points)))
