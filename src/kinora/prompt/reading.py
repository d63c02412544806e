"""`read_prompt`: words in, `ShotPlan` and `Report` out, one call per step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

from kinora.errors import PromptError, TimingError
from kinora.prompt import amounts
from kinora.prompt.camera import CameraReader
from kinora.prompt.cues import find_cues
from kinora.prompt.describe import describe_move
from kinora.prompt.items import Ids, gather
from kinora.prompt.layout import lay_out, show
from kinora.prompt.leftovers import sort_leftovers
from kinora.prompt.merge import merge
from kinora.prompt.messages import say
from kinora.prompt.modifiers import attach, find_measures
from kinora.prompt.resolve import Draft, Resolver, seconds_told
from kinora.prompt.source import Source, prepare
from kinora.prompt.timeline import Timeline, build
from kinora.types.plan import CameraMove, Lang, PlanItem, ShotPlan, Span
from kinora.types.report import Note, Report, ReportItem
from kinora.types.request import MAX_PROMPT_CHARS, MAX_SECONDS, MIN_SECONDS


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt, read: the plan, and what became of every word."""

    plan: ShotPlan
    report: Report


def read_prompt(
    prompt: str, *, seconds: Fraction | float | None = None, seed: int = 0, strict: bool = False
) -> Reading:
    """Read a prompt, in English, French or both.

    Args:
        prompt: prose, sections or timed beats.
        seconds: length of the clip, 1 to 120; None: what the prompt's beats add up to, else 4.
        seed: kept in the plan.
        strict: refuse impossible times instead of scaling and reporting them.

    Raises:
        PromptError: the prompt is empty or longer than 32,000 characters, or its times are
            impossible and ``strict`` is set.
        TimingError: ``seconds`` is outside the allowed range.
    """
    _check(prompt, seconds)
    source = prepare(prompt)
    lang = source.langs[0]
    findings = CameraReader(source).read()
    merged = merge(findings.events, source)
    events = merged.events
    text = source.folded.text
    measures = find_measures(source, text)
    modifiers = attach(source, events, findings, measures)
    timeline = build(source, events)
    asked = Fraction(seconds).limit_denominator(10**6) if seconds is not None else None
    layout = lay_out(
        timeline.groups,
        asked=asked,
        told=seconds_told(source, timeline),
        weights=[max((amounts.weight(events[i].op) for i in g.events), default=1.0)
                 for g in timeline.groups],
    )  # fmt: skip
    ids = Ids()
    taken = {i for m in modifiers for i in range(m.first, m.last)}
    taken |= {i for m in modifiers for a, b in m.claimed for i in range(a, b)}
    taken |= {i for a, b in (*findings.mentions, *merged.mentions) for i in range(a, b)}
    cues = gather(source, find_cues(source, taken), ids, lang=lang)
    draft = Draft(source, events, modifiers, timeline, layout, cues, lang, seed)
    resolved = Resolver(draft, ids).resolve()
    conflicts = _conflicts(draft, timeline)
    if strict and conflicts:
        raise PromptError(f"The prompt's times are impossible: {conflicts[0].text}", param="prompt")
    mentions = [source.span(a, b) for a, b in (*findings.mentions, *merged.mentions)]
    marks, lines = _time_lines(source, lang)
    items = [*resolved.items, *cues.report, *lines]
    claimed = [*resolved.claimed, *cues.claimed, *mentions, *marks]
    left = sort_leftovers(source, claimed, _covering(items, [*mentions, *marks]))
    notes = [Note(text=say(lang, key, **values)) for key, values in layout.assumptions]
    report = Report(
        lang=lang,
        understood=tuple(i for i in left.items if i.status == "understood"),
        approximated=tuple(i for i in left.items if i.status == "approximated"),
        not_supported=tuple(i for i in left.items if i.status == "not_supported"),
        scene=left.scene,
        ignored_text=left.ignored,
        assumptions=(*resolved.assumptions, *notes),
        conflicts=conflicts,
    )
    return Reading(resolved.plan, report)


