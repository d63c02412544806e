"""How a move spends the time of its beat: progress in [0, 1] as a function of time in [0, 1].

Formulas and sources stand in docs/conventions.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.types.plan import Ease

F64 = NDArray[np.float64]
Curve = Callable[[F64], F64]


def minimum_jerk(s: F64) -> F64:
    """10s³ − 15s⁴ + 6s⁵: velocity and acceleration are zero at both ends.

    The path of least integrated squared jerk between two rests (Flash & Hogan 1985).
    """
    return s * s * s * (10.0 + s * (6.0 * s - 15.0))


def cruise(s: F64, *, ramp: float) -> F64:
    """Constant speed between two smooth ramps that take the share ``ramp`` (0–0.5] each.

    The speed follows 3x² − 2x³ in a ramp, so velocity and acceleration are zero at both ends.
    """
    mirrored = np.minimum(s, 1.0 - s)
    x = np.minimum(mirrored / ramp, 1.0)
    travelled = ramp * x * x * x * (1.0 - 0.5 * x) + np.maximum(mirrored - ramp, 0.0)
    half = travelled / (1.0 - ramp)
    return np.where(s < 0.5, half, 1.0 - half)


def _linear(s: F64) -> F64:
    return s


def _ease_in(s: F64) -> F64:
    return 2.0 * minimum_jerk(0.5 * s)


def _ease_out(s: F64) -> F64:
    return 2.0 * minimum_jerk(0.5 + 0.5 * s) - 1.0


#: Eases that end, and that start, in motion.
ENDS_MOVING: Final[frozenset[Ease]] = frozenset({"linear", "ease_in"})
STARTS_MOVING: Final[frozenset[Ease]] = frozenset({"linear", "ease_out"})
_PEAK: Final = 1.875  # greatest slope of the quintic, half-way


def at_full_speed(ease: Ease, fraction: float) -> Curve:
    """``ease`` for a move of which only ``fraction`` (above 0, below 1) is done.

    It starts as fast as the whole move would and comes to rest smoothly: an eased-out one sooner,
    a linear one after a stretch of constant speed, where the way left is long enough for one.
    """
    if ease == "ease_out":
        return lambda s: _ease_out(np.minimum(s / fraction, 1.0))
    # Cruising for `even` and easing out over `ramp`: even + ramp/peak = fraction, both at most 1.
    ramp = min((1.0 - fraction) / (1.0 - 1.0 / _PEAK), _PEAK * fraction)
    even = fraction - ramp / _PEAK

    def curve(s: F64) -> F64:
        rest = np.clip((s - even) / ramp, 0.0, 1.0)
        return (np.minimum(s, even) + ramp / _PEAK * _ease_out(rest)) / fraction

    return curve


#: Progress per ease. Stop motion moves evenly; that its poses are held is the clock's work.
EASES: Final[dict[Ease, Curve]] = {
    "inertial": minimum_jerk,
    "linear": _linear,
    "ease_in": _ease_in,
    "ease_out": _ease_out,
    "stop_motion": _linear,
}
