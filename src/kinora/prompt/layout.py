"""From times as worded to beats on the clock: exact, contiguous, covering the clip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kinora.prompt.timeline import Group
from kinora.types.request import MAX_SECONDS, MIN_SECONDS

DEFAULT_SECONDS = Fraction(4)
_UNTIMED = Fraction(3, 2)  # seconds of an untimed beat where nothing else tells
_LEAST = Fraction(1, 4)  # seconds left to an untimed beat that the others crowd out
_TINY = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Slot:
    """Seconds [start, end) of the clip with a group, or a still gap (None)."""

    start: Fraction
    end: Fraction
    group: Group | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Slots from 0 to ``seconds``; conflicts and assumptions are message keys with values."""

    seconds: Fraction
    slots: tuple[Slot, ...]
    conflicts: tuple[tuple[str, dict[str, str]], ...]
    assumptions: tuple[tuple[str, dict[str, str]], ...]


class _Notes:
    def __init__(self) -> None:
        self.conflicts: list[tuple[str, dict[str, str]]] = []
        self.assumptions: list[tuple[str, dict[str, str]]] = []

    def conflict(self, key: str, **values: Fraction) -> None:
        entry = (key, {k: show(v) for k, v in values.items()})
        if entry not in self.conflicts:
            self.conflicts.append(entry)

    def assume(self, key: str, **values: Fraction) -> None:
        self.assumptions.append((key, {k: show(v) for k, v in values.items()}))


def show(seconds: Fraction) -> str:
    """Seconds for people: "2.5"."""
    return f"{float(seconds):.3f}".rstrip("0").rstrip(".")


def lay_out(
    groups: Sequence[Group],
    *,
    asked: Fraction | None,
    told: Fraction | None,
    weights: Sequence[float],
) -> Layout:
    """Beats for ``groups``.

    Args:
        groups: in order.
        asked: length that the caller wants, or None.
        told: length that the prompt names, or None.
        weights: share of free time per group.
    """
    notes = _Notes()
    groups = _shared_blocks(groups, told or asked or DEFAULT_SECONDS)
    natural = _natural(groups, told)
    target = asked or natural
    if asked is not None and told is not None and asked != told:
        notes.conflict("total", told=told, asked=asked)
    slots = _place(groups, _clip_bound(groups, natural, asked), weights, notes)
    end = slots[-1].end if slots else target
    slots, end = _fit(slots, end, (asked, told), notes)
    return Layout(end, tuple(slots), tuple(notes.conflicts), tuple(notes.assumptions))


def _shared_blocks(groups: Sequence[Group], seconds: Fraction) -> list[Group]:
    """Groups under one heading share its stretch equally."""
    mates = Counter(group.block for group in groups if group.block is not None)
    seen: Counter[int] = Counter()
    out: list[Group] = []
    for group in groups:
        if group.block is None or mates[group.block] < 2:
            out.append(group)
            continue
        low, high = _bounds(group, seconds)
        step = (high - low) / mates[group.block]
        start = low + seen[group.block] * step
        seen[group.block] += 1
        out.append(replace(group, start=start, end=start + step, length=None, part=None, last=None))
    return out


def _bounds(group: Group, seconds: Fraction) -> tuple[Fraction, Fraction]:
    if group.part is not None:
        return group.part[0] * seconds, group.part[1] * seconds
    if group.last is not None:
        return max(seconds - group.last, Fraction(0)), seconds
    return group.start or Fraction(0), group.end or seconds


def _natural(groups: Sequence[Group], told: Fraction | None) -> Fraction:
    """How long the clip lasts by itself."""
    if told is not None:
        return told
    if not any(g.timed for g in groups):
        return max(DEFAULT_SECONDS, _UNTIMED * len(groups))
    clock, free, parts = Fraction(0), 0, False
    last_start = max((at for at, g in enumerate(groups) if g.start is not None), default=-1)
    for at, group in enumerate(groups):
        parts = parts or group.part is not None
        if group.start is not None:
            clock = max(clock, group.start)
        if group.end is not None:
            clock = max(clock, group.end)
        elif group.length is not None or group.last is not None:
            clock += group.length or group.last or Fraction(0)
        elif group.part is None and at >= last_start:
            free += 1
    if free:
        following = clock + _UNTIMED * free
        return max(DEFAULT_SECONDS, following)
    return max(DEFAULT_SECONDS, clock) if parts else clock


