"""Strands of steam: they rise, meander, widen and thin out, as hot breath does in still air."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kinora.living.air.plume import Plume
from kinora.living.air.swarm import yuv_of
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

_STRANDS, _PUFFS = 4, 44  # puffs of each
_LIFE: Final = 3.6  # seconds from the source to nothing
#: Radius of a puff across its strand when it leaves and when it is gone, against half the source's
#: width; along the strand it reaches at least over so many of its neighbours.
_RADII, _REACH = (0.1, 0.42), 1.6
# Waves of a strand in the order of its puffs: how many there are on it at a time, how far they go
# (of half the source's width, at the top) and how fast they climb (turns per life).
_WAVES: Final = ((1, 0.55, 0.35), (2, 0.34, -0.4), (3, 0.17, 0.8))
# How far from the middle strands leave, of half the source's width.
_SPREAD: Final = 0.55
# How opaque a puff is at most, and the least light that falls on it: steam shows before the dark.
_ALPHA, _LEAST_LIGHT = 0.36, 0.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wisps:
    """A `Swarm` of puffs that follow each other along a few strands of a plume."""

    plume: Plume  # whose source, height, amount, wind, time, light and colour they have
    phase: F64  # (_STRANDS, len(_WAVES) + 2) in turns

    @staticmethod
    def phases(seed: int) -> F64:
        """Chance of all strands."""
        return np.asarray(np.random.default_rng(seed).random((_STRANDS, len(_WAVES) + 2)))

    def at(self, seconds: float, eye: Eye) -> F32:
        """(n, SPRITE_COLUMNS) puffs at a time, the highest first."""
        plume = self.plume
        # Puffs of one strand leave one after another, again and again: ``left`` is when, in lives.
        left = np.arange(_PUFFS) / _PUFFS
        age = (seconds / plume.timing.fitted(_LIFE) + left) % 1.0
        order = np.argsort(-age, kind="stable")
        age, left = age[order], left[order]
        x, y, z = plume.source
        across = self._across(age, left) * plume.half
        across += 0.5 * (plume.drift.speed(seconds) - 0.45) * age**1.5 * plume.height
        rise = np.broadcast_to(plume.height * age**0.85, across.shape)
        point = np.stack([x + across, y - rise, np.full(across.shape, z)], axis=-1)
        seen = (point - eye.centre) @ eye.project.T
        depth = np.maximum(seen[..., 2], 1e-3)
        scale = np.linalg.norm(eye.project[0]) / depth
        table = np.zeros((_STRANDS, _PUFFS, SPRITE_COLUMNS))
        table[..., S_X], table[..., S_Y] = seen[..., 0] / depth, seen[..., 1] / depth
        step = np.stack([np.gradient(table[..., n], axis=1) for n in (S_X, S_Y)], axis=-1)
        length = np.maximum(np.linalg.norm(step, axis=-1), 1e-6)
        table[..., S_UX], table[..., S_UY] = step[..., 0] / length, step[..., 1] / length
        radius = plume.half * (_RADII[0] + (_RADII[1] - _RADII[0]) * age) * scale
        along = np.maximum(radius, _REACH * length)
        table[..., S_ALONG], table[..., S_ACROSS] = along, radius
        table[..., S_DISPARITY] = 1.06 / depth
        cover = self._cover(age, left) * plume.timing.gain(seconds)
        table[..., S_ALPHA] = cover * _REACH * length / along  # the less the more of them overlap
        luma, u, v = yuv_of(plume.colour)
        table[..., S_LUMA] = 16.0 + (luma - 16.0) * max(plume.light.at(seconds), _LEAST_LIGHT)
        table[..., S_U], table[..., S_V], table[..., S_KIND] = u, v, SOFT
        highest = table.transpose(1, 0, 2).reshape(-1, SPRITE_COLUMNS)
        return np.ascontiguousarray(highest[highest[:, S_ALPHA] > 0.002], np.float32)

    def _across(self, age: F64, left: F64) -> F64:
        """How far to the right each puff is, (strands, puffs) in half widths.

        The waves go round a whole number of times while all puffs leave, so strands have no seam.
        """
        start = (np.arange(_STRANDS) + 0.5) / _STRANDS * 2.0 - 1.0 + 0.3 * (self.phase[:, -1] - 0.5)
        across = _SPREAD * start[:, None] * (1.0 - 0.5 * age)
        for phase, (count, reach, climb) in zip(self.phase.T, _WAVES, strict=False):
            turns = count * left + climb * age + phase[:, None]
            across = across + reach * age**0.8 * np.sin(2.0 * np.pi * turns)
        return np.asarray(across)

    def _cover(self, age: F64, left: F64) -> F64:
        """How opaque each puff is, (strands, puffs): breath comes and goes."""
        breath = 0.55 + 0.45 * np.sin(2.0 * np.pi * (2 * left + self.phase[:, -2:-1]))
        fading = np.minimum(age / 0.1, 1.0) * (1.0 - age) ** 1.2
        return np.asarray(_ALPHA * (0.5 + self.plume.amount) * breath * fading)
