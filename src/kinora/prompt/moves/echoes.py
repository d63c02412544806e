"""Words that tell a move once more: "Pan left. The camera rotates smoothly, revealing …"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kinora.prompt.moves.events import Event
from kinora.prompt.words.source import Source

_BACK = 8  # events looked back
_TURNS = frozenset({"pan", "tilt", "whip", "roll", "orbit", "dolly_zoom"})
_RISES = frozenset({"crane", "pedestal"})
_NEARINGS = frozenset({"dolly", "zoom"})
_ONE_WAY = frozenset({"push", "push_noun", "pull", "pull_noun", "unzoom"})
_GOINGS = frozenset({"truck", "dolly", "follow", "flyover", "parallax"})


def without_echoes(events: Sequence[Event], source: Source) -> list[Event]:
    """Events without those that only tell an earlier one again, which take over its direction."""
    kept: list[Event] = []
    for event in events:
        at = _told_before(kept, event, source)
        if at is None:
            kept.append(event)
        elif kept[at].op == event.op and kept[at].direction is None:
            kept[at] = replace(kept[at], direction=event.direction)
    return kept


def _told_before(kept: Sequence[Event], event: Event, source: Source) -> int | None:
    """Index of the earlier event that ``event`` tells again."""
    if event.negated or event.extra or _is_timed(event, source):
        return None
    if source.clauses[event.clause].link in ("then", "while", "after"):
        return None
    aside = source.tokens[source.clauses[event.clause].start].text == "("
    if aside and kept and kept[-1].op == event.op and event.direction is None:
        return len(kept) - 1  # « … repartir vers la gauche 2 s (travelling latéral) »
    for at in range(len(kept) - 1, max(-1, len(kept) - 1 - _BACK), -1):
        before = kept[at]
        if _sequel_between(before, event, source):
            return None
        if before.negated or before.clause == event.clause or _is_timed(before, source):
            continue
        if event.op == before.op == "static" and at < len(kept) - 1:
            return None  # "hold, pan left, hold"
        if _tells_again(before, event, source, last=at == len(kept) - 1):
            return at
    return None


def _is_timed(event: Event, source: Source) -> bool:
    """Whether a time stands with the event, be it in brackets: "settle (0.5 s)"."""
    clause = source.clauses[event.clause]
    if any(source.mark_of[i] >= 0 for i in range(clause.first, clause.last)):
        return True
    after = source.clauses[event.clause + 1 : event.clause + 2]
    return any(
        source.tokens[c.start].text == "("
        and all(source.mark_of[i] >= 0 for i in range(c.first, c.last))
        for c in after
    )


def _sequel_between(before: Event, event: Event, source: Source) -> bool:
    links = [source.clauses[i].link for i in range(before.clause + 1, event.clause + 1)]
    return "then" in links or "after" in links


def _tells_again(before: Event, event: Event, source: Source, *, last: bool) -> bool:
    same_sentence = source.clauses[before.clause].sentence == source.clauses[event.clause].sentence
    soft = event.head.test in ("soft", "noun")
    if event.op == before.op == "shake" and same_sentence:
        return True
    if event.head.name == "motion":
        return event.direction in (None, before.direction)
    if event.op == before.op:
        vague = (
            event.direction in (None, before.direction)
            or (event.bare and not soft and not _says_which_way(before, event))
            or before.direction is None
        )
        described = before.form == "word" and soft and event.bare and event.direction is None
        if described and same_sentence and event.op in _TURNS:
            return True  # « panoramique de gauche à droite, on balaye le paysage »
        goes_on = soft and before.head.test == "soft" and event.direction == before.direction
        goes_on = (goes_on and last) or (event.head.test == "noun" and event.direction is None)
        names = before.direction is None and not _joined(source, event)
        new = event.form != "ing" and same_sentence and event.op != "static" and not names
        return goes_on or (vague and not new)
    if (event.direction is None or event.vague) and not same_sentence:
        return _vaguer(before, event, soft=soft)
    if soft and event.form == "ing" and before.op in ("follow", "flyover"):
        return same_sentence and event.direction in (None, "in", "out")
    if not soft or event.direction != before.direction:
        return False
    near = {before.op, event.op} <= _NEARINGS and event.form == "ing" and same_sentence
    return near or {before.op, event.op} <= _RISES


def _says_which_way(before: Event, event: Event) -> bool:
    """ "Push. Hold. Pull.": the bare word alone leads the other way."""
    return event.head.name in _ONE_WAY and event.direction != before.direction


def _joined(source: Source, event: Event) -> bool:
    """Whether the clause of an event goes on with more than a comma or a colon."""
    return source.clauses[event.clause].link not in ("comma", "colon")


def _vaguer(before: Event, event: Event, *, soft: bool) -> bool:
    """A later sentence with a less telling verb: "rotates" after a pan, "glides" after a follow."""
    if event.op == "reveal":
        return True
    if event.op == "follow":
        return before.op in ("truck", "dolly", "pan")
    if not soft:
        return False
    if event.nearest or event.head.name in ("rotate", "pivot"):
        return before.op in _TURNS
    return event.op in _GOINGS and before.op in _GOINGS
