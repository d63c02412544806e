"""Water by its look: level streaks, cool for the picture it is in, below the horizon.

Only asked where the words speak of water. What comes out must be wide and convincing as a whole,
else the photo is said to show none.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.living.evidence.look import Bool, Look, joined_to, opened
from kinora.living.evidence.place import may_hold
from kinora.living.evidence.sky import whole_sky
from kinora.types.living import F32

#: Mean chance within a part from which it is believed.
_SURE: Final = 0.66
#: Least share of the frame of a part, and least share of its width.
_LEAST, _LEAST_WIDTH = 0.012, 0.2
#: Least share where a network doesn't hint at water, and the probability from which it does.
_UNSEEN, _HINT = 0.05, 0.1
#: Least mean levelness of a part.
_LEVEL: Final = 0.3
#: Least rise of scene disparity down a part, per frame height: walls stand, water lies.
_LIES: Final = 0.95
#: Levelness from which likely places count whatever their colour: glitter has many.
_STREAKS: Final = 0.35
#: Least chance of level streaks that go on from water; that of gaps in it, and their most share.
_GILDED, _GAP, _HOLE = 0.2, 0.1, 0.03
#: Width of what lies around a thing in the water and doesn't flow either, twice, pixels.
_RIM: Final = 7
#: Multiples of the usual deviation from the water's colour at which something else is there.
_ODD: Final = 3.2


def find_water(look: Look) -> Bool | None:
    """Water, (h, w), or None where nothing convinces."""
    sky = whole_sky(look)
    above = np.zeros(look.shape, np.bool_) if sky is None else sky
    chance = _chance(look, above)
    trimap = np.where(chance > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[chance > 0.8] = cv2.GC_FGD
    trimap[chance < 0.12] = cv2.GC_BGD
    trimap[above] = cv2.GC_BGD
    trimap[look.region("subject", sure=0.65) > 0.7] = cv2.GC_BGD
    if (trimap == cv2.GC_FGD).mean() < _LEAST / 2:
        return None
    streaks = cv2.GaussianBlur(look.level, (0, 0), 3.0) > _STREAKS
    found = look.cut(trimap) | (streaks & (chance > 0.5))
    water = _convincing(opened(found & ~above), look, chance)
    if water is None:
        return None
    # Where the sun gilds it, water goes on in streaks that its colour speaks against.
    gilded = streaks & (chance > _GILDED) & ~above
    water = _without_holes(joined_to(opened(water | gilded), water), look, chance)
    water = water & ~above & ~things_in(water, look)
    return water if water.any() and may_hold(look, water, streaks=True) else None


def find_sea(look: Look) -> Bool | None:
    """Water with waves, (h, w), without what stands or swims in it; None where none convinces."""
    water = look.once(find_water)
    return None if water is None else water & ~standing(look)


def standing(look: Look) -> Bool:
    """Who or what may stand or swim in water, and a rim around it: (h, w)."""
    there = np.maximum(look.region("thing"), look.region("person")) > 0.5
    return np.asarray(
        cv2.dilate(there.astype(np.uint8), np.ones((_RIM, _RIM), np.uint8)) > 0, np.bool_
    )


def _chance(look: Look, sky: Bool) -> F32:
    """How likely each place is water, (h, w) in [0, 1]; weights were set by eye on photos."""
    lightness, a, b = (look.lab[..., i] for i in range(3))
    soft_a, soft_b = (cv2.GaussianBlur(np.ascontiguousarray(p), (0, 0), 2.0) for p in (a, b))
    green = np.clip((-soft_a - 5) / 8, 0, 1) * np.clip((soft_b - 5) / 10, 0, 1)
    warm = np.clip((soft_b - 6) / 10, 0, 1) * np.clip((soft_a + 5) / 8, 0, 1)
    # Wood, skin and brick, whatever the picture's cast.
    true_a, true_b = soft_a + look.cast[0], soft_b + look.cast[1]
    brown = np.clip((true_a - 5) / 5, 0, 1) * np.clip((true_b - 9) / 6, 0, 1)
    chroma = np.hypot(a, b)
    rows = np.flatnonzero(sky.mean(axis=1) > 0.05)
    horizon = (rows[-1] + 1) / look.shape[0] if rows.size else 0.2
    y = look.rows()
    evidence = (
        -1.0
        + 2.4 * look.level
        + 1.5 * np.clip((3 - soft_b) / 10, -1, 1)
        - 3.0 * green
        - 2.0 * warm
        - 4.0 * brown
        + 0.8 * np.clip((y - horizon) / 0.15, -2, 1)
        - 0.8 * np.clip((chroma - 25) / 15, 0, 2)
        - 1.5 * (lightness > 92)
        - 3.0 * (y < horizon - 0.02)
        - 3.0 * sky
    )
    soft = cv2.GaussianBlur(evidence.astype(np.float32), (0, 0), 2.4)
    return np.asarray(1.0 / (1.0 + np.exp(-soft)), np.float32)


def _convincing(found: Bool, look: Look, chance: F32) -> Bool | None:
    """The parts that are wide, lie level and are likely."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found.astype(np.uint8))
    kept = np.zeros(found.shape, np.bool_)
    height, width = found.shape
    least = _LEAST if look.hinted() > _HINT else _UNSEEN
    for part in range(1, count):
        _, _, wide, high, area = stats[part]
        inside = labels == part
        large = area > least * height * width and wide > _LEAST_WIDTH * width
        likely = float(chance[inside].mean()) > _SURE and float(look.level[inside].mean()) > _LEVEL
        if large and wide > 1.1 * high and likely and _rise(look.disparity, inside) > _LIES:
            kept |= inside
    return kept if kept.any() else None


