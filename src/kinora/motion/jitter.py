"""Handheld and shake: band-limited noise of the camera, a function of absolute time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kinora.motion.clock import Frames, Window, hold_frames
from kinora.motion.easing import minimum_jerk

F64 = NDArray[np.float64]
JitterOp = Literal["handheld", "shake"]

_COMPONENTS: Final = 24
_DEVIATIONS: Final = 2.0  # an amount is two standard deviations
#: rad → scene units: a swaying body moves the picture of the subject as much as it turns it.
_SWAY_PER_RADIAN: Final = 1.0
#: Standard deviation of yaw, pitch, roll, x, y, z over that of yaw.
_SHARES: Final = (1.0, 1.0, 0.5, _SWAY_PER_RADIAN, _SWAY_PER_RADIAN, 0.5 * _SWAY_PER_RADIAN)


@dataclass(frozen=True, slots=True)
class _Kind:
    low: float  # Hz
    high: float
    slope: float  # amplitude per component ∝ frequency^-slope
    fade: float  # seconds
    stream: int  # keeps the random numbers of the two operations apart


# Components are spaced evenly in log frequency, where an amplitude ∝ f^-½ is a spectral density of
# amplitude ∝ 1/f. A shake is the same hand in the upper band, with more of it at the top.
_KINDS: Final[dict[JitterOp, _Kind]] = {
    "handheld": _Kind(low=0.3, high=6.0, slope=0.5, fade=0.5, stream=1),
    "shake": _Kind(low=2.0, high=12.0, slope=0.25, fade=0.15, stream=2),
}


@dataclass(frozen=True, slots=True)
class JitterBeat:
    """One beat's share.

    ``degrees`` says how strong: yaw, and pitch likewise, stays within it 95 % of the time.
    """

    window: Window
    degrees: float
    held: bool = False  # stop motion


def jitter(
    op: JitterOp, beats: Sequence[JitterBeat], *, frames: Frames, fps: Fraction, seed: int
) -> F64:
    """(T, 6) yaw, pitch, roll in radians and x, y, z in scene units, for each of ``frames``.

    Contiguous beats join without a break; noise fades in after a still beat and out before one,
    and is exactly 0 outside its beats. ``beats`` cover the whole clip; 0 degrees is a still beat.
    """
    shown = frames
    for beat in beats:
        if beat.held:
            shown = beat.window.held(shown, hold=hold_frames(fps))
    level = _level(_KINDS[op], beats, frames=shown, fps=fps)
    active = level > 0.0
    out = np.zeros((len(frames), 6))
    seconds = shown[active] / float(fps)
    out[active] = level[active, None] * _noise(_KINDS[op], seconds, fps=float(fps), seed=seed)
    return out


def _noise(kind: _Kind, seconds: F64, *, fps: float, seed: int) -> F64:
    """(T, 6) stationary noise; yaw has a standard deviation of 1."""
    rng = np.random.default_rng([seed & 0xFFFFFFFF, kind.stream])
    edges = np.geomspace(kind.low, kind.high, _COMPONENTS + 1)
    spread = rng.uniform(size=(6, _COMPONENTS))
    frequency = edges[:-1] * (edges[1:] / edges[:-1]) ** spread
    phase = rng.uniform(0.0, 2.0 * np.pi, size=(6, _COMPONENTS))
    size = frequency**-kind.slope
    size *= np.sqrt(2.0 / np.sum(size * size, axis=1, keepdims=True))
    size[frequency > 0.45 * fps] = 0.0  # what the frame rate can't show
    out = np.empty((len(seconds), 6))
    for channel, share in enumerate(_SHARES):
        angle = 2.0 * np.pi * np.outer(seconds, frequency[channel]) + phase[channel]
        out[:, channel] = share * np.sum(size[channel] * np.sin(angle), axis=1)
    return out


def _level(kind: _Kind, beats: Sequence[JitterBeat], *, frames: Frames, fps: Fraction) -> F64:
    """(T,) standard deviation of yaw in radians."""
    level = np.zeros(len(frames))
    fade = Fraction(kind.fade).limit_denominator(1000) * fps
    for index, beat in enumerate(beats):
        if beat.degrees <= 0.0:
            continue
        window = beat.window
        before = beats[index - 1].degrees if index else 0.0
        stops = index + 1 < len(beats) and beats[index + 1].degrees <= 0.0
        ramp = min(fade, (window.end - window.start) / 2)
        here = (frames >= window.first) & (frames < window.after)
        inside = frames[here]
        rise = minimum_jerk(Window(window.start, window.start + ramp).position(inside))
        shape = before + (beat.degrees - before) * rise
        if stops:
            shape = shape * (
                1.0 - minimum_jerk(Window(window.end - ramp, window.end).position(inside))
            )
        level[here] = np.radians(shape) / _DEVIATIONS
    return level
