"""Light cues of a plan × scene → `Lighting`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kinora.living.kept import feathered
from kinora.living.light.moods import MOODS
from kinora.living.light.recolour import recolour
from kinora.living.light.relight import relit
from kinora.living.light.views import view_of
from kinora.living.light.wording import name_of, text
from kinora.types.light import Fade, Lighting
from kinora.types.looks import look_of
from kinora.types.plan import Lang, LightCue, ShotPlan, StyleNote
from kinora.types.report import Outcome
from kinora.types.scene import F32, Scene

#: Lights that a cue goes through, for each kind of change; "photo" is the photo's own light.
CHANGES: Final[dict[str, tuple[str, ...]]] = {
    "day_to_night": ("photo", "sunset", "night"),
    "night_to_day": ("night", "sunrise", "photo"),
    "sun_sets": ("photo", "sunset"),
    "sun_rises": ("sunrise", "photo"),
    "dims": ("photo", "dim"),
    "brightens": ("dim", "photo"),
}
#: What only approximates its name: no shadow moves, no lamp is lit that the photo doesn't show.
_NEAREST: Final = frozenset(
    {"night", "sunset", "sunrise", "backlight", "neon", "candle", "hard", "day", *CHANGES}
)
#: Lights that only show when they are nearly complete, and how much more of them is done.
_DEEP: Final = frozenset({"night", "blue_hour", "sunset", "sunrise"})
_DEEPER: Final = 1.25
#: Share of the clip that a change without times leaves still at either end.
_STILL: Final = 0.08
_STYLED: Final = 0.9  # strength of styles


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """The lights that the clip shows one after the other, and when each gives way to the next."""

    kinds: tuple[str, ...]
    fades: tuple[Fade, ...]


def plan_light(
    plan: ShotPlan,
    scene: Scene,
    *,
    kept: F32 | None,
    masks: Mapping[str, F32] | None = None,
) -> tuple[Lighting, tuple[Outcome, ...]]:
    """The scene in the light that ``plan`` asks for.

    Args:
        plan: its light cues; those that only `kinora.living.air` knows are left to it.
        scene: the scene in the photo's light.
        kept: (H, W) over the frame in [0, 1], what keeps the photo's light.
        masks: where the caller says things are, for what is recoloured.

    Returns:
        The scene itself where no cue changes the light, and an `Outcome` per cue that does.
    """
    lang: Lang = plan.lang[0] if plan.lang else "en"
    scene, recoloured = recolour(plan, scene, masks or {}, kept=kept, lang=lang)
    still = [cue for cue in plan.light if cue.kind in MOODS and cue.to is None]
    moving = [cue for cue in plan.light if cue.kind in CHANGES or _leads(cue)]
    styles = [(note, look) for note in plan.style if (look := look_of(note.text)) is not None]
    if not still and not moving and not styles:
        return Lighting(scenes=(scene,)), recoloured
    view, base = view_of(scene), scene
    kept = None if kept is None else feathered(kept)
    for cue in still:
        base = relit(base, MOODS[cue.kind], view, strength=_strength(cue), kept=kept)
    for _, look in styles:
        base = relit(base, MOODS[look], view, strength=_STYLED, kept=kept)
    outcomes = [*recoloured, *(_lit(cue, lang) for cue in still)]
    outcomes += [_styled(note, look, lang) for note, look in styles]
    if not moving:
        return Lighting(scenes=(base,)), tuple(outcomes)
    steps = _steps(moving, plan.duration)
    scenes = {
        kind: base
        if kind == "photo"
        else relit(base, MOODS[kind], view, strength=_strength(moving[0]), kept=kept)
        for kind in dict.fromkeys(steps.kinds)
    }
    outcomes += [_changed(cue, steps, lang) for cue in moving]
    return Lighting(scenes=tuple(scenes[kind] for kind in steps.kinds), fades=steps.fades), tuple(
        outcomes
    )


def _strength(cue: LightCue) -> float:
    """How much is done: half a night is no night, so such lights are taken further."""
    deep = cue.kind in _DEEP or cue.kind in CHANGES or cue.to is not None
    return min(1.0, cue.strength * (_DEEPER if deep else 1.0))


def _leads(cue: LightCue) -> bool:
    return cue.to is not None and cue.to in MOODS and (cue.kind in MOODS or cue.kind == "photo")


def _kinds(cue: LightCue) -> tuple[str, ...]:
    return (cue.kind, cue.to) if cue.to is not None else CHANGES[cue.kind]


def _steps(cues: Sequence[LightCue], seconds: float) -> _Steps:
    """One change after the other; those without times share the clip evenly."""
    kinds: list[str] = []
    fades: list[Fade] = []
    share = seconds / len(cues)
    for number, cue in enumerate(cues):
        path = _kinds(cue)
        t0 = cue.t0 if cue.t0 is not None else (number + _STILL) * share
        t1 = cue.t1 if cue.t1 is not None else (number + 1 - _STILL) * share
        t0 = max(t0, fades[-1].t1 if fades else 0.0)
        step = max(t1 - t0, 0.1) / (len(path) - 1)
        if kinds and kinds[-1] != path[0]:
            fades.append(Fade(t0=t0, t1=t0 + 1e-3))
            kinds.append(path[0])
        kinds = kinds or [path[0]]
        for place, kind in enumerate(path[1:]):
            fades.append(Fade(t0=t0 + place * step, t1=t0 + (place + 1) * step))
            kinds.append(kind)
    return _Steps(kinds=tuple(kinds), fades=tuple(fades))


def _lit(cue: LightCue, lang: Lang) -> Outcome:
    done = text("lit", lang, name=name_of(cue.kind, lang), percent=100.0 * _strength(cue))
    return _outcome(cue, done, lang)


def _styled(note: StyleNote, look: str, lang: Lang) -> Outcome:
    done = text("lit", lang, name=name_of(look, lang), percent=100.0 * _STYLED)
    reason = text("graded", lang)
    return Outcome(item=note.id, status="approximated", done=done, reason=reason)


def _changed(cue: LightCue, steps: _Steps, lang: Lang) -> Outcome:
    path = " → ".join(name_of(kind, lang) for kind in _kinds(cue))
    done = text("fades", lang, name=path, t0=steps.fades[0].t0, t1=steps.fades[-1].t1)
    return _outcome(cue, done, lang)


def _outcome(cue: LightCue, done: str, lang: Lang) -> Outcome:
    if cue.kind in _NEAREST or cue.to is not None:
        return Outcome(item=cue.id, status="approximated", done=done, reason=text("shadows", lang))
    return Outcome(item=cue.id, status="understood", done=done)
