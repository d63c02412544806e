"""Cues and quotes as plan items, each with its line of the report."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

from kinora.prompt.content.acts import what_is_denied
from kinora.prompt.content.cue import Cue
from kinora.prompt.content.extent import (
    degrees_of,
    moments_of,
    pace_of,
    side_of,
    sideways_of,
    size_of,
    times_of,
    words_of_extent,
)
from kinora.prompt.content.sound_items import audio_cue, said_again
from kinora.prompt.content.sound_names import kind_of
from kinora.prompt.messages import say
from kinora.prompt.words.quotes import Quote
from kinora.prompt.words.source import Source
from kinora.types.looks import look_of
from kinora.types.plan import (
    Amount,
    Atmosphere,
    AudioCue,
    Constraint,
    DialogueLine,
    Direction,
    ElementMotion,
    Framing,
    Lang,
    LightCue,
    Span,
    StyleNote,
    SubjectAction,
)
from kinora.types.report import ReportItem, Status

ConstraintKind = Literal["keep", "may_change", "avoid"]

_MAX_TEXT = 600
_MOOD: Final = "mood"  # words of how a clip is to feel: "peaceful"


class Ids:
    """Numbers per kind: "camera-1", "light-2"."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()

    def next(self, kind: str) -> str:
        """A fresh id."""
        self._count[kind] += 1
        return f"{kind}-{self._count[kind]}"


@dataclass(slots=True)
class Gathered:
    """Plan items made of cues and quotes, and their report lines; clause by item for beats."""

    subjects: list[tuple[SubjectAction, int]] = field(default_factory=list)
    elements: list[tuple[ElementMotion, int]] = field(default_factory=list)
    framing: Framing = field(default_factory=Framing)
    light: list[LightCue] = field(default_factory=list)
    atmosphere: list[Atmosphere] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    style: list[StyleNote] = field(default_factory=list)
    dialogue: list[DialogueLine] = field(default_factory=list)
    audio: list[AudioCue] = field(default_factory=list)
    in_lists: set[str] = field(default_factory=set)  # sounds under a header
    report: list[ReportItem] = field(default_factory=list)
    claimed: list[Span] = field(default_factory=list)


def gather(source: Source, cues: list[Cue], ids: Ids, *, lang: Lang) -> Gathered:
    """Turn every cue and dialogue quote into a plan item with a report line."""
    found = Gathered()
    for cue in cues:
        span = source.span(cue.first, cue.last)
        found.claimed.append(span)
        _add(found, source, cue, span, ids, lang)
    for quote in source.quotes:
        if quote.kind == "dialogue":
            _add_dialogue(found, source, quote, ids)
    if found.framing != Framing():
        first = found.framing.evidence[0]
        words = " · ".join(source.folded.original[a:b] for a, b in found.framing.evidence)
        _understood(found, found.framing.id, words, first)
    return found


def _understood(
    found: Gathered, item: str | None, request: str, span: Span, reason: str | None = None
) -> None:
    status: Status = "understood" if reason is None else "approximated"
    found.report.append(
        ReportItem(item=item, status=status, request=_one_line(request), span=span, reason=reason)
    )


def _all_along(cue: Cue, lang: Lang) -> str | None:
    """Why a hue that something turns into is only nearly what was told."""
    return say(lang, "all_along") if cue.kind == "recolour" and cue.to else None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _add(found: Gathered, source: Source, cue: Cue, span: Span, ids: Ids, lang: Lang) -> None:
    words = source.raw(cue.first, cue.last)
    if cue.kind in ("shot", "angle", "depth", "lens"):
        found.framing = _framed(found.framing, cue, span)
    elif cue.kind in ("cut", "newcomer", "text", "format"):
        found.report.append(
            ReportItem(
                status="not_supported",
                request=_one_line(words),
                span=span,
                reason=say(lang, f"{cue.kind}_reason"),
                how_to_get_it=say(lang, f"{cue.kind}_how"),
            )
        )
    elif cue.kind == "style" and cue.concept == _MOOD and look_of(words) is None:
        _understood(found, None, words, span, say(lang, "mood_reason"))
    else:
        for moment in _moments(source, cue):
            item = _item(found, source, cue, span, ids, moment)
            _understood(found, item, words, span, _all_along(cue, lang))
        if cue.kind in ("element", "atmosphere", "light", "subject"):
            paced = cue.kind == "element"
            extent = words_of_extent(source, cue.first, cue.last, paced=paced)
            found.claimed += [source.span(*tokens) for tokens in extent]


