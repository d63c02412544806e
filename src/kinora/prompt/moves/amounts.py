"""Amounts of moves: explicit ones in the move's unit, else defaults from the one table."""

from __future__ import annotations

from dataclasses import dataclass
from math import radians, tan
from typing import cast

from kinora.prompt.moves.modifiers import Measured, Modifiers
from kinora.prompt.words.lexicon import load
from kinora.types.plan import Amount, CameraMove, Unit

_DEGREES_PER_FRAME = 50.0  # horizontal field of view that a percent of the frame is read against
#: Amounts that were written in another measure than a move has: how they are read.
_READ_AS = {
    ("percent", "degrees"): "frame_degrees",
    ("degrees", "percent_distance"): "view_degrees",
}
#: Largest amount per unit.
LIMITS: dict[Unit, float] = {
    "degrees": 360.0,
    "percent_frame": 100.0,
    "percent_distance": 95.0,
    "factor": 10.0,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An amount, and a message key for why it isn't what was written (None if it is)."""

    amount: Amount | None
    reason: str | None = None


def choose(op: str, direction: str | None, modifiers: Modifiers) -> Chosen:
    """The amount of a move: explicit, else the default scaled by words of speed and size."""
    if modifiers.like is not None:  # back by as much as there
        return choose(op, direction, modifiers.like)
    if modifiers.measured is not None:
        return _explicit(op, direction, modifiers)
    return Chosen(_default(op, modifiers))


def amount_of(move: CameraMove) -> Amount | None:
    """The amount of a plan's move: its own, else the default at its speed; None where none fits."""
    if move.amount is not None:
        return move.amount
    return _default(move.op, Modifiers(0, 0, speed=move.speed))


def unasked() -> tuple[str, str, Amount]:
    """Operation, direction and amount of the move made where the prompt names none."""
    row = load("amounts")["unasked"]
    amount = Amount(value=float(row["value"]), unit=row["unit"], source="default")
    return row["op"], row["direction"], amount


def weight(op: str) -> float:
    """Share of the free time that an untimed move of this kind takes."""
    return float(load("amounts")["weights"].get(op, 1.0))


def _default(op: str, modifiers: Modifiers) -> Amount | None:
    table = load("amounts")
    row = table["defaults"].get(op)
    if row is None:
        return None
    scale = 1.0
    if modifiers.speed is not None and op not in ("whip", "handheld", "shake"):
        scale *= table["speeds"][modifiers.speed]
    if modifiers.size is not None:
        scale *= table["sizes"][modifiers.size]
    worded = modifiers.size is not None or (modifiers.speed not in (None, "normal"))
    return _amount(float(row["value"]), row["unit"], scale, "adjective" if worded else "default")


def _amount(value: float, unit: Unit, scale: float, source: str) -> Amount:
    scaled = 1.0 + (value - 1.0) * scale if unit == "factor" else value * scale
    scaled = min(scaled, LIMITS[unit])
    return Amount(value=round(scaled, 3), unit=unit, source=source)  # type: ignore[arg-type]


def _explicit(op: str, direction: str | None, modifiers: Modifiers) -> Chosen:
    measured = cast("Measured", modifiers.measured)
    fallback = _default(op, modifiers)
    if fallback is None:
        return Chosen(None, "unit")
    if measured.measure == "length":
        return Chosen(fallback, "length")
    if measured.value == 0:
        return Chosen(fallback, "nought")
    unit = fallback.unit
    value = _converted(measured, unit, direction)
    if value is None:
        return Chosen(fallback, "unit")
    reason = _READ_AS.get((measured.measure, unit))
    if value > LIMITS[unit]:
        reason = "limit"
    elif measured.minus:
        reason = "minus"
    return Chosen(_amount(value, unit, 1.0, "explicit"), reason)


def _nearer(degrees: float, direction: str | None) -> float:
    """The dolly that shows as much of the subject as a view narrower by an angle, percent."""
    whole = radians(_DEGREES_PER_FRAME / 2)
    turned = radians(degrees / 2)
    closer = tan(whole - turned) if direction != "out" else tan(whole + turned)
    return abs(1.0 - closer / tan(whole)) * 100.0


def _converted(measured: Measured, unit: Unit, direction: str | None) -> float | None:
    """The measured value in ``unit``, or None where that makes no sense."""
    value = measured.value
    if measured.measure == "degrees":
        if unit == "percent_distance" and value < _DEGREES_PER_FRAME / 2:
            return _nearer(value, direction)
        return value if unit == "degrees" else None
    if measured.measure == "percent":
        if unit == "factor":
            return 1.0 + value / 100.0
        return value / 100.0 * _DEGREES_PER_FRAME if unit == "degrees" else value
    factor = max(value, 1.0 / value)
    if unit == "factor":
        return factor
    if unit == "percent_distance":
        return 100.0 * (factor - 1.0) if direction == "out" else 100.0 * (1.0 - 1.0 / factor)
    return None
