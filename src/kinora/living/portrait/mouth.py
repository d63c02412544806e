"""A face's mouth: where the lower lip begins, found in the face set upright."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.portrait.find import Head
from kinora.types.face import MouthShape
from kinora.types.scene import F32, Scene

#: Pixels that the distance between the eyes has in the upright face.
_UNIT: Final = 100
#: The upright face: its width, and its reach below the eyes, in distances between them.
_WIDE, _LONG = 1.6, 1.9
# Mouths below the eyes, likewise: where they usually are, how far that varies, how wide they are.
_USUAL, _SPREAD = 1.05, 0.15
#: And below the middle of the face's box, in box heights.
_IN_BOX: Final = 0.27
_LEVELS: Final = np.arange(0.78, 1.36, 0.02, dtype=np.float32)
_ASIDE: Final = np.arange(-0.16, 0.17, 0.04, dtype=np.float32)
_HALVES: Final = np.arange(0.31, 0.44, 0.03, dtype=np.float32)
_SAGS: Final = np.arange(-0.08, 0.21, 0.04, dtype=np.float32)
_TILTS: Final = np.arange(-0.12, 0.13, 0.06, dtype=np.float32)
_P: Final = np.linspace(-0.94, 0.94, 25, dtype=np.float32)
#: Half the height of a dark line between lips, and contrast of L* that counts in full and at all.
_LINE, _CLEAR, _FAINT = 0.05, 14.0, 1.0
#: How much redder lips are than skin, in L*a*b* units, before it counts; and its weight.
_REDDER, _RED_WEIGHT = 25.0, 0.25
#: What a line must be worth at its ends to go on, so that it ends with the mouth.
_ENDS: Final = 0.12
#: Least score of a mouth in a face whose eyes were found, and in another.
_LEAST, _LEAST_BLIND = 0.015, 0.07
#: Heights of teeth that are looked for, and how much paler than the lip below they must be.
_TEETH: Final = np.arange(0.05, 0.25, 0.01, dtype=np.float32)
_PALER: Final = 5.0
#: Faces with less between the eyes have no mouth that could be seen to speak, canvas pixels.
_SMALLEST: Final = 12.0


def find_mouth(scene: Scene, head: Head) -> MouthShape | None:
    """The mouth of a head; None where it can't be told, or is too small to be seen speaking."""
    if head.apart < _SMALLEST:
        return None
    light, red = _upright(scene, head)
    usual, least = _USUAL, _LEAST_BLIND
    if head.eyes:  # which may have been found a little off
        down = head.y + _IN_BOX * head.height - head.brow[1]
        usual, least = 0.5 * (_USUAL + down / head.apart), _LEAST
    found = _line(light, red, usual=usual, least=least)
    if found is None:
        return None
    x, y, half, sag, tilt = found
    teeth = _teeth(light, red, found)
    ux, uy = head.axis
    bx, by = head.brow
    angle = float(np.arctan2(uy, ux)) + tilt
    return MouthShape(
        x=bx + head.apart * (x * ux - y * uy),
        y=by + head.apart * (x * uy + y * ux),
        axis=(float(np.cos(angle)), float(np.sin(angle))),
        half=half * head.apart,
        sag=(sag + teeth) * head.apart,
        teeth=teeth > 0.0,
        apart=head.apart,
    )


