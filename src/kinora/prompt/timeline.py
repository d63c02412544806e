"""Which moves go together, in which order, and which times go with which moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kinora.prompt.moves.events import Event
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import lexicon
from kinora.prompt.words.source import Source
from kinora.prompt.words.timemarks import TimeMark

GLOBAL_OPS = frozenset({"handheld", "shake", "parallax"})
_JOINERS = frozenset({"and", "&", "+", "plus", "with", "while", "et", "avec", "en"})
_ALONE = frozenset({"static", "whip"})
_OPPOSITES = {
    frozenset(p) for p in (("in", "out"), ("left", "right"), ("up", "down"), ("cw", "ccw"))
}


@dataclass(slots=True)
class Group:
    """Moves at the same time, with what the prompt says about when."""

    events: list[int]
    clause: int
    start: Fraction | None = None
    end: Fraction | None = None
    length: Fraction | None = None
    part: tuple[Fraction, Fraction] | None = None
    last: Fraction | None = None
    block: int | None = None  # groups under one time heading share its stretch
    marks: list[TimeMark] = field(default_factory=list)

    @property
    def timed(self) -> bool:
        """Whether anything at all is said about when."""
        return bool(self.marks)

    @property
    def lasting(self) -> bool:
        """Whether its length is said."""
        return bool(self.end or self.length or self.part or self.last)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Groups in order of time, moves that go on all along, and the times nobody took."""

    groups: tuple[Group, ...]
    everywhere: tuple[int, ...]  # events
    group_of_clause: dict[int, int]
    stray: tuple[TimeMark, ...]


def build(source: Source, events: Sequence[Event]) -> Timeline:
    """Group the events and give each group its times."""
    return _Builder(source, events).build()


