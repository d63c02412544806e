"""Directions told by where a move leads: "tilts to the sky", "focus from the door to the cup"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kinora.prompt.moves.candidates import Candidate
from kinora.prompt.moves.events import Event
from kinora.prompt.words.lexicon import LANGS, Hit, in_any
from kinora.prompt.words.source import Source
from kinora.prompt.words.text import Token

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
    first = event.first if event.op == "rack_focus" else aim[0]  # "focus starts on …"
    direction = _direction(event.op, [t.text for t in tokens[first : aim[1]]])
    return replace(event, direction=direction) if direction else event


def _direction(op: str, words: Sequence[str]) -> str | None:
    """What is said of the end counts; else the opposite of what is said of the start."""
    side, left = ("from" if op == "rack_focus" else ""), None
    reached: str | None = None
    starts = False  # "focus starts on the city lights": the next place is where it leaves
    for word in words:
        if in_any("openers", word, LANGS):
            starts = True
        elif word in _TO and starts:
            starts, side = False, "from"
        elif word in _TO:
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


_GAZES = frozenset({"eye", "eyes", "gaze", "regard", "oeil", "yeux"})
_TURNED = {"truck": "pan", "pedestal": "tilt", "crane": "tilt"}


_GAZE_HEADS = frozenset({"look", "straighten", "lower_gaze"})
_THEM = frozenset({"les", "le", "la", "l'"})


def is_gaze_again(source: Source, hit: Hit, before: Sequence[Event]) -> bool:
    """« Lever les yeux, puis les baisser »: the pronoun is the gaze of the move before."""
    last = next((e for e in reversed(before) if e.op != "static"), None)
    pronoun = hit.first > 0 and source.tokens[hit.first - 1].text in _THEM
    infinitive = hit.lang == "fr" and hit.form == "base"
    return infinitive and pronoun and last is not None and last.head.name in _GAZE_HEADS


def seen_by_the_eye(event: Event, c: Candidate, before: Sequence[Event]) -> Event:
    """ "the eye of the camera travels up the tower": its gaze turns, it stays where it is.

    Args:
        event: the move as worded.
        c: its head.
        before: the moves so far.
    """
    named = {i for h in c.hits.heads for i in range(h.first, h.last)}  # "bird's eye view"
    free = (i for i in range(c.clause.first, c.hit.first) if i not in named)
    gaze = is_gaze_again(c.source, c.hit, before) or any(c.word(i) in _GAZES for i in free)
    if gaze and event.op in _TURNED:
        return replace(event, op=_TURNED[event.op])
    if event.op in ("pedestal", "crane") and _opened_elsewhere(c) and _reaches(c, event):
        return replace(event, op="tilt")
    last = next((e for e in reversed(before) if e.op != "static"), None)
    if last is None or last.op not in ("tilt", "crane") or event.op != "pedestal":
        return event
    words = [c.word(i) for i in range(c.hit.first, event.last)]
    back = "back" in words or words[0].startswith(("redescen", "remont"))
    if back and {last.direction, event.direction} == {"up", "down"}:
        return replace(event, op=last.op)  # "tilts up, then back down"
    return event


def _opened_elsewhere(c: Candidate) -> bool:
    """ "start on her shoes, come up to …", « partir des chaussures, remonter jusqu'à … »."""
    clauses = c.source.clauses
    index = c.source.clause_of[c.hit.first]
    near = [x for x in clauses[max(0, index - 1) : index + 1] if x.sentence == c.clause.sentence]
    tokens = c.source.tokens
    plain = c.rule.name in _PLAIN_LIFTS or c.word(c.hit.first).startswith("climb")
    return plain and any(
        in_any("openers", tokens[i].text, LANGS)
        and any(tokens[j].text in _STARTS for j in range(i + 1, min(i + 3, c.hit.first)))
        for x in near
        for i in range(x.start, min(x.last, c.hit.first))
    )


def _reaches(c: Candidate, event: Event) -> bool:
    """Whether words for a goal follow: "… to the tie"."""
    way = {c.word(i) for i in range(c.course.first, c.course.last)}
    return not way & _PLAINLY and any(
        c.word(i) in _TO for i in range(event.last - 1, c.clause.last)
    )


#: Verbs that tell no way of moving: the frame goes from one thing to another.
_PLAIN_LIFTS = frozenset({"move", "walk", "climb", "descend"})
_PLAINLY = frozenset({"upward", "upwards", "downward", "downwards"})  # the camera moves so
_STARTS = frozenset({"on", "at", "sur", "from", "de", "du", "des", "d'"})