def _framed(framing: Framing, cue: Cue, span: Span) -> Framing:
    """The framing with one more word; the first word of a kind wins."""
    changes: dict[str, object] = {"evidence": (*framing.evidence, span)}
    if cue.kind == "shot" and framing.shot is None:
        changes["shot"] = cue.concept
    elif cue.kind == "angle" and framing.angle is None:
        changes["angle"] = cue.concept
    elif cue.kind == "depth" and framing.depth_of_field is None:
        changes["depth_of_field"] = cue.concept
    elif cue.kind == "lens" and framing.lens_mm is None:
        changes["lens_mm"] = cue.value
    return framing.model_copy(update=changes)


#: What happens in a moment, and at each that is told: "blinks at 1 s and 3 s".
_SHORT: Final = frozenset({"blink", "wink", "nod", "twitch ear", "lightning"})


def _moments(source: Source, cue: Cue) -> tuple[float | None, ...]:
    """When a cue's item happens, one for each time; None: no moment is told."""
    if cue.kind not in ("subject", "light"):
        return (None,)
    told = moments_of(source, cue.first, cue.last)
    if not told:
        return (None,)
    return told if cue.concept in _SHORT else told[:1]


def _item(
    found: Gathered, source: Source, cue: Cue, span: Span, ids: Ids, moment: float | None
) -> str:
    """Append the plan item of a cue; return its id."""
    words = _one_line(source.raw(cue.first, cue.last))
    if cue.heard is not None and (known := _told_before(found, source, cue)) is not None:
        found.audio[known] = said_again(found.audio[known], source, cue.heard)
        return found.audio[known].id
    name = ids.next({"keep": "constraint", "may_change": "constraint", "avoid": "constraint"}.get(
        cue.kind, cue.kind))  # fmt: skip
    clause = source.clause_of[cue.first]
    if cue.kind == "light":
        found.light.append(_light(source, name, cue, span, moment))
    elif cue.kind == "atmosphere":
        size = size_of(source, cue.first, cue.last) or 1.0
        density = min(_DENSITY * size, 1.0)
        found.atmosphere.append(
            Atmosphere(id=name, kind=cue.concept, density=density, evidence=span)
        )
    elif cue.kind == "style":
        found.style.append(StyleNote(id=name, text=words, evidence=span))
    elif cue.kind == "element":
        found.elements.append((_motion(source, name, cue, span), clause))
    elif cue.kind == "recolour":
        target = " ".join(source.raw(*cue.who).split()) if cue.who else words
        element = ElementMotion(
            id=name, what="recolour", target=target, colour=cue.concept, evidence=span
        )
        found.elements.append((element, clause))
    elif cue.kind == "subject":
        found.subjects.append((_action(source, name, cue, span, moment), clause))
    elif cue.kind == "audio" and cue.heard is not None:
        found.audio.append(audio_cue(source, name, cue.heard, words, span))
        if source.section_name(cue.first) == "audio":
            found.in_lists.add(name)
    else:
        named = what_is_denied(source, cue) if cue.kind == "avoid" else cue.who
        what = source.raw(*named) if named and named[0] < named[1] else words
        kinds: dict[str, ConstraintKind] = {"keep": "keep", "may_change": "may_change"}
        kind = kinds.get(cue.kind, "avoid")
        found.constraints.append(
            Constraint(id=name, kind=kind, what=_one_line(what), evidence=span)
        )
    return name


