"""`revise`: a plan and words about it → a new plan in which only what was named changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from kinora.errors import PromptError
from kinora.prompt.messages import say
from kinora.prompt.reading import Reading
from kinora.prompt.remix.changing import Refusal, change
from kinora.prompt.remix.differences import differences
from kinora.prompt.remix.edits import Edit, EditReader
from kinora.prompt.remix.surgery import checked
from kinora.prompt.report import report_of
from kinora.prompt.words.language import languages
from kinora.prompt.words.text import fold, tokenize
from kinora.types.plan import Lang, ShotPlan, Span
from kinora.types.report import Change, IgnoredText, Report, ReportItem
from kinora.types.request import MAX_PROMPT_CHARS

_DONE: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "same": "everything else stays",
        "idle": "nothing to change: the clip is so already",
        "added": "added: {after}",
        "removed": "taken out: {before}",
        "changed": "{before} → {after}",
        "other": "{what}: {before} → {after}",
    },
    "fr": {
        "same": "tout le reste demeure",
        "idle": "rien à changer : le clip est déjà ainsi",
        "added": "ajouté : {after}",
        "removed": "enlevé : {before}",
        "changed": "{before} → {after}",
        "other": "{what} : {before} → {after}",
    },
}


@dataclass(slots=True)
class _Told:
    """What became of the words."""

    lines: list[ReportItem] = field(default_factory=list)
    ignored: list[IgnoredText] = field(default_factory=list)


def revise(plan: ShotPlan, words: str, *, report: Report | None = None) -> Reading:
    """Change a plan as ``words`` say, and nothing else.

    Everything that isn't named keeps its place, its id, its amount and its time; length and seed
    stay unless named. ``plan.prompt`` becomes the old prompt and, in a new line, the words; spans
    of evidence and of the report refer to that text.

    Args:
        plan: the plan to start from.
        words: edits in English or French: "slower", "pan right instead of left", « sans le zoom ».
        report: of ``plan``; what it says about words without a plan item is kept.

    Returns:
        The new plan, and its report with the differences in ``changes``.

    Raises:
        PromptError: ``words`` are empty or longer than 32,000 characters.
    """
    check_words(words)
    lang = language_of(words, plan)
    offset = offset_of(plan)
    start = with_words(plan, words, lang=lang)
    told, revised = _Told(), start
    for edit in EditReader(words).read():
        before = revised
        changed = change(before, edit, offset=offset)
        revised = changed.plan
        told.ignored += [shifted(text, offset) for text in changed.unread]
        if changed.refused:
            why = _why_not(changed.refused, before, lang)
            told.lines.append(_refusal(edit, why, words=words, offset=offset))
        elif not changed.unread or revised != before:
            told.lines.append(_line(edit, before, revised, words=words, offset=offset, lang=lang))
    revised = checked(revised)
    changes = differences(plan, revised, lang=lang)
    return Reading(revised, report_on(revised, told.lines, told.ignored, changes, report))


def check_words(words: str) -> None:
    """Raise `PromptError` where there are no words, or too many."""
    if not words.strip():
        raise PromptError(
            "The prompt is empty: say what shall change, e.g. 'slower, and pan right instead'.",
            param="prompt",
        )
    if len(words) > MAX_PROMPT_CHARS:
        raise PromptError(
            f"The prompt has {len(words):,} characters; at most {MAX_PROMPT_CHARS:,} are allowed.",
            param="prompt",
        )


def language_of(words: str, plan: ShotPlan) -> Lang:
    """The language of ``words``; that of the plan where they don't tell."""
    tokens = (token.text for token in tokenize(fold(words).text))
    return languages(tokens, fallback=plan.lang[0] if plan.lang else "en")[0]


def offset_of(plan: ShotPlan) -> int:
    """Where new words begin in the prompt of the new plan."""
    return len(plan.prompt) + 1 if plan.prompt else 0


def with_words(plan: ShotPlan, words: str, *, lang: Lang) -> ShotPlan:
    """The plan with ``words`` behind its prompt, in their language first."""
    langs = (lang, *(other for other in plan.lang if other != lang))
    prompt = f"{plan.prompt}\n{words}" if plan.prompt else words
    return plan.model_copy(update={"prompt": prompt, "lang": langs})


def shifted(text: IgnoredText, by: int) -> IgnoredText:
    """``text`` with its span ``by`` characters further on."""
    return text.model_copy(update={"span": (text.span[0] + by, text.span[1] + by)})


def report_on(
    plan: ShotPlan,
    lines: list[ReportItem],
    ignored: list[IgnoredText],
    changes: tuple[Change, ...],
    before: Report | None,
) -> Report:
    """The report of a plan that was made from another; ``before`` is the report of that one."""
    made = report_of(plan)
    old = before or Report()
    kept = [*(item for item in old.items() if item.item is None), *lines]
    return Report(
        lang=made.lang,
        understood=(*made.understood, *(i for i in kept if i.status == "understood")),
        approximated=tuple(i for i in kept if i.status == "approximated"),
        not_supported=tuple(i for i in kept if i.status == "not_supported"),
        scene=old.scene,
        ignored_text=(*old.ignored_text, *ignored),
        changes=changes,
    )


def _why_not(refusal: Refusal, plan: ShotPlan, lang: Lang) -> tuple[str, str]:
    """Why an edit can't be done, and what can be."""
    clip = f"{plan.duration:g}"
    return say(lang, f"{refusal}_reason", clip=clip), say(lang, f"{refusal}_how", clip=clip)


def _refusal(edit: Edit, why: tuple[str, str], *, words: str, offset: int) -> ReportItem:
    """An edit that can't be done: something that isn't in the photo, a time past the end."""
    return ReportItem(
        status="not_supported",
        request=" ".join(words[edit.first : edit.last].split()),
        span=(edit.first + offset, edit.last + offset),
        reason=why[0],
        how_to_get_it=why[1],
    )


def _line(
    edit: Edit, before: ShotPlan, after: ShotPlan, *, words: str, offset: int, lang: Lang
) -> ReportItem:
    """One edit in the report: what was asked for, and what it did."""
    span: Span = (edit.first + offset, edit.last + offset)
    texts = _DONE[lang]
    if edit.kind == "same":
        done = texts["same"]
    elif not (parts := [_told(c, texts) for c in differences(before, after, lang=lang)]):
        done = texts["idle"]
    else:
        done = "; ".join(dict.fromkeys(parts))
    request = " ".join(words[edit.first : edit.last].split())
    return ReportItem(status="understood", request=request, span=span, done=done)


def _told(change: Change, texts: dict[str, str]) -> str:
    key = "changed" if change.item else "other"
    if change.before is None or change.after is None:
        key = "removed" if change.after is None else "added"
    return texts[key].format(what=change.what, before=change.before, after=change.after)
