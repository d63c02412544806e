"""`extend`: a plan and more words → a longer plan whose camera goes on without a break.

The first part is the old plan, untouched. A camera that rests at its end starts from rest. One
that is still moving (a linear or an eased-in move) goes on with the speed it has: a move of the
same kind takes that speed over, and where none is asked for the old one runs out smoothly. As
ease-out progress starts with a slope of 1.875 (docs/conventions.md), a move of speed v runs out
over T seconds by v·T/1.875.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import exp, log
from typing import Final

from kinora.errors import TimingError
from kinora.prompt.moves.amounts import amount_of
from kinora.prompt.reading import Reading, read_prompt
from kinora.prompt.remix.differences import differences
from kinora.prompt.remix.evidence import with_evidence
from kinora.prompt.remix.revision import (
    check_words,
    language_of,
    offset_of,
    report_on,
    shifted,
    with_words,
)
from kinora.prompt.remix.surgery import checked, fresh_ids, moving
from kinora.prompt.words.text import fold
from kinora.types.plan import (
    Amount,
    AudioCue,
    Beat,
    CameraMove,
    Constraint,
    DialogueLine,
    Ease,
    Framing,
    Lang,
    LightCue,
    PlanItem,
    ShotPlan,
)
from kinora.types.report import IgnoredText, Note, Report, ReportItem
from kinora.types.request import MAX_SECONDS, MIN_SECONDS

#: Progress per second, times the beat's length, with which a move of this ease ends.
_END_SPEED: Final[dict[Ease, float]] = {"linear": 1.0, "ease_in": 1.875}
_RUN_OUT: Final = 1.875  # progress with which an eased-out move starts
_STARTLESS: Final = frozenset({"static", "handheld", "shake", "whip", "parallax", "rack_focus"})
_LASTING: Final = frozenset({"static", "handheld", "shake"})  # their amount isn't a way
_GOING: Final = frozenset({"keep", "keeps", "continue", "garde", "gardez", "continuez"})
_DEFAULT_SECONDS: Final = 4.0
_GO_ON: Final = re.compile(
    r"(?:(?:and |et )?(?:continues?|continuing|keep(?:s)? (?:going|on|moving)|go(?:es)? on|carry on"
    r"|more of the same|same again|the same|again|poursui[st]|poursuivez|continue[rz]?|encore"
    r"|la meme chose|pareil)(?: (?:the|this|that|le|la|ce) (?:shot|move|movement|camera|clip|scene"
    r"|plan|mouvement|camera))?(?: (?:in )?the same(?: way)?| de meme| ainsi)?)"
)
_LISTS: Final = (
    ("light", "light"),
    ("atmosphere", "atmosphere"),
    ("constraints", "constraint"),
    ("style", "style"),
    ("dialogue", "dialogue"),
    ("audio", "audio"),
)
_LENS_STAYS: Final[dict[Lang, str]] = {
    "en": "the lens stays what it was, or the frames that are there would change",
    "fr": "l’objectif reste le même, sinon les images déjà faites changeraient",
}
_GOES_ON: Final[dict[Lang, str]] = {
    "en": "No camera move was asked for in the new part: the last one goes on.",
    "fr": "Aucun mouvement demandé pour la suite : le dernier continue.",
}
_KEEPS_SPEED: Final[dict[Lang, str]] = {
    "en": "The camera is moving at the joint, so its speed is taken over.",
    "fr": "La caméra est en mouvement au raccord : sa vitesse est reprise.",
}


@dataclass(frozen=True, slots=True)
class _Running:
    """A move that is under way when the old plan ends, and its change per second.

    A zoom's change is that of the logarithm of its factor.
    """

    move: CameraMove
    speed: float


def extend(
    plan: ShotPlan,
    words: str,
    *,
    seconds: Fraction | float | None = None,
    report: Report | None = None,
) -> Reading:
    """Make a plan longer: what ``words`` say follows after its end.

    The old part keeps every item, id and time, so that its frames stay the same to the bit. Where
    the words name no camera move, the last one goes on.

    Args:
        plan: the plan to go on from.
        words: prompt of the new part, in English or French; may be empty.
        seconds: length of the new part; None: what its beats add up to, else 4.
        report: of ``plan``; what it says about words without a plan item is kept.

    Raises:
        PromptError: ``words`` are longer than 32,000 characters.
        TimingError: ``seconds``, or the whole clip, is longer than 120 s or too short.
    """
    if words.strip():
        check_words(words)
    lang = language_of(words, plan)
    more = _read(words, seconds, plan)
    length = more.plan.duration
    if plan.duration + length > MAX_SECONDS:
        raise TimingError(
            f"The clip would last {plan.duration + length:g} s; at most {MAX_SECONDS} s are "
            "allowed.",
            param="seconds",
        )
    offset = offset_of(plan)
    notes: list[Note] = []
    beats = _continued(plan, more.plan, offset=offset, lang=lang, notes=notes)
    longer = _joined(plan, more.plan, beats, offset=offset)
    longer = checked(with_words(longer, words, lang=lang) if words.strip() else longer)
    changes = differences(plan, longer, lang=lang)
    lines, scene, ignored = _sorted_out(more.report, offset=offset, lang=lang)
    lines += [_shifted_item(item, offset) for item in more.report.items() if item.item is None]
    lines += _lens_lines(more.plan, words, offset=offset, lang=lang)
    made = report_on(longer, lines, ignored, changes, report)
    update = {
        "scene": (*made.scene, *scene),
        "assumptions": (*made.assumptions, *notes),
        "conflicts": more.report.conflicts,
    }
    return Reading(longer, made.model_copy(update=update))


def _read(words: str, seconds: Fraction | float | None, plan: ShotPlan) -> Reading:
    if words.strip():
        return read_prompt(words, seconds=seconds, seed=plan.seed)
    length = _DEFAULT_SECONDS if seconds is None else float(seconds)
    if not MIN_SECONDS <= length <= MAX_SECONDS:
        raise TimingError(
            f"seconds {length:g} is outside {MIN_SECONDS} to {MAX_SECONDS}.", param="seconds"
        )
    beat = Beat(id="beat-1", t0=0.0, t1=length)
    return Reading(ShotPlan(duration=length, seed=plan.seed, beats=(beat,)), Report())


# -- the camera over the joint --------------------------------------------------------------------


def _continued(
    plan: ShotPlan, more: ShotPlan, *, offset: int, lang: Lang, notes: list[Note]
) -> list[Beat]:
    """The new beats, from 0 on, with evidence moved by ``offset``."""
    stated = any(move.evidence is not None for beat in more.beats for move in beat.camera)
    if stated:
        beats = [_moved_beat(beat, offset) for beat in more.beats]
    else:
        notes.append(Note(text=_GOES_ON[lang]))
        beats = [_going_on(plan, more)]
    running = _running(plan)
    if running:
        notes.append(Note(text=_KEEPS_SPEED[lang]))
    for one in running:
        beats[0] = beats[0].model_copy(update={"camera": _taken_over(beats[0], one)})
    return beats


def _going_on(plan: ShotPlan, more: ShotPlan) -> Beat:
    """One beat in which the last moves go on for the length of ``more``."""
    last = next((beat for beat in reversed(plan.beats) if moving(beat)), plan.beats[-1])
    ratio = more.duration / last.seconds
    camera = tuple(_paced(move, ratio) for move in last.camera)
    return Beat(
        id="beat-1",
        t0=0.0,
        t1=more.duration,
        camera=camera,
        subjects=tuple(s for beat in more.beats for s in beat.subjects),
        elements=tuple(e for beat in more.beats for e in beat.elements),
    )


def _paced(move: CameraMove, ratio: float) -> CameraMove:
    """``move`` for a beat ``ratio`` times as long: it goes on as fast, so as much farther."""
    update: dict[str, object] = {"evidence": None, "confidence": 0.5}
    amount = amount_of(move)
    if amount is not None and move.op not in _LASTING:
        value = amount.value
        grown = value**ratio if amount.unit == "factor" else value * ratio
        update["amount"] = Amount(value=round(grown, 4), unit=amount.unit, source="default")
    if move.ease == "ease_out":
        update["ease"] = "inertial"  # it had come to rest
    elif move.ease == "ease_in":
        update["ease"] = "linear"  # it had come up to speed
    return move.model_copy(update=update)


def _running(plan: ShotPlan) -> list[_Running]:
    """The moves that haven't come to rest when ``plan`` ends."""
    last, found = plan.beats[-1], []
    for move in last.camera:
        amount, slope = amount_of(move), _END_SPEED.get(move.ease)
        if amount is not None and slope is not None and move.op not in _STARTLESS:
            found.append(_Running(move, slope * _way(amount) / last.seconds))
    return found


