"""What `_kernels.relight` computes, written for reading."""

from __future__ import annotations

import numpy as np

from kinora.living.light._kernels import PIVOT, SHADOW, SHOULDER
from kinora.living.light.moods import RGB, WHITE, Mood
from kinora.types.scene import F32

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def relit_light(
    light: F32, mood: Mood, *, sky: float, lamps: float, soft: tuple[float, ...], high: float
) -> F32:
    """(3,) light of one pixel, as code values in [0, 1], before dithering.

    Args:
        light: (3,) light of the photo's pixel: the square of its code values in [0, 1].
        mood: the light.
        sky, lamps: how much the pixel is sky, and a lamp.
        soft: how much it looks to the light, how far it is, figure, rim; as of the kernel.
        high: 0 at the sky's lower edge, 1 at its top.
    """
    sunny, far, figure, rim = soft
    dark = 1.0 - _step(float(np.sqrt(light @ LUMA)) / SHADOW)
    land = np.array(mood.gain, np.float64) * _mixed(mood.shady, mood.sunny, sunny)
    land = land * (1.0 + (np.array(mood.shadow) - 1.0) * dark)
    land = land * (1.0 + (mood.figure - 1.0) * figure)
    heaven = _mixed(mood.horizon or mood.gain, mood.zenith or mood.gain, high)
    gain = land + (heaven - land) * sky
    gain = gain + (np.array(WHITE) - gain) * lamps * mood.lamps
    lit = light * gain + rim * mood.rim * (0.35 + 0.65 * light)
    air = far * mood.hazy * (1.0 - sky * high) * (1.0 - lamps * mood.lamps)
    lit = lit + (np.array(mood.haze) - lit) * air
    grey = float(lit @ LUMA)
    lit = np.maximum(grey + (lit - grey) * mood.saturation, 0.0)
    room = 1.0 - SHOULDER
    over = np.maximum(lit - SHOULDER, 0.0)
    lit = np.where(over > 0.0, SHOULDER + room * over / (over + room), lit)
    code = PIVOT + (np.sqrt(lit) - PIVOT) * mood.contrast
    return np.asarray(np.clip(code, 0.0, 1.0), np.float32)


def _step(x: float) -> float:
    x = min(max(x, 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)


def _mixed(one: RGB, other: RGB, share: float) -> F32:
    return np.asarray(np.array(one) + (np.array(other) - np.array(one)) * share, np.float32)
