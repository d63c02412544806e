"""Plan moves → parts: what each operation does to the camera rig.

A new operation is a row in `_BUILDERS`, one in `amounts.DEFAULTS`, a name in `wording` and a line
of the table in docs/conventions.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import log, radians
from typing import Final, Literal

from kinora.errors import PlanError
from kinora.motion.amounts import Lens, amount_of
from kinora.types.plan import CameraMove, CameraOp, Direction

PartKind = Literal[
    "yaw",  # radians
    "pitch",
    "roll",
    "azimuth",
    "elevation",
    "dolly",  # scene units along the view, forward positive
    "dolly_zoom",
    "truck",  # shift of the focus subject, share of the frame's width; right positive
    "sway",
    "pedestal",  # share of the frame's height; down positive
    "crane",
    "zoom",  # log of the factor
]


@dataclass(frozen=True, slots=True)
class Part:
    """One elementary displacement, signed along the rig's axes."""

    kind: PartKind
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A plan move, resolved: its operation and direction spelt out, its amount in its own unit."""

    plan: CameraMove
    op: CameraOp
    direction: Direction | None
    amount: float  # never negative, in the unit of amounts.DEFAULTS; a zoom factor is ≥ 1
    parts: tuple[Part, ...]


#: Words that name another operation by their direction: "dolly left" is a truck.
_REDIRECT: Final[dict[tuple[CameraOp, Direction], CameraOp]] = {
    ("pan", "up"): "tilt",
    ("pan", "down"): "tilt",
    ("tilt", "left"): "pan",
    ("tilt", "right"): "pan",
    ("dolly", "left"): "truck",
    ("dolly", "right"): "truck",
    ("dolly", "up"): "pedestal",
    ("dolly", "down"): "pedestal",
    ("truck", "in"): "dolly",
    ("truck", "out"): "dolly",
    ("truck", "up"): "pedestal",
    ("truck", "down"): "pedestal",
    ("pedestal", "left"): "truck",
    ("pedestal", "right"): "truck",
    ("pedestal", "in"): "dolly",
    ("pedestal", "out"): "dolly",
}

_SYNONYM: Final[dict[tuple[CameraOp, Direction], Direction]] = {
    ("roll", "right"): "cw",
    ("roll", "left"): "ccw",
}

_DEFAULT_DIRECTION: Final[dict[CameraOp, Direction]] = {
    "pan": "right",
    "tilt": "up",
    "roll": "cw",
    "dolly": "in",
    "truck": "right",
    "pedestal": "up",
    "crane": "up",
    "orbit": "right",
    "zoom": "in",
    "dolly_zoom": "in",
    "whip": "right",
    "parallax": "left",
    "flyover": "in",
    "follow": "in",
    "reveal": "out",
}

_OPPOSITE: Final[dict[Direction, Direction]] = {
    "left": "right",
    "right": "left",
    "up": "down",
    "down": "up",
    "in": "out",
    "out": "in",
    "cw": "ccw",
    "ccw": "cw",
    "near": "far",
    "far": "near",
}

#: Sign of a direction along the rig's axes for translations: x right, y down, z forward.
_AXIS: Final[dict[Direction, float]] = {
    "left": -1.0,
    "right": 1.0,
    "up": -1.0,
    "down": 1.0,
    "in": 1.0,
    "out": -1.0,
}

Build = Callable[[Direction, float], tuple[Part, ...]]

#: How far a flyover rises (share of frame height) for each share of distance that it advances.
FLYOVER_RISE: Final = 0.5


def _turn(kind: PartKind, positive: Direction) -> Build:
    def build(direction: Direction, amount: float) -> tuple[Part, ...]:
        return (Part(kind, radians(amount if direction == positive else -amount)),)

    return build


def _translate(kind: PartKind) -> Build:
    def build(direction: Direction, amount: float) -> tuple[Part, ...]:
        return (Part(kind, _AXIS[direction] * amount / 100),)

    return build


def _orbit(direction: Direction, amount: float) -> tuple[Part, ...]:
    if direction in ("left", "right"):
        return (Part("azimuth", radians(amount if direction == "left" else -amount)),)
    return (Part("elevation", radians(amount if direction == "down" else -amount)),)


def _whip(direction: Direction, amount: float) -> tuple[Part, ...]:
    if direction in ("left", "right"):
        return _turn("yaw", "right")(direction, amount)
    return _turn("pitch", "up")(direction, amount)


def _zoom(direction: Direction, amount: float) -> tuple[Part, ...]:
    return (Part("zoom", _AXIS[direction] * log(amount)),)


def _flyover(direction: Direction, amount: float) -> tuple[Part, ...]:
    rise = -FLYOVER_RISE * amount / 100
    return (Part("dolly", _AXIS[direction] * amount / 100), Part("pedestal", rise))


def _along(direction: Direction, amount: float) -> tuple[Part, ...]:
    """Follow and reveal: the translation that the direction names."""
    kind: PartKind = "dolly"
    if direction in ("left", "right"):
        kind = "truck"
    elif direction in ("up", "down"):
        kind = "pedestal"
    return (Part(kind, _AXIS[direction] * amount / 100),)


_SIDES: Final[tuple[Direction, ...]] = ("left", "right")
_HEIGHTS: Final[tuple[Direction, ...]] = ("up", "down")
_DEPTHS: Final[tuple[Direction, ...]] = ("in", "out")

#: Operation → directions it takes and the parts it is made of.
_BUILDERS: Final[dict[CameraOp, tuple[tuple[Direction, ...], Build]]] = {
    "pan": (_SIDES, _turn("yaw", "right")),
    "tilt": (_HEIGHTS, _turn("pitch", "up")),
    "roll": (("cw", "ccw"), _turn("roll", "cw")),
    "dolly": (_DEPTHS, _translate("dolly")),
    "truck": (_SIDES, _translate("truck")),
    "pedestal": (_HEIGHTS, _translate("pedestal")),
    "crane": (_HEIGHTS, _translate("crane")),
    "orbit": ((*_SIDES, *_HEIGHTS), _orbit),
    "zoom": (_DEPTHS, _zoom),
    "dolly_zoom": (_DEPTHS, _translate("dolly_zoom")),
    "whip": ((*_SIDES, *_HEIGHTS), _whip),
    "parallax": (_SIDES, _translate("sway")),
    "flyover": (_DEPTHS, _flyover),
    "follow": ((*_SIDES, *_HEIGHTS, *_DEPTHS), _along),
    "reveal": ((*_SIDES, *_HEIGHTS, *_DEPTHS), _along),
}

#: Operation → directions it takes, for those that move the rig.
DIRECTIONS: Final = {op: allowed for op, (allowed, _) in _BUILDERS.items()}

#: Operations made of nearest kin, which is reported.
KIN: Final[frozenset[CameraOp]] = frozenset({"flyover", "follow", "reveal"})


def resolve(plan: CameraMove, lens: Lens) -> Move:
    """What ``plan`` asks of the rig; operations that don't move it have no parts.

    Raises:
        PlanError: a direction or unit has no meaning for the operation.
    """
    op, direction = plan.op, plan.direction
    if op in ("static", "handheld", "shake", "rack_focus"):
        amount = 0.0 if op == "static" else abs(amount_of(plan, lens))
        return Move(plan=plan, op=op, direction=direction, amount=amount, parts=())
    if direction is not None:
        op = _REDIRECT.get((op, direction), op)
        direction = _SYNONYM.get((op, direction), direction)
    chosen = direction or _DEFAULT_DIRECTION[op]
    allowed, build = _BUILDERS[op]
    if chosen not in allowed:
        raise PlanError(
            f"camera move {plan.id}: {op} can't go {chosen!r}; it takes {', '.join(allowed)}"
        )
    amount = amount_of(_as(plan, op), lens)
    if op == "zoom":
        amount = max(amount, 1 / amount)  # the direction says which way
    elif amount < 0:
        chosen, amount = _OPPOSITE[chosen], -amount
    return Move(plan=plan, op=op, direction=chosen, amount=amount, parts=build(chosen, amount))


def _as(plan: CameraMove, op: CameraOp) -> CameraMove:
    """``plan`` as another operation."""
    return plan if plan.op == op else plan.model_copy(update={"op": op})


def undoes(move: Move, earlier: Move) -> bool:
    """Whether ``move`` is the way back of ``earlier``."""
    if move.direction is None or earlier.direction is None:
        return False
    return (
        move.op == earlier.op
        and move.direction == _OPPOSITE[earlier.direction]
        and abs(move.amount - earlier.amount) <= 1e-9 * max(1.0, earlier.amount)
    )


def scaled(move: Move, fraction: float) -> Move:
    """``move`` with its displacement scaled (a zoom in the logarithm of its factor)."""
    parts = tuple(Part(part.kind, part.value * fraction) for part in move.parts)
    amount = move.amount**fraction if move.op == "zoom" else move.amount * fraction
    return replace(move, parts=parts, amount=amount)