def _clip_bound(groups: Sequence[Group], natural: Fraction, asked: Fraction | None) -> Fraction:
    """Where the last free beat ends: the asked length, unless the told times need more."""
    if asked is None:
        return natural
    fixed = [g for g in groups if g.timed]
    if not fixed:
        return asked
    clock = Fraction(0)
    for group in groups:
        low, high = _bounds(group, asked) if group.lasting or group.start else (clock, clock)
        if group.start is not None:
            clock = max(clock, low)
        if group.length is not None:
            clock += group.length
        elif group.end is not None or group.part is not None:
            clock = max(clock, high)
    return max(clock, asked) if any(not g.lasting for g in groups) or clock > asked else asked


def _place(
    groups: Sequence[Group], bound: Fraction, weights: Sequence[float], notes: _Notes
) -> list[Slot]:
    slots: list[Slot] = []
    clock = Fraction(0)
    at = 0
    while at < len(groups):
        run = [at]
        start = _start_of(groups[at], bound)
        if start is not None:
            if start > clock + _TINY:
                slots.append(Slot(clock, start, None))
                clock = start
            elif start < clock - _TINY:
                notes.conflict("overlap", start=start, clock=clock)
        while run[-1] + 1 < len(groups) and _start_of(groups[run[-1] + 1], bound) is None:
            run.append(run[-1] + 1)
        following = run[-1] + 1
        stop = _start_of(groups[following], bound) if following < len(groups) else bound
        clock = _place_run(
            [groups[i] for i in run],
            clock,
            (stop or bound, bound),
            [weights[i] for i in run],
            slots,
            notes,
        )
        at = following
    if clock < bound - _TINY:
        slots.append(Slot(clock, bound, None))
    return slots


def _start_of(group: Group, bound: Fraction) -> Fraction | None:
    if group.part is not None or group.last is not None:
        return _bounds(group, bound)[0]
    return group.start


def _length_of(group: Group, clock: Fraction, bound: Fraction) -> Fraction | None:
    if group.length is not None:
        return group.length
    if group.part is not None or group.last is not None:
        return max(_bounds(group, bound)[1] - clock, _TINY)
    if group.end is not None:
        return max(group.end - clock, _TINY)
    return None


def _place_run(
    run: list[Group],
    clock: Fraction,
    limits: tuple[Fraction, Fraction],
    weights: list[float],
    slots: list[Slot],
    notes: _Notes,
) -> Fraction:
    """Place groups from ``clock``; the untimed share what is left to the first of ``limits``.

    The second limit is the end of the clip, which parts of it are measured against.
    """
    stop, bound = limits
    fixed = Fraction(0)
    position = clock
    free = Fraction(0)
    for group, weight in zip(run, weights, strict=True):
        length = _length_of(group, position, bound)
        if length is None:
            free += Fraction(weight)
        else:
            fixed += length
            position += length
    share = (stop - clock - fixed) / free if free else Fraction(0)
    if free and share < _LEAST:
        share = _LEAST
    for group, weight in zip(run, weights, strict=True):
        length = _length_of(group, clock, bound)
        length = share * Fraction(weight) if length is None else length
        slots.append(Slot(clock, clock + length, group))
        clock += length
    return clock


def _fit(
    slots: list[Slot],
    end: Fraction,
    wishes: tuple[Fraction | None, Fraction | None],
    notes: _Notes,
) -> tuple[list[Slot], Fraction]:
    """Scale or hold so that the clip has an allowed, and the asked or told (``wishes``), length."""
    asked, told = wishes
    target = asked or min(max(told or end, Fraction(MIN_SECONDS)), Fraction(MAX_SECONDS))
    if not slots:
        return [Slot(Fraction(0), target, None)], target
    if end > target:
        notes.conflict("longer", beats=end, clip=target)
        slots = _scaled(slots, target / end)
    elif asked is not None and _all_lengths(slots):
        beats = max(s.end for s in slots if s.group is not None)
        if beats < target:
            notes.conflict("shorter", beats=beats, clip=target)
            slots = _scaled([s for s in slots if s.group is not None], target / beats)
    elif end < target:
        notes.assume("held", start=end, clip=target)
        slots = [*slots, Slot(end, target, None)]
    return slots, target


def _all_lengths(slots: list[Slot]) -> bool:
    """Whether every group is told by its length alone, so that nothing pins it to the clock."""
    groups = [s.group for s in slots if s.group is not None]
    return bool(groups) and all(g.length is not None and g.start is None for g in groups)


def _scaled(slots: list[Slot], factor: Fraction) -> list[Slot]:
    return [Slot(s.start * factor, s.end * factor, s.group) for s in slots]
