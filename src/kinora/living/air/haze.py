"""Fog that thickens with distance, in banks that the wind moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from kinora.living.air.swarm import Drift
from kinora.types.air import F32, F64, Places
from kinora.types.light import Fade, light_at

#: Scene disparities between which cover is interpolated; the last is near enough to be clear.
LEVELS: Final = (0.0, 0.08, 0.3, 1.2)
#: Optical thickness up to each of them, at density 1.
_THICKNESS: Final = (2.6, 1.5, 0.65, 0.12)
# How unevenly the air is filled, and how fast each level's banks go, canvas widths per second.
_UNEVEN: Final = (0.25, 0.45, 0.55, 0.6)
_DRIFT: Final = (0.010, 0.018, 0.035, 0.06)
_NEAREST: Final = 0.75  # disparity up to which the third level may come
_TILE: Final = 128  # cells of the noise that is repeated endlessly


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fog:
    """A `Haze`: light is lost as exp(−βz), with β uneven and drifting."""

    density: float  # [0, 1]
    canvas: float  # width, pixels
    drift: Drift
    noise: F32  # (_TILE, _TILE) with mean 0, repeats seamlessly
    colours: F64  # (lights, 3) luma and chroma of the air in each light of the clip
    fades: tuple[Fade, ...] = ()
    levels: tuple[float, float, float, float] = LEVELS  # scene disparities
    thickness: tuple[float, float, float, float] = _THICKNESS

    def outdoors(self, farthest: float) -> Fog:
        """The same fog where what is farthest but for the sky has a scene disparity.

        Where hardly anything is far from the focus subject, as in mountains that are all far away,
        it gathers nearer and is as thick there as it is elsewhere in the distance.
        """
        far = min(max(farthest, LEVELS[2]), _NEAREST)
        share = (far - LEVELS[2]) / (_NEAREST - LEVELS[2])
        clear, near, some, most = _THICKNESS
        return replace(
            self,
            levels=(LEVELS[0], LEVELS[1], far, LEVELS[3]),
            thickness=(clear, near, some + share * (near - some), most),
        )

    def colour(self, seconds: float) -> tuple[float, float, float]:
        """Luma and chroma of the air."""
        one, other, share = light_at(self.fades, seconds)
        y, u, v = self.colours[one] + (self.colours[other] - self.colours[one]) * share
        return float(y), float(u), float(v)

    def at(self, seconds: float, places: Places) -> F32:
        """How much the air covers what lies at each level."""
        covers = []
        for level, thickness in enumerate(self.thickness):
            scale = _TILE / self.canvas * (0.55 - 0.09 * level)
            gone = self._gone(seconds, level)
            x = places.x * np.float32(scale) + np.float32((gone + 17.0 * level) % _TILE)
            y = places.y * np.float32(1.8 * scale) + np.float32((31.0 * level) % _TILE)
            bank = cv2.remap(self.noise, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
            thick = np.float32(-self.density * thickness)
            tau = thick * np.maximum(1.0 + np.float32(_UNEVEN[level]) * bank, np.float32(0.05))
            covers.append(1.0 - np.exp(tau))
        return np.asarray(np.stack(covers), np.float32)

    def _gone(self, seconds: float, level: int) -> float:
        """How far a level's banks have gone, in cells of the noise; whole tiles over a loop."""
        speed = _DRIFT[level] * _TILE
        if self.drift.period is None:
            return -speed * (0.4 * seconds + self.drift.at(seconds))
        period = self.drift.period
        whole = max(1, round(speed * period / _TILE))
        return -whole * _TILE * seconds / period


def banks(seed: int) -> F32:
    """Smooth noise without seams, mean 0, spread 1: (_TILE, _TILE)."""
    rng = np.random.default_rng(seed)
    chance = rng.standard_normal((_TILE, _TILE))
    frequency = np.hypot(np.fft.fftfreq(_TILE)[:, None], np.fft.fftfreq(_TILE)[None, :]) * _TILE
    power = np.where((frequency >= 1.0) & (frequency < 24.0), 1.0 / np.maximum(frequency, 1.0), 0.0)
    smooth = np.fft.ifft2(np.fft.fft2(chance) * power**1.3).real
    return np.asarray((smooth - smooth.mean()) / smooth.std(), np.float32)
