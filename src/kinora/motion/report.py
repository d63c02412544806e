"""Outcomes: which moves were reduced or replaced, and by what."""

from __future__ import annotations

from typing import Final

from kinora.motion.amounts import DEFAULTS
from kinora.motion.bounds import Limit
from kinora.motion.fit import Fit, Fitted
from kinora.motion.moves import KIN, Move
from kinora.motion.wording import Words, described
from kinora.types.plan import CameraMove, Unit
from kinora.types.report import Outcome, Status

#: A move of less than this, in its own unit (a zoom: away from 1), counts as not supported.
LEAST_AMOUNT: Final[dict[Unit, float]] = {
    "degrees": 0.5,
    "percent_frame": 0.5,
    "percent_distance": 0.5,
    "factor": 0.02,
}


def outcomes_of(fit: Fit, words: Words) -> tuple[Outcome, ...]:
    """One outcome per move that isn't done exactly as planned, in the order of the plan."""
    found = []
    for moves in fit.moves:
        for item in moves:
            if item.fraction < 1.0 or item.move.plan.op in KIN:
                found.append(_outcome(item, words))
    return tuple(found)


def flat_focus(move: CameraMove, words: Words) -> Outcome:
    """A rack of focus in a scene without depth."""
    return Outcome(
        item=move.id,
        status="not_supported",
        reason=words.flat,
        how_to_get_it=words.flat_remedy,
    )


def _outcome(item: Fitted, words: Words) -> Outcome:
    move = item.move
    amount = _done(move, item.fraction)
    status: Status = "approximated" if _noticeable(move, amount) else "not_supported"
    done = described(move, amount, words) if item.fraction > 0.0 else words.nothing
    if item.fraction >= 1.0:
        reason, remedy = words.kin[move.plan.op], words.kin_remedy
    else:
        limit = Limit.ORBIT if move.op == "orbit" else item.limit
        reason = words.undoes if item.undoes else words.reasons[limit]
        remedy = words.remedies[limit]
    return Outcome(
        item=move.plan.id,
        status=status,
        done=done,
        reason=reason,
        how_to_get_it=remedy,
        reduced=item.fraction < 1.0,
    )


def _noticeable(move: Move, amount: float) -> bool:
    """Whether an amount is enough of a move, or all of one that was asked to be this small."""
    if abs(amount) >= abs(move.amount) * 0.5 and move.op != "zoom":
        return True
    least = LEAST_AMOUNT[DEFAULTS[move.op][1]]
    return abs(amount - 1.0 if move.op == "zoom" else amount) >= least


def _done(move: Move, fraction: float) -> float:
    return move.amount**fraction if move.op == "zoom" else move.amount * fraction
