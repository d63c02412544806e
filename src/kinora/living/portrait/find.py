"""A face's geometry: head, eyes and mouth, from the face region and an eye cascade."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from kinora.types.face import EyeShape
from kinora.types.scene import F32, U8, Scene

# The face region is an ellipse about the box that a cascade gives: its size in box widths, and how
# much higher its middle lies, in box heights.
_ELLIPSE: Final = (0.96, 1.3, 0.05)
#: Width that faces are looked at in, pixels.
_WORKING: Final = 320
# Where eyes can be in the box, in box heights and widths.
_ROWS, _MIDDLE = (0.15, 0.62), 0.5
_LEAST_APART, _USUALLY_APART, _MOST_APART = 0.28, 0.42, 0.62  # between the eyes, in box widths
# An eye's measures against the distance between the eyes (63 mm: fissure 30 mm wide, 10 mm high).
_HALF, _UPPER, _LOWER, _SKIN = 0.235, 0.075, 0.075, 0.105
_LIDS: Final = (0.045, 0.12)  # least and greatest height of the upper lid that is looked for
#: How much eyes may slant beside the line between them, radians; outer corners are mostly higher.
_MOST_SLANT, _USUAL_SLANT = 0.35, 0.15
_DETECTING = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A head on the canvas; lengths are canvas pixels."""

    x: float  # middle of the face's box
    y: float
    width: float  # of the face's box
    height: float
    eyes: tuple[EyeShape, ...]  # the picture's left one first; empty where none were found

    @property
    def apart(self) -> float:
        """Distance between the eyes; where they weren't found, what it usually is."""
        if len(self.eyes) == 2:
            one, other = self.eyes
            return float(np.hypot(other.x - one.x, other.y - one.y))
        return _USUALLY_APART * self.width

    @property
    def brow(self) -> tuple[float, float]:
        """The point between the eyes."""
        if len(self.eyes) == 2:
            one, other = self.eyes
            return (one.x + other.x) / 2, (one.y + other.y) / 2
        return self.x, self.y - 0.1 * self.height

    @property
    def axis(self) -> tuple[float, float]:
        """Unit vector along the eyes."""
        if len(self.eyes) != 2:
            return 1.0, 0.0
        one, other = self.eyes
        return (other.x - one.x) / self.apart, (other.y - one.y) / self.apart


def find_head(scene: Scene) -> Head | None:
    """The largest face of a scene, or None where none was found."""
    faces = [region for region in scene.regions if region.kind == "face"]
    if not faces:
        return None
    left, top, right, bottom = max(
        (face.box for face in faces), key=lambda box: (box[2] - box[0]) * (box[3] - box[1])
    )
    width, height = (right - left) / _ELLIPSE[0], (bottom - top) / _ELLIPSE[1]
    x, y = (left + right) / 2, (top + bottom) / 2 + _ELLIPSE[2] * height
    eyes = _eyes(scene.image, x - width / 2, y - height / 2, width, height)
    dx, dy = scene.frame_origin
    moved = tuple(
        EyeShape(
            x=eye.x + dx,
            y=eye.y + dy,
            axis=eye.axis,
            half=eye.half,
            upper=eye.upper,
            lower=eye.lower,
            skin=eye.skin,
        )
        for eye in eyes
    )
    return Head(x=x + dx, y=y + dy, width=width, height=height, eyes=moved)


@lru_cache(maxsize=2)
def _cascade(name: str) -> cv2.CascadeClassifier:
    folder = Path(cv2.__file__).parent / "data"
    return cv2.CascadeClassifier(str(folder / f"haarcascade_{name}.xml"))


def _eyes(image: U8, x: float, y: float, width: float, height: float) -> tuple[EyeShape, ...]:
    """Both eyes in a face's box, frame pixels; none where they can't be told."""
    x0, y0 = max(int(x), 0), max(int(y + _ROWS[0] * height), 0)
    x1 = min(int(x + width), image.shape[1])
    y1 = min(int(y + _ROWS[1] * height), image.shape[0])
    if x1 - x0 < 24 or y1 - y0 < 12:
        return ()
    scale = _WORKING / width
    part = cv2.cvtColor(image[y0:y1, x0:x1], cv2.COLOR_RGB2GRAY)
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    grey: U8 = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=kind), np.uint8)
    pupils = _pair(grey, _WORKING)
    if pupils is None:
        return ()
    shapes = _shapes(grey.astype(np.float32), *pupils)
    return tuple(
        EyeShape(
            x=shape.x / scale + x0,
            y=shape.y / scale + y0,
            axis=shape.axis,
            half=shape.half / scale,
            upper=shape.upper / scale,
            lower=shape.lower / scale,
            skin=shape.skin / scale,
        )
        for shape in shapes
    )


