"""Flames: bright, from a red rim to a white core, against what is darker; and candles."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look, joined_to
from kinora.types.living import F32

#: Least lightness (L*) of a flame, and by how much it outshines what is around it.
_BRIGHT, _OUTSHINES = 62.0, 22.0
#: A flame is redder where it is darker, as hot soot glows (Planck): least correlation of lightness
#: and hue, least spread of hue, and hues of its rim, degrees. Lamps and their halos are of one hue,
#: tail lights are redder.
_GLOWS, _SPREAD, _RIM = 0.7, 14.0, (46.0, 62.5)
#: Fewest pixels from which that can be told.
_LEAST: Final = 16
#: Fringe of a flame, which is darker: most of its width, pixels.
_FRINGE: Final = 5
#: A candle's flame: least lightness of its core, height over width at least and at most (lit towers
#: are slimmer), greatest share of the frame, how yellow it is close around (b*), at least, and most
#: lightness farther around.
_CORE, _SLIM, _SLIMMEST, _CANDLE, _WARM, _DIM = 92.0, 1.6, 4.0, 0.006, 8.0, 48.0
#: How far to its sides a candle's flame is looked round, pixels, and most lightness there: what
#: borders on something bright mirrors it.
_BESIDE, _UNLIT = 6, 66.0
#: Least share of the frame of flames that aren't a candle's: smaller ones look like tail lights.
_FIRE: Final = 0.004
#: Most of the frame that flames fill.
_MOST: Final = 0.25


def find_fire(look: Look) -> Bool | None:
    """Flames and their glow's core, (h, w), or None where nothing burns."""
    lightness, a, b = (look.lab[..., i] for i in range(3))
    orange = (b > 26.0) & (a > 2.0) & (lightness > _BRIGHT - 14.0)
    core = lightness > 88.0
    near = cv2.dilate(orange.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    flame = orange | (core & near & (b > 4.0))
    flame &= np.maximum(look.region("sky"), look.region("person")) < 0.5
    around = cv2.GaussianBlur(np.ascontiguousarray(lightness), (0, 0), 12.0)
    hue = np.degrees(np.arctan2(b + look.cast[1], a + look.cast[0]))
    candles = _candles(look)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(flame.astype(np.uint8))
    burning = np.zeros(look.shape, np.bool_)
    for part in range(1, count):
        if stats[part][4] < _LEAST:
            continue
        inside = labels == part
        bright = float(np.percentile(lightness[inside], 90))
        outshines = bright - float(around[inside].mean()) > _OUTSHINES
        if bright > _BRIGHT + 8.0 and outshines and _glows(lightness[inside], hue[inside]):
            burning |= inside
    if float(burning.mean()) < _FIRE:
        burning[:] = False
    if burning.any():
        fringe = (lightness > 0.5 * _BRIGHT) & (a > 8.0) & (b > 20.0)
        near = cv2.dilate(burning.astype(np.uint8), np.ones((2 * _FRINGE + 1,) * 2, np.uint8)) > 0
        burning = joined_to(burning | (fringe & near), burning)
    found = np.asarray(candles | burning, np.bool_)
    share = float(found.mean())
    return found if 0.0002 < share < _MOST else None


def _glows(lightness: F32, hue: F32) -> bool:
    """Whether pixels are coloured as a flame's: redder where they are darker."""
    low, high = np.percentile(hue, [10, 90])
    if not _RIM[0] < low < _RIM[1] or high - low < _SPREAD:
        return False
    return float(np.corrcoef(lightness, hue)[0, 1]) > _GLOWS


def _candles(look: Look) -> Bool:
    """White slim upright cores in a warm glow, and what of the flame is around them, (h, w)."""
    lightness, b = look.lab[..., 0], look.lab[..., 2] + look.cast[1]
    person = look.region("person") > 0.5
    around = cv2.GaussianBlur(np.ascontiguousarray(lightness), (0, 0), 12.0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((lightness > _CORE).astype(np.uint8))
    found = np.zeros(look.shape, np.bool_)
    for part in range(1, count):
        _, _, wide, high, area = stats[part]
        if (
            not _SLIM * wide <= high <= _SLIMMEST * wide
            or area < _LEAST
            or area > _CANDLE * labels.size
        ):
            continue
        core = labels == part
        if person[core].any() or _beside(core, lightness) > _UNLIT:
            continue
        ring = (cv2.dilate(core.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & ~core
        if float(around[core].mean()) < _DIM and float(b[ring].mean()) > _WARM:
            found |= core | (ring & (lightness > 0.5 * _BRIGHT))
    return found


def _beside(core: Bool, lightness: F32) -> float:
    """How light it is on the lighter side of a flame: the median along its height."""
    wide = core.shape[1]
    rows = np.flatnonzero(core.any(axis=1))
    left = np.maximum(core.argmax(axis=1)[rows] - _BESIDE, 0)
    right = np.minimum(wide - 1 - core[:, ::-1].argmax(axis=1)[rows] + _BESIDE, wide - 1)
    return float(max(np.median(lightness[rows, at]) for at in (left, right)))
