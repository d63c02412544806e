"""Everything found, resolved into a `ShotPlan` and its `Report`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, cast

from kinora.prompt.content.items import Gathered, Ids
from kinora.prompt.describe import describe_amount, describe_move, move_name
from kinora.prompt.layout import Layout, Slot, show
from kinora.prompt.messages import say
from kinora.prompt.moves import amounts
from kinora.prompt.moves.events import Event
from kinora.prompt.moves.modifiers import Modifiers
from kinora.prompt.timeline import Timeline
from kinora.prompt.words.source import Source
from kinora.types.plan import (
    Amount,
    Beat,
    CameraMove,
    CameraOp,
    Constraint,
    Direction,
    ElementMotion,
    Lang,
    ShotPlan,
    Span,
    SubjectAction,
)
from kinora.types.report import Note, ReportItem

_INSTANT = 1e-6  # shortest beat, seconds
_UNDIRECTED = frozenset({"pan", "tilt", "roll", "truck", "pedestal", "crane", "orbit", "whip"})


@dataclass(frozen=True, slots=True)
class Draft:
    """What the grammars found, ready to be resolved."""

    source: Source
    events: tuple[Event, ...]
    modifiers: Sequence[Modifiers]
    timeline: Timeline
    layout: Layout
    cues: Gathered
    lang: Lang
    seed: int


@dataclass(slots=True)
class Resolved:
    """A plan with the report lines of its camera moves."""

    plan: ShotPlan
    items: list[ReportItem] = field(default_factory=list)
    claimed: list[Span] = field(default_factory=list)
    assumptions: list[Note] = field(default_factory=list)


def _edges(slots: Sequence[Slot]) -> list[float]:
    """Where beats meet, seconds: each an instant after the one before, none after the end."""
    edges = [0.0, *(round(float(slot.end), 6) for slot in slots)]
    end = edges[-1]
    for at in range(1, len(edges)):
        edges[at] = max(edges[at], round(edges[at - 1] + _INSTANT, 6))
    edges[-1] = max(end, _INSTANT)
    for at in range(len(edges) - 2, 0, -1):
        edges[at] = min(edges[at], round(edges[at + 1] - _INSTANT, 6))
    return edges


class Resolver:
    """Makes the plan of a draft."""

    def __init__(self, draft: Draft, ids: Ids) -> None:
        self._draft = draft
        self._ids = ids
        self._items: list[ReportItem] = []
        self._claimed: list[Span] = []
        self._assumptions: dict[str, Note] = {}
        self._made: dict[int, int] = {}

    def resolve(self) -> Resolved:
        """The plan, and the report lines of the camera."""
        draft = self._draft
        stated = [e for e in draft.events if not e.negated and e.op != "?"]
        beats = self._beats(bool(stated))
        constraints = [*draft.cues.constraints, *self._exclusions()]
        self._generic(beats, bool(stated))
        plan = ShotPlan(
            lang=draft.source.langs,
            prompt=draft.source.folded.original,
            duration=beats[-1].t1,
            seed=draft.seed,
            beats=tuple(beats),
            framing=draft.cues.framing,
            light=tuple(draft.cues.light),
            atmosphere=tuple(draft.cues.atmosphere),
            constraints=tuple(constraints),
            style=tuple(draft.cues.style),
            dialogue=tuple(draft.cues.dialogue),
            audio=tuple(draft.cues.audio),
        )
        return Resolved(plan, self._items, self._claimed, list(self._assumptions.values()))

    # -- beats --------------------------------------------------------------------------------

    def _beats(self, stated: bool) -> list[Beat]:
        slots = self._draft.layout.slots
        edges = _edges(slots)
        cast_of = self._casting(slots)
        beats: list[Beat] = []
        for at, slot in enumerate(slots):
            subjects, elements = cast_of[at]
            camera = self._camera(slot) if stated else (self._unasked(slot),)
            beats.append(
                Beat(
                    id=f"beat-{at + 1}",
                    t0=edges[at],
                    t1=edges[at + 1],
                    camera=camera,
                    subjects=subjects,
                    elements=elements,
                )
            )
        return beats

    def _casting(
        self, slots: Sequence[Slot]
    ) -> list[tuple[tuple[SubjectAction, ...], tuple[ElementMotion, ...]]]:
        """Subjects and elements go to the beat that their words stand in."""
        draft = self._draft
        slot_of = [i for i, slot in enumerate(slots) if slot.group is not None]

        def place(clause: int) -> int:
            group = draft.timeline.group_of_clause.get(clause, 0)
            return slot_of[group] if group < len(slot_of) else 0

        subjects: list[list[SubjectAction]] = [[] for _ in slots]
        elements: list[list[ElementMotion]] = [[] for _ in slots]
        for subject, clause in draft.cues.subjects:
            subjects[place(clause)].append(subject)
        for element, clause in draft.cues.elements:
            elements[place(clause)].append(element)
        return [(tuple(s), tuple(e)) for s, e in zip(subjects, elements, strict=True)]

    def _camera(self, slot: Slot) -> tuple[CameraMove, ...]:
        events = list(slot.group.events) if slot.group is not None else []
        moves = [self._move(i, slot) for i in events]
        if not moves:
            moves = [self._hold(slot)]
        still = all(m.op == "static" for m in moves)
        shaky = self._draft.timeline.everywhere
        if not still or all(self._is_still(s) for s in self._draft.layout.slots):
            moves += [self._move(i, slot) for i in shaky]
        return tuple(sorted(moves, key=lambda move: move.evidence or (0, 0)))

    def _is_still(self, slot: Slot) -> bool:
        if slot.group is None:
            return True
        return all(self._draft.events[i].op == "static" for i in slot.group.events)

    def _hold(self, slot: Slot) -> CameraMove:
        """Stillness that fills a gap between told times."""
        move = CameraMove(id=self._ids.next("camera"), op="static", confidence=0.5)
        self._items.append(
            ReportItem(
                item=move.id,
                status="understood",
                request=say(self._draft.lang, "held_gap"),
                done=say(self._draft.lang, "held", start=show(slot.start), clip=show(slot.end)),
            )
        )
        return move

    def _move(self, index: int, slot: Slot) -> CameraMove:
        event, modifiers = self._draft.events[index], self._draft.modifiers[index]
        chosen = amounts.choose(event.op, event.direction, modifiers)
        source = self._draft.source
        span = source.span(modifiers.first, modifiers.last)
        target = source.raw(*modifiers.target) if modifiers.target else None
        move = CameraMove(
            id=self._ids.next("camera"),
            op=cast("CameraOp", event.op),
            direction=cast("Direction | None", event.direction),
            amount=chosen.amount,
            speed=modifiers.speed or "normal",
            ease=modifiers.ease or "inertial",
            target=" ".join(target.split()) if target else None,
            evidence=span,
            confidence=0.7 if event.nearest else 0.95,
        )
        self._claim(modifiers, span)
        self._report_move(move, event, slot, chosen.reason)
        return move

    def _claim(self, modifiers: Modifiers, span: Span) -> None:
        self._claimed.append(span)
        source = self._draft.source
        self._claimed += [source.span(a, b) for a, b in modifiers.claimed]
        if modifiers.target is not None:
            self._claimed.append(source.span(*modifiers.target))

    def _report_move(self, move: CameraMove, event: Event, slot: Slot, reason: str | None) -> None:
        lang, source = self._draft.lang, self._draft.source
        words = _one_line(source.folded.original[slice(*cast("Span", move.evidence))])
        request = _UNFINISHED.sub("", words) or words
        repaired = self._repaired(move.evidence)
        reasons = []
        if event.nearest:
            reasons.append(say(lang, "nearest", text=request))
        if repaired:
            reasons.append(say(lang, "read_as", word=repaired))
        if reason:
            reasons.append(say(lang, reason))
        self._items.append(
            ReportItem(
                item=move.id,
                status="approximated" if reasons else "understood",
                request=request,
                span=move.evidence,
                done=self._done(move, slot),
                reason="; ".join(reasons) or None,
            )
        )
        if event.direction is None and event.op in _UNDIRECTED:
            note = Note(text=say(lang, "no_direction", text=request), span=move.evidence)
            self._assumptions.setdefault(note.text, note)

    def _done(self, move: CameraMove, slot: Slot) -> str:
        lang = self._draft.lang
        words = move_name(move.op, move.direction, lang=lang)
        if move.amount is not None and move.op != "static":
            amount = describe_amount(move.amount, lang=lang)
            if move.amount.source != "explicit":
                amount = say(lang, f"{move.amount.source}_amount", what=amount)
            words = f"{words} ({amount})"
        return say(lang, "over", move=words, seconds=show(slot.end - slot.start))

    def _repaired(self, span: Span | None) -> str | None:
        source = self._draft.source
        for repair in source.repairs:
            start, end = source.folded.span(repair.start, repair.end)
            if span is not None and span[0] < end and start < span[1]:
                return repair.read_as
        return None

    # -- nothing asked for, exclusions, unnamed movements -------------------------------------

    def _unasked(self, slot: Slot) -> CameraMove:
        """The gentle default where no camera was asked for; stillness where all was excluded."""
        draft = self._draft
        excluded = any(e.negated for e in draft.events)
        name = self._ids.next("camera")
        share = float((slot.end - slot.start) / draft.layout.seconds)
        if excluded:
            move = CameraMove(id=name, op="static", confidence=0.3)
            note = say(draft.lang, "default_static")
        else:
            op, direction, amount = amounts.unasked()
            move = CameraMove(
                id=name,
                op=cast("CameraOp", op),
                direction=cast("Direction", direction),
                amount=Amount(
                    value=round(amount.value * share, 4), unit=amount.unit, source="default"
                ),
                confidence=0.3,
            )
            note = say(draft.lang, "default_move")
        self._assumptions.setdefault(note, Note(text=note))
        self._items.append(
            ReportItem(
                item=name,
                status="approximated" if not excluded else "understood",
                request=note if excluded else say(draft.lang, "unasked"),
                done=describe_move(move, lang=draft.lang),
            )
        )
        return move

    def _exclusions(self) -> list[Constraint]:
        """Moves that the prompt forbids."""
        draft = self._draft
        found: list[Constraint] = []
        for event, modifiers in zip(draft.events, draft.modifiers, strict=True):
            if not event.negated:
                continue
            span = draft.source.span(modifiers.first, modifiers.last)
            what = move_name("zoom" if event.op == "zoom" else event.op, None, lang=draft.lang)
            item = Constraint(
                id=self._ids.next("constraint"), kind="avoid", what=what, evidence=span
            )
            found.append(item)
            self._claim(modifiers, span)
            self._items.append(
                ReportItem(
                    item=item.id,
                    status="understood",
                    request=_one_line(draft.source.folded.original[slice(*span)]),
                    span=span,
                    done=say(draft.lang, "avoid", what=what),
                )
            )
        return found

    def _generic(self, beats: Sequence[Beat], stated: bool) -> None:
        """ "slow camera movement": a move of no named kind is met by what the plan does."""
        draft = self._draft
        for event, modifiers in zip(draft.events, draft.modifiers, strict=True):
            if event.op != "?" or event.negated:
                continue
            span = draft.source.span(modifiers.first, modifiers.last)
            self._claim(modifiers, span)
            done = say(draft.lang, "movement")
            if stated:
                done = "; ".join(describe_move(m, lang=draft.lang) for m in beats[0].camera)
            self._items.append(
                ReportItem(
                    status="understood" if stated else "approximated",
                    request=_one_line(draft.source.folded.original[slice(*span)]),
                    span=span,
                    done=done,
                )
            )


# What a move's words end with where they stop before its object: "orbit | around the" boots.
_UNFINISHED: Final = re.compile(
    r"(?:\s+autour)?\s+d[eu]$"
    r"|(?:\s+(?:around|round|of|to|on|past|autour|de|vers|sur))*\s+(?:the|an?|les?|la|des|une?)$",
    re.I,
)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def seconds_told(source: Source, timeline: Timeline) -> Fraction | None:
    """The clip length that the prompt names, if it does."""
    totals = [m.length for m in source.marks if m.kind == "total" and m.length > 0]
    if not totals and not any(g.lasting and not g.part for g in timeline.groups):
        totals = [m.length for m in timeline.stray if m.kind == "duration"]
    return totals[0] if totals else None
