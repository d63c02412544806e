"""Holds a plan against what an engine can do, before anything is rendered."""

from __future__ import annotations

from typing import Literal

from kinora.engines.protocol import Capabilities
from kinora.types.looks import look_of
from kinora.types.plan import (
    Atmosphere,
    AudioCue,
    CameraMove,
    CastMember,
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
from kinora.types.report import Outcome

_TEXTS = {
    "en": {
        "camera": "the {engine} engine can't do this camera move",
        "frozen": "the {engine} engine can't make this move in a photo",
        "light": "the {engine} engine can't give a photo this light",
        "signal": "the {engine} engine can't light another lamp of a traffic light",
        "air": "the {engine} engine has no such weather",
        "style": "the {engine} engine has no such style",
        "cast": "the {engine} engine can't place characters",
        "lens": "one photo has one lens and angle; only depth of field can change",
        "focus": "focus goes to what is nearest or farthest; nothing else is looked for",
        "focus_how": "say “near to far” or “far to near”",
    },
    "fr": {
        "camera": "le moteur {engine} ne sait pas faire ce mouvement de caméra",
        "frozen": "le moteur {engine} ne sait pas faire bouger cela dans une photo",
        "light": "le moteur {engine} ne sait pas donner cette lumière à une photo",
        "signal": "le moteur {engine} ne sait pas allumer une autre lampe d'un feu tricolore",
        "air": "le moteur {engine} ne connaît pas cette météo",
        "style": "le moteur {engine} ne connaît pas ce style",
        "cast": "le moteur {engine} ne sait pas placer de personnages",
        "lens": "une photo n'a qu'un objectif et qu'un angle ; seule la profondeur de champ change",
        "focus": "le point va au plus proche ou au plus lointain ; rien d'autre n'est cherché",
        "focus_how": "dites « du proche au lointain » ou l'inverse",
    },
}


def capability_outcomes(
    plan: ShotPlan, capabilities: Capabilities, *, lang: Literal["en", "fr"]
) -> tuple[Outcome, ...]:
    """One outcome for each plan item that the engine can't do, or does by its nearest kin."""
    found = (_outcome(item, capabilities, lang) for item in plan.items())
    return tuple(outcome for outcome in found if outcome is not None)


def _outcome(item: PlanItem, can: Capabilities, lang: Literal["en", "fr"]) -> Outcome | None:
    if isinstance(item, CameraMove):
        return _camera_outcome(item, can, lang)
    if isinstance(item, Constraint):
        return None  # a frozen photo keeps everything and adds nothing
    if isinstance(item, (AudioCue, DialogueLine)):
        return None  # no engine's concern: the sound is made beside the picture
    if isinstance(item, Framing):
        if item.depth_of_field is None or "depth_of_field" not in can.features:
            return _cannot(item, "lens", can, lang)
        if item.shot or item.angle or item.lens_mm:
            return _cannot(item, "lens", can, lang, status="approximated")
        return None
    feature, text = _feature_of(item)
    return None if feature in can.features else _cannot(item, text, can, lang)


def _camera_outcome(
    move: CameraMove, can: Capabilities, lang: Literal["en", "fr"]
) -> Outcome | None:
    if move.op in can.camera_as:
        return Outcome(item=move.id, status="approximated", done=can.camera_as[move.op])
    if move.op not in can.camera:
        return _cannot(move, "camera", can, lang)
    if move.op == "rack_focus" and move.target is not None and move.direction is None:
        texts = _TEXTS[lang]
        return Outcome(
            item=move.id,
            status="approximated",
            reason=texts["focus"],
            how_to_get_it=texts["focus_how"],
        )
    return None


def _feature_of(
    item: SubjectAction | ElementMotion | LightCue | Atmosphere | StyleNote | CastMember,
) -> tuple[str, str]:
    if isinstance(item, CastMember):
        return "characters", "cast"
    if isinstance(item, StyleNote):
        if item.time_style is not None:
            return f"time:{item.time_style}", "style"
        return "loop" if item.loops else f"style:{look_of(item.text)}", "style"
    if isinstance(item, ElementMotion):
        return f"element:{item.what}", "frozen"
    if isinstance(item, Atmosphere):
        return f"atmosphere:{item.kind}", "air"
    if isinstance(item, LightCue):
        return f"light:{item.kind}", "signal" if item.kind == "signal" else "light"
    return f"subject:{item.kind or item.action}", "frozen"


def _cannot(
    item: PlanItem,
    text: str,
    can: Capabilities,
    lang: Literal["en", "fr"],
    *,
    status: Literal["approximated", "not_supported"] = "not_supported",
) -> Outcome:
    reason = _TEXTS[lang][text].format(engine=can.name)
    return Outcome(item=item.id, status=status, reason=reason)
