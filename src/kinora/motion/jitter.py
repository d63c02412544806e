"""Handheld and shake: band-limited noise of the camera, a function of absolute time."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kinora.motion.clock import Frames, Window
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
    """One beat's share of one operation.

    ``degrees`` says how strong: yaw, and pitch likewise, stays within it 95 % of the time. Strength
    goes from ``before``, that of the beat before, to ``degrees`` as the beat begins, so that a beat
    depends on earlier ones only: what is changed later in a plan leaves earlier frames alone.
    """

    window: Window
    before: float
    degrees: float


def level(op: JitterOp, beat: JitterBeat, *, frames: Frames, fps: Fraction) -> F64:
    """(T,) standard deviation of yaw in radians at ``frames``, from the beat's start on."""
    window = beat.window
    fade = Fraction(_KINDS[op].fade).limit_denominator(1000) * fps
    ramp = min(fade, (window.end - window.start) / 2)
    rise = minimum_jerk(Window(window.start, window.start + ramp).position(frames))
    return np.radians(beat.before + (beat.degrees - beat.before) * rise) / _DEVIATIONS


def noise(op: JitterOp, frames: Frames, *, fps: Fraction, seed: int) -> F64:
    """(T, 6) yaw, pitch, roll and x, y, z (scene units per radian) of stationary noise.

    A function of absolute time and ``seed``; yaw has a standard deviation of 1.
    """
    return _noise(_KINDS[op], frames / float(fps), fps=float(fps), seed=seed)


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
