"""What differs between two plans, item by item, in words."""

from __future__ import annotations

from typing import Final

from kinora.prompt.describe import describe_amount, describe_move, move_name
from kinora.types.plan import (
    Atmosphere,
    AudioCue,
    Beat,
    CameraMove,
    Constraint,
    DialogueLine,
    ElementMotion,
    Framing,
    Lang,
    LightCue,
    PlanItem,
    ShotPlan,
    SubjectAction,
)
from kinora.types.report import Change

_WORDS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "length": "length of the clip",
        "seed": "seed",
        "time": "time of {what}",
        "framing": "framing",
        "light": "light",
        "atmosphere": "weather",
        "constraint": "constraint",
        "style": "style",
        "dialogue": "dialogue",
        "audio": "sound",
        "subject": "action",
        "element": "motion in the picture",
        "camera": "camera",
        "still": "hold still",
        "density": "{what}, density {value}",
        "amount": "{what}, amount {value}",
        "colon": ": ",
        "decimal": ".",
    },
    "fr": {
        "length": "durée du clip",
        "seed": "graine",
        "time": "moment de : {what}",
        "framing": "cadrage",
        "light": "lumière",
        "atmosphere": "temps qu’il fait",
        "constraint": "contrainte",
        "style": "style",
        "dialogue": "dialogue",
        "audio": "son",
        "subject": "action",
        "element": "mouvement dans l’image",
        "camera": "caméra",
        "still": "plan fixe",
        "density": "{what}, densité {value}",
        "amount": "{what}, intensité {value}",
        "colon": " : ",
        "decimal": ",",
    },
}
#: What sounds of one name may differ in, and the word before a time.
_HEARD: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "level": "", "distance": "", "pan": "", "at": "at", "until": "until", "mood": "",
        "tempo": "",
    },
    "fr": {
        "level": "", "distance": "", "pan": "", "at": "à", "until": "jusqu’à", "mood": "",
        "tempo": "",
    },
}  # fmt: skip
_VALUES: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "level discreet": "soft",
        "level normal": "at its usual level",
        "distance normal": "at its usual distance",
        "pan None": "in no place of its own",
        "at None": "where it fits",
        "until None": "to the end",
    },
    "fr": {
        "level discreet": "doux",
        "level normal": "à son niveau habituel",
        "level loud": "fort",
        "distance near": "proche",
        "distance normal": "à sa distance habituelle",
        "distance far": "lointain",
        "pan None": "sans place à lui",
        "pan left": "à gauche",
        "pan center": "au milieu",
        "pan right": "à droite",
        "pan left_to_right": "de gauche à droite",
        "pan right_to_left": "de droite à gauche",
        "at None": "où il convient",
        "until None": "jusqu’à la fin",
        "mood calm": "calme",
        "mood sad": "triste",
        "mood happy": "gai",
        "mood tense": "tendu",
        "mood epic": "épique",
        "tempo slow": "lent",
        "tempo normal": "tempo habituel",
        "tempo fast": "rapide",
    },
}
_HUES: Final[dict[Lang, dict[str, str]]] = {
    "en": {},
    "fr": {
        "red": "rouge", "yellow": "jaune", "green": "vert", "blue": "bleu", "purple": "violet",
        "pink": "rose", "gold": "doré", "brown": "brun", "white": "blanc", "grey": "gris",
        "black": "noir", "navy": "bleu marine", "ginger": "roux", "burgundy": "bordeaux",
        "silver": "argenté",
    },
}  # fmt: skip
#: Things that move, and ways, where a language has other words than the plan.
_MOVING: Final[dict[Lang, dict[str, str]]] = {
    "en": {"foliage": "plants"},
    "fr": {
        "boat": "bateau", "buoy": "bouée", "cloth": "étoffe", "clouds": "nuages", "door": "porte",
        "fire": "feu", "flag": "drapeau", "foliage": "végétation", "hair": "cheveux",
        "lamp": "lampe", "lights": "lumières", "pendulum": "pendule", "propeller": "hélice",
        "river": "rivière", "screen": "écran", "sea": "mer", "smoke": "fumée", "steam": "vapeur",
        "water": "eau", "waterfall": "cascade", "waves": "vagues", "wheel": "roue",
        "left": "vers la gauche", "right": "vers la droite",
    },
}  # fmt: skip
_DENSITY: Final = Atmosphere.model_fields["density"].default
_AMPLITUDE: Final = ElementMotion.model_fields[
    "amplitude"
].default  # of what moves, where no word of size tells


def differences(before: ShotPlan, after: ShotPlan, *, lang: Lang) -> tuple[Change, ...]:
    """Everything in which ``after`` differs from ``before``, but the wording behind it.

    Items are matched by id. Times count where a beat that both plans have begins or ends elsewhere.
    """
    words = _WORDS[lang]
    found: list[Change] = []
    if after.duration != before.duration:
        lengths = (_seconds(plan.duration, lang) for plan in (before, after))
        found.append(Change(what=words["length"], before=next(lengths), after=next(lengths)))
    if after.seed != before.seed:
        found.append(Change(what=words["seed"], before=str(before.seed), after=str(after.seed)))
    old = {item.id: item for item in before.items()}
    new = {item.id: item for item in after.items()}
    for name in [*old, *(name for name in new if name not in old)]:
        one, other = old.get(name), new.get(name)
        was = None if one is None else _described(one, before, lang)
        became = None if other is None else _described(other, after, lang)
        if was == became and isinstance(one, AudioCue) and isinstance(other, AudioCue):
            was, became = _as_heard(one, other, lang), _as_heard(other, one, lang)
        if was != became and (shown := one or other):
            what = _what(shown, lang)
            found.append(Change(what=what, before=was, after=became, item=name))
    return tuple(found + _retimed(before, after, lang))