def _pair(grey: U8, width: int) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Pupils of the likeliest pair of eyes, the left one first."""
    even = cv2.equalizeHist(grey)
    smallest = round(0.12 * width)
    with _DETECTING:
        boxes = [
            tuple(int(value) for value in box)
            for name in ("eye", "eye_tree_eyeglasses")
            for box in _cascade(name).detectMultiScale(
                even, scaleFactor=1.08, minNeighbors=3, minSize=(smallest, smallest)
            )
        ]
    pupils = [_pupil(grey, box) for box in boxes if box[2] < 0.45 * width]
    best, score = None, 0.0
    for one in pupils:
        for other in pupils:
            apart, slope = (other[0] - one[0]) / width, abs(other[1] - one[1]) / width
            if not _LEAST_APART < apart < _MOST_APART or slope > 0.45 * apart:
                continue
            middle = abs((one[0] + other[0]) / 2 / width - _MIDDLE)
            likely = 1.0 - 2.0 * middle - abs(apart - 0.42) - 0.5 * slope
            if likely > score:
                best, score = (one, other), likely
    return best


def _pupil(grey: U8, box: tuple[int, ...]) -> tuple[float, float]:
    """The darkest place in the middle of an eye's box."""
    x, y, w, h = box
    part = grey[y : y + h, x : x + w].astype(np.float32)
    soft = cv2.GaussianBlur(part, (0, 0), 0.09 * w)
    across = np.abs((np.arange(w) + 0.5) / w - 0.5)[None, :]
    down = np.abs((np.arange(h) + 0.5) / h - 0.54)[:, None]
    cost = soft + 300.0 * (np.maximum(across - 0.2, 0.0) + np.maximum(down - 0.16, 0.0))
    row, column = np.unravel_index(int(np.argmin(cost)), cost.shape)
    return x + float(column) + 0.5, y + float(row) + 0.5


def _shapes(
    grey: F32, left: tuple[float, float], right: tuple[float, float]
) -> tuple[EyeShape, EyeShape]:
    """Both eyes about their pupils, working pixels."""
    span = np.array(right) - np.array(left)
    # A head that is turned away shows its eyes nearer to each other, but not smaller.
    apart = max(float(np.hypot(*span)), _USUALLY_APART * _WORKING)
    level = float(np.arctan2(span[1], span[0]))
    shapes = []
    for outer, pupil in ((-1, left), (1, right)):
        tilt, upper, lower = _lids(grey, pupil, level, apart, outer=outer)
        shapes.append(
            EyeShape(
                x=pupil[0],
                y=pupil[1] + 0.01 * apart,
                axis=(float(np.cos(tilt)), float(np.sin(tilt))),
                half=_HALF * apart,
                upper=upper,
                lower=lower,
                skin=_SKIN * apart,
            )
        )
    return shapes[0], shapes[1]


def _lids(
    grey: F32, pupil: tuple[float, float], level: float, apart: float, *, outer: int
) -> tuple[float, float, float]:
    """Slant of an eye, radians, and heights of its lids' edges over and under the pupil.

    Found where bright skin gives way to lashes above, and the eye to bright skin below.
    """
    soft = cv2.GaussianBlur(grey, (0, 0), max(0.012 * apart, 0.8)).astype(np.float32)
    slant = _slant(soft, pupil, level, apart, outer=outer)
    heights = np.linspace(_LIDS[0], _LIDS[1], 16) * apart
    upper, lower = (
        float(
            heights[
                int(
                    np.argmax(
                        [_contrast(soft, pupil, slant, side * height, apart) for height in heights]
                    )
                )
            ]
        )
        for side in (-1.0, 1.0)
    )
    # Halfway to what is usual, and rather too far out: skin hides the old edges, not the other way.
    return (
        slant,
        0.5 * (upper + _UPPER * apart) + 0.015 * apart,
        0.7 * lower + 0.3 * _LOWER * apart + 0.015 * apart,
    )


def _slant(
    soft: F32, pupil: tuple[float, float], level: float, apart: float, *, outer: int
) -> float:
    """The direction in which an eye is long, radians: that of most people's, for two thirds, and
    the main axis of what is dark about it. ``outer`` is −1 for the picture's left eye, else 1.
    """
    y, x = np.mgrid[0 : soft.shape[0], 0 : soft.shape[1]].astype(np.float32)
    dx, dy = x + 0.5 - pupil[0], y + 0.5 - pupil[1]
    along = dx * np.cos(level) + dy * np.sin(level)
    across = dy * np.cos(level) - dx * np.sin(level)
    near = (along / (1.25 * _HALF * apart)) ** 2 + (across / (1.7 * _UPPER * apart)) ** 2 < 1.0
    dark = np.where(near, np.maximum(np.median(soft[near]) - soft, 0.0), 0.0)
    total = max(float(dark.sum()), 1e-6)
    u, v = along - (dark * along).sum() / total, across - (dark * across).sum() / total
    spread = (dark * (u * u - v * v)).sum(), 2.0 * (dark * u * v).sum()
    tilt = 0.5 * float(np.arctan2(spread[1], spread[0]))
    usual = _USUAL_SLANT if outer < 0 else -_USUAL_SLANT
    return level + 0.65 * usual + 0.35 * float(np.clip(tilt, -_MOST_SLANT, _MOST_SLANT))


def _contrast(
    soft: F32, pupil: tuple[float, float], angle: float, height: float, apart: float
) -> float:
    """How much brighter it is outside than inside of an arch over (or under) a pupil."""
    p = np.linspace(-0.8, 0.8, 17, dtype=np.float32)
    axis = (float(np.cos(angle)), float(np.sin(angle)))
    step = np.float32(np.copysign(0.022 * apart, height))
    along, q = p * np.float32(_HALF * apart), (height * (1.0 - p * p)).astype(np.float32)
    out, inside = (_along(soft, pupil, axis, along, q + shift) for shift in (step, -step))
    return float((out - inside).mean())


def _along(
    plane: F32, start: tuple[float, float], axis: tuple[float, float], p: F32, q: F32
) -> F32:
    """Values at p along an axis and q across it, from a start."""
    x = start[0] + p * axis[0] - q * axis[1] - 0.5
    y = start[1] + p * axis[1] + q * axis[0] - 0.5
    found = cv2.remap(
        plane,
        x.astype(np.float32)[None, :],
        y.astype(np.float32)[None, :],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(found[0], np.float32)
