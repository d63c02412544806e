"""What each kind of edit does to a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from pydantic import BaseModel

from kinora.prompt.amounts import LIMITS
from kinora.prompt.edits import Edit, EditKind
from kinora.prompt.naming import Named, named, only_direction, plan_without_moves, told_seconds
from kinora.prompt.strengths import said_anew, same_element, stronger
from kinora.prompt.stretch import stretched
from kinora.prompt.surgery import (
    appended,
    fresh,
    held,
    last_moving,
    moving,
    prepended,
    with_beat,
    with_move,
    with_moves,
    without_items,
)
from kinora.prompt.volumes import with_volume
from kinora.types.plan import (
    Amount,
    Atmosphere,
    AudioCue,
    CameraMove,
    Constraint,
    DialogueLine,
    Direction,
    ElementMotion,
    Framing,
    LightCue,
    PlanItem,
    ShotPlan,
    Span,
    Speed,
    StyleNote,
    SubjectAction,
)
from kinora.types.report import IgnoredText
from kinora.types.request import MAX_SECONDS, MIN_SECONDS

_SPEEDS: Final[tuple[Speed, ...]] = ("very_slow", "slow", "normal", "fast", "very_fast")
_OPPOSITE: Final[dict[Direction, Direction]] = {
    "left": "right",
    "right": "left",
    "up": "down",
    "down": "up",
    "in": "out",
    "out": "in",
    "cw": "ccw",
    "ccw": "cw",
    "near": "far",
    "far": "near",
}
_ALL_ALONG: Final = frozenset({"handheld", "shake", "parallax"})
_UNPACED: Final = frozenset({"static", "handheld", "shake", "whip", "rack_focus"})
#: Lights of which a picture has one at a time.
_TIMES_OF_DAY: Final = frozenset({"golden_hour", "blue_hour", "sunset", "sunrise", "night", "day"})
_TEMPERATURES: Final = frozenset({"warm", "cool"})
_MUSIC: Final = frozenset({"music", "the music", "musique", "la musique", "soundtrack"})
_LISTS: Final[tuple[tuple[type[PlanItem], str, str], ...]] = (
    (LightCue, "light", "light"),
    (Atmosphere, "atmosphere", "atmosphere"),
    (Constraint, "constraints", "constraint"),
    (StyleNote, "style", "style"),
    (DialogueLine, "dialogue", "dialogue"),
    (AudioCue, "audio", "audio"),
)

Item = TypeVar("Item", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Changed:
    """A plan after one edit; ``unread`` are words that named nothing, in spans of the words."""

    plan: ShotPlan
    unread: tuple[IgnoredText, ...] = ()
    idle: bool = False  # understood, but there was nothing to change


def change(plan: ShotPlan, edit: Edit, *, offset: int) -> Changed:
    """``plan`` after ``edit``; evidence of new items lies ``offset`` characters further on."""
    return _CHANGES[edit.kind](plan, edit, offset)


# -- what is named --------------------------------------------------------------------------------


def _unread(edit: Edit, found: Named) -> tuple[IgnoredText, ...]:
    return tuple(
        IgnoredText(span=_moved(text.span, edit.at), text=text.text) for text in found.unread
    )


def _whole(edit: Edit) -> tuple[IgnoredText, ...]:
    """All of the words that an edit is about."""
    return (IgnoredText(span=(edit.at, edit.at + len(edit.text)), text=edit.text),)


def _moved(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def _at(item: Item, by: int) -> Item:
    """``item`` with its evidence ``by`` characters further on."""
    if isinstance(item, Framing):
        spans = tuple(_moved(span, by) for span in item.evidence)
        return item.model_copy(update={"evidence": spans})
    evidence: Span | None = getattr(item, "evidence", None)
    return item if evidence is None else with_evidence(item, _moved(evidence, by))


def with_evidence(item: Item, span: Span) -> Item:
    """``item``, found at ``span``."""
    return item.model_copy(update={"evidence": span})


def _chosen(plan: ShotPlan, found: Named, direction: Direction | None) -> list[CameraMove]:
    """The plan's moves of the operations that are named, those of the direction if it is said."""
    moves = [m for beat in plan.beats for m in beat.camera if m.op in found.ops]
    exact = [m for m in moves if direction is not None and m.direction == direction]
    return exact or moves


# -- edits ----------------------------------------------------------------------------------------


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
        moves = tuple(_at(move, by) for move in beat.camera)
        if number:
            after = appended(after, beat.model_copy(update={"camera": moves}), seconds=None)
            continue
        for move in moves:
            after = _with_direction(after, move)
    for item in found.items:
        after = _with_item(after, _at(item, by))
    return Changed(after, _unread(edit, found), idle=after == plan)


