"""Directions told by where a move leads: "tilts to the sky", "focus from the door to the cup"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kinora.prompt.events import Event
from kinora.prompt.lexicon import LANGS, in_any
from kinora.prompt.text import Token

#: op → (word list, direction it means where the move leads there, where it leaves it)
_AIMS = {
    "rack_focus": (("nearby", "near", "far"), ("distant", "far", "near")),
    "tilt": (("high", "up", "down"), ("low", "down", "up")),
}
_FROM = frozenset({"from", "de", "du", "des", "d'"})
_TO = frozenset({"to", "toward", "towards", "onto", "on", "at", "into", "vers", "sur", "a", "au",
                 "aux", "jusqu'", "see", "show", "voir", "montrer"})  # fmt: skip


def aimed(event: Event, tokens: Sequence[Token], aim: tuple[int, int]) -> Event:
    """``event`` with the direction that tokens ``aim`` tell, if it has none."""
    if event.direction is not None or event.op not in _AIMS:
        return event
    direction = _direction(event.op, [t.text for t in tokens[slice(*aim)]])
    return replace(event, direction=direction) if direction else event


def _direction(op: str, words: Sequence[str]) -> str | None:
    """What is said of the end counts; else the opposite of what is said of the start."""
    side, left = ("from" if op == "rack_focus" else ""), None
    reached: str | None = None
    for word in words:
        if word in _TO:
            side = "to"
        elif word in _FROM and side != "to":
            side = "from"
        for name, there, away in _AIMS[op]:
            if side and in_any(name, word, LANGS):
                if side == "to" and op != "rack_focus":
                    return there
                if side == "to":
                    reached = there  # the last place counts: "du verre au premier plan au fond"
                else:
                    left = left or away
    return reached or left
