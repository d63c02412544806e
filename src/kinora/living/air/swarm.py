"""Particles on an endless lattice around the camera, each a pure function of time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.living.air.kinds import Kind
from kinora.living.timing import Timing
from kinora.types.air import (
    F32,
    F64,
    GLOWS,
    S_ACROSS,
    S_ALONG,
    S_ALPHA,
    S_DISPARITY,
    S_KIND,
    S_LENGTH,
    S_LUMA,
    S_U,
    S_UX,
    S_UY,
    S_V,
    S_X,
    S_Y,
    SPRITE_COLUMNS,
    Eye,
)
from kinora.types.light import Fade, light_at
from kinora.weather import wind

#: How much wider and higher than the frame the lattice's cell is, so that nobody sees it repeat.
_CELL: Final = 1.5
#: Distance from the camera within which particles fade out, scene units.
_FADE: Final = (0.08, 0.16)
#: Wind is added up in steps of this many seconds.
_STEP: Final = 0.02
# R'G'B' in 0..255 → BT.709 limited range.
_YUV: Final = np.array(
    [
        [0.2126 * 219 / 255, 0.7152 * 219 / 255, 0.0722 * 219 / 255],
        [-0.2126 / 1.8556 * 224 / 255, -0.7152 / 1.8556 * 224 / 255, 0.5 * 224 / 255],
        [0.5 * 224 / 255, -0.7152 / 1.5748 * 224 / 255, -0.0722 / 1.5748 * 224 / 255],
    ]
)


def yuv_of(rgb: tuple[float, float, float] | F64) -> F64:
    """Luma and chroma of (…, 3) sRGB code values in 0..255."""
    return np.asarray(np.asarray(rgb, np.float64) @ _YUV.T + [16.0, 128.0, 128.0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drift:
    """How far the wind has blown since the clip began, at full wind speed 1."""

    seed: int
    table: F64  # at multiples of `_STEP`
    period: float | None

    @staticmethod
    def of(seed: int, seconds: float, period: float | None) -> Drift:
        """The integral of the clip's wind, which everything else follows, too."""
        times = np.arange(int(seconds / _STEP) + 3) * _STEP
        speed = wind(seed, times, period=period)
        summed = np.concatenate([[0.0], np.cumsum((speed[1:] + speed[:-1]) / 2.0) * _STEP])
        return Drift(seed=seed, table=summed, period=period)

    def at(self, seconds: float) -> float:
        """Distance at a time of the clip."""
        last = (len(self.table) - 1) * _STEP
        return float(np.interp(min(max(seconds, 0.0), last), self._times(), self.table))

    def speed(self, seconds: float) -> float:
        """Wind at a time, in [0, 1]."""
        return float(wind(self.seed, seconds, period=self.period))

    def _times(self) -> F64:
        return np.asarray(np.arange(len(self.table)) * _STEP, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambient:
    """How bright the scene is over time, and of which colour its light is."""

    levels: tuple[float, ...]  # in each light of the clip, [0, 1]
    casts: tuple[tuple[float, float], ...] = ()  # what that light adds to chroma; (): nothing
    fades: tuple[Fade, ...] = ()

    def at(self, seconds: float) -> float:
        """Brightness at a time."""
        one, other, share = light_at(self.fades, seconds)
        return self.levels[one] + (self.levels[other] - self.levels[one]) * share

    def cast(self, seconds: float) -> tuple[float, float]:
        """What the light adds to chroma at a time, code values."""
        if not self.casts:
            return 0.0, 0.0
        one, other, share = light_at(self.fades, seconds)
        (u, v), (du, dv) = self.casts[one], self.casts[other]
        return u + (du - u) * share, v + (dv - v) * share


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Particles:
    """A `Swarm` of one kind."""

    kind: Kind
    drift: Drift
    timing: Timing
    place: F64  # (n, 2) on the lattice, in cells
    distance: F64  # (n,) scene units
    size: F64  # (n,) radius, scene units
    phase: F64  # (n, 4) in turns
    colour: F64  # (n, 3) luma and chroma
    reach: tuple[float, float]  # frame's width and height at distance 1, scene units
    light: Ambient  # for what doesn't shine by itself

    @staticmethod
    def of(
        kind: Kind,
        *,
        density: float,
        seed: int,
        drift: Drift,
        timing: Timing,
        reach: tuple[float, float],
        light: Ambient,
    ) -> Particles:
        """Scatter the particles: evenly over the view, and over the logarithm of distance."""
        rng = np.random.default_rng(seed)
        count = max(int(kind.count * density), 1)
        share = rng.random(count)
        distance = kind.near * (kind.far / kind.near) ** share
        order = np.argsort(-distance, kind="stable")  # far ones are drawn first
        low, high = kind.radius
        picked = rng.integers(0, len(kind.colours), count)
        colours = yuv_of(np.array(kind.colours, np.float64))[picked]
        return Particles(
            kind=kind,
            drift=drift,
            timing=timing,
            place=rng.random((count, 2)),
            distance=distance[order],
            size=low + (high - low) * rng.random(count) ** 2,
            phase=rng.random((count, 4)),
            colour=colours,
            reach=reach,
            light=light,
        )

    def at(self, seconds: float, eye: Eye) -> F32:
        """(n, SPRITE_COLUMNS) sprites that may be seen at a time."""
        gain = self.timing.gain(seconds)
        if gain <= 0.0:
            return np.zeros((0, SPRITE_COLUMNS), np.float32)
        point, speed = self._flight(seconds, eye)
        seen = (point - eye.centre) @ eye.project.T
        depth = seen[:, 2]
        ahead = depth > _FADE[0]
        safe = np.where(ahead, depth, 1.0)
        x, y = seen[:, 0] / safe, seen[:, 1] / safe
        scale = np.linalg.norm(eye.project[0]) / safe  # pixels per scene unit
        moved = (speed @ eye.project[:2].T) / safe[:, None] * self.kind.shutter
        length = np.hypot(moved[:, 0], moved[:, 1])
        radius = self.size * scale
        inside = (x > -radius - length) & (x < eye.width + radius + length)
        inside &= (y > -radius - length) & (y < eye.height + radius + length) & ahead
        there = np.flatnonzero(inside)
        few, near, x, y = self._those(there), depth[there], x[there], y[there]
        alpha = few._alpha(seconds, y / eye.height) * np.clip(
            (near - _FADE[0]) / (_FADE[1] - _FADE[0]), 0.0, 1.0
        )
        table = few._sprites(seconds, radius[there], moved[there], length[there])
        table[:, S_X], table[:, S_Y] = x, y
        table[:, S_DISPARITY] = 1.0 / near
        table[:, S_ALPHA] *= alpha * gain
        return np.ascontiguousarray(table[table[:, S_ALPHA] > 0.004], np.float32)

    def _those(self, numbers: NDArray[np.int64]) -> Particles:
        """Only the particles of these numbers."""
        return replace(
            self,
            place=self.place[numbers],
            distance=self.distance[numbers],
            size=self.size[numbers],
            phase=self.phase[numbers],
            colour=self.colour[numbers],
        )

    def _flight(self, seconds: float, eye: Eye) -> tuple[F64, F64]:
        """Where each particle is in the world, nearest to what the camera sees; and its speed."""
        kind, z = self.kind, self.distance
        cell = _CELL * z[:, None] * np.array(self.reach)
        fall, blow = self._pace(cell)
        path = np.stack([self.drift.at(seconds) * blow, seconds * fall], axis=1)
        # The lattice repeats; the copy nearest to the middle of the view is the one that is shown.
        middle = np.linalg.solve(eye.project, [eye.width / 2, eye.height / 2, 1.0])
        ahead = (z - eye.centre[2])[:, None]
        view = eye.centre[None, :2] + ahead * middle[None, :2] / middle[2]
        at = self.place * cell + path
        at = at - np.round((at - view) / cell) * cell
        speed = np.stack([self.drift.speed(seconds) * blow, fall], axis=1)
        if kind.wander > 0.0:
            sway, rate = self._wandered(seconds)
            at, speed = at + sway, speed + rate
        point = np.concatenate([at, z[:, None]], axis=1)
        return point, np.concatenate([speed, np.zeros((len(z), 1))], axis=1)

    def _wandered(self, seconds: float) -> tuple[F64, F64]:
        """How far each particle sways from its path, (n, 2), and how fast."""
        kind, turn = self.kind, 2.0 * np.pi
        swing = self._whole(kind.pace * (0.7 + 0.6 * self.phase[:, 0]))
        slower = self._whole(0.6 * swing)
        angle = turn * (swing * seconds + self.phase[:, 1])
        other = turn * (slower * seconds + self.phase[:, 2])
        sway = kind.wander * np.stack([np.sin(angle), 0.5 * np.sin(other)], axis=1)
        rate = (
            kind.wander
            * turn
            * np.stack([swing * np.cos(angle), 0.5 * slower * np.cos(other)], axis=1)
        )
        return sway, rate

    def _pace(self, cell: F64) -> tuple[F64, F64]:
        """Speeds of fall and of blowing at full wind, so that loops end in whole cells."""
        own = 0.8 + 0.4 * self.phase[:, 3]
        fall, blow = self.kind.fall * own, self.kind.wind * own
        if self.drift.period is None:
            return fall, blow
        period, blown = self.drift.period, self.drift.at(self.drift.period)
        cells = np.round(fall * period / cell[:, 1])
        fall = np.where(cells == 0.0, 0.0, cells) * cell[:, 1] / period
        return fall, np.round(blow * blown / cell[:, 0]) * cell[:, 0] / max(blown, 1e-9)

    def _whole(self, rate: F64) -> F64:
        """Turns per second, so that loops end in whole turns."""
        if self.drift.period is None:
            return rate
        turns = np.maximum(np.round(rate * self.drift.period), 1.0)
        return np.where(rate > 0.0, turns, 0.0) / self.drift.period

    def _alpha(self, seconds: float, height: F64) -> F64:
        """How much each particle shows, by its twinkling and its height in the frame."""
        kind = self.kind
        alpha = np.full(len(height), kind.alpha)
        if kind.twinkle > 0.0:
            beat = self._whole((0.35 + 0.5 * self.phase[:, 3]) * (1.0 if kind.pace else 0.0))
            wave = 0.5 + 0.5 * np.sin(2.0 * np.pi * (beat * seconds + self.phase[:, 0]))
            alpha *= 1.0 - kind.twinkle + kind.twinkle * wave**kind.pulse
        if kind.low:
            alpha *= np.clip((height - 0.2) / 0.3, 0.0, 1.0)
        return alpha

    def _sprites(self, seconds: float, radius: F64, moved: NDArray[np.float64], length: F64) -> F64:
        """Shapes and colours; places and what hides them are filled in by the caller."""
        kind, count = self.kind, len(radius)
        table = np.zeros((count, SPRITE_COLUMNS))
        drawn = np.maximum(radius, kind.least)
        # What is too small to be drawn gets fainter; what moves far is spread over its path.
        faint = np.minimum(radius / drawn, 1.0) ** (2.0 if kind.wander else 1.0)
        table[:, S_ALPHA] = np.maximum(faint, 0.25)
        still = np.maximum(length, 1e-6)
        table[:, S_UX], table[:, S_UY] = moved[:, 0] / still, moved[:, 1] / still
        table[:, S_LENGTH] = length / 2.0
        table[:, S_ALONG] = table[:, S_ACROSS] = drawn
        if kind.tumble > 0.0:
            spin = self._whole(kind.tumble * (0.6 + 0.8 * self.phase[:, 2]))
            turn = 2.0 * np.pi * (spin * seconds + self.phase[:, 0])
            lean = 2.0 * np.pi * (self._whole(0.37 * spin) * seconds + self.phase[:, 1])
            table[:, S_UX], table[:, S_UY] = np.cos(lean), np.sin(lean)
            flat = np.abs(np.sin(turn))
            table[:, S_LENGTH] = 0.0
            table[:, S_ACROSS] = np.maximum(drawn * kind.slim * (0.25 + 0.75 * flat), 0.5)
        elif kind.wander > 0.0:
            table[:, S_ALPHA] *= drawn / (drawn + 0.5 * length)
        else:
            table[:, S_ALPHA] *= np.clip(12.0 / np.maximum(length, 12.0), 0.35, 1.0) ** 0.5
        bright = 1.0 if kind.own_light else self.light.at(seconds)
        cast_u, cast_v = (0.0, 0.0) if kind.own_light else self.light.cast(seconds)
        luma = 16.0 + (self.colour[:, 0] - 16.0) * bright
        if kind.tumble > 0.0:
            luma = 16.0 + (luma - 16.0) * (0.72 + 0.28 * flat)
        table[:, S_LUMA] = luma
        table[:, S_U] = 128.0 + (self.colour[:, 1] - 128.0) * bright + cast_u
        table[:, S_V] = 128.0 + (self.colour[:, 2] - 128.0) * bright + cast_v
        table[:, S_KIND] = kind.shape
        if kind.shape == GLOWS:
            table[:, S_ALONG] *= 2.2
            table[:, S_ACROSS] *= 2.2
        return table
