"""Which cues of a plan stand for the same, so that a new one takes an old one's place."""

from __future__ import annotations

from typing import Final

from kinora.prompt.remix.naming import Named
from kinora.prompt.remix.strengths import said_anew, same_element
from kinora.prompt.remix.surgery import fresh, with_beat
from kinora.types.plan import (
    Atmosphere,
    AudioCue,
    CameraMove,
    Constraint,
    DialogueLine,
    ElementMotion,
    Framing,
    LightCue,
    PlanItem,
    ShotPlan,
    StyleNote,
    SubjectAction,
)

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


def matches(item: PlanItem, found: Named) -> bool:
    """Whether a cue of the plan is one of those named."""
    if isinstance(item, (CameraMove, Framing)):
        return False
    return type(item) in found.kinds or any(alike(item, other) for other in found.items)


def alike(one: PlanItem, other: PlanItem) -> bool:
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


def with_item(plan: ShotPlan, item: PlanItem) -> ShotPlan:
    """The plan with a cue, which takes the place (and the id) of one that it resembles."""
    if isinstance(item, Framing):
        changed = item.model_dump(exclude_defaults=True, exclude={"id"})
        return plan.model_copy(update={"framing": plan.framing.model_copy(update=changed)})
    if isinstance(item, (SubjectAction, ElementMotion)):
        return _with_actor(plan, item)
    name, kind = next((name, kind) for cls, name, kind in _LISTS if isinstance(item, cls))
    old = getattr(plan, name)
    place = next((i for i, other in enumerate(old) if alike(other, item)), len(old))
    name_of = old[place].id if place < len(old) else fresh(plan, kind)
    made = item.model_copy(update={"id": name_of})
    if place < len(old) and made.model_copy(update={"evidence": old[place].evidence}) == old[place]:
        return plan
    return plan.model_copy(update={name: (*old[:place], made, *old[place + 1 :])})


def _with_actor(plan: ShotPlan, item: SubjectAction | ElementMotion) -> ShotPlan:
    name = "subjects" if isinstance(item, SubjectAction) else "elements"
    timed = isinstance(item, SubjectAction) and item.at is not None  # one more, at its time
    if not timed and any(alike(o, item) for beat in plan.beats for o in getattr(beat, name)):
        for index, beat in enumerate(plan.beats):
            told = tuple(said_anew(o, item) if alike(o, item) else o for o in getattr(beat, name))
            plan = with_beat(plan, index, beat.model_copy(update={name: told}))
        return plan
    first = plan.beats[0]
    made = item.model_copy(update={"id": fresh(plan, name[:-1])})
    beat = first.model_copy(update={name: (*getattr(first, name), made)})
    return plan.model_copy(update={"beats": (beat, *plan.beats[1:])})