def _told_before(found: Gathered, source: Source, cue: Cue) -> int | None:
    """Where the plan has a sound already: "a dog barks. Audio: a dog"; a list may name it twice."""
    if cue.heard is None or not cue.heard.concept:
        return None
    listed = source.section_name(cue.first) == "audio"
    concept = cue.heard.concept.removeprefix("~")
    silent = kind_of(concept) == "silence"
    for at, sound in enumerate(found.audio):
        if silent and sound.kind == "silence":
            return at
        same = sound.cue == concept and sound.at == cue.heard.at
        if same and not (listed and sound.id in found.in_lists):
            return at
    return None


#: What a thing's verb must tell for it to move in its own way, and what it is otherwise.
_VERBS: dict[str, tuple[str, str]] = {
    "boat": (
        r"rock|bob|sway|pitch|roll|float|toss|danc|heav|wobbl|tangu|balanc|berc|ondul|flott|oscill"
        r"|dans[ea]|remu",
        "vehicle",
    ),
    "lamp": (r"swing|sway|swung|pendul|balanc|oscill", "lights"),
    "lights": (
        r"blink|flicker|twinkl|flash|puls|shimmer|sparkl|glimmer|glitter|buzz|crackl"
        r"|clignot|vacill|scintill|gresill|etincel",
        "light",
    ),
    "screen": (r"flicker|glow|flash|puls|clignot|vacill|scintill", "light"),
    "door": (r"swing|swung|open|turn|move|ouvr|tourn|pivot|batt|bat$|bouge", "vehicle"),
    "wheel": (r"spin|spun|turn|rotat|roll|tourn|pivot|virevolt", "vehicle"),
    "propeller": (r"spin|spun|turn|rotat|whir|tourn|virevolt", "vehicle"),
}


#: What moves though the noun alone tells of something else: reflections do as the water does.
_BETTER: tuple[tuple[str, str, str], ...] = (
    ("light", r"re?fle(?:ction|t).* (?:rippl|shimmer|trembl|waver|undulat|quiver|danc|wobbl|ondul"
     r"|scintill|miroit|vacill|dans[ea]|fremi)", "water"),
    ("fire", r"lantern.* (?:swing|sway|balanc|oscill)", "lamp"),
    ("lights", r"(?:enseigne|sign)s?\b.* (?:swing|swung|sway|rock|balanc|oscill)", "pendulum"),
    ("fire", r"^feux?(?: (?:vert|rouge|orange|jaune|pieton)s?)? (?:se mett\w+ a )?clignot",
     "lights"),
    ("pendulum", r"^(?:\w+ )?(?:enseigne|sign)s?\b.* (?:clignot|vacill|scintill|gresill|etincel"
     r"|blink|flicker|flash|puls|twinkl|buzz|crackl)", "lights"),
)  # fmt: skip


#: What mirrors without water, and water that is named all the same: "on the lake by the window".
_MIRRORS = re.compile(
    r"\b(?:mirrors?|windows?|glass(?:es)?|eyes?|screens?|visors?|miroirs?|glaces?|vitres?|vitrines?"
    r"|fenetres?|verres?|lunettes|yeux|ecrans?)\b"
)
_WATERS = re.compile(
    r"\b(?:water|lakes?|rivers?|canals?|ponds?|pools?|puddles?|sea|ocean|eaux?|lacs?|rivieres?"
    r"|canaux|etangs?|piscines?|flaques?|mer)\b"
)


def _doing(concept: str, words: str, clause: str) -> str:
    """What moves: "the boat rocks" does so in place, "the boat sails past" doesn't.

    Args:
        concept: what the noun tells of.
        words: from the noun to its verb.
        clause: all words around them.
    """
    for noun, how, other in _BETTER:
        mirrored = other == "water" and _MIRRORS.search(clause) and not _WATERS.search(clause)
        if concept == noun and not mirrored and re.search(how, words):
            return other
    pattern, other = _VERBS.get(concept, ("", concept))
    moves = not pattern or re.search(pattern, words)
    if concept == "lamp" and not moves:
        return _doing(other, words, clause)
    return concept if moves else other


