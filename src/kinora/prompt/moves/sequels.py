"""Ways that go on with the move before: "pan left, then right", "glides over the table, left"."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from kinora.prompt.moves.agents import is_word_of
from kinora.prompt.moves.events import Event, second_event
from kinora.prompt.moves.paths import Course, find_course
from kinora.prompt.moves.returns import taken_back, undone
from kinora.prompt.moves.scan import Scan, head
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit
from kinora.prompt.words.source import Source

_LINKS = ("then", "comma", "after", "colon")
_SHORT = 4  # words of a way after a mere comma
_GO_ON = frozenset(
    [
        "back",
        "and",
        "slightly",
        "again",
        "de",
        "nouveau",
        "et",
        "un",
        "peu",
        "to",
        "vers",
        "same",
        "meme",
        "thing",
        "chose",
        "en",
    ]
)


def go_on(
    source: Source, index: int, hits: Scan, events: list[Event], *, skip: Container[int]
) -> list[Event] | None:
    """The moves of a clause whose way goes on with the last of ``events``.

    A way that only completes that move changes it in ``events`` and adds none.

    Args:
        source: the prompt.
        index: the clause.
        hits: what the camera grammar found in the clause.
        events: the moves so far.
        skip: tokens that tell nothing (times, manner, negation, paths).

    Returns:
        The moves to add; None if the clause doesn't go on with a move.
    """
    clause = source.clauses[index]
    if events and clause.link == "then" and events[-1].last == clause.start and not hits.paths:
        return []  # « la caméra descend ensuite jusqu'à l'eau »: only where it leads
    if not events or not hits.paths or clause.link not in (*_LINKS, "sentence"):
        return None
    before = events[-1]
    said = source.clauses[before.clause].sentence == clause.sentence and clause.link != "colon"
    if before.negated or not (said or _alone_after(source, index, hits, before)):
        return None
    if clause.link == "comma" and _crosses(before, hits, events):
        return []
    if any(path.first in hits.told for path in hits.paths[:2]):
        return None  # "…, ease in and out"
    path = hits.paths[0]
    if _is_only_back(source, hits) and _leads_to(source, path, clause, skip):
        moves = undone(events, all_of_them=False)
        return taken_back(source, moves, (path.first, path.last), index) or None
    if len(hits.paths) > 1 and hits.paths[1].first <= path.last + 1:
        path = hits.paths[1]  # "then back to the right"
    long = clause.link == "comma" and clause.last - clause.first > _SHORT
    if long or not _leads_to(source, path, clause, skip):
        return None
    at_path = Hit(before.head.name, path.lang, path.first, path.first)
    rule = head("orbit") if before.op == "orbit" else before.head
    course = find_course(source.tokens, rule, at_path, hits, (clause.first, clause.last))
    if course.path is None:
        return None
    if _completes(before, course, index, clause):
        if course.direction is not None:
            events[-1] = replace(
                before, op=course.op, direction=course.direction, last=path.last, bare=False
            )
        return []
    return [second_event(at_path, course, clause=index)]


def _alone_after(source: Source, index: int, hits: Scan, before: Event) -> bool:
    """ "Just tilt. Up.": a sentence that is but the way of a move that told none."""
    clause, path = source.clauses[index], hits.paths[0]
    return (
        before.bare
        and before.clause == index - 1
        and clause.last - clause.first == (path.last - path.first)
    )


def _is_only_back(source: Source, hits: Scan) -> bool:
    """ "…, then back": back along the move before."""
    path = hits.paths[0]
    return len(hits.paths) == 1 and [
        t.text for t in source.tokens[path.first : path.last]
    ] == ["back"]  # fmt: skip


def is_told(event: Event, events: list[Event]) -> bool:
    """ "pulls back and up, away from the cliff": a way told in the clause before."""
    last = events[-1].clause if events else -1
    mates = [e for e in events if e.clause == last == event.clause - 1]
    return any(e.op == event.op and event.direction in (None, e.direction) for e in mates)


def _crosses(before: Event, hits: Scan, events: list[Event]) -> bool:
    """ "glides over the table, left to right": it slides across and flies over nothing."""
    aside = next((p for p in hits.paths if p.concept in ("left", "right")), None)
    if before.op != "flyover" or before.head.test != "soft" or aside is None:
        return False
    op, _, direction = before.head.becomes.get(aside.concept, "").partition(" ")
    if op:
        events[-1] = replace(before, op=op, direction=direction, last=aside.last)
    return bool(op)


def _completes(before: Event, course: Course, index: int, clause: Clause) -> bool:
    """Whether the way says the direction of the move before: "dolly - out", "lateral, left"."""
    if course.op == before.op and course.direction in (None, before.direction):
        return True
    beside = clause.link in ("comma", "colon", "sentence") and before.clause == index - 1
    gear = before.bare and (before.head.jargon or before.head.test == "free") and beside
    return gear or (before.direction is None and course.op == before.op)


def _leads_to(source: Source, path: Hit, clause: Clause, skip: Container[int]) -> bool:
    """Whether only fillers stand before the path."""
    words = [(i, source.tokens[i].text) for i in range(clause.first, path.first)]
    return all(
        i in skip
        or word in _GO_ON
        or not word[0].isalpha()
        or any(is_word_of(name, word, clause.langs) for name in ("measure", "adverb"))
        for i, word in words
    )