def _as_heard(item: AudioCue, other: AudioCue, lang: Lang) -> str:
    """A sound, with that in which it differs from another of the same name."""
    differs = [name for name in _HEARD[lang] if getattr(item, name) != getattr(other, name)]
    parts = [item.raw]
    for name in differs:
        value = getattr(item, name)
        if isinstance(value, float):
            parts.append(f"{_HEARD[lang][name]} {_seconds(value, lang)}".strip())
        else:
            parts.append(_VALUES[lang].get(f"{name} {value}", str(value or "−").replace("_", " ")))
    return ", ".join(parts)


def _retimed(before: ShotPlan, after: ShotPlan, lang: Lang) -> list[Change]:
    if after.duration != before.duration and len(after.beats) == len(before.beats):
        return []  # stretched as a whole, which the length tells
    old = {beat.id: beat for beat in before.beats}
    return [
        Change(
            what=_WORDS[lang]["time"].format(what=_moves(beat, lang)),
            before=_times(old[beat.id], lang),
            after=_times(beat, lang),
        )
        for beat in after.beats
        if beat.id in old and (old[beat.id].t0, old[beat.id].t1) != (beat.t0, beat.t1)
    ]


def _moves(beat: Beat, lang: Lang) -> str:
    names = [move_name(move.op, move.direction, lang=lang) for move in beat.camera]
    return " + ".join(names) or _WORDS[lang]["still"]


def _times(beat: Beat, lang: Lang) -> str:
    return f"{_number(beat.t0, lang)}–{_seconds(beat.t1, lang)}"


def _seconds(value: float, lang: Lang) -> str:
    return f"{_number(value, lang)} s"


def _number(value: float, lang: Lang) -> str:
    return f"{round(value, 3):g}".replace(".", _WORDS[lang]["decimal"])


def _what(item: PlanItem, lang: Lang) -> str:
    if isinstance(item, CameraMove):
        if item.op == "static":
            return _WORDS[lang]["camera"]
        return move_name(item.op, None, lang=lang)
    kinds: dict[type[PlanItem], str] = {
        Framing: "framing",
        LightCue: "light",
        Atmosphere: "atmosphere",
        Constraint: "constraint",
        DialogueLine: "dialogue",
        AudioCue: "audio",
        SubjectAction: "subject",
        ElementMotion: "element",
    }
    return _WORDS[lang][kinds.get(type(item), "style")]


def _described(item: PlanItem, plan: ShotPlan, lang: Lang) -> str:
    """An item in words that differ where the item does."""
    if isinstance(item, CameraMove):
        return _described_move(item, lang)
    if isinstance(item, Framing):
        parts = (
            item.shot,
            item.angle,
            item.depth_of_field,
            item.lens_mm and f"{item.lens_mm:g} mm",
        )
        return ", ".join(str(part) for part in parts if part)
    if isinstance(item, (LightCue, Atmosphere)):
        text = _worded(item, plan) or item.kind.replace("_", " ")
        if isinstance(item, Atmosphere) and item.density != _DENSITY:
            number = _number(item.density, lang)
            return _WORDS[lang]["density"].format(what=text, value=number)
        return text if isinstance(item, Atmosphere) else _timed(text, item.t0, lang)
    if isinstance(item, SubjectAction):
        return _described_act(item, lang)
    if isinstance(item, ElementMotion):
        return _described_motion(item, lang)
    for name in ("text", "raw", "what"):
        value = getattr(item, name, None)
        if value:
            return str(value)
    return item.id


def _described_act(item: SubjectAction, lang: Lang) -> str:
    """What somebody does, how far where that is told, how often, and when."""
    text = f"{item.who} {item.action}".strip()
    if item.amount is not None:
        text = f"{text}, {describe_amount(item.amount, lang=lang)}"
    elif item.size != 1.0:
        text = _WORDS[lang]["amount"].format(what=text, value=_number(item.size, lang))
    if item.times > 1:
        text = f"{text}, {item.times} ×"
    return _timed(text, item.at, lang)


def _timed(text: str, seconds: float | None, lang: Lang) -> str:
    """Words with a moment, where one is told."""
    return text if seconds is None else f"{text}, {_HEARD[lang]['at']} {_seconds(seconds, lang)}"


def _described_motion(item: ElementMotion, lang: Lang) -> str:
    """What moves, which way, and how much where that isn't the usual: "waves, amount 0.36"."""
    if item.colour is not None:
        hue = _HUES[lang].get(item.colour, item.colour)
        return f"{item.target}{_WORDS[lang]['colon']}{hue}"
    names = _MOVING[lang]
    parts = (part for part in (item.what, item.direction) if part)
    text = " ".join(names.get(part, part) for part in parts)
    if item.amplitude == _AMPLITUDE:
        return text
    return _WORDS[lang]["amount"].format(what=text, value=_number(item.amplitude, lang))


def _worded(item: LightCue | Atmosphere, plan: ShotPlan) -> str:
    """The prompt's own words for a cue, "" where it has none."""
    return " ".join(plan.prompt[slice(*item.evidence)].split()) if item.evidence else ""


def _described_move(move: CameraMove, lang: Lang) -> str:
    text = describe_move(move, lang=lang)
    if move.op == "rack_focus" and move.amount is not None:
        text = f"{text}, {describe_amount(move.amount, lang=lang)}"
    if move.ease != "inertial":
        text += f", {move.ease.replace('_', ' ')}"
    return f"{text} → {move.target}" if move.target else text