class _Builder:
    def __init__(self, source: Source, events: Sequence[Event]) -> None:
        self._source = source
        self._events = events
        self._groups: list[Group] = []
        self._pending: list[TimeMark] = []
        self._heading: TimeMark | None = None
        self._heading_used = True
        self._heading_sentence = -1
        self._blocks = 0
        self._stray: list[TimeMark] = []

    def build(self) -> Timeline:
        source = self._source
        live: dict[int, list[int]] = {}
        for i, event in enumerate(self._events):
            if not event.negated and event.op != "?":
                live.setdefault(event.clause, []).append(i)
        group_of: dict[int, Group] = {}
        for index in range(len(source.clauses)):
            self._clause(index, live.get(index, []))
            if self._groups:
                group_of[index] = self._groups[-1]
        self._close_heading()
        self._settle_pending()
        groups, everywhere = self._split_global()
        self._reorder(groups)
        place = {id(group): at for at, group in enumerate(groups)}
        places = {clause: place.get(id(group), 0) for clause, group in group_of.items()}
        return Timeline(tuple(groups), tuple(everywhere), places, tuple(self._stray))

    # -- one clause ---------------------------------------------------------------------------

    def _settle_pending(self) -> None:
        """ "Slow pan left. 4 seconds.": a length nobody took is that of the only move."""
        alone = len(self._groups) == 1 and not self._groups[0].timed
        for mark in self._pending:
            if alone and mark.kind == "duration" and not self._groups[0].lasting:
                self._set(self._groups[0], mark)
            else:
                self._stray.append(mark)

    def _clause(self, index: int, events: list[int]) -> None:
        items = self._items(index, events)
        if self._heading is not None and not _is_block(self._source, self._heading):
            here = self._source.clauses[index]
            own = any(m is not None for _, m in items)
            if here.link in ("then", "after") or here.sentence != self._heading_sentence or own:
                self._close_heading()
        if not events:
            for _, mark in items:
                if mark is not None:
                    self._lonely(index, mark)
            return
        marks = [m for _, m in items if m is not None]
        leading = items[0][1] is not None
        opened = len(self._groups)
        for at, (event, mark) in enumerate(items):
            if event is not None:
                self._add(event, index, split=self._own_time(items, at, leading))
            elif mark is not None and leading and any(e is not None for e, _ in items[at:]):
                if (
                    mark.kind in ("range", "part")
                    and len(marks) == 1
                    and _is_block(self._source, mark)
                ):
                    self._open_heading(mark, index)
                else:
                    self._close_heading()
                    self._pending.append(mark)
            elif mark is not None:
                self._give(self._groups[-1], mark, opened)

    def _items(self, index: int, events: list[int]) -> list[tuple[int | None, TimeMark | None]]:
        clause = self._source.clauses[index]
        found: list[tuple[int, int | None, TimeMark | None]] = [
            (self._events[i].first, i, None) for i in events
        ]
        seen = -1
        for at in range(clause.start, clause.last):
            mark = self._source.mark_of[at]
            if mark >= 0 and mark != seen:
                seen = mark
                value = self._source.marks[mark]
                if value.kind not in ("total", "impossible"):
                    found.append((at, None, value))
        return [(e, m) for _, e, m in sorted(found, key=lambda item: item[0])]

    def _own_time(
        self, items: list[tuple[int | None, TimeMark | None]], at: int, leading: bool
    ) -> bool:
        """Whether a time stands between this event and the one before, and both have one."""
        before = [m for e, m in items[:at] if m is not None]
        if not before or items[at - 1][1] is None:
            return False
        if leading:
            return any(e is not None for e, _ in items[:at])
        return any(m is not None for _, m in items[at:])

    def _add(self, event: int, clause: int, *, split: bool) -> None:
        same = self._groups and not split and not self._pending and self._with_before(event)
        if same:
            self._groups[-1].events.append(event)
            return
        group = Group([event], clause)
        if self._heading is not None and not self._pending:
            group.block = self._blocks
            self._set(group, self._heading)
            self._heading_used = True
        for mark in self._pending:
            self._set(group, mark)
        self._pending = []
        self._groups.append(group)

    def _with_before(self, at: int) -> bool:
        """Whether event ``at`` happens at the same time as the group before it."""
        group = self._groups[-1]
        if not group.events:
            return False
        event, before = self._events[at], self._events[group.events[-1]]
        ops = {self._events[i].op for i in group.events}
        if event.op in _ALONE or ops & _ALONE:
            return False
        for i in group.events:
            other = self._events[i]
            pair = frozenset((other.direction, event.direction))
            if other.op == event.op and (pair in _OPPOSITES or len(pair) == 1):
                return False
        here, there = self._source.clauses[event.clause], self._source.clauses[before.clause]
        if here.sentence != there.sentence:
            return False
        if event.clause == before.clause:
            if event.extra:
                return True
            between = [self._source.tokens[i].text for i in range(before.last, event.first)]
            if "then" in between or "puis" in between:
                return False
            if any(self._source.mark_of[i] >= 0 for i in range(before.last, event.first)):
                return bool({"and", "et", "while", "with"} & set(between))
            return bool(_JOINERS & set(between)) or (event.form == "ing" != before.form)
        return self._clause_with(event, before)

    def _clause_with(self, event: Event, before: Event) -> bool:
        clauses = self._source.clauses
        here, there = clauses[event.clause], clauses[before.clause]
        if any(
            clauses[i].link in ("then", "after", "until")
            for i in range(before.clause + 1, event.clause + 1)
        ):
            return False
        if any(clauses[i].link == "while" for i in range(before.clause + 1, event.clause + 1)):
            return True
        opens = there.link == "while" and (
            before.clause == 0 or clauses[before.clause - 1].sentence != there.sentence
        )
        if here.link == "comma" and opens:
            return True
        gerund = event.form == "ing" and before.form != "ing" and here.first == event.first
        return here.link == "comma" and gerund and event.clause == before.clause + 1

    def _lonely(self, index: int, mark: TimeMark) -> None:
        """A time in a clause of its own."""
        clause = self._source.clauses[index]
        if self._tells_all(index, mark):
            self._stray.append(mark)
            return
        block = _is_block(self._source, mark)
        told = self._source.clauses[max(index - (clause.link == "comma"), 0) : index + 1]
        if mark.kind == "start" and not block and any(_has_moment(self._source, c) for c in told):
            return  # "she blinks, at 1 s"
        last = self._groups[-1] if self._groups else None
        same = last is not None and self._source.clauses[last.clause].sentence == clause.sentence
        trails = same and last is not None and not last.lasting and clause.link == "comma"
        if clause.link == "colon" and mark.kind == "duration" and last is not None:
            trails = same and not last.lasting and last.clause == index - 1  # "static: 1 s"
        if last is not None and not last.lasting and self._ends_line(mark, last, index):
            trails = True  # "1) Wide, sticks. 1s"
        if mark.kind == "start" and last is not None and last.start is not None:
            trails = False  # "(0s) static (1.5s) dolly out"
        if (trails and last is not None and not (block and _heads(self._source, mark))) or (
            mark.kind == "end" and last is not None
        ):
            self._give(last, mark, len(self._groups) - 1)
        elif mark.kind in ("range", "part", "last") or (mark.kind == "start" and block):
            self._open_heading(mark, index)
        else:
            self._pending.append(mark)

    def _ends_line(self, mark: TimeMark, last: Group, index: int) -> bool:
        """Whether a length stands alone between the move on its line and the next line."""
        text, before = self._source.text, self._source.clauses[last.clause]
        rest = text[mark.last :].partition("\n")[0]
        between = text[self._source.tokens[before.first].start : mark.first]
        alone = not any(c.isalnum() for c in rest) and last.clause == index - 1
        return mark.kind == "duration" and alone and "\n" in text and "\n" not in between

    def _tells_all(self, index: int, mark: TimeMark) -> bool:
        """ "6 seconds. First half: …": a length before parts of the clip is that of the clip."""
        later = [m.kind for m in self._source.marks if m.first > mark.first]
        lone = index + 1 < len(self._source.clauses) and opens_sentence(self._source, index + 1)
        return index == 0 and lone and mark.kind == "duration" and "part" in later

    def _open_heading(self, mark: TimeMark, index: int) -> None:
        self._close_heading()
        self._heading, self._heading_used = mark, False
        self._heading_sentence = self._source.clauses[index].sentence
        self._blocks += 1

    def _close_heading(self) -> None:
        """A heading under which no camera moved still takes its time."""
        if self._heading is not None and not self._heading_used:
            group = Group([], -1, block=self._blocks)
            self._set(group, self._heading)
            self._groups.append(group)
        self._heading = None

    def _give(self, group: Group, mark: TimeMark, opened: int) -> None:
        if group.block is not None and mark.kind != "duration":
            self._stray.append(mark)
            return
        self._set(group, mark)

    def _set(self, group: Group, mark: TimeMark) -> None:
        group.marks.append(mark)
        if mark.kind == "duration":
            group.length = mark.length
        elif mark.kind == "range":
            group.start, group.end = mark.start, mark.end
        elif mark.kind == "start":
            group.start = mark.start
        elif mark.kind == "end":
            group.end = mark.end
        elif mark.kind == "part":
            group.part = (mark.start, mark.end)
        elif mark.kind == "last":
            group.last = mark.length

    # -- all clauses --------------------------------------------------------------------------

    def _split_global(self) -> tuple[list[Group], list[int]]:
        """Take untimed handheld, shake and parallax out of the sequence: they go on all along."""
        moving = [
            g for g in self._groups if any(self._events[i].op not in GLOBAL_OPS for i in g.events)
        ]
        if not moving:
            return self._groups, []
        everywhere: list[int] = []
        kept: list[Group] = []
        for group in self._groups:
            shaky = [i for i in group.events if self._events[i].op in GLOBAL_OPS]
            alone = len(shaky) == len(group.events)
            sequel = alone and self._source.clauses[group.clause].link == "then" and shaky
            if not shaky or sequel or (alone and group.timed):
                kept.append(group)
                continue
            everywhere += shaky
            group.events = [i for i in group.events if i not in shaky]
            if group.events or group.timed:
                kept.append(group)
        return kept, everywhere

    def _reorder(self, groups: list[Group]) -> None:
        """ "Before pushing in, pan left" and "push in after panning left" tell the end first."""
        clauses = self._source.clauses
        for at in range(len(groups) - 1):
            one, two = groups[at], groups[at + 1]
            if min(one.clause, two.clause) < 0:
                continue
            first, second = clauses[one.clause], clauses[two.clause]
            if first.sentence != second.sentence:
                continue
            opens = one.clause == 0 or clauses[one.clause - 1].sentence != first.sentence
            before = opens and first.connector in ("before", "avant")
            after = second.link == "after" and not opens_sentence(self._source, two.clause)
            if before or after:
                groups[at], groups[at + 1] = two, one


