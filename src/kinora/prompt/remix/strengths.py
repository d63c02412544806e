"""How much of what moves, falls or shines a plan has: edits make it more or less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from pydantic import BaseModel

from kinora.prompt.remix.things import same_thing
from kinora.prompt.words.lexicon import LANGS, lexicon
from kinora.prompt.words.text import fold, tokenize
from kinora.types.plan import (
    Atmosphere,
    AudioCue,
    ElementMotion,
    LightCue,
    PlanItem,
    ShotPlan,
    SubjectAction,
)

Alike = Callable[[PlanItem, PlanItem], bool]
Leaf = TypeVar("Leaf", SubjectAction, ElementMotion, LightCue, Atmosphere)
Item = TypeVar("Item", bound=BaseModel)

_LEAST, _MOST_SIZE = 0.02, 4.0
#: What tells how much of an item there is.
_AMOUNTS: Final[tuple[tuple[type[BaseModel], str], ...]] = (
    (ElementMotion, "amplitude"),
    (Atmosphere, "density"),
    (LightCue, "strength"),
    (SubjectAction, "size"),
)
#: Names under which one and the same water is spoken of.
_WATERS: Final = frozenset({"water", "sea", "waves", "river"})


def elements_named(text: str) -> tuple[ElementMotion, ...]:
    """Elements that ``text`` names without a verb: "the waves"."""
    folded = fold(text)
    tokens = tokenize(folded.text)
    found: list[ElementMotion] = []
    for at in range(len(tokens)):
        for lang in LANGS:
            hit = lexicon(lang).match("elements", tokens, at)
            if hit is not None and all(item.what != hit.concept for item in found):
                span = folded.span(tokens[at].start, tokens[hit.last - 1].end)
                name = f"element-{len(found) + 1}"
                found.append(ElementMotion(id=name, what=hit.concept, evidence=span))
    return tuple(found)


def same_element(one: ElementMotion, other: ElementMotion) -> bool:
    """Whether two stand for the same thing; each thing may have a colour of its own."""
    if "recolour" in (one.what, other.what):
        return one.what == other.what and same_thing(one.target or "", other.target or "")
    return one.what == other.what or {one.what, other.what} <= _WATERS


def stronger(
    plan: ShotPlan, items: tuple[PlanItem, ...], factor: float, *, alike: Alike
) -> ShotPlan | None:
    """The plan with ``factor`` times as much of what resembles ``items``; None: it has none."""
    touched = False

    def scaled(item: Leaf) -> Leaf:
        nonlocal touched
        if not any(alike(item, other) for other in items):
            return item
        touched = True
        return _scaled(item, factor)

    beats = tuple(
        beat.model_copy(
            update={
                "elements": tuple(scaled(item) for item in beat.elements),
                "subjects": tuple(scaled(item) for item in beat.subjects),
            }
        )
        for beat in plan.beats
    )
    update = {
        "beats": beats,
        "light": tuple(scaled(item) for item in plan.light),
        "atmosphere": tuple(scaled(item) for item in plan.atmosphere),
    }
    return plan.model_copy(update=update) if touched else None


def moved(
    plan: ShotPlan, items: tuple[PlanItem, ...], seconds: float, *, alike: Alike
) -> ShotPlan | None:
    """The plan with the first that resembles ``items`` at another moment; None: it has none."""
    for number, beat in enumerate(plan.beats):
        for at, act in enumerate(beat.subjects):
            if any(alike(act, other) for other in items):
                later = act.model_copy(update={"at": seconds})
                subjects = (*beat.subjects[:at], later, *beat.subjects[at + 1 :])
                changed = beat.model_copy(update={"subjects": subjects})
                beats = (*plan.beats[:number], changed, *plan.beats[number + 1 :])
                return plan.model_copy(update={"beats": beats})
    for at, light in enumerate(plan.light):
        if light.t0 is not None and any(alike(light, other) for other in items):
            flash = light.model_copy(update={"t0": seconds})
            return plan.model_copy(
                update={"light": (*plan.light[:at], flash, *plan.light[at + 1 :])}
            )
    return None


def counted(
    plan: ShotPlan, items: tuple[PlanItem, ...], times: int, *, alike: Alike
) -> ShotPlan | None:
    """The plan with what resembles ``items`` done so many times; None: nobody does it."""
    touched = False

    def again(act: SubjectAction) -> SubjectAction:
        nonlocal touched
        if not any(alike(act, other) for other in items):
            return act
        touched = True
        return act.model_copy(update={"times": times})

    beats = tuple(
        beat.model_copy(update={"subjects": tuple(again(act) for act in beat.subjects)})
        for beat in plan.beats
    )
    return plan.model_copy(update={"beats": beats}) if touched else None


def sounding(plan: ShotPlan, cue: AudioCue, seconds: float) -> ShotPlan:
    """The plan with a sound of it from another moment on, as long as it was."""
    until = None if cue.until is None else cue.until - (cue.at or 0.0) + seconds
    until = None if until is None or until >= plan.duration else until
    later = cue.model_copy(update={"at": seconds, "until": until})
    audio = tuple(later if other.id == cue.id else other for other in plan.audio)
    return plan.model_copy(update={"audio": audio})


def _scaled(item: Item, factor: float) -> Item:
    name = next((name for kind, name in _AMOUNTS if isinstance(item, kind)), None)
    if name is None:
        return item
    most = _MOST_SIZE if name == "size" else 1.0
    value = round(min(max(getattr(item, name) * factor, _LEAST), most), 4)
    return item.model_copy(update={name: value})


def said_anew(old: Item, new: SubjectAction | ElementMotion) -> Item:
    """``old`` with what the words of ``new`` say otherwise: how much, which way, how often."""
    names = (
        ("amplitude", "colour") if isinstance(new, ElementMotion) else ("times", "size", "amount")
    )
    usual = type(new).model_fields
    said = {name: getattr(new, name) for name in (*names, "direction")}
    return old.model_copy(
        update={name: value for name, value in said.items() if value != usual[name].default}
    )