def _taken_over(beat: Beat, running: _Running) -> tuple[CameraMove, ...]:
    """The moves of ``beat``, one of which begins at the speed of ``running``."""
    old = running.move
    for place, move in enumerate(beat.camera):
        amount = amount_of(move)
        alike = (move.op, move.direction) == (old.op, old.direction)
        if alike and amount is not None and amount.unit == _unit(old):
            own = _at_speed(move, amount, running.speed, beat.seconds)
            return (*beat.camera[:place], *own, *beat.camera[place + 1 :])
    kept = tuple(move for move in beat.camera if move.op != "static")
    return (*kept, _run_out(old, running.speed, beat.seconds))


def _at_speed(
    move: CameraMove, amount: Amount, speed: float, seconds: float
) -> tuple[CameraMove, ...]:
    """``move`` so that it starts at ``speed``; its way is kept where it was told."""
    told, way = amount.source == "explicit", _way(amount)
    if move.ease == "linear":
        if not told:
            return (_with_way(move, amount, speed * seconds),)
        # Linear for `way − extra` and running out for `extra` starts at `speed` and ends at `way`.
        extra = (speed * seconds - way) / (_RUN_OUT - 1.0)
        if abs(extra) < 1e-9:
            return (move,)
        return _pair(move, amount, way - extra, extra)
    run_out = speed * seconds / _RUN_OUT
    if way - run_out <= 0.0 or (move.ease == "ease_out" and not told):
        return (_with_way(move.model_copy(update={"ease": "ease_out"}), amount, run_out),)
    if move.ease == "ease_out":
        move = move.model_copy(update={"ease": "inertial"})
    return _pair(move, amount, way - run_out, run_out)


