"""The first report: every plan item, time and leftover word of the prompt, each in one place."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kinora.prompt.cover import Cover
from kinora.prompt.describe import describe_move
from kinora.prompt.layout import show
from kinora.prompt.leftovers import sort_leftovers
from kinora.prompt.messages import say
from kinora.prompt.resolve import Draft, Resolved
from kinora.prompt.words.source import Source
from kinora.types.plan import CameraMove, Lang, PlanItem, ShotPlan, Span
from kinora.types.report import Note, Report, ReportItem

#: Conflicts that no clip can honour; the others only name a choice that was made.
IMPOSSIBLE = frozenset({"longer", "overlap", "impossible"})


_REFUSED = {
    "longer": "the beats last {beats} s but the clip can't be longer than {clip} s.",
    "overlap": "a beat should start at {start} s but the one before ends at {clock} s.",
    "impossible": "“{text}” is no possible time; times are positive seconds.",
}


def make_report(draft: Draft, resolved: Resolved, mentions: Sequence[tuple[int, int]]) -> Report:
    """The report of a resolved draft; ``mentions`` are tokens that tell a move once more."""
    source, lang = draft.source, draft.lang
    marks, lines = _time_lines(source, lang, draft.layout.seconds)
    again = [source.span(a, b) for a, b in mentions]
    claimed = [*resolved.claimed, *draft.cues.claimed, *again, *marks]
    cover = Cover([*resolved.items, *draft.cues.report, *lines], source.folded.original)
    if not cover:  # a time with nothing to go with
        claimed = []
    framing = set(draft.cues.framing.evidence)  # told by the framing item, wherever it stands
    left = sort_leftovers(source, claimed)
    cover.fence(text.span for text in (*left.scene, *left.ignored))
    for span in [*(s for s in claimed if s not in framing), *left.glue]:
        cover.stretch(span)
    items = cover.items()
    held = [Note(text=say(lang, key, **values)) for key, values in draft.layout.assumptions]
    return Report(
        lang=lang,
        understood=tuple(i for i in items if i.status == "understood"),
        approximated=tuple(i for i in items if i.status == "approximated"),
        not_supported=tuple(i for i in items if i.status == "not_supported"),
        scene=left.scene,
        ignored_text=left.ignored,
        assumptions=(*resolved.assumptions, *held),
        conflicts=tuple(note for _, note in conflicts(draft)),
    )


def conflicts(draft: Draft) -> list[tuple[str, Note]]:
    """What the prompt asks for that can't be at once, each with the key of its message."""
    source, lang = draft.source, draft.lang
    notes = [(key, Note(text=say(lang, key, **values))) for key, values in draft.layout.conflicts]
    for mark in source.marks:
        if mark.kind == "impossible":
            span = source.folded.span(mark.first, mark.last)
            words = source.folded.original[span[0] : span[1]].strip()
            notes.append(("impossible", Note(text=say(lang, "impossible", text=words), span=span)))
    return notes


def refusals(draft: Draft) -> list[str]:
    """Why no clip can honour the prompt's times, in English: empty if one can."""
    told = [
        _REFUSED[key].format(**values)
        for key, values in draft.layout.conflicts
        if key in IMPOSSIBLE
    ]
    source = draft.source
    for mark in source.marks:
        if mark.kind == "impossible":
            first, last = source.folded.span(mark.first, mark.last)
            words = source.folded.original[first:last].strip()
            told.append(_REFUSED["impossible"].format(text=words))
    return told


def _time_lines(
    source: Source, lang: Lang, seconds: Fraction
) -> tuple[list[Span], list[ReportItem]]:
    """Spans of all times, and report lines for those that concern the whole clip."""
    spans: list[Span] = []
    lines: list[ReportItem] = []
    for mark in source.marks:
        span = source.folded.span(mark.first, mark.last)
        spans.append(span)
        if mark.kind not in ("total", "impossible"):
            continue
        words = " ".join(source.folded.original[span[0] : span[1]].split())
        done = say(lang, "duration", seconds=show(seconds)) if mark.kind == "total" else None
        reason = None
        if mark.kind == "impossible":
            reason = say(lang, "impossible", text=words)
        elif mark.length != seconds:
            reason = say(lang, "total", told=show(mark.length), asked=show(seconds))
        lines.append(
            ReportItem(
                status="approximated" if reason else "understood",
                request=words,
                span=span,
                done=done,
                reason=reason,
            )
        )
    return spans, lines


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
