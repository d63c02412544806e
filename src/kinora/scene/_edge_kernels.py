"""Compiled loops along the edges of layers; tests compare each with a slow reference."""

from __future__ import annotations

import numpy as np

from kinora.jit import HELPER, KERNEL, njit

_f = np.float32
_u = np.uint64  # of indices that are never negative, else each is asked

#: Opacity that says that it isn't known yet.
SOFT = 128
# What the guided filter leaves of nothing and of all.
_CLEAR, _RANGE = _f(0.06), _f(0.88)


@njit(**KERNEL)
def soften(alpha, picture, model, down, across):
    """Work out the opacity of pixels where it isn't known, in place.

    Args:
        alpha: (H, W) uint8; where it is `SOFT`, written.
        picture: (H, W, 3) uint8.
        model: (h, w, 4) float32, slopes along red, green and blue, per level, and offset.
        down, across: (H,), (W,) float64, where rows and columns lie among those of the model.
    """
    height, width = model.shape[:2]
    for y in range(alpha.shape[0]):
        v = min(max(down[y], 0.0), height - 1.0)
        top = min(int(v), height - 2) if height > 1 else 0
        low = _f(v - top)
        below = _u(min(top + 1, height - 1))
        for x in range(alpha.shape[1]):
            if alpha[y, x] != SOFT:
                continue
            u = min(max(across[x], 0.0), width - 1.0)
            left = min(int(u), width - 2) if width > 1 else 0
            right, aside = _u(min(left + 1, width - 1)), _f(u - left)
            value = _f(0.0)
            for k in range(4):
                here = model[_u(top), _u(left), k]
                here += aside * (model[_u(top), right, k] - here)
                there = model[below, _u(left), k]
                there += aside * (model[below, right, k] - there)
                here += low * (there - here)
                value += here * _f(picture[y, x, k]) if k < 3 else here
            value = min(max((value - _CLEAR) / _RANGE, _f(0.0)), _f(1.0))
            alpha[y, x] = np.uint8(np.rint(_f(255.0) * value))


@njit(**KERNEL)
def separate(picture, backdrop, alpha, away, reach, rgba, used):
    """Front colours, premultiplied, and the backdrop as it is used, as of `matting.separate`.

    Args:
        picture, backdrop: (H, W, 3) uint8.
        alpha: (H, W) uint8.
        away: (H, W) float32, pixels to the nearest place that isn't clear.
        reach: how far away the backdrop is the picture itself, pixels.
        rgba: (H, W, 4) uint8, written.
        used: (H, W, 3) uint8, written.
    """
    for y in range(alpha.shape[0]):
        for x in range(alpha.shape[1]):
            if alpha[y, x] < 255 and away[y, x] < reach:
                _part(y, x, picture, backdrop, alpha, _f(away[y, x] / reach), rgba, used)
                continue
            for k in range(3):
                rgba[y, x, k] = picture[y, x, k] if alpha[y, x] else 0
                used[y, x, k] = backdrop[y, x, k]
            rgba[y, x, 3] = alpha[y, x]


@njit(**HELPER)
def _part(y, x, picture, backdrop, alpha, away, rgba, used):
    """A pixel where the front is soft, or near."""
    trust = max(_f(1.0) - away, _f(0.0))
    opacity = _f(alpha[y, x]) / _f(255.0)
    for k in range(3):
        seen, behind = _f(picture[y, x, k]), _f(backdrop[y, x, k])
        behind = np.rint(seen + (behind - seen) * trust)
        used[y, x, k] = np.uint8(behind)
        opacity = max(opacity, (seen - behind) / max(_f(255.0) - behind, _f(1.0)))
        opacity = max(opacity, (behind - seen) / max(behind, _f(1.0)))
    opacity = np.ceil(_f(255.0) * min(opacity, _f(1.0)))
    for k in range(3):
        front = picture[y, x, k] - (_f(1.0) - opacity / _f(255.0)) * used[y, x, k]
        rgba[y, x, k] = np.uint8(np.rint(min(max(front, _f(0.0)), opacity)))
    rgba[y, x, 3] = np.uint8(opacity)