def _with_direction(plan: ShotPlan, move: CameraMove) -> ShotPlan:
    if move.op == "static":
        return _stilled(plan, move)
    same = [m for beat in plan.beats for m in beat.camera if m.op == move.op]
    other = [m for m in same if move.direction is not None and m.direction != move.direction]
    if same:
        return _replaced(plan, (other or same)[:1], move)
    if plan_without_moves(plan):
        default = [m for beat in plan.beats for m in beat.camera]
        return _replaced(plan, default, move)
    return _with_more(plan, move)


def _stilled(plan: ShotPlan, move: CameraMove) -> ShotPlan:
    """Nothing but the still ``move``, in every beat."""
    for index, beat in enumerate(plan.beats):
        name = beat.camera[0].id if beat.camera else fresh(plan, "camera")
        still = move.model_copy(update={"id": name})
        plan = with_beat(plan, index, beat.model_copy(update={"camera": (still,)}))
    return plan


def _replaced(plan: ShotPlan, targets: Sequence[CameraMove], move: CameraMove) -> ShotPlan:
    """``move`` in place of each of ``targets`` and of what goes on from them in later beats."""
    spans = {t.evidence for t in targets if t.evidence is not None}
    names = {t.id for t in targets}

    def new(old: CameraMove) -> CameraMove:
        goes_on = old.evidence in spans and any(
            (t.op, t.direction) == (old.op, old.direction) for t in targets
        )
        return _renewed(old, move) if old.id in names or goes_on else old

    return with_moves(plan, new)


def _renewed(old: CameraMove, move: CameraMove) -> CameraMove:
    """``move`` under the id of ``old``; what it leaves open stays, if it is of the same kind."""
    update: dict[str, object] = {"id": old.id}
    if old.op == move.op:
        if move.direction is None:
            update["direction"] = old.direction
        if move.amount is None or move.amount.source == "default":
            update |= {"amount": old.amount, "speed": old.speed}
        if move.ease == "inertial":
            update["ease"] = old.ease
        update["target"] = move.target or old.target
    return move.model_copy(update=update)


def _with_more(plan: ShotPlan, move: CameraMove) -> ShotPlan:
    if move.op in _ALL_ALONG:
        beats = [i for i, beat in enumerate(plan.beats) if moving(beat)]
        for index in beats or range(len(plan.beats)):
            plan = with_move(plan, index, move)
        return plan
    return with_move(plan, last_moving(plan), move)


