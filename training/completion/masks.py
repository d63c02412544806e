"""Holes as a moving camera leaves them, with a truth to compare with.

No photo shows what it hides, so the holes are moved to where the photo does show something: to the
strips that *would be* hidden from another viewpoint, to a ring around a near thing, or to the place
where another photo would have its hole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
F32 = NDArray[np.float32]

Kind = Literal["strip", "ring", "foreign strip", "foreign thing"]
KINDS: tuple[Kind, ...] = ("strip", "ring", "foreign strip", "foreign thing")

#: Share of a picture that a near thing covers.
SMALLEST, LARGEST = 0.01, 0.4

#: Pixels beside a near thing that may show it, as outlines are only that exact.
MIXED = 2
#: Difference of disparity that makes something nearer.
NEARER = 0.08


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hole:
    """What to fill, and what of it the photo can judge."""

    hidden: Mask  # (h, w), to fill
    judged: Mask  # (h, w), inside `hidden`: where the photo shows the farther side


def occluded(disparity: F32, shift: float, *, axis: int) -> Mask:
    """What nearer things would cover, seen from a camera that moved.

    A row that is displaced by ``shift`` · disparity folds over itself behind a near thing.

    Args:
        disparity: (h, w) in [0, 1].
        shift: displacement of disparity 1, pixels; the sign is the direction.
        axis: 1 across, 0 down.
    """
    values = disparity if axis == 1 else disparity.T
    values = values[:, ::-1] if shift < 0 else values
    there = np.arange(values.shape[1], dtype=np.float32) + abs(shift) * values
    hidden = np.zeros(values.shape, dtype=np.bool_)
    hidden[:, 1:] = there[:, 1:] < np.maximum.accumulate(there, axis=1)[:, :-1] + 0.5
    hidden = hidden[:, ::-1] if shift < 0 else hidden
    return np.ascontiguousarray(hidden if axis == 1 else hidden.T)


def near_thing(disparity: F32, random: np.random.Generator) -> Mask | None:
    """A thing that stands off from what is behind it; None where nothing does.

    Of a few thresholds the one whose outline follows the strongest steps.

    Args:
        disparity: (h, w) in [0, 1].
        random: picks thresholds.
    """
    steps = cv2.morphologyEx(disparity, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    best, strongest = None, 0.06
    for threshold in np.quantile(disparity, random.uniform(0.4, 0.97, size=3)):
        front = cv2.medianBlur((disparity > threshold).astype(np.uint8), 5)
        if not SMALLEST < front.mean() < LARGEST:
            continue
        outline = cv2.morphologyEx(front, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
        outline[[0, -1]] = outline[:, [0, -1]] = False
        strength = float(steps[outline].mean()) if outline.any() else 0.0
        if strength > strongest:
            best, strongest = front.astype(np.bool_), strength
    return best


def widen(mask: Mask, radius: int) -> Mask:
    """``mask`` dilated by a disc."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return cv2.dilate(mask.astype(np.uint8), disc).astype(np.bool_)


def make_hole(
    kind: Kind, own: F32, foreign: F32, *, random: np.random.Generator, reach: float
) -> Hole | None:
    """A hole of the given kind, None where these disparities don't give one.

    - ``strip``: what a near thing would cover from a viewpoint to the side; the thing stays, and
      what lies right beside it isn't judged.
    - ``ring``: a near thing and a rim around it; the rim is judged.
    - ``foreign strip``, ``foreign thing``: the same from another photo's disparity, judged
      wherever it lies within ``reach`` of what is known.

    Args:
        kind: which.
        own: (h, w) the photo's disparity in [0, 1].
        foreign: (h, w) another photo's.
        random: picks viewpoints and thresholds.
        reach: widest hole that a clip shows, pixels.
    """
    if kind == "ring":
        return _ring(own, random, reach=reach)
    if kind == "foreign thing":
        thing = near_thing(foreign, random)
        if thing is None:
            return None
        return Hole(hidden=thing, judged=_rim(thing, reach))
    shift = random.uniform(0.3, 1.6) * reach * random.choice((-1.0, 1.0))
    axis = 1 if random.random() < 0.75 else 0
    strip = occluded(own if kind == "strip" else foreign, shift, axis=axis)
    strip = _without_lines(strip)
    if not strip.any():
        return None
    if kind == "strip":
        hidden = widen(strip, int(random.integers(0, 3)))
        return Hole(hidden=hidden, judged=strip & ~_beside_near(own))
    return Hole(hidden=strip, judged=_rim(strip, reach))


def _beside_near(disparity: F32) -> Mask:
    """Pixels so close to something nearer that they may show some of it."""
    side = 2 * MIXED + 1
    nearest = cv2.dilate(disparity, np.ones((side, side), np.uint8))
    return np.asarray(nearest > disparity + NEARER)


def _without_lines(mask: Mask) -> Mask:
    """``mask`` opened by 2 × 2 pixels."""
    square = np.ones((2, 2), np.uint8)
    eroded = cv2.erode(mask.astype(np.uint8), square, anchor=(0, 0))
    return cv2.dilate(eroded, square, anchor=(1, 1)).astype(np.bool_)


def _ring(own: F32, random: np.random.Generator, *, reach: float) -> Hole | None:
    thing = near_thing(own, random)
    if thing is None:
        return None
    edge = widen(thing, 2)
    wide = widen(edge, int(random.integers(2, max(4, round(0.6 * reach)))))
    ring = wide & ~edge
    return Hole(hidden=wide, judged=ring) if ring.any() else None


def _rim(hole: Mask, reach: float) -> Mask:
    """The part of a hole within ``reach`` of what is known."""
    inwards = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(hole & (inwards <= reach))