def _check(prompt: str, seconds: Fraction | float | None) -> None:
    if not prompt.strip():
        raise PromptError(
            "The prompt is empty: say what the camera should do, e.g. 'slow push-in, pan left'.",
            param="prompt",
        )
    if len(prompt) > MAX_PROMPT_CHARS:
        raise PromptError(
            f"The prompt has {len(prompt):,} characters; at most {MAX_PROMPT_CHARS:,} are allowed.",
            param="prompt",
        )
    if seconds is not None and not (isfinite(seconds) and MIN_SECONDS <= seconds <= MAX_SECONDS):
        raise TimingError(
            f"seconds {float(seconds):g} is outside {MIN_SECONDS} to {MAX_SECONDS}.",
            param="seconds",
        )


def _conflicts(draft: Draft, timeline: Timeline) -> tuple[Note, ...]:
    source, lang = draft.source, draft.lang
    notes = [Note(text=say(lang, key, **values)) for key, values in draft.layout.conflicts]
    for mark in source.marks:
        if mark.kind == "impossible":
            span = source.folded.span(mark.first, mark.last)
            words = source.folded.original[span[0] : span[1]].strip()
            notes.append(Note(text=say(lang, "impossible", text=words), span=span))
    return tuple(notes)


def _time_lines(source: Source, lang: Lang) -> tuple[list[Span], list[ReportItem]]:
    """Spans of all times, and report lines for those that concern the whole clip."""
    spans: list[Span] = []
    lines: list[ReportItem] = []
    for mark in source.marks:
        span = source.folded.span(mark.first, mark.last)
        spans.append(span)
        if mark.kind in ("total", "impossible"):
            words = " ".join(source.folded.original[span[0] : span[1]].split())
            total = mark.kind == "total"
            lines.append(
                ReportItem(
                    status="understood" if total else "approximated",
                    request=words,
                    span=span,
                    done=say(lang, "duration", seconds=show(mark.length)) if total else None,
                    reason=None if total else say(lang, "impossible", text=words),
                )
            )
    return spans, lines


def _covering(items: Sequence[ReportItem], spans: Sequence[Span]) -> list[ReportItem]:
    """Stretch each item over the times and mentions nearest to it, so that they are reported."""
    out = list(items)
    for start, end in spans:
        best, nearest = -1, 1 << 30
        for i, item in enumerate(out):
            if item.span is None:
                continue
            distance = max(start - item.span[1], item.span[0] - end, 0)
            if distance < nearest:
                best, nearest = i, distance
        if best >= 0:
            old = out[best].span or (start, end)
            stretched = (min(old[0], start), max(old[1], end))
            out[best] = out[best].model_copy(update={"span": stretched})
    return out


def stated_moves(plan: ShotPlan) -> tuple[CameraMove, ...]:
    """The camera moves that the prompt asked for, in order: defaults and filled gaps left out.

    A move that goes on through several beats is listed once.
    """
    seen: set[tuple[str, Span]] = set()
    found: list[CameraMove] = []
    for beat in plan.beats:
        for move in beat.camera:
            if move.evidence is None:
                continue
            key = (f"{move.op} {move.direction}", move.evidence)
            if key not in seen:
                seen.add(key)
                found.append(move)
    return tuple(found)


def report_of(plan: ShotPlan) -> Report:
    """A first report for a plan that was given instead of a prompt: every item understood."""
    lang = plan.lang[0] if plan.lang else "en"
    return Report(
        lang=lang,
        understood=tuple(
            ReportItem(
                item=item.id,
                status="understood",
                request=_words_of(item, plan, lang),
                span=_span_of(item),
            )
            for item in plan.items()
        ),
    )


def _span_of(item: PlanItem) -> Span | None:
    evidence = item.evidence
    if evidence and isinstance(evidence[0], tuple):
        return evidence[0]
    return evidence or None  # type: ignore[return-value]


def _words_of(item: PlanItem, plan: ShotPlan, lang: Lang) -> str:
    if isinstance(item, CameraMove):
        return describe_move(item, lang=lang)
    span = _span_of(item)
    if span is not None and span[1] <= len(plan.prompt):
        return plan.prompt[span[0] : span[1]]
    for name in ("text", "raw", "what", "action", "kind"):
        value = getattr(item, name, None)
        if value:
            return str(value)
    return item.id
