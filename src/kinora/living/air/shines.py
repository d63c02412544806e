"""Light over the whole picture, frame by frame: flashes, flicker, fades, vignette, rays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kinora.types.air import F32, Places
from kinora.weather import wind

_STEPS: Final = 28  # of the walk towards the light along which rays are added up
_FLASH_COLOUR: Final = (1.0, 0.055, -0.03)  # luma and chroma per unit of luma: bluish white


def _nothing(gain: F32) -> F32:
    return np.zeros((3, *gain.shape), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vignette:
    """Corners darker than the middle."""

    strength: float

    def at(self, seconds: float, places: Places) -> tuple[F32, F32] | None:
        """The same at any time."""
        away = (places.u**2 + places.v**2) / 2.0
        gain = (1.0 - self.strength * 0.75 * away**1.4).astype(np.float32)
        return gain, _nothing(gain)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flicker:
    """Brightness that wavers as a flame's or a failing lamp's does."""

    strength: float
    seed: int
    period: float | None

    def at(self, seconds: float, places: Places) -> tuple[F32, F32] | None:
        """A smooth random gain; the same everywhere but for a fall-off to the rim."""
        level = float(wind(self.seed + 977, 5.0 * seconds, period=self._period()))
        away = (places.u**2 + places.v**2) / 2.0
        depth = self.strength * 0.34 * (level - 0.45)
        gain = (1.0 + depth * (1.0 - 0.35 * away)).astype(np.float32)
        return gain, _nothing(gain)

    def _period(self) -> float | None:
        return None if self.period is None else 5.0 * self.period


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flashes:
    """Lightning: a stroke, and weaker ones right after it."""

    times: tuple[float, ...]
    strength: float
    sky: F32  # (H, W) over the canvas in [0, 1]: it lights up most

    def at(self, seconds: float, places: Places) -> tuple[F32, F32] | None:
        """Nothing but for the half second after each stroke."""
        level = sum(_stroke(seconds - time) for time in self.times)
        if level < 0.004:
            return None
        here = cv2.remap(self.sky, places.x, places.y, cv2.INTER_LINEAR,
                         borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
        share = np.float32(level * self.strength)
        gain = (1.0 + share * (0.85 + 0.5 * here)).astype(np.float32)
        light = share * (16.0 + 70.0 * here)
        added = np.stack([light * part for part in _FLASH_COLOUR])
        return gain, added.astype(np.float32)


def _stroke(since: float) -> float:
    """Brightness of a stroke that long ago, in [0, 1]."""
    level = 0.0
    for delay, peak, decay in ((0.0, 1.0, 0.05), (0.11, 0.55, 0.05), (0.19, 0.8, 0.14)):
        after = since - delay
        if after >= 0.0:
            level = max(level, peak * float(np.exp(-after / decay)))
    return level


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curtain:
    """A fade to or from one brightness of the whole frame."""

    t0: float
    t1: float
    opens: bool  # from it, not to it
    luma: float  # 16 black, 235 white

    def at(self, seconds: float, places: Places) -> tuple[F32, F32] | None:
        """How much of the picture is there."""
        x = min(max((seconds - self.t0) / max(self.t1 - self.t0, 1e-9), 0.0), 1.0)
        share = x * x * (3.0 - 2.0 * x)
        share = share if self.opens else 1.0 - share
        if share >= 1.0:
            return None
        gain = np.full(places.u.shape, share, np.float32)
        added = _nothing(gain)
        added[0] = (self.luma - 16.0) * (1.0 - share)
        return gain, added


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rays:
    """Shafts of light through haze, from where the light comes; they breathe slowly."""

    field: F32  # (h, w) over the canvas in [0, 1], from `shafts`
    scale: float  # canvas pixel → index of the field
    colour: tuple[float, float, float]  # added at full strength: luma, chroma
    strength: float
    seed: int
    period: float | None

    def at(self, seconds: float, places: Places) -> tuple[F32, F32] | None:
        """Light that is added."""
        x = (places.x * np.float32(self.scale) - 0.5).astype(np.float32)
        y = (places.y * np.float32(self.scale) - 0.5).astype(np.float32)
        here = cv2.remap(self.field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        slow = None if self.period is None else self.period / 3.0
        breath = 0.8 + 0.4 * float(wind(self.seed + 31, seconds / 3.0, period=slow))
        added = np.stack([here * np.float32(part * self.strength * breath) for part in self.colour])
        return np.ones_like(here), added.astype(np.float32)


def shafts(bright: F32, light: tuple[float, float]) -> F32:
    """Brightness smeared away from a light, as haze shows it: (h, w) in [0, 1].

    Each place adds up what is bright on the way to the light, nearer to itself counting more
    (K. Mitchell, "Volumetric light scattering as a post-process", 2007).

    Args:
        bright: (h, w) in [0, 1], what shines.
        light: x, y of the light, in pixels of ``bright``; may lie outside.
    """
    height, width = bright.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    total = np.zeros_like(bright)
    weight, norm = 1.0, 0.0
    for step in range(_STEPS):
        share = np.float32((step + 0.5) / _STEPS * 0.95)
        there = cv2.remap(
            bright,
            x + (np.float32(light[0]) - x) * share,
            y + (np.float32(light[1]) - y) * share,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )
        total += np.float32(weight) * there
        norm += weight
        weight *= 0.96
    away = np.hypot(x - light[0], y - light[1]) / max(height, width)
    soft = total / np.float32(norm) * np.exp(-1.2 * away)
    return np.asarray(soft / max(float(soft.max()), 1e-6), np.float32)
