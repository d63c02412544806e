"""What an edit names: moves, cues, directions, read with the grammar of prompts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kinora.prompt.reading import read_prompt
from kinora.prompt.remix.strengths import elements_named
from kinora.prompt.words.text import fold
from kinora.types.plan import (
    Atmosphere,
    AudioCue,
    Beat,
    CameraMove,
    CameraOp,
    Constraint,
    DialogueLine,
    Direction,
    ElementMotion,
    Framing,
    LightCue,
    PlanItem,
    ShotPlan,
    Span,
    SubjectAction,
)
from kinora.types.report import IgnoredText

#: Nouns that name an operation where the grammar of directions wants more of a sentence.
_NOUNS: Final[tuple[tuple[CameraOp, str], ...]] = (
    ("dolly_zoom", r"dolly[ -]?zoom|vertigo|travelling compense"),
    ("rack_focus", r"rack(?: focus)?|focus pull|bascule de point|changement de point"),
    ("whip", r"whip(?: pan)?|pano filer?|panoramique file"),
    ("tilt", r"tilt|panoramique vertical|bascule"),
    ("pan", r"pan|panning|panoramique|pano"),
    ("zoom", r"zoom"),
    ("truck", r"truck|tracking shot|track|slide|travelling lateral"),
    ("dolly", r"dolly|push[ -]?in|pull[ -]?(?:out|back)|travelling"),
    ("crane", r"crane|jib|grue"),
    ("pedestal", r"pedestal|rise|descent|montee|descente"),
    ("orbit", r"orbit|arc|circling|orbite"),
    ("roll", r"roll|roulis|dutch"),
    ("handheld", r"hand[ -]?held|camera a l'epaule|a l'epaule|portee"),
    ("shake", r"shake|shaking|tremblements?|secousses?"),
    ("parallax", r"parallax|sway|parallaxe|balancement"),
)
_COMPILED: Final = tuple((op, re.compile(rf"\b(?:{rule})\b")) for op, rule in _NOUNS)
_DIRECTIONS: Final[tuple[tuple[Direction, str], ...]] = (
    ("left", r"left(?:wards?)?|gauche"),
    ("right", r"right(?:wards?)?|droite"),
    ("up", r"up(?:wards?)?|haut"),
    ("down", r"down(?:wards?)?|bas"),
    ("in", r"in|forwards?|closer|avant"),
    ("out", r"out|backwards?|back|away|arriere"),
    ("ccw", r"counter[ -]?clockwise|anti[ -]?clockwise|antihoraire"),
    ("cw", r"clockwise|horaire"),
)
_WAYS: Final = tuple((way, re.compile(rf"\b(?:{rule})\b")) for way, rule in _DIRECTIONS)
_ONLY_WAY: Final = re.compile(
    r"(?:(?:go|turn|move|from|to|towards?|the|vers|la|le|a|l'|en|it|aller?|va)\s*)*"
    r"(?:left(?:wards?)?|right(?:wards?)?|gauche|droite|up(?:wards?)?|down(?:wards?)?|haut|bas|in"
    r"|out|forwards?|backwards?|avant|arriere|(?:counter|anti)?[ -]?clockwise)"
)
#: Times of day that a prompt only describes but that an edit asks for.
_TIMES_OF_DAY: Final[tuple[tuple[str, str], ...]] = (
    ("sunset", r"evening|late in the day|soir(?:ee)?|fin de journee"),
    ("blue_hour", r"nightfall|crepuscule|tombee de la nuit|entre chien et loup"),
    ("sunrise", r"morning|matin(?:ee)?|aube|aurore"),
    ("day", r"day(?:time)?|noon|afternoon|bright(?:er)?|jour(?:nee)?|midi|apres-midi|clair"),
    ("night", r"dark(?:er)?|midnight|nuit|minuit|sombre"),
    ("warm", r"warmer|plus chaud(?:e)?"),
    ("cool", r"cooler|colder|plus froide?"),
    ("soft", r"softer|plus douce?"),
)
_DAY: Final = tuple((kind, re.compile(rf"\b(?:{rule})\b")) for kind, rule in _TIMES_OF_DAY)
_KINDS: Final[tuple[tuple[type[PlanItem], str], ...]] = (
    (AudioCue, r"sounds?|audio|son|sons|bruits?"),
    (DialogueLine, r"dialogues?|lines?|speech|voices?|paroles?|voix|repliques?"),
    (LightCue, r"light(?:ing)?|lumiere|eclairage"),
    (Framing, r"blur|bokeh|depth of field|flou|profondeur de champ"),
)
_WHOLE: Final = tuple((kind, re.compile(rf"\b(?:{rule})\b")) for kind, rule in _KINDS)
_LOUDNESS: Final = re.compile(
    r"\b(?:loud(?:er|ly)?|quiet(?:er|ly)?|fainter|softer|plus forts?|plus fortes?|moins forts?"
    r"|moins fortes?|plus discret(?:e|s|es)?|plus bas)\b"
)
#: Sounds whose word alone rather names what is to be seen.
_SEEN: Final = frozenset(
    [
        *("dog", "cat", "wolf", "horse", "rooster", "bees", "children", "crowd", "car_pass"),
        *("train", "plane", "helicopter", "bicycle", "rocket", "market", "cafe", "forest"),
        *("night", "door", "paper", "cloth", "coins", "cup", "dishes", "neon", "fan", "fridge"),
        *("phone", "fire"),
    ]
)
_SECONDS: Final = 4  # any length does: only what is named counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a text names; spans are those of the text."""

    beats: tuple[Beat, ...] = ()  # with stated moves only
    ops: frozenset[CameraOp] = frozenset()
    direction: Direction | None = None  # said in so many words
    items: tuple[PlanItem, ...] = ()  # all but camera moves
    kinds: tuple[type[PlanItem], ...] = ()  # "the sound"
    unread: tuple[IgnoredText, ...] = ()

    @property
    def moves(self) -> tuple[CameraMove, ...]:
        """All stated moves, in order."""
        return tuple(move for beat in self.beats for move in beat.camera)

    def __bool__(self) -> bool:
        return bool(self.ops or self.items or self.kinds)


