"""New directions for the camera of a plan: what they replace, join, turn round or pace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from kinora.prompt.moves.amounts import LIMITS
from kinora.prompt.remix.naming import Named, plan_without_moves
from kinora.prompt.remix.strengths import elements_named, same_element
from kinora.prompt.remix.surgery import fresh, last_moving, moving, with_beat, with_move, with_moves
from kinora.types.plan import Amount, CameraMove, Direction, ElementMotion, ShotPlan, Speed

_SPEEDS: Final[tuple[Speed, ...]] = ("very_slow", "slow", "normal", "fast", "very_fast")
OPPOSITE: Final[dict[Direction, Direction]] = {
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
_ALL_ALONG: Final = frozenset({"handheld", "shake", "parallax"})
_UNPACED: Final = frozenset({"static", "handheld", "shake", "whip", "rack_focus"})


def moves_named(plan: ShotPlan, found: Named, direction: Direction | None) -> list[CameraMove]:
    """The plan's moves of the operations that are named, those of the direction if it is said."""
    every = [m for beat in plan.beats for m in beat.camera]
    moves = [m for m in every if m.op in found.ops]
    if not moves and "shake" in found.ops:  # "less shaky", of a camera held by hand
        moves = [m for m in every if m.op == "handheld"]
    exact = [m for m in moves if direction is not None and m.direction == direction]
    return exact or moves


def only_move(plan: ShotPlan, found: Named) -> list[CameraMove]:
    """The plan's moves if they are of one kind, and none of those that are ``found``.

    What "a pan left instead" replaces without naming it.
    """
    moves = [m for beat in plan.beats for m in beat.camera if m.op != "static"]
    ops = {move.op for move in moves}
    return moves if len(ops) == 1 and found.ops and not ops & set(found.ops) else []


def directed(plan: ShotPlan, move: CameraMove) -> ShotPlan:
    """``move`` in place of the one of its kind, of a default, or on top."""
    if move.op == "static":
        return stilled(plan, move)
    same = [m for beat in plan.beats for m in beat.camera if m.op == move.op]
    other = [m for m in same if move.direction is not None and m.direction != move.direction]
    if same:
        return replaced(plan, (other or same)[:1], move)
    if plan_without_moves(plan):
        default = [m for beat in plan.beats for m in beat.camera]
        return replaced(plan, default, move)
    return with_more(plan, move)


def stilled(plan: ShotPlan, move: CameraMove) -> ShotPlan:
    """Nothing but the still ``move``, in every beat."""
    for index, beat in enumerate(plan.beats):
        name = beat.camera[0].id if beat.camera else fresh(plan, "camera")
        still = move.model_copy(update={"id": name})
        plan = with_beat(plan, index, beat.model_copy(update={"camera": (still,)}))
    return plan


def replaced(plan: ShotPlan, targets: Sequence[CameraMove], move: CameraMove) -> ShotPlan:
    """``move`` in place of each of ``targets`` and of what goes on from them in later beats."""
    spans = {t.evidence for t in targets if t.evidence is not None}
    names = {t.id for t in targets}

    def new(old: CameraMove) -> CameraMove:
        goes_on = old.evidence in spans and any(
            (t.op, t.direction) == (old.op, old.direction) for t in targets
        )
        return _renewed(old, move) if old.id in names or goes_on else old

    return with_moves(plan, new)


def _renewed(old: CameraMove, move: CameraMove) -> CameraMove:
    """``move`` under the id of ``old``; what it leaves open stays, if it is of the same kind."""
    update: dict[str, object] = {"id": old.id}
    if old.op == move.op:
        if move.direction is None:
            update["direction"] = old.direction
        if move.amount is None or move.amount.source == "default":
            update |= {"amount": old.amount, "speed": old.speed}
        if move.ease == "inertial":
            update["ease"] = old.ease
        update["target"] = move.target or old.target
    return move.model_copy(update=update)


def with_more(plan: ShotPlan, move: CameraMove) -> ShotPlan:
    """``move`` beside those of the last moving beat, or in every one if it goes on all along."""
    if move.op in _ALL_ALONG:
        beats = [i for i, beat in enumerate(plan.beats) if moving(beat)]
        for index in beats or range(len(plan.beats)):
            plan = with_move(plan, index, move)
        return plan
    return with_move(plan, last_moving(plan), move)


def turned(plan: ShotPlan, which: Callable[[CameraMove], bool], way: Direction | None) -> ShotPlan:
    """The moves of which ``which`` holds in direction ``way``, None for the opposite one."""

    def new(move: CameraMove) -> CameraMove:
        if not which(move) or move.direction is None:
            return move
        return move.model_copy(update={"direction": way or OPPOSITE[move.direction]})

    return with_moves(plan, new)


def turned_round(plan: ShotPlan, text: str) -> ShotPlan | None:
    """The plan in which the things that ``text`` names go the other way; None: none of them goes
    to any side."""
    named, touched = elements_named(text), False

    def other_way(item: ElementMotion) -> ElementMotion:
        nonlocal touched
        if item.direction is None or not any(same_element(item, other) for other in named):
            return item
        touched = True
        return item.model_copy(update={"direction": OPPOSITE[item.direction]})

    beats = tuple(
        beat.model_copy(update={"elements": tuple(other_way(item) for item in beat.elements)})
        for beat in plan.beats
    )
    return plan.model_copy(update={"beats": beats}) if touched else None


def scaled(move: CameraMove, factor: float, *, paced: bool) -> CameraMove:
    """A beat's time is fixed: a slower move goes less far."""
    if move.op == "static" or (paced and move.op in _UNPACED):
        return move
    update: dict[str, object] = {}
    if move.amount is not None:
        value = move.amount.value
        grown = 1.0 + (value - 1.0) * factor if move.amount.unit == "factor" else value * factor
        grown = min(grown, LIMITS[move.amount.unit])
        update["amount"] = Amount(value=round(grown, 3), unit=move.amount.unit, source="adjective")
    if paced:
        update["speed"] = _pace(move.speed, factor)
    return move.model_copy(update=update)


def _pace(speed: Speed, factor: float) -> Speed:
    steps = 2 if factor >= 2.0 or factor <= 0.5 else 1
    place = _SPEEDS.index(speed) + (steps if factor > 1.0 else -steps)
    return _SPEEDS[min(max(place, 0), len(_SPEEDS) - 1)]