def _add(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """As well as what is there: a move that would undo one of its kind comes after it."""
    found = named(edit.text)
    if not found.beats:
        return _direct(plan, edit, offset)
    by = edit.at + offset
    after = plan
    for beat in found.beats:
        for move in (_at(m, by) for m in beat.camera if m.op != "static"):
            same = [m for b in after.beats for m in b.camera if m.op == move.op]
            if not same:
                after = _with_more(after, move)
            elif all(m.direction != move.direction for m in same):
                alone = beat.model_copy(update={"camera": (move,)})
                after = appended(after, alone, seconds=told_seconds(edit.text))
    for item in found.items:
        after = _with_item(after, _at(item, by))
    return Changed(after, _unread(edit, found), idle=after == plan)


def _sequel(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """At the end or at the start."""
    found = named(edit.text)
    if not found.beats:
        return _direct(plan, edit, offset)
    by, seconds = edit.at + offset, told_seconds(edit.text)
    beats = found.beats if edit.kind == "append" else found.beats[::-1]
    for beat in beats:
        own = beat.model_copy(update={"camera": tuple(_at(m, by) for m in beat.camera)})
        place = appended if edit.kind == "append" else prepended
        plan = place(plan, own, seconds=seconds if len(beats) == 1 else None)
    for item in found.items:
        plan = _with_item(plan, _at(item, by))
    return Changed(plan, _unread(edit, found))


def _remove(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    found = named(edit.text)
    if found.moves and all(move.op == "static" for move in found.moves):
        return Changed(plan, idle=True)
    if not found:  # "no camera movement"
        still = [move for move in named(edit.clause).moves if move.op == "static"]
        if not still:
            return Changed(plan, _whole(edit))
        return Changed(_stilled(plan, _at(still[0], edit.first + offset)))
    names = {move.id for move in _chosen(plan, found, found.direction)}
    if found.ops and found.direction and names:
        exact = any(m.direction == found.direction for m in _chosen(plan, found, found.direction))
        names = names if exact else set()
    after = with_moves(plan, lambda move: None if move.id in names else move)
    unwanted = [item for item in after.items() if _matches(item, found)]
    after = without_items(after, unwanted)
    if Framing in found.kinds or any(isinstance(i, Framing) for i in found.items):
        after = after.model_copy(update={"framing": Framing()})
    return Changed(after, idle=after == plan)


def _matches(item: PlanItem, found: Named) -> bool:
    """Whether a cue of the plan is one of those named."""
    if isinstance(item, (CameraMove, Framing)):
        return False
    return type(item) in found.kinds or any(_alike(item, other) for other in found.items)


def _alike(one: PlanItem, other: PlanItem) -> bool:
    """Whether two cues stand for the same, so that the later one replaces the earlier."""
    if isinstance(one, LightCue) and isinstance(other, LightCue):
        groups = (_TIMES_OF_DAY, _TEMPERATURES)
        return one.kind == other.kind or any({one.kind, other.kind} <= group for group in groups)
    if isinstance(one, Atmosphere) and isinstance(other, Atmosphere):
        return one.kind == other.kind
    if isinstance(one, AudioCue) and isinstance(other, AudioCue):
        music = any(cue.raw.casefold() in _MUSIC for cue in (one, other))
        if music and one.kind == other.kind == "music":
            return True  # "the music", whichever it is
        return (one.cue or one.raw) == (other.cue or other.raw)
    if isinstance(one, ElementMotion) and isinstance(other, ElementMotion):
        return same_element(one, other)
    if isinstance(one, SubjectAction) and isinstance(other, SubjectAction):
        return (one.kind or one.action) == (other.kind or other.action)
    if isinstance(one, (StyleNote, DialogueLine)) and type(one) is type(other):
        return one.text.casefold() == other.text.casefold()
    if isinstance(one, Constraint) and isinstance(other, Constraint):
        return (one.kind, one.what) == (other.kind, other.what)
    return False


def _with_item(plan: ShotPlan, item: PlanItem) -> ShotPlan:
    """The plan with a cue, which takes the place (and the id) of one that it resembles."""
    if isinstance(item, Framing):
        changed = item.model_dump(exclude_defaults=True, exclude={"id"})
        return plan.model_copy(update={"framing": plan.framing.model_copy(update=changed)})
    if isinstance(item, (SubjectAction, ElementMotion)):
        return _with_actor(plan, item)
    name, kind = next((name, kind) for cls, name, kind in _LISTS if isinstance(item, cls))
    old = getattr(plan, name)
    place = next((i for i, other in enumerate(old) if _alike(other, item)), len(old))
    name_of = old[place].id if place < len(old) else fresh(plan, kind)
    made = item.model_copy(update={"id": name_of})
    if place < len(old) and made.model_copy(update={"evidence": old[place].evidence}) == old[place]:
        return plan
    return plan.model_copy(update={name: (*old[:place], made, *old[place + 1 :])})


def _with_actor(plan: ShotPlan, item: SubjectAction | ElementMotion) -> ShotPlan:
    name = "subjects" if isinstance(item, SubjectAction) else "elements"
    timed = isinstance(item, SubjectAction) and item.at is not None  # one more, at its time
    if not timed and any(_alike(o, item) for beat in plan.beats for o in getattr(beat, name)):
        for index, beat in enumerate(plan.beats):
            told = tuple(said_anew(o, item) if _alike(o, item) else o for o in getattr(beat, name))
            plan = with_beat(plan, index, beat.model_copy(update={name: told}))
        return plan
    first = plan.beats[0]
    made = item.model_copy(update={"id": fresh(plan, name[:-1])})
    beat = first.model_copy(update={name: (*getattr(first, name), made)})
    return plan.model_copy(update={"beats": (beat, *plan.beats[1:])})


def _replace(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    way, old_way = only_direction(edit.text), only_direction(edit.other)
    if way is not None:  # "left instead of right", "to the left instead"
        wanted = _OPPOSITE[way]
        other = named(edit.other) if edit.other and old_way is None else Named()
        chosen = _chosen(plan, other, None) if other.ops else None
        return _turned(plan, lambda m: m in chosen if chosen else m.direction == wanted, way)
    found, other = named(edit.text), named(edit.other)
    targets = _chosen(plan, other, other.direction)
    if not targets and old_way is not None:
        same = [m for b in plan.beats for m in b.camera if m.op in found.ops]
        targets = [m for m in same if m.direction == old_way]
    if not targets or not found.moves:
        sounds = named(f"Audio: {edit.other}").items if edit.other else ()
        heard = [cue for cue in plan.audio if any(_alike(cue, other) for other in sounds)]
        gone = [item for item in plan.items() if found.items and _matches(item, other)]
        return _direct(without_items(plan, [*heard, *gone]), edit, offset)
    by = edit.at + offset
    moves = [_at(move, by) for move in found.moves]
    after = _replaced(plan, targets, moves[0])
    for move in moves[1:]:
        after = _with_direction(after, move)
    for item in found.items:
        after = _with_item(after, _at(item, by))
    return Changed(after, _unread(edit, found), idle=after == plan)


def _turned(plan: ShotPlan, chosen: Callable[[CameraMove], bool], way: Direction | None) -> Changed:
    """The chosen moves in direction ``way``, None for the opposite one."""

    def turned(move: CameraMove) -> CameraMove:
        if not chosen(move) or move.direction is None:
            return move
        return move.model_copy(update={"direction": way or _OPPOSITE[move.direction]})

    after = with_moves(plan, turned)
    return Changed(after, idle=after == plan)


def _reverse(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    found = named(edit.text)
    if edit.text and not found.ops:
        return Changed(plan, _whole(edit))
    return _turned(plan, lambda move: not edit.text or move.op in found.ops, None)


def _relative(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """Faster, slower, farther, less: of what is named, or of every move."""
    if not edit.text and named(edit.near).ops:  # "pan right instead, and slower"
        edit = replace(edit, text=edit.near)
    found = named(edit.text)
    if edit.text and not found:
        return Changed(plan, _whole(edit))
    after = plan
    named_moves = _chosen(plan, found, found.direction)
    if found.direction and all(move.direction != found.direction for move in named_moves):
        after = _direct(plan, edit, offset).plan  # "pan left, slower" where it pans right
    if found.items:
        more = stronger(after, found.items, edit.factor, alike=_alike)
        if more is None and edit.factor > 1.0 and not found.ops:
            return _direct(after, edit, offset)  # "more snow" where there is none
        after = after if more is None else more
    chosen = {m.id for m in _chosen(after, found, found.direction)} if found.ops else None

    def paced(move: CameraMove) -> CameraMove:
        if chosen is not None and move.id not in chosen:
            return move
        if edit.text and chosen is None:
            return move
        return _scaled(move, edit.factor, paced=edit.kind == "slow")

    after = with_moves(after, paced)
    return Changed(after, idle=after == plan)


def _scaled(move: CameraMove, factor: float, *, paced: bool) -> CameraMove:
    """A beat's time is fixed: a slower move goes less far."""
    if move.op == "static" or (paced and move.op in _UNPACED):
        return move
    update: dict[str, object] = {}
    if move.amount is not None:
        value = move.amount.value
        grown = 1.0 + (value - 1.0) * factor if move.amount.unit == "factor" else value * factor
        grown = min(grown, LIMITS[move.amount.unit])
        update["amount"] = Amount(value=round(grown, 3), unit=move.amount.unit, source="adjective")
    if paced:
        update["speed"] = _pace(move.speed, factor)
    return move.model_copy(update=update)


def _pace(speed: Speed, factor: float) -> Speed:
    steps = 2 if factor >= 2.0 or factor <= 0.5 else 1
    place = _SPEEDS.index(speed) + (steps if factor > 1.0 else -steps)
    return _SPEEDS[min(max(place, 0), len(_SPEEDS) - 1)]


def _loud(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    """Louder or quieter; what isn't heard may be meant to be larger, or to sound as well."""
    after = with_volume(plan, edit.text, edit.factor)
    if after is not None:
        return Changed(after, idle=after == plan)
    grown = _relative(plan, edit, offset)
    larger = grown.plan != plan and len(grown.plan.items()) == len(plan.items())
    return grown if larger else _direct(plan, _all_of(edit), offset)


def _all_of(edit: Edit) -> Edit:
    """``edit`` about its whole clause."""
    return replace(edit, text=edit.clause, at=edit.first)


def _hold(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    return Changed(held(plan, seconds=edit.seconds, end=edit.end))


def _length(plan: ShotPlan, edit: Edit, offset: int) -> Changed:
    wanted = edit.seconds if edit.seconds is not None else round(plan.duration * edit.factor, 3)
    wanted = min(max(wanted, float(MIN_SECONDS)), float(MAX_SECONDS))
    return Changed(plan, idle=True) if wanted == plan.duration else Changed(stretched(plan, wanted))


_CHANGES: Final[dict[EditKind, Callable[[ShotPlan, Edit, int], Changed]]] = {
    "same": _same,
    "remove": _remove,
    "slow": _relative,
    "scale": _relative,
    "loud": _loud,
    "hold": _hold,
    "length": _length,
    "reverse": _reverse,
    "replace": _replace,
    "append": _sequel,
    "prepend": _sequel,
    "add": _add,
    "direct": _direct,
}