def opens_sentence(source: Source, clause: int) -> bool:
    """Whether a clause is the first of its sentence."""
    return clause == 0 or source.clauses[clause - 1].sentence != source.clauses[clause].sentence


#: What happens at a moment, and isn't the camera's: "she blinks at 1 s".
_MOMENTS = frozenset({"blink", "wink", "nod", "twitch ear", "lightning"})


def _has_moment(source: Source, clause: Clause) -> bool:
    """Whether a clause tells of something short that has its own time."""
    hits = (
        lexicon(lang).match_at(section, source.tokens, at, limit=clause.last)
        for at in range(clause.first, clause.last)
        for lang in clause.langs
        for section in ("actions", "gestures", "light")
        if source.tokens[at].is_word
    )
    return any(hit is not None and hit.concept in _MOMENTS for hit in hits)


def _is_block(source: Source, mark: TimeMark) -> bool:
    """A time that heads what follows: in brackets, before a colon or dash, or opening a line."""
    text = source.text
    words = text[mark.first : mark.last].lstrip()
    if words[:1] in ("[", "(") or ":" in words:
        return True
    if text[mark.last :].lstrip()[:1] in (":", "-"):
        return words[:1].isdigit() or mark.kind == "part"
    before = text[: mark.first].rstrip(" \t*-[(\"'")
    return mark.kind == "range" and words[:1].isdigit() and (not before or before[-1] in ";\n|.")


def _heads(source: Source, mark: TimeMark) -> bool:
    text = source.text
    return text[mark.last :].lstrip()[:1] == ":"
