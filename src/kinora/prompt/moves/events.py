"""Camera events: moves as worded, before times and amounts."""

from __future__ import annotations

from dataclasses import dataclass

from kinora.prompt.moves.paths import Course
from kinora.prompt.moves.scan import Head, Scan, head
from kinora.prompt.words.lexicon import Hit


@dataclass(frozen=True, slots=True)
class Event:
    """A camera move as worded. Tokens [first, last) hold its head and path."""

    op: str  # a CameraOp, or "?" for a camera movement of no named kind
    direction: str | None
    head: Head
    form: str
    first: int
    last: int
    clause: int
    nearest: bool = False  # the nearest concept, not the very one
    negated: bool = False
    bare: bool = False  # no path was given
    vague: bool = False  # the path is a mere preposition ("moves through the rooms")
    extra: bool = False  # a second direction of the same head
    undoes: int | None = None  # first token of the move that it takes back


@dataclass(frozen=True, slots=True)
class Findings:
    """What the camera grammar found: events in text order, scans per clause, spare mentions."""

    events: tuple[Event, ...]
    scans: tuple[Scan, ...]
    mentions: tuple[tuple[int, int], ...]  # tokens that refer to an event already told


def event_of(hit: Hit, course: Course, *, clause: int, negated: bool = False) -> Event:
    """The event of a head and its course."""
    return Event(
        op=course.op,
        direction=course.direction,
        head=head(hit.concept),
        form=hit.form,
        first=min(hit.first, course.first),
        last=max(hit.last, course.last),
        clause=clause,
        nearest=course.nearest,
        negated=negated,
        bare=course.path is None,
        vague=not course.strong and course.path is not None,
    )


def second_event(hit: Hit, course: Course, *, clause: int) -> Event:
    """The event of a further direction of the same head; it covers only its own path."""
    return Event(
        op=course.op,
        direction=course.direction,
        head=head(hit.concept),
        form=hit.form,
        first=course.first,
        last=course.last,
        clause=clause,
        nearest=course.nearest,
        extra=True,
    )