def _upright(scene: Scene, head: Head) -> tuple[F32, F32]:
    """L* and redness (a* less a share of b*) of the face below the eyes, which are level."""
    step = head.apart / _UNIT
    down, across = np.mgrid[0 : int(_LONG * _UNIT), 0 : int(_WIDE * _UNIT)].astype(np.float32)
    p, q = (across + 0.5 - 0.5 * _WIDE * _UNIT) * step, (down + 0.5) * step
    (ux, uy), (bx, by), (left, top) = head.axis, head.brow, scene.frame_origin
    x = (bx + p * ux - q * uy - left - 0.5).astype(np.float32)
    y = (by + p * uy + q * ux - top - 0.5).astype(np.float32)
    soft = cv2.GaussianBlur(scene.image, (0, 0), 0.35 * step) if step > 1.0 else scene.image
    part = cv2.remap(soft, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    lab = cv2.cvtColor(part.astype(np.float32) / np.float32(255.0), cv2.COLOR_RGB2Lab)
    lab = cv2.GaussianBlur(lab, (0, 0), 1.2)
    return np.ascontiguousarray(lab[..., 0]), lab[..., 1] - np.float32(0.35) * lab[..., 2]


def _line(
    light: F32, red: F32, *, usual: float, least: float
) -> tuple[float, float, float, float, float] | None:
    """The likeliest line between lips (or lip and teeth): the middle between its corners, half its
    width, sag and slant, in distances between the eyes.

    Args:
        light, red: the upright face.
        usual: how far below the eyes mouths are.
        least: score of a mouth.
    """
    reach = round(_LINE * _UNIT)
    around = np.minimum(np.roll(light, reach, axis=0), np.roll(light, -reach, axis=0)) - light
    dark = np.clip((around - _FAINT) / _CLEAR, -0.2, 1.0).astype(np.float32)
    best, score = None, least
    for half in _HALVES:
        for sag in _SAGS:
            for tilt in _TILTS:
                bend = sag * (1.0 - _P * _P) + tilt * half * _P
                x = _ASIDE[None, :, None] + half * _P
                y = _LEVELS[:, None, None] - 0.5 * sag + bend
                likely = np.exp(-(((_LEVELS[:, None] - usual) / _SPREAD) ** 2) / 2.0)
                lips = _at(red, x, y + 0.06).mean(axis=-1) - _at(red, x, y + 0.32).mean(axis=-1)
                lips += _at(red, x, y - 0.06).mean(axis=-1) - _at(red, x, y - 0.24).mean(axis=-1)
                worth = _at(dark, x, y).mean(axis=-1)
                worth = worth + _RED_WEIGHT * np.clip(lips / _REDDER, -1.0, 1.0)
                worth = half * (worth - _ENDS) * likely * (1.0 - 0.5 * np.abs(_ASIDE[None, :]))
                at = np.unravel_index(int(np.argmax(worth)), worth.shape)
                if worth[at] > score:
                    score = float(worth[at])
                    level, aside = float(_LEVELS[at[0]]), float(_ASIDE[at[1]])
                    best = aside, level - 0.5 * float(sag), float(half), float(sag), float(tilt)
    return best


def _teeth(light: F32, red: F32, line: tuple[float, float, float, float, float]) -> float:
    """Height of the teeth that show below the line, 0 where none do."""
    x, y, half, sag, tilt = line
    p = _P[np.abs(_P) < 0.62]
    arch = 1.0 - p * p
    above = np.asarray(y + sag * arch + tilt * half * p, np.float32)
    ends = np.asarray(above + _TEETH[:, None] * arch, np.float32)
    across = np.broadcast_to(np.asarray(x + half * p, np.float32), ends.shape)
    step = (_at(red, across, ends + 0.03) - _at(red, across, ends - 0.03)).mean(axis=1)
    best = int(np.argmax(step))
    height = float(_TEETH[best])
    inside = np.asarray(above + 0.5 * height * arch, np.float32)
    below = np.asarray(above + height * arch + 0.05, np.float32)
    paler = float((_at(red, across[0], below) - _at(red, across[0], inside)).mean())
    brighter = float((_at(light, across[0], inside) - _at(light, across[0], below)).mean())
    return height if paler > _PALER and brighter > 0.0 else 0.0


def _at(plane: F32, x: F32, y: F32) -> F32:
    """Values at places in distances between the eyes, from the middle of the line between them."""
    column = np.rint((x + 0.5 * _WIDE) * _UNIT - 0.5).astype(np.intp)
    row = np.rint(y * _UNIT - 0.5).astype(np.intp)
    rows, columns = plane.shape
    row, column = np.broadcast_arrays(row.clip(0, rows - 1), column.clip(0, columns - 1))
    return np.asarray(plane[row, column], np.float32)
