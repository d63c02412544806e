"""Disparity from a picture's layout alone: ground plane, what stands on it, a box."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.scene.regions.horizon import Horizon
from kinora.scene.regions.vanishing import VanishingPoint
from kinora.types.scene import F32

# Softness of the ground ramp's foot at the horizon, in picture heights: crisp where the horizon
# is known, so that the ramp is a plane's disparity; where it is guessed so wide that the ramp is
# nearly straight, for a picture without a horizon is often a look down at a plane.
_SOFT_KNOWN, _SOFT_GUESSED = 0.1, 1.0
# Disparity of what rises above a horizon per share of the height by which it rises (ground at the
# bottom edge: 1). Things 4 to 5 times as tall as the camera's height give about this.
_RISE: Final = 0.35
# Skylines are smoothed along the picture, in widths.
_SKYLINE_SIGMA: Final = 0.03
# What is known to be no sky is at least this near, at the top and more towards the bottom.
_FAR, _FAR_SLOPE = 0.04, 0.08
# Softness of the bend between the walls of a box, in disparity.
_BEND: Final = 0.1


def ground_ramp(shape: tuple[int, int], horizon: Horizon) -> F32:
    """(h, w) disparity of the ground plane, 1 at the bottom edge, towards 0 above the horizon.

    A plane's disparity is linear in the distance below the horizon; its kink at the horizon is
    rounded (softplus), the more the less the horizon is known.
    """
    softness = _SOFT_KNOWN if horizon.score > 0.0 else _SOFT_GUESSED
    y = (np.arange(shape[0]) + 0.5) / shape[0]
    ramp = np.logaddexp(0.0, (y - horizon.y) / softness)
    ramp = ramp / np.logaddexp(0.0, (1.0 - horizon.y) / softness)
    return np.repeat(ramp[:, None], shape[1], axis=1).astype(np.float32)


def standing(sky: F32, horizon: Horizon) -> F32:
    """(h, w) disparity of what stands between ground and sky.

    The farther it rises above the horizon the nearer it is, for one size of things.
    """
    height, width = sky.shape
    is_sky = sky > 0.5
    lowest = np.where(is_sky.any(axis=0), height - np.argmax(is_sky[::-1], axis=0), 0) / height
    rise = np.clip(horizon.y - lowest, 0.0, 1.0).astype(np.float32)[None]
    smooth = cv2.GaussianBlur(rise, (0, 0), _SKYLINE_SIGMA * width, borderType=cv2.BORDER_REFLECT)
    y = ((np.arange(height) + 0.5) / height)[:, None]
    near = _RISE * np.asarray(smooth) / (1.0 - horizon.y) + _FAR + _FAR_SLOPE * y
    return np.asarray(near, dtype=np.float32)


def box(shape: tuple[int, int], point: VanishingPoint) -> F32:
    """(h, w) disparity inside a corridor seen along its axis, about 1 at the picture's borders.

    The spidery mesh of Tour Into the Picture (Horry et al. 1997), open at the top: each wall, and
    the floor, is a plane through the vanishing point's vertical or horizon, the nearest of them is
    seen. Where they meet is guessed, so the bend there is rounded; and no ceiling is guessed, for
    one that comes down too low would bend every upright line.
    """
    y = ((np.arange(shape[0]) + 0.5) / shape[0])[:, None]
    x = ((np.arange(shape[1]) + 0.5) / shape[1])[None, :]
    sides = np.logaddexp((point.x - x) / point.x / _BEND, (x - point.x) / (1.0 - point.x) / _BEND)
    floor = (y - point.y) / (1.0 - point.y) / _BEND
    return np.asarray(_BEND * np.logaddexp(sides, floor), dtype=np.float32)