def _pair(
    move: CameraMove, amount: Amount, way: float, run_out: float
) -> tuple[CameraMove, CameraMove]:
    beside = move.model_copy(update={"evidence": None, "ease": "ease_out", "confidence": 0.5})
    return _with_way(move, amount, way), _with_way(beside, amount, run_out)


def _run_out(move: CameraMove, speed: float, seconds: float) -> CameraMove:
    amount = amount_of(move)
    assert amount is not None  # it wouldn't be running
    still = move.model_copy(update={"ease": "ease_out", "evidence": None, "confidence": 0.5})
    return _with_way(still, amount, speed * seconds / _RUN_OUT)


def _way(amount: Amount) -> float:
    """The amount on the scale along which the move runs."""
    return log(amount.value) if amount.unit == "factor" else amount.value


def _with_way(move: CameraMove, amount: Amount, way: float) -> CameraMove:
    value = exp(way) if amount.unit == "factor" else way
    return move.model_copy(update={"amount": amount.model_copy(update={"value": value})})


def _unit(move: CameraMove) -> str | None:
    amount = amount_of(move)
    return None if amount is None else amount.unit


# -- everything else ------------------------------------------------------------------------------


def _joined(plan: ShotPlan, more: ShotPlan, beats: list[Beat], *, offset: int) -> ShotPlan:
    """``plan`` and behind it ``beats`` and the cues of ``more``, under fresh ids."""
    start, end = plan.duration, plan.duration + more.duration
    edges = [start + beat.t0 for beat in beats] + [end]
    for index, beat in enumerate(beats):
        own = beat.model_copy(update={"t0": edges[index], "t1": edges[index + 1]})
        plan = plan.model_copy(update={"beats": (*plan.beats, _renumbered(plan, own))})
    update: dict[str, object] = {"duration": end}
    for name, kind in _LISTS:
        items = [item for item in getattr(more, name) if not _only_goes_on(item)]
        found = [_placed(item, start, end, offset) for item in items]
        ids = fresh_ids(plan, kind, count=len(found))
        named_ = (i.model_copy(update={"id": new}) for i, new in zip(found, ids, strict=True))
        update[name] = (*getattr(plan, name), *named_)
    return plan.model_copy(update=update)


