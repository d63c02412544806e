"""What each kind of edit does to a plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from kinora.prompt.remix.edit_patterns import OTHER_THING
from kinora.prompt.remix.edits import Edit, EditKind
from kinora.prompt.remix.evidence import shifted_item, shifted_span
from kinora.prompt.remix.likeness import alike, matches, with_item
from kinora.prompt.remix.naming import Named, named, only_direction, told_seconds
from kinora.prompt.remix.steering import (
    OPPOSITE,
    directed,
    moves_named,
    only_move,
    replaced,
    scaled,
    stilled,
    turned,
    turned_round,
    with_more,
)
from kinora.prompt.remix.strengths import (
    counted,
    elements_named,
    moved,
    sounding,
    stronger,
)
from kinora.prompt.remix.stretch import stretched
from kinora.prompt.remix.surgery import (
    appended,
    held,
    prepended,
    with_moves,
    without_holds,
    without_items,
)
from kinora.prompt.remix.volumes import with_volume
from kinora.prompt.words.text import fold
from kinora.types.plan import (
    AudioCue,
    CameraMove,
    ElementMotion,
    Framing,
    LightCue,
    ShotPlan,
    StyleNote,
    SubjectAction,
)
from kinora.types.report import IgnoredText
from kinora.types.request import MAX_SECONDS, MIN_SECONDS

#: Words that tell of strength as well as of loudness, where none tells of sound.
_STRONG: Final = re.compile(
    r"^(?!.*\b(?:sons?|volume|bruits?|musique|audio)\b).*\bfort(?:es?|s)?\b"
)
_ARTICLE: Final = re.compile(r"^(?:(?:the|an?|any|les?|la|une?|des?|du)\s+|[ld]')")


Refusal = Literal["newcomer", "late"]


@dataclass(frozen=True, slots=True)
class Changed:
    """A plan after one edit; ``unread`` are words that named nothing, in spans of the words."""

    plan: ShotPlan
    unread: tuple[IgnoredText, ...] = ()
    idle: bool = False  # understood, but there was nothing to change
    refused: Refusal | None = None  # understood, but it can't be: something new, or past the end


def change(plan: ShotPlan, edit: Edit, *, offset: int) -> Changed:
    """``plan`` after ``edit``; evidence of new items lies ``offset`` characters further on."""
    if edit.kind in _MAY_RECOLOUR and _acts(edit.clause) and not _acts(edit.text):
        return _direct(plan, _all_of(edit), offset)
    return _CHANGES[edit.kind](plan, edit, offset)


def _acts(text: str) -> bool:
    """Whether ``text`` gives something a new colour or has somebody act: its order is read whole,
    as in any prompt ("turn her head")."""
    items = named(text).items
    recolours = any(isinstance(item, ElementMotion) and item.what == "recolour" for item in items)
    return recolours or any(isinstance(item, SubjectAction) for item in items)


def _unread(edit: Edit, found: Named) -> tuple[IgnoredText, ...]:
    return tuple(
        IgnoredText(span=shifted_span(text.span, edit.at), text=text.text) for text in found.unread
    )


def _whole(edit: Edit) -> tuple[IgnoredText, ...]:
    """All of the words that an edit is about."""
    return (IgnoredText(span=(edit.at, edit.at + len(edit.text)), text=edit.text),)


def _same(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    return Changed(plan)


def _direct(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """New directions replace what they resemble; what resembles nothing comes on top."""
    found = named(edit.text)
    if not found.beats and not found.items:
        return Changed(plan, _whole(edit) if edit.text else ())
    by = edit.at + offset
    after = plan
    for number, beat in enumerate(found.beats):
        moves = tuple(shifted_item(move, by) for move in beat.camera)
        if number:
            after = appended(after, beat.model_copy(update={"camera": moves}), seconds=None)
            continue
        for move in moves:
            after = directed(after, move)
    return _with_cues(after, found, edit, offset, before=plan)


def _with_cues(
    after: ShotPlan, found: Named, edit: Edit, offset: int, *, before: ShotPlan
) -> Changed:
    """What became of a plan once its moves are changed: what else is named joins them."""
    for item in found.items:
        after = with_item(after, shifted_item(item, edit.at + offset))
    return Changed(after, _unread(edit, found), idle=after == before)


def _add(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """As well as what is there: a move that would undo one of its kind comes after it."""
    found = named(edit.text)
    if not found.beats:
        return _direct(plan, edit, offset)
    by = edit.at + offset
    after = plan
    for beat in found.beats:
        for move in (shifted_item(m, by) for m in beat.camera if m.op != "static"):
            same = [m for b in after.beats for m in b.camera if m.op == move.op]
            if not same:
                after = with_more(after, move)
            elif all(m.direction != move.direction for m in same):
                alone = beat.model_copy(update={"camera": (move,)})
                after = appended(after, alone, seconds=told_seconds(edit.text))
    return _with_cues(after, found, edit, offset, before=plan)


def _sequel(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """At the end or at the start."""
    found = named(edit.text)
    if not found.beats:
        return _direct(plan, edit, offset)
    by, seconds = edit.at + offset, told_seconds(edit.text)
    beats = found.beats if edit.kind == "append" else found.beats[::-1]
    for beat in beats:
        own = beat.model_copy(update={"camera": tuple(shifted_item(m, by) for m in beat.camera)})
        place = appended if edit.kind == "append" else prepended
        plan = place(plan, own, seconds=seconds if len(beats) == 1 else None)
    for item in found.items:
        plan = with_item(plan, shifted_item(item, by))
    return Changed(plan, _unread(edit, found))


def _remove(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    found = named(edit.text)
    if found.moves and all(move.op == "static" for move in found.moves):
        after = without_holds(plan)  # "drop the hold"
        return Changed(after, idle=after == plan)
    heard = _heard(plan, edit.text)
    if not found and heard:  # "no dog"
        return Changed(without_items(plan, heard))
    if not found:  # "no camera movement"
        still = [move for move in named(edit.clause).moves if move.op == "static"]
        if not still:
            return Changed(plan, _whole(edit))
        return Changed(stilled(plan, shifted_item(still[0], edit.first + offset)))
    names = {move.id for move in moves_named(plan, found, found.direction)}
    if found.ops and found.direction and names:
        exact = any(
            m.direction == found.direction for m in moves_named(plan, found, found.direction)
        )
        names = names if exact else set()
    after = with_moves(plan, lambda move: None if move.id in names else move)
    unwanted = [item for item in after.items() if matches(item, found)]
    after = without_items(after, [*unwanted, *([] if names else heard)])
    if Framing in found.kinds or any(isinstance(i, Framing) for i in found.items):
        after = after.model_copy(update={"framing": Framing()})
    return Changed(after, idle=after == plan)


def _heard(plan: ShotPlan, text: str) -> list[AudioCue]:
    """Sounds of a plan that ``text`` names, as a list of sounds would or as they were asked for."""
    sounds = named(f"Audio: {text}").items
    words = _ARTICLE.sub("", fold(text).text.strip())
    asked = re.compile(rf"\b{re.escape(words)}\b") if words else None
    return [
        cue
        for cue in plan.audio
        if any(alike(cue, other) for other in sounds)
        or (asked is not None and asked.search(fold(cue.raw).text))
    ]


def _replace(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    way, old_way = only_direction(edit.text), only_direction(edit.other)
    if way is not None:  # "left instead of right", "to the left instead"
        wanted = OPPOSITE[way]
        other = named(edit.other) if edit.other and old_way is None else Named()
        chosen = moves_named(plan, other, None) if other.ops else None
        after = turned(plan, lambda m: m in chosen if chosen else m.direction == wanted, way)
        return Changed(after, idle=after == plan)
    found, other = named(edit.text), named(edit.other)
    targets = moves_named(plan, other, other.direction)
    if not edit.other and not targets:
        targets = only_move(plan, found)
    if not targets and old_way is not None:
        same = [m for b in plan.beats for m in b.camera if m.op in found.ops]
        targets = [m for m in same if m.direction == old_way]
    if not found and not targets:
        other_thing = not other.ops and bool(OTHER_THING.fullmatch(fold(edit.clause).text))
        return Changed(
            plan, () if other_thing else _whole(edit), refused="newcomer" if other_thing else None
        )
    if not targets or not found.moves:
        sounds = named(f"Audio: {edit.other}").items if edit.other else ()
        heard = [cue for cue in plan.audio if any(alike(cue, other) for other in sounds)]
        gone = [item for item in plan.items() if found.items and matches(item, other)]
        return _direct(without_items(plan, [*heard, *gone]), edit, offset)
    by = edit.at + offset
    moves = [shifted_item(move, by) for move in found.moves]
    after = replaced(plan, targets, moves[0])
    for move in moves[1:]:
        after = directed(after, move)
    return _with_cues(after, found, edit, offset, before=plan)


def _retime(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """What happens in a moment, at another one; what the plan hasn't is added there."""
    found, seconds = named(edit.text), edit.seconds or 0.0
    if found.items and seconds >= plan.duration:
        return Changed(plan, refused="late")
    after = moved(plan, found.items, seconds, alike=alike)
    if after is None and (heard := _heard(plan, edit.text)):
        after = sounding(plan, heard[0], seconds)
    if after is None:
        return _direct(plan, _all_of(edit), offset)
    return Changed(after, idle=after == plan)


