"""Steam that rises from a place: soft puffs that widen, thin and sway as they go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kinora.living.air.swarm import Ambient, Drift, yuv_of
from kinora.living.timing import Timing
from kinora.types.air import (
    F32,
    F64,
    S_ACROSS,
    S_ALONG,
    S_ALPHA,
    S_DISPARITY,
    S_KIND,
    S_LUMA,
    S_U,
    S_UX,
    S_UY,
    S_V,
    S_X,
    S_Y,
    SOFT,
    SPRITE_COLUMNS,
    Eye,
)

_PUFFS: Final = 64
_LIFE: Final = 3.6  # seconds from the source to nothing
#: Radius of a puff when it leaves and when it is gone, against half the source's width.
_RADII: Final = (0.30, 0.95)
#: How opaque a puff of steam is, of which most is seen as wisps, and one of smoke.
THIN, THICK = 0.05, 0.2
#: Of steam and of smoke.
WHITE: Final = (238.0, 240.0, 242.0)
GREY: Final = (128.0, 124.0, 120.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plume:
    """A `Swarm` of puffs from one source."""

    source: tuple[float, float, float]  # middle of where it leaves, in the world, scene units
    half: float  # half the width of that
    height: float  # how far it rises
    amount: float  # [0, 1]
    drift: Drift
    timing: Timing
    phase: F64  # (n, 4) in turns
    light: Ambient
    colour: tuple[float, float, float] = WHITE
    alpha: float = THIN

    @staticmethod
    def phases(seed: int) -> F64:
        """Chance of all puffs."""
        return np.asarray(np.random.default_rng(seed).random((_PUFFS, 4)))

    def at(self, seconds: float, eye: Eye) -> F32:
        """(n, SPRITE_COLUMNS) puffs at a time, the highest first."""
        age = (seconds / self.timing.fitted(_LIFE) + self.phase[:, 0]) % 1.0
        order = np.argsort(-age, kind="stable")
        age, phase = age[order], self.phase[order]
        turn = 2.0 * np.pi
        sway = np.sin(turn * (phase[:, 1] + 0.9 * age)) * 0.9 * age
        sway += 0.35 * np.sin(turn * (phase[:, 2] + 2.1 * age)) * age
        blown = 0.5 * (self.drift.speed(seconds) - 0.45) * age**1.5
        across = (0.55 * (2.0 * phase[:, 3] - 1.0) + 0.8 * sway) * self.half + blown * self.height
        x, y, z = self.source
        point = np.stack([x + across, y - self.height * age**0.85, np.full(len(age), z)], axis=1)
        seen = (point - eye.centre) @ eye.project.T
        depth = np.maximum(seen[:, 2], 1e-3)
        scale = np.linalg.norm(eye.project[0]) / depth
        radius = self.half * (_RADII[0] + (_RADII[1] - _RADII[0]) * age) * scale
        table = np.zeros((len(age), SPRITE_COLUMNS))
        table[:, S_X], table[:, S_Y] = seen[:, 0] / depth, seen[:, 1] / depth
        lean = turn * phase[:, 2] * 0.12 - 0.38
        table[:, S_UX], table[:, S_UY] = np.sin(lean), np.cos(lean)
        table[:, S_ALONG], table[:, S_ACROSS] = 1.7 * radius, radius
        table[:, S_DISPARITY] = 1.06 / depth
        fading = np.minimum(age / 0.12, 1.0) * (1.0 - age) ** 1.3
        table[:, S_ALPHA] = self.alpha * (0.5 + self.amount) * fading * self.timing.gain(seconds)
        luma, u, v = yuv_of(self.colour)
        bright = self.light.at(seconds)
        table[:, S_LUMA] = 16.0 + (luma - 16.0) * bright
        table[:, S_U], table[:, S_V] = u, v
        table[:, S_KIND] = SOFT
        return np.ascontiguousarray(table[table[:, S_ALPHA] > 0.002], np.float32)
