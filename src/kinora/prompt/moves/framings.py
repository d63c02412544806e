"""A change of framing told by its two ends: "start wide and finish in close-up"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kinora.prompt.moves.events import Event
from kinora.prompt.moves.scan import head
from kinora.prompt.words.lexicon import LANGS, in_any
from kinora.prompt.words.source import Source

_ENDS = frozenset(
    ["end", "ends", "ending", "finish", "finishes", "finishing", "conclude", "concludes", "land",
     "lands", "landing", "arrive", "arrives", "to", "finir", "finit", "finis", "finissez",
     "finissant", "terminer", "termine", "terminez", "terminant", "arriver", "arrive", "arrivez",
     "jusqu'", "aboutir", "achever", "acheve"]
)  # fmt: skip
_WIDE = frozenset(["wide", "far", "establishing", "large", "loin", "ensemble", "wider"])
_TIGHT = frozenset(
    ["close", "tight", "closeup", "closeups", "tighter", "closer", "macro", "detail", "serre",
     "serree", "gros", "pres", "detail"]
)  # fmt: skip
_NEAR = 5  # tokens between a verb and the size of shot that goes with it
_SCALED = frozenset({"zoom", "dolly"})


def framed(source: Source, events: Sequence[Event]) -> list[Event]:
    """``events`` with zooms (or dollies) that lead from the first framing told to the last.

    A move of no direction takes it from there; a sentence that tells no other move gets a zoom.
    """
    out = list(events)
    sentences: dict[int, list[int]] = {}
    for number, clause in enumerate(source.clauses):
        sentences.setdefault(clause.sentence, []).append(number)
    for numbers in sentences.values():
        found = _change(source, numbers)
        if found is None:
            continue
        direction, first, number = found
        mates = [i for i, e in enumerate(out) if e.clause in numbers and not e.negated]
        bare = [i for i in mates if out[i].bare and out[i].op in _SCALED]
        if bare:
            out[bare[0]] = replace(out[bare[0]], direction=direction)
        elif all(out[i].op in ("static", "handheld") for i in mates):
            out.append(_zoom(direction, first, number))
    return sorted(out, key=lambda event: event.first)


def _zoom(direction: str, first: int, clause: int) -> Event:
    rule = head("wider" if direction == "out" else "tighter")
    return Event("zoom", direction, rule, "word", first, first + 1, clause)


def _change(source: Source, numbers: Sequence[int]) -> tuple[str, int, int] | None:
    """Direction, token and clause of the last framing of a sentence that tells two."""
    first, last = source.clauses[numbers[0]].start, source.clauses[numbers[-1]].last
    opened: str | None = None
    size_from = -1
    for at in range(first, last):
        word = source.tokens[at].text
        if in_any("openers", word, LANGS) and opened is None:
            opened, size_from = "", at
        size = "wide" if word in _WIDE else "tight" if word in _TIGHT else ""
        if not size or opened is None:
            continue
        near = range(max(first, at - _NEAR), at)
        if opened == "" and at - size_from <= _NEAR:
            opened = size
        elif opened and size != opened and any(source.tokens[i].text in _ENDS for i in near):
            clause = source.clause_of[at]
            return ("in" if size == "tight" else "out"), at, max(clause, numbers[0])
    return None