_AMPLITUDE = 0.5  # where no word of size tells
_EYES: dict[str, Direction] = {"left": "left", "gauche": "left"}


def _motion(source: Source, name: str, cue: Cue, span: Span) -> ElementMotion:
    size = size_of(source, cue.first, cue.last) or 1.0
    size *= pace_of(source, cue.first, cue.last) or 1.0
    clause = source.clauses[source.clause_of[cue.first]]
    texts = [token.text for token in source.tokens[: clause.last]]
    said = texts[cue.first :]
    alone = cue.who is not None and cue.who[1] == cue.last  # its verb stands further behind
    does = said if alone else texts[cue.first : cue.last]
    return ElementMotion(
        id=name,
        what=_doing(cue.concept, " ".join(does), " ".join(texts[clause.first :])),
        amplitude=round(min(_AMPLITUDE * size, 1.0), 3),
        direction=sideways_of(source, cue.first, clause.last),
        evidence=span,
    )


_DENSITY, _STRENGTH = 0.4, 0.75  # where no word of size tells


def _light(source: Source, name: str, cue: Cue, span: Span, moment: float | None) -> LightCue:
    words = _one_line(source.raw(cue.first, cue.last))
    size = size_of(source, cue.first, cue.last, inside=False) or 1.0
    strength = round(min(_STRENGTH * size, 1.0), 3)
    at = moment if cue.concept == "lightning" else None
    return LightCue(
        id=name,
        kind=cue.concept or words,
        to=cue.to or None,
        strength=strength,
        t0=at,
        evidence=span,
    )


def _action(source: Source, name: str, cue: Cue, span: Span, moment: float | None) -> SubjectAction:
    words = _one_line(source.raw(cue.first, cue.last))
    who = source.raw(*cue.who) if cue.who else ""
    after = cue.who is not None and cue.who[1] < cue.last and cue.who[0] >= cue.first
    action = source.raw(cue.who[1], cue.last) if cue.who and after else words
    degrees = degrees_of(source, cue.first, cue.last)
    who_first = cue.who is not None and cue.who[0] == cue.first
    times = times_of(source, cue.first, cue.last, many=who_first)
    if times == len(_moments(source, cue)):  # "twice, at 1 s and at 3 s": once each
        times = 1
    return SubjectAction(
        id=name,
        who=who,
        action=_one_line(action),
        kind=cue.concept or None,
        direction=_side(source, cue),
        amount=None
        if degrees is None
        else Amount(value=degrees, unit="degrees", source="explicit"),
        size=size_of(source, cue.first, cue.last) or 1.0,
        times=times,
        at=moment,
        evidence=span,
    )


def _side(source: Source, cue: Cue) -> Direction | None:
    """The way something is done; of a wink, the eye: "winks with her left eye"."""
    side = side_of(source, cue.first, cue.last)
    if cue.concept != "wink" or side is None:
        return side
    clause = source.clauses[source.clause_of[cue.first]]
    words = " ".join(token.text for token in source.tokens[cue.last : clause.last])
    eye = re.search(r"\b(left|right) (?:eye|one)\b|\boeil (gauche|droite?)\b", words)
    return None if eye is None else _EYES.get(eye[1] or eye[2], "right")


def _add_dialogue(found: Gathered, source: Source, quote: Quote, ids: Ids) -> None:
    first = quote.speaker[0] if quote.speaker else quote.first
    span = source.folded.span(first, quote.last)
    inner = source.folded.span(quote.first + 1, quote.last - 1)
    text = source.folded.original[inner[0] : inner[1]].strip()[:_MAX_TEXT]
    speaker = None
    if quote.speaker:
        start, end = source.folded.span(*quote.speaker)
        speaker = source.folded.original[start:end]
    line = DialogueLine(
        id=ids.next("dialogue"),
        text=text,
        lang=source.langs[0],
        speaker=speaker,
        off_screen=quote.off,
        evidence=span,
    )
    found.dialogue.append(line)
    found.claimed.append(span)
    _understood(found, line.id, source.folded.original[span[0] : span[1]], span)
