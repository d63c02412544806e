"""Lines that cross a border: which way they run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kinora.types.scene import F32, U8

# How deep lines are looked at, and how far along the border they are taken together, pixels.
_DEPTH, _NEAR, _WIDE = 18.0, 5.0, 24.0
# How much the wider surroundings count, where there is little to see nearby.
_WIDE_SHARE: Final = 0.05
# Share of the gradient inwards that no slope explains which draws slopes to 0.
_ALONG: Final = 0.3
# Gradient (levels per pixel, squared) that is noise.
_NOISE: Final = 4.0
# Steepest slope, columns per row.
_STEEPEST: Final = 1.2
# Coherence between which lines are believed more and more.
_VAGUE, _CLEAR = 0.55, 0.85
# Coherence between which lines are followed more and more, where they show at all.
_FAINT, _SEEN = 0.15, 0.4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strokes:
    """Per place along a border."""

    slope: F32  # (w,) columns per row inwards
    sure: F32  # (w,) in [0, 1]


def find_strokes(strip: U8) -> Strokes:
    """Which way the lines run that cross a border.

    Along a line the picture doesn't change: the slope m that makes g_t + m g_s smallest in the
    square sense, of the gradients inwards and along, is that of the lines.

    Args:
        strip: (d, w, 3) uint8 sRGB, rows away from the border inwards.
    """
    smooth = cv2.GaussianBlur(strip, (0, 0), 0.8).astype(np.float32)
    inwards = cv2.Scharr(smooth, cv2.CV_32F, 0, 1, scale=1 / 32)
    along = cv2.Scharr(smooth, cv2.CV_32F, 1, 0, scale=1 / 32)
    inwards[0] = along[0] = 0.0  # there one side is made up
    trust = np.exp(-0.5 * ((np.arange(len(strip)) + 0.5) / _DEPTH) ** 2)[:, None].astype(np.float32)
    trust /= trust.sum()
    sums = [
        (np.einsum("ijk,ijk->ij", one, other) * trust).sum(axis=0)[None]
        for one, other in ((inwards, along), (along, along), (inwards, inwards))
    ]
    both, square, across = (
        (cv2.GaussianBlur(s, (0, 0), _NEAR) + _WIDE_SHARE * cv2.GaussianBlur(s, (0, 0), _WIDE))[0]
        for s in sums
    )
    unlike = across - both * both / (square + 1e-6)  # what no slope explains
    slope = np.clip(-both / (square + _ALONG * unlike + 1e-6), -_STEEPEST, _STEEPEST)
    left = across + 2.0 * slope * both + slope * slope * square
    total = across + square + _NOISE
    coherence = 1.0 - 2.0 * left / total
    coherence *= (across + square) / total
    slope = slope * _share(coherence, _FAINT, _SEEN)
    return Strokes(slope=slope.astype(np.float32), sure=_share(coherence, _VAGUE, _CLEAR))


def _share(value: F32, low: float, high: float) -> F32:
    """0 below ``low``, 1 above ``high``, smooth between."""
    share = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share), dtype=np.float32)