def _only_goes_on(item: PlanItem) -> bool:
    """ "Keep panning": nothing is to be kept as it is."""
    return isinstance(item, Constraint) and item.what.casefold() in _GOING


def _renumbered(plan: ShotPlan, beat: Beat) -> Beat:
    update: dict[str, object] = {"id": fresh_ids(plan, "beat", count=1)[0]}
    for name, kind in (("camera", "camera"), ("subjects", "subject"), ("elements", "element")):
        items = getattr(beat, name)
        ids = fresh_ids(plan, kind, count=len(items))
        update[name] = tuple(
            item.model_copy(update={"id": new}) for item, new in zip(items, ids, strict=True)
        )
    return beat.model_copy(update=update)


def _placed(item: PlanItem, start: float, end: float, offset: int) -> PlanItem:
    """A cue of the new part: it holds from the joint on, not over the whole clip."""
    update: dict[str, object] = {}
    if isinstance(item, (LightCue, DialogueLine)):
        update["t0"] = start + (item.t0 or 0.0)
        update["t1"] = end if item.t1 is None else start + item.t1
    elif isinstance(item, AudioCue):
        update["at"] = start + (item.at or 0.0)
        update["until"] = None if item.until is None else start + item.until
    return _shifted_evidence(item, offset).model_copy(update=update)


def _moved_beat(beat: Beat, by: int) -> Beat:
    return beat.model_copy(
        update={
            name: tuple(_shifted_evidence(item, by) for item in getattr(beat, name))
            for name in ("camera", "subjects", "elements")
        }
    )


def _shifted_evidence(item: PlanItem, by: int) -> PlanItem:
    evidence = item.evidence
    if evidence is None or isinstance(item, Framing):
        return item
    return with_evidence(item, (evidence[0] + by, evidence[1] + by))  # type: ignore[operator]


def _shifted_item(item: ReportItem, by: int) -> ReportItem:
    span = None if item.span is None else (item.span[0] + by, item.span[1] + by)
    return item.model_copy(update={"span": span})


def _lens_lines(more: ShotPlan, words: str, *, offset: int, lang: Lang) -> list[ReportItem]:
    """Words for the lens, which can't change in the middle of a clip."""
    return [
        ReportItem(
            status="not_supported",
            request=" ".join(words[slice(*span)].split()),
            span=(span[0] + offset, span[1] + offset),
            reason=_LENS_STAYS[lang],
        )
        for span in more.framing.evidence
    ]


def _sorted_out(
    report: Report, *, offset: int, lang: Lang
) -> tuple[list[ReportItem], list[IgnoredText], list[IgnoredText]]:
    """Words that only say to go on, and the other words of the picture and without meaning."""
    lines: list[ReportItem] = []
    lists: tuple[list[IgnoredText], list[IgnoredText]] = ([], [])
    for texts, kept in zip((report.scene, report.ignored_text), lists, strict=True):
        for text in texts:
            own = shifted(text, offset)
            if _GO_ON.fullmatch(fold(text.text).text.strip(" .,!")):
                request = " ".join(text.text.split())
                line = ReportItem(status="understood", request=request, span=own.span)
                lines.append(line.model_copy(update={"done": _GOES_ON[lang]}))
            else:
                kept.append(own)
    return lines, *lists