def _rise(disparity: F32, inside: Bool) -> float:
    """How much disparity grows downwards within a part, per frame height: the fitted slope."""
    y = np.nonzero(inside)[0] / inside.shape[0]
    away = y - y.mean()
    return float((away * disparity[inside]).sum() / max(float((away * away).sum()), 1e-9))


def _without_holes(water: Bool, look: Look, chance: F32) -> Bool:
    """Water with the small gaps in it that look like it, too, if less so."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~water).astype(np.uint8))
    whole = water.copy()
    for part in range(1, count):
        if stats[part][4] < _HOLE * water.size:
            inside = labels == part
            if float(chance[inside].mean()) > _GAP and float(look.level[inside].mean()) > 0.0:
                whole |= inside
    return whole


def things_in(water: Bool, look: Look) -> Bool:
    """Boats, rocks and posts in the water: what its smooth change of colour doesn't explain."""
    y, x = np.nonzero(water)
    height, width = water.shape
    terms = _terms(x / width, y / height)
    colours = look.lab[y, x]
    weight = np.ones(len(x))
    for _ in range(4):  # reweighted least squares, so that things themselves don't count
        scaled = terms * weight[:, None]
        model, *_ = np.linalg.lstsq(scaled, colours * weight[:, None], rcond=None)
        miss = np.abs(colours - terms @ model) @ np.array([0.5, 1.0, 1.0])
        scale = max(float(np.median(miss)), 1.0)
        weight = 1.0 / (1.0 + (miss / (2.5 * scale)) ** 2)
    ys, xs = np.mgrid[0:height, 0:width]
    expected = (_terms(xs.ravel() / width, ys.ravel() / height) @ model).reshape(look.lab.shape)
    miss_map = (np.abs(look.lab - expected) @ np.array([0.5, 1.0, 1.0])).astype(np.float32)
    odd = cv2.GaussianBlur(miss_map, (0, 0), 1.2) > max(_ODD * scale, 9.0)
    upright = look.level < -0.25
    seeds = odd & upright
    found = joined_to(odd, seeds)
    return np.asarray(cv2.dilate(found.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)


def _terms(x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)