def _count(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """How often somebody does something: "only one blink"; else it is read as any words are."""
    after = counted(plan, named(edit.text).items, int(edit.factor), alike=alike)
    if after is None:
        return _direct(plan, _all_of(edit), offset)
    return Changed(after, idle=after == plan)


def _reverse(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    found = named(edit.text)
    round_about = turned_round(plan, edit.text) if edit.text and not found.ops else None
    if round_about is not None:
        return Changed(round_about)
    if edit.text and not found.ops:
        whole = named(edit.clause)  # "play it in reverse"
        timed = any(isinstance(item, StyleNote) and item.time_style for item in whole.items)
        return _direct(plan, _all_of(edit), offset) if timed else Changed(plan, _whole(edit))
    after = turned(plan, lambda move: not edit.text or move.op in found.ops, None)
    return Changed(after, idle=after == plan)


def _relative(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """Faster, slower, farther, less: of what is named, or of every move."""
    if not edit.text and named(edit.near).ops:  # "pan right instead, and slower"
        edit = replace(edit, text=edit.near)
    found = named(edit.text)
    if edit.text and not found:
        return Changed(plan, _whole(edit))
    after = plan
    named_moves = moves_named(plan, found, found.direction)
    if found.direction and all(move.direction != found.direction for move in named_moves):
        after = _direct(plan, edit, offset).plan  # "pan left, slower" where it pans right
    if found.items:
        more = stronger(after, found.items, edit.factor, alike=alike)
        if more is None and edit.factor > 1.0 and not found.ops:
            return _direct(after, edit, offset)  # "more snow" where there is none
        after = after if more is None else more
    chosen = {m.id for m in moves_named(after, found, found.direction)} if found.ops else None

    def paced(move: CameraMove) -> CameraMove:
        if chosen is not None and move.id not in chosen:
            return move
        if edit.text and chosen is None:
            return move
        return scaled(move, edit.factor, paced=edit.kind == "slow")

    after = with_moves(after, paced)
    return Changed(after, idle=after == plan)


def _soften(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """Less of what a plan has; what it hasn't is asked for as it is to be: "calm the sea"."""
    found = named(edit.text)
    if LightCue in found.kinds and not _has(plan, found):
        first, last = shifted_span((edit.first, edit.last), offset)
        soft = LightCue(id="light-1", kind="soft", evidence=(first, last))
        return Changed(after := with_item(plan, soft), idle=after == plan)
    if any(isinstance(item, AudioCue) for item in found.items) and _has(plan, found):
        return _loud(plan, edit, offset)
    if edit.text and not found.ops and found.items and not _has(plan, found):
        return _direct(plan, _all_of(edit), offset)
    return _relative(plan, edit, offset)


def _has(plan: ShotPlan, found: Named) -> bool:
    """Whether a plan has any of the things that words name."""
    return any(alike(item, other) for item in plan.items() for other in found.items)


def _loud(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """Louder or quieter; what isn't heard may be meant to be larger, or to sound as well."""
    if _STRONG.search(fold(edit.clause).text) and _moves(plan, edit.text):
        return _relative(plan, edit, offset)  # « des vagues plus fortes »
    after = with_volume(plan, edit.text, edit.factor)
    if after is not None:
        return Changed(after, idle=after == plan)
    grown = _relative(plan, edit, offset)
    larger = grown.plan != plan and len(grown.plan.items()) == len(plan.items())
    return grown if larger else _direct(plan, _all_of(edit), offset)


def _moves(plan: ShotPlan, text: str) -> bool:
    """Whether ``text`` names something that moves by itself in a plan."""
    moving = [item for beat in plan.beats for item in beat.elements]
    return any(alike(item, other) for item in moving for other in elements_named(text))


def _all_of(edit: Edit) -> Edit:
    """``edit`` about its whole clause."""
    return replace(edit, text=edit.clause, at=edit.first)


def _hold(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    return Changed(held(plan, seconds=edit.seconds, end=edit.end))


def _length(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    wanted = edit.seconds if edit.seconds is not None else round(plan.duration * edit.factor, 3)
    wanted = min(max(wanted, float(MIN_SECONDS)), float(MAX_SECONDS))
    return Changed(plan, idle=True) if wanted == plan.duration else Changed(stretched(plan, wanted))


_MAY_RECOLOUR: Final[frozenset[EditKind]] = frozenset({"replace", "add", "direct"})
_CHANGES: Final[dict[EditKind, Callable[[ShotPlan, Edit, int], Changed]]] = {
    "same": _same,
    "remove": _remove,
    "slow": _relative,
    "scale": _relative,
    "soften": _soften,
    "loud": _loud,
    "hold": _hold,
    "length": _length,
    "count": _count,
    "retime": _retime,
    "reverse": _reverse,
    "replace": _replace,
    "append": _sequel,
    "prepend": _sequel,
    "add": _add,
    "direct": _direct,
}