def named(text: str) -> Named:
    """Read ``text`` as part of a prompt."""
    if not text.strip():
        return Named()
    folded = fold(text).text
    reading = read_prompt(text, seconds=_SECONDS)
    plan, report = reading.plan, reading.report
    beats = tuple(
        beat.model_copy(update={"camera": stated})
        for beat in plan.beats
        if (stated := tuple(move for move in beat.camera if move.evidence is not None))
    )
    ops: frozenset[CameraOp] = frozenset(move.op for beat in beats for move in beat.camera)
    items = tuple(
        item for item in plan.items() if not isinstance(item, CameraMove) and not _excludes(item)
    )
    if not ops:
        ops = frozenset([op for op, noun in _COMPILED if noun.search(folded)][:1])
    unread = (*report.scene, *report.ignored_text)
    heard = _LOUDNESS.search(folded) is not None  # "louder rain" is no weather
    seen = () if ops or heard else _told(items, elements_named(text))
    if not ops and not seen and (heard or not items) and (sound := _sound(text)):
        items, unread = (sound,), ()
    items = (*items, *seen)
    if seen:
        unread = tuple(word for word in unread if not _inside(word.span, seen))
    if not items and not beats and (light := _time_of_day(folded, text)):
        items, unread = (light,), ()
    return Named(
        beats=beats,
        ops=ops,
        direction=_direction(folded),
        items=items,
        kinds=tuple(kind for kind, noun in _WHOLE if noun.search(folded)),
        unread=tuple(unread),
    )


def _told(items: Sequence[PlanItem], nouns: Sequence[ElementMotion]) -> tuple[ElementMotion, ...]:
    """Elements that are named as nouns alone, and not as something else."""
    if any(
        isinstance(item, ElementMotion | SubjectAction | Atmosphere | Constraint) for item in items
    ):
        return ()
    return tuple(nouns)


def _inside(span: Span, items: Sequence[ElementMotion]) -> bool:
    return any(
        item.evidence is not None and item.evidence[0] >= span[0] and item.evidence[1] <= span[1]
        for item in items
    )


def only_direction(text: str) -> Direction | None:
    """The direction that ``text`` consists of ("to the left"), if it does."""
    folded = fold(text).text.strip()
    return _direction(folded) if _ONLY_WAY.fullmatch(folded) else None


def told_seconds(text: str) -> float | None:
    """How long ``text`` says that its moves last, if it does."""
    if not re.search(r"\d\s?-?\s?(?:s|sec|seconds?|secondes?)\b", fold(text).text):
        return None
    return read_prompt(text).plan.duration


def _direction(folded: str) -> Direction | None:
    return next((way for way, rule in _WAYS if rule.search(folded)), None)


def _excludes(item: PlanItem) -> bool:
    return isinstance(item, Constraint) and item.kind == "avoid"


def _sound(text: str) -> AudioCue | None:
    """A known sound, which a prompt would have to call one: "add thunder"."""
    heading = "Audio: "
    for cue in read_prompt(heading + text, seconds=_SECONDS).plan.audio:
        if cue.cue is not None and cue.cue not in _SEEN and cue.evidence is not None:
            first, last = (max(0, end - len(heading)) for end in cue.evidence)
            return cue.model_copy(update={"evidence": (first, last)})
    return None


def _time_of_day(folded: str, text: str) -> LightCue | None:
    for kind, rule in _DAY:
        if rule.search(folded):
            return LightCue(id="light-1", kind=kind, evidence=(0, len(text)))
    return None


def plan_without_moves(plan: ShotPlan) -> bool:
    """Whether no camera move of ``plan`` was asked for: all are defaults or fill gaps."""
    return all(move.evidence is None for beat in plan.beats for move in beat.camera)
