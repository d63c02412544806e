"""The fast kernel of relighting; `_reference.py` is its readable, slow twin."""

from __future__ import annotations

from typing import Any

import numpy as np

from kinora.jit import njit

_f = np.float32
_u = np.uint32
_index = np.uint64

#: Light above which gains are compressed, so that nothing clips hard.
SHOULDER = 0.82
#: Code value up to which something counts as lying in shadow.
SHADOW = 0.60
#: Code value that contrast leaves alone.
PIVOT = 0.45

_options: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}


@njit(**_options)
def _chance(x, y):
    """32 bits that depend on the place alone (the finaliser of Murmur 3, other constants)."""
    h = _u(_u(x) * _u(0x9E3779B1)) ^ _u(_u(y) * _u(0x85EBCA77))
    h = _u((h ^ (h >> _u(15))) * _u(0x2C1B3C6D))
    h = _u((h ^ (h >> _u(12))) * _u(0x297A2D39))
    return h ^ (h >> _u(15))


@njit(**_options)
def _step(value, low, high):
    x = min(max((value - low) / (high - low), _f(0.0)), _f(1.0))
    return x * x * (_f(3.0) - _f(2.0) * x)


@njit(**_options)
def relight(rgba, sky, lamps, amount, soft, high, mood, left, top, out):
    """Relight the colours of a layer.

    Args:
        rgba: (h, w, 4) uint8 premultiplied.
        sky, lamps, amount: (h, w) float32 in [0, 1]; where the amount is 0, nothing changes.
        soft: (4, h, w) float32 in [0, 1]: how much a place looks to the light, how far it is, how
            much it belongs to a figure, and to a figure's rim.
        high: (h,) float32, 0 at the sky's lower edge, 1 at its top.
        mood: (28,) float32, from `Mood.numbers`.
        left, top: canvas pixel of the layer's corner.
        out: (h, w, 4) uint8, written.
    """
    scale = _f(1.0 / 255.0)
    saturation, contrast, grain = mood[22], mood[23], mood[27]
    light = np.empty(3, np.float32)
    for y in range(rgba.shape[0]):
        for x in range(rgba.shape[1]):
            cover = rgba[y, x, 3]
            share = amount[y, x]
            for c in range(4):
                out[y, x, c] = rgba[y, x, c]
            if cover == 0 or share <= _f(0.0):
                continue
            alpha = _f(cover) * scale
            inverse = scale / alpha
            luma = _f(0.0)
            for c in range(3):
                code = min(_f(rgba[y, x, c]) * inverse, _f(1.0))
                light[c] = code * code
            luma = _f(0.2126) * light[0] + _f(0.7152) * light[1] + _f(0.0722) * light[2]
            dark = _f(1.0) - _step(np.sqrt(luma), _f(0.0), _f(SHADOW))
            sunny, far = soft[0, y, x], soft[1, y, x]
            figure = _f(1.0) + (mood[25] - _f(1.0)) * soft[2, y, x]
            rim = soft[3, y, x] * mood[26]
            bright = lamps[y, x] * mood[24]
            above = sky[y, x]
            air = far * mood[21] * (_f(1.0) - above * high[y]) * (_f(1.0) - bright)
            grey = _f(0.0)
            for c in range(3):
                land = mood[c] * (mood[12 + c] + (mood[9 + c] - mood[12 + c]) * sunny)
                land *= (_f(1.0) + (mood[15 + c] - _f(1.0)) * dark) * figure
                heaven = mood[6 + c] + (mood[3 + c] - mood[6 + c]) * high[y]
                gain = land + (heaven - land) * above
                gain += (_f(1.0) - gain) * bright
                part = light[c] * gain + rim * (_f(0.35) + _f(0.65) * light[c])
                light[c] = part + (mood[18 + c] - part) * air
            grey = _f(0.2126) * light[0] + _f(0.7152) * light[1] + _f(0.0722) * light[2]
            chance = _chance(x + left, y + top)
            one = _f(chance & _u(0xFFFF)) * _f(1.0 / 65536.0) - _f(0.5)
            other = _f(chance >> _u(16)) * _f(1.0 / 65536.0) - _f(0.5)
            noise = one * _f(0.999) + (one + other) * _f(2.45) * grain
            for c in range(3):
                value = max(grey + (light[c] - grey) * saturation, _f(0.0))
                over = value - _f(SHOULDER)
                if over > _f(0.0):
                    value = _f(SHOULDER) + _f(1.0 - SHOULDER) * over / (over + _f(1.0 - SHOULDER))
                lit = _f(PIVOT) + (np.sqrt(value) - _f(PIVOT)) * contrast
                lit = min(max(lit, _f(0.0)), _f(1.0))
                code = min(_f(rgba[y, x, c]) * inverse, _f(1.0))
                mixed = (code + (lit - code) * share) * _f(cover) + noise
                mixed = min(max(mixed + _f(0.5), _f(0.0)), _f(cover) + _f(0.49))
                out[y, x, c] = np.uint8(mixed)
