"""Sway: a few smooth modes of oscillation, driven by the clip's wind.

Plants, hair and cloth in photos move in few low frequencies whose amplitude falls with frequency
(Davis, Bouman, Chen et al., "Visual vibrometry", 2015; Li et al., "Generative Image Dynamics",
2024): each mode is a smooth field of displacements that swings at one frequency, its phase varying
from place to place, and gusts of the shared wind raise all of them as they pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kinora.living.grid import Grid
from kinora.living.timing import Timing
from kinora.types.living import F32
from kinora.weather import wind

#: How still air compares with a full gust.
_CALM: Final = 0.25
#: Share of the amplitude that leans with the wind instead of swinging.
_LEAN: Final = 0.6
#: The wind's mean.
_MEAN: Final = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Which oscillations there are."""

    lowest: float  # Hz
    highest: float
    modes: int
    scale: float  # how wide one branch or fold is, canvas pixels
    down: float = 0.35  # vertical displacement as a share of the horizontal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sway:
    """A `Displacement` of swinging modes."""

    shape: tuple[int, int]  # (gh, gw)
    window: tuple[slice, slice]  # rows and columns of the cells outside which nothing moves: (h, w)
    amplitude: F32  # (h, w) canvas pixels at a full gust; 0 where nothing moves
    cosine: F32  # (M, 2, h, w) fields of each mode, relative
    sine: F32
    frequencies: tuple[float, ...]  # Hz of the element's time
    delay: F32  # (h, w) seconds by which a gust comes later
    calm: F32  # (h, w) the wind that leans nothing, in [0, 1]
    timing: Timing
    wind_seed: int

    @property
    def reach(self) -> float:
        """Longest offset, canvas pixels."""
        return 1.6 * float(self.amplitude.max())

    def at(self, seconds: float) -> F32:
        """Offsets at a time."""
        whole = np.zeros((2, *self.shape), np.float32)
        elapsed = self.timing.elapsed(seconds)
        out = np.zeros((2, *self.amplitude.shape), np.float32)
        for mode, frequency in enumerate(self.frequencies):
            turn = 2.0 * np.pi * frequency * elapsed
            # Less its value at the first moment: there the photo is as it was taken.
            out += self.cosine[mode] * np.float32(np.cos(turn) - 1.0)
            out += self.sine[mode] * np.float32(np.sin(turn))
        gust = _gusts(self.wind_seed, self.delay, seconds, self.timing.period)
        out *= np.float32(_CALM) + np.float32(1.0 - _CALM) * gust
        out[0] -= np.float32(_LEAN) * (gust - self.calm)
        out *= self.amplitude * np.float32(self.timing.gain(seconds))
        whole[:, self.window[0], self.window[1]] = out
        return whole


def _gusts(seed: int, delay: F32, seconds: float, period: float | None) -> F32:
    """The wind at each place, in [0, 1]: a gust travels, later where there is more ``delay``."""
    late = np.linspace(0.0, float(delay.max()), 33)
    now = wind(seed, seconds - late, period=period)
    return np.interp(delay, late, now).astype(np.float32)


def sway(
    amplitude: F32, bands: Bands, grid: Grid, *, timing: Timing, seed: int, wind_seed: int
) -> Sway:
    """Modes for a part of the picture.

    Args:
        amplitude: (gh, gw) canvas pixels at a full gust; 0 where nothing moves.
        bands: which oscillations.
        grid: of the fields.
        timing: the element's clock; in a loop, frequencies are whole numbers of turns.
        seed: of the modes' shapes.
        wind_seed: of the clip's wind.
    """
    rng = np.random.default_rng(seed)
    frequencies = np.geomspace(bands.lowest, bands.highest, bands.modes)
    frequencies *= rng.uniform(0.92, 1.08, bands.modes)
    if timing.period is not None:
        length = timing.period
        frequencies = np.maximum(np.rint(frequencies * length), 1.0) / length
    # 1/f: a mode of twice the frequency swings half as far; together they have unit spread.
    share = 1.0 / frequencies
    share /= np.sqrt((share**2).sum())
    shape = (bands.modes, 2, *grid.shape)
    cosine, sine = np.empty(shape, np.float32), np.empty(shape, np.float32)
    for mode in range(bands.modes):
        size = 0.75 * float(share[mode])
        scale = bands.scale * (1.0 + 2.0 * (frequencies[0] / frequencies[mode]))
        for axis, part in enumerate((1.0, bands.down)):
            for field in (cosine, sine):
                chance = grid.noise(int(rng.integers(1 << 31)), scale)
                field[mode, axis] = part * size * np.clip(0.7 * chance, -1.0, 1.0)
    x, _ = grid.places()
    # A gust crosses the frame in about a second and a half.
    delay = (1.5 * x / grid.canvas.width + 0.15 * grid.noise(seed + 1, 4 * bands.scale)).astype(
        np.float32
    )
    rows, columns = window = _window(amplitude)
    delay = np.maximum(delay, 0.0)[window]
    looped = timing.period is not None
    return Sway(
        shape=grid.shape,
        window=window,
        amplitude=amplitude[window],
        cosine=cosine[..., rows, columns].copy(),
        sine=sine[..., rows, columns].copy(),
        frequencies=tuple(float(f) for f in frequencies),
        delay=delay,
        calm=np.full_like(delay, _MEAN) if looped else _gusts(wind_seed, delay, 0.0, None),
        timing=timing,
        wind_seed=wind_seed,
    )


def _window(amplitude: F32) -> tuple[slice, slice]:
    """Rows and columns of the cells that move; one cell where none does."""
    rows, columns = (np.flatnonzero(amplitude.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return slice(0, 1), slice(0, 1)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
