"""Amounts: each operation's own unit, its default, and what other units mean for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import atan, degrees, radians, tan
from typing import Final

from kinora.errors import PlanError
from kinora.types.plan import CameraMove, CameraOp, Speed, Unit
from kinora.types.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """The photo's lens in frame units, which is all that amounts depend on."""

    per_width: float  # focal length / frame width
    per_height: float  # focal length / frame height

    @classmethod
    def of(cls, scene: Scene) -> Lens:
        """The lens of the scene's frame."""
        focal = scene.intrinsics.focal
        return cls(per_width=focal / scene.size.width, per_height=focal / scene.size.height)


#: Unit of each operation, and its amount at normal speed where the plan leaves it open: the same
#: numbers as the prompt's, for plans that are written by hand.
DEFAULTS: Final[dict[CameraOp, tuple[float, Unit]]] = {
    "pan": (5.0, "degrees"),
    "tilt": (3.0, "degrees"),
    "roll": (5.0, "degrees"),
    "whip": (30.0, "degrees"),
    "orbit": (6.0, "degrees"),
    "handheld": (0.3, "degrees"),
    "shake": (0.8, "degrees"),
    "truck": (5.0, "percent_frame"),
    "pedestal": (5.0, "percent_frame"),
    "crane": (6.0, "percent_frame"),
    "parallax": (3.0, "percent_frame"),
    "dolly": (12.0, "percent_distance"),
    "dolly_zoom": (20.0, "percent_distance"),
    "flyover": (10.0, "percent_distance"),
    "follow": (5.0, "percent_frame"),
    "reveal": (5.0, "percent_frame"),
    "zoom": (1.2, "factor"),
    "rack_focus": (1.0, "factor"),  # of the usual blur
}

#: A faster move covers more in the same time.
SPEED_FACTOR: Final[dict[Speed, float]] = {
    "very_slow": 0.5,
    "slow": 0.7,
    "normal": 1.0,
    "fast": 1.4,
    "very_fast": 2.0,
}

#: Operations whose frame percentage is of the height.
VERTICAL: Final[frozenset[CameraOp]] = frozenset({"tilt", "pedestal", "crane"})

Convert = Callable[[float, float], float]  # (value, focal length / frame side) → value

#: (unit given, unit of the operation) → conversion, where one has a meaning.
_CONVERSIONS: Final[dict[tuple[Unit, Unit], Convert]] = {
    ("percent_frame", "degrees"): lambda v, f: degrees(atan(v / 100 / f)),
    ("percent_distance", "degrees"): lambda v, f: degrees(atan(v / 100)),
    ("degrees", "percent_frame"): lambda v, f: 100 * f * tan(radians(v)),
    ("percent_distance", "percent_frame"): lambda v, f: v * f,
    ("percent_frame", "percent_distance"): lambda v, f: v,
    ("percent_frame", "factor"): lambda v, f: 1 + v / 100,
    ("percent_distance", "factor"): lambda v, f: 1 + v / 100,
}


def amount_of(move: CameraMove, lens: Lens) -> float:
    """The amount of ``move`` in the unit that `DEFAULTS` gives for its operation.

    Raises:
        PlanError: the unit has no meaning for the operation, or a factor isn't above 0.
    """
    default, unit = DEFAULTS[move.op]
    if move.amount is None:
        factor = SPEED_FACTOR[move.speed]
        return 1 + (default - 1) * factor if unit == "factor" else default * factor
    value = move.amount.value
    given = move.amount.unit
    if given == "factor" and value <= 0:
        raise PlanError(f"camera move {move.id}: a factor must be above 0, got {value:g}")
    if given == unit:
        return value
    if given == "factor" and unit == "percent_distance":
        return 100 * _distance_for(value, closer=move.direction != "out")
    if (given, unit) not in _CONVERSIONS or (unit == "degrees" and move.op in _PURE_ANGLES):
        raise PlanError(f"camera move {move.id}: {move.op} takes {unit}, not {given}")
    side = lens.per_height if move.op in VERTICAL else lens.per_width
    return _CONVERSIONS[given, unit](value, side)


_PURE_ANGLES: Final[frozenset[CameraOp]] = frozenset({"roll", "handheld", "shake"})


def _distance_for(factor: float, *, closer: bool) -> float:
    """Share of the subject's distance to travel so that it looks ``factor`` times larger."""
    larger = max(factor, 1 / factor)
    return 1 - 1 / larger if closer else larger - 1
