"""Holds a plan against what an engine can do, before anything is rendered."""

from __future__ import annotations

from typing import Literal

from kinora.engines.protocol import Capabilities
from kinora.types.plan import (
    AudioCue,
    CameraMove,
    Constraint,
    DialogueLine,
    Framing,
    PlanItem,
    ShotPlan,
    StyleNote,
)
from kinora.types.report import Outcome

_TEXTS = {
    "en": {
        "camera": "the {engine} engine can't do this camera move",
        "frozen": "the {engine} engine moves the camera, not what is in the picture",
        "look": "the {engine} engine keeps the photo's own light, weather and style",
        "lens": "one photo has one lens and angle; only depth of field can change",
        "sound": "the {engine} engine makes silent clips",
    },
    "fr": {
        "camera": "le moteur {engine} ne sait pas faire ce mouvement de caméra",
        "frozen": "le moteur {engine} déplace la caméra, pas ce que montre l'image",
        "look": "le moteur {engine} garde la lumière, le temps et le style de la photo",
        "lens": "une photo n'a qu'un objectif et qu'un angle ; seule la profondeur de champ change",
        "sound": "le moteur {engine} fait des clips muets",
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
    return None if move.op in can.camera else _cannot(move, "camera", can, lang)


def _feature_of(item: PlanItem) -> tuple[str, str]:
    if isinstance(item, AudioCue):
        # Silence is what a silent engine does.
        return ("silence", "sound") if item.kind == "silence" else ("audio", "sound")
    if isinstance(item, DialogueLine):
        return "dialogue", "sound"
    if isinstance(item, StyleNote):
        return "style", "look"
    kind = type(item).__name__
    if kind in {"SubjectAction", "ElementMotion"}:
        return kind, "frozen"
    return kind, "look"


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
