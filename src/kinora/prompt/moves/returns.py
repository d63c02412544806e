"""Going back: "swing back", "return to where we started", « revenir au point de départ »."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kinora.prompt.moves.candidates import Candidate
from kinora.prompt.moves.events import Event
from kinora.prompt.moves.paths import OPPOSITE
from kinora.prompt.words.source import Source

#: Operations that are undone by the same one the other way; others go on or are no path.
_PATHS = frozenset(
    ["pan", "tilt", "roll", "dolly", "truck", "pedestal", "crane", "orbit", "zoom", "dolly_zoom",
     "rack_focus", "whip"]
)  # fmt: skip
#: Heads whose "back" can't mean backwards; of others it does, unless they told the move before.
_TURNS = frozenset(
    ["pan", "tilt", "roll", "dutch_roll", "truck", "slider", "orbit", "circle", "turn", "pivot",
     "rotate", "sweep", "look", "lean", "incline", "crane", "pedestal", "whip",
     "whip_verb", "whipping", "reverse"]
)  # fmt: skip
_SIDES = frozenset({"left", "right", "up", "down", "cw", "ccw"})
_START = frozenset(
    ["start", "started", "starting", "beginning", "began", "begun", "origin", "original",
     "originally", "initial", "initially", "first", "opening", "depart", "debut", "initiale",
     "originale", "origine", "premier", "premiere", "commence"]
)  # fmt: skip
_LEVEL = ("level", "straighten", "redress")
_AFTER = 3  # tokens after a head in which a word for going back is looked for


def undone(before: Sequence[Event], *, all_of_them: bool) -> list[Event]:
    """The moves that take back the last of ``before``, or all that is left of them.

    Args:
        before: the moves so far.
        all_of_them: back to where the clip started, instead of one step.
    """
    left: list[Event] = []
    for event in before:
        if event.negated or event.op not in _PATHS:
            continue
        pair = (event.op, OPPOSITE.get(event.direction or "", event.direction))
        taken = next((e for e in reversed(left) if (e.op, e.direction) == pair), None)
        if taken is not None and event.direction is not None:
            left.remove(taken)
        elif all(_way(e) != _way(event) for e in left):
            left.append(event)
    if not all_of_them:
        left = [e for e in left if e.clause == left[-1].clause] if left else []
    return [
        replace(e, direction=OPPOSITE.get(e.direction or "", e.direction), undoes=e.first)
        for e in left
    ]


def _way(event: Event) -> tuple[str, str | None]:
    return event.op, event.direction


def taken_back(source: Source, moves: Sequence[Event], tokens: tuple[int, int], clause: int) -> (
    list[Event]
):  # fmt: skip
    """``moves`` as told by ``tokens`` of ``clause``: each move has words of its own."""
    first, last = tokens
    last = max(last, first + len(moves))
    last = min(last, source.clauses[clause].last)
    told: list[Event] = []
    for at, move in enumerate(moves):
        start = min(first + at, last - 1)
        end = last if at == len(moves) - 1 else start + 1
        told.append(
            replace(
                move, first=start, last=end, clause=clause, form="base", bare=False, vague=False,
                extra=at > 0,
            )
        )  # fmt: skip
    return told


def returning(event: Event, c: Candidate, before: Sequence[Event]) -> list[Event]:
    """The moves that a head stands for if it goes back on those ``before`` it, else none."""
    if event.negated or c.actor == "other" or c.quiet or _to_rest(c):
        return []
    if _levels(c, before):
        moves = undone(before, all_of_them=False)
    elif event.op == "back":
        moves = undone(before, all_of_them=_to_start(c)) if _is_told(c) else []
    elif _says_back(c) and _turns_back(c, before):
        moves = undone(before, all_of_them=_to_start(c))
    else:
        return []
    backs = [i + 1 for i in range(event.last, event.last + _AFTER) if c.word(i) == "back"]
    last = max([event.last, *backs, _goal_end(c)])
    return taken_back(c.source, moves, (event.first, last), event.clause) if moves else []


def _levels(c: Candidate, before: Sequence[Event]) -> bool:
    """ "dutch left, then level out", « s'incline, puis se redresse »: the roll is taken back."""
    last = next((e for e in reversed(before) if e.op != "static" and not e.negated), None)
    rolled = last is not None and last.op == "roll" and last.direction is not None
    return rolled and c.word(c.hit.first).startswith(_LEVEL) and c.course.path in (None, "up")


def same_way_back(event: Event, c: Candidate, before: Sequence[Event]) -> Event:
    """ "pans left, comes back to the right": the way back is that of the move before."""
    last = next((e for e in reversed(before) if e.op in _PATHS and not e.negated), None)
    if last is None or event.direction is None or not (c.rule.name == "back" or _says_back(c)):
        return event
    if OPPOSITE.get(event.direction) != last.direction:
        return event
    if event.op != last.op and not (c.rule.test == "soft" and event.direction in _SIDES):
        return event
    return replace(event, op=last.op, undoes=last.first)


def _is_told(c: Candidate) -> bool:
    """Whether a head of going back is said of the camera, or to it."""
    if c.actor == "camera" or c.subject == "camera":
        return True
    opens = all(
        c.leads(i)
        or c.is_adverb(i)
        or c.source.mark_of[i] >= 0
        or not c.source.tokens[i].is_word
        or any(c.is_a(name, i) for name in ("auxiliary", "conjunction"))
        for i in range(c.clause.first, c.hit.first)
    )
    if c.subject == "other" or c.rule.test == "noun":
        return opens and (c.alone or c.timed or _to_start(c))
    return opens


def _says_back(c: Candidate) -> bool:
    near = range(c.hit.first, max(c.hit.last + _AFTER, c.course.last))
    return c.rule.name == "reverse" or any(c.word(i) == "back" for i in near)


def _turns_back(c: Candidate, before: Sequence[Event]) -> bool:
    """Whether "back" takes back the last move instead of leading backwards."""
    if c.course.path is not None and c.word(c.course.first) != "back":
        return False
    last = next((e for e in reversed(before) if e.op in _PATHS and not e.negated), None)
    if last is None:
        return False
    if c.rule.name in _TURNS or _to_start(c):
        return True
    return last.head.name == c.rule.name and last.direction in _SIDES


def _to_start(c: Candidate) -> bool:
    return _goal_end(c) > 0


def _goal_end(c: Candidate) -> int:
    """Token after the words that name where the clip started, 0 if none do."""
    heads = [h.first for h in c.hits.heads if h.first > c.hit.first]
    limit = min(heads, default=c.clause.last)
    found = [i + 1 for i in range(c.hit.last, limit) if c.word(i) in _START]
    return found[-1] if found else 0


def _to_rest(c: Candidate) -> bool:
    """ "then returns to a static frame": a rest, and no way back."""
    near = range(c.hit.last, c.hit.last + _AFTER + 1)
    return any(h.first in near for h in c.hits.heads if h.concept in ("still", "fixed", "hold"))
