"""Flames: small, bright, orange to white, against what is darker."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look

#: Least lightness (L*) of a flame, and by how much it outshines what is around it.
_BRIGHT, _OUTSHINES = 62.0, 22.0
#: Height over width of a small flame, and of a fire, at least; and the frame's share that is small.
_TALL, _SQUAT, _SMALL = 1.25, 0.6, 0.004
#: A candle's flame: least lightness of its core, height over width at least, greatest share of the
#: frame, and how yellow it is close around (b*), at least.
_CORE, _SLIM, _CANDLE, _WARM = 92.0, 1.6, 0.006, 8.0
#: Height over which a wick shows between flame and wax, pixels.
_WAX: Final = 6
#: Most of the frame that flames fill.
_MOST: Final = 0.25


def find_fire(look: Look) -> Bool | None:
    """Flames and their glow's core, (h, w), or None where nothing burns."""
    lightness, a, b = (look.lab[..., i] for i in range(3))
    orange = (b > 26.0) & (a > 2.0) & (lightness > _BRIGHT - 14.0)
    core = lightness > 88.0
    near = cv2.dilate(orange.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    flame = orange | (core & near & (b > 4.0))
    flame &= ~(look.region("sky") > 0.5)
    around = cv2.GaussianBlur(np.ascontiguousarray(lightness), (0, 0), 12.0)
    candles = _candles(look)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(flame.astype(np.uint8))
    found = candles.copy()
    under = _under(candles)
    for part in range(1, count):
        x, y, wide, high, area = stats[part]
        inside = labels == part
        bright = float(np.percentile(lightness[inside], 90))
        outshines = bright - float(around[inside].mean()) > _OUTSHINES
        least = _TALL if area < _SMALL * flame.size else _SQUAT  # lamps out of focus are round
        upright = high > least * wide
        stands = any(x <= column < x + wide and y <= row < y + high for column, row in under)
        wax = stands and not bool((inside & candles).any())
        if bright > _BRIGHT + 8.0 and outshines and upright and area > 5 and not wax:
            found |= inside
    share = float(found.mean())
    return found if 0.0002 < share < _MOST else None


def _candles(look: Look) -> Bool:
    """White slim upright cores in a warm glow, and what of the flame is around them, (h, w)."""
    lightness, b = look.lab[..., 0], look.lab[..., 2] + look.cast[1]
    around = cv2.GaussianBlur(np.ascontiguousarray(lightness), (0, 0), 12.0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((lightness > _CORE).astype(np.uint8))
    found = np.zeros(look.shape, np.bool_)
    for part in range(1, count):
        _, _, wide, high, area = stats[part]
        if high < _SLIM * wide or area < 6 or area > _CANDLE * labels.size:
            continue
        core = labels == part
        ring = (cv2.dilate(core.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & ~core
        outshines = _CORE - float(around[core].mean()) > _OUTSHINES
        if outshines and float(b[ring].mean()) > _WARM:
            found |= core | (ring & (lightness > 0.5 * _BRIGHT))
    return found


def _under(candles: Bool) -> list[tuple[int, int]]:
    """Columns and rows right below each flame, where its wax is."""
    count, _, stats, middles = cv2.connectedComponentsWithStats(candles.astype(np.uint8))
    return [
        (round(float(middles[part][0])), int(stats[part][1] + stats[part][3]) + _WAX)
        for part in range(1, count)
    ]
