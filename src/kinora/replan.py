"""Plans made from plans: one that the caller brings, and one that words change."""

from __future__ import annotations

from fractions import Fraction

from kinora.errors import NotSupportedError, PlanError
from kinora.prompt import Reading, differences, revise, stretched
from kinora.types.plan import ShotPlan
from kinora.types.report import Note, Report

_TEXTS = {
    "en": {
        "scaled": "The plan lasts {own:g} s but the clip is {asked:g} s: its beats were scaled.",
        "unread": "The plan was given, so the prompt was not read.",
    },
    "fr": {
        "scaled": "Le plan dure {own:g} s mais le clip {asked:g} s : ses temps ont été adaptés.",
        "unread": "Le plan était donné : le texte n’a pas été lu.",
    },
}


def fitted(plan: ShotPlan, *, seconds: Fraction | None, seed: int, strict: bool) -> ShotPlan:
    """``plan`` with its times scaled to ``seconds``, and with ``seed`` unless that is 0.

    Raises:
        PlanError: ``strict``, and the plan lasts longer or shorter than ``seconds``.
    """
    if seed:
        plan = plan.model_copy(update={"seed": seed})
    if seconds is None or float(seconds) == plan.duration:
        return plan
    if strict:
        raise PlanError(
            f"The plan lasts {plan.duration:g} s but the clip is {float(seconds):g} s.",
            param="seconds",
            hint="Leave seconds out, or drop strict to have the plan's beats scaled.",
        )
    return stretched(plan, float(seconds))


def revised(
    plan: ShotPlan, words: str, *, seconds: Fraction | None, seed: int = 0, strict: bool,
    report: Report | None,
) -> Reading:  # fmt: skip
    """``plan`` changed as ``words`` say, its report listing the differences.

    Args:
        plan: of the source.
        words: edits.
        seconds: stretch the clip to that length; None: its own.
        seed: another one, unless 0.
        strict: refuse words that aren't understood, and another length.
        report: the source's.

    Raises:
        PromptError, PlanError: the words can't be used, or the length under ``strict``.
        NotSupportedError: ``strict``, and some words weren't understood.
    """
    reading = revise(plan, words, report=report)
    if strict:
        _refuse_unread(reading.report, before=report)
    used = fitted(reading.plan, seconds=seconds, seed=seed, strict=strict)
    changes = differences(plan, used, lang=reading.report.lang)
    return Reading(used, reading.report.model_copy(update={"changes": changes}))


def _refuse_unread(report: Report, *, before: Report | None) -> None:
    """An edit is an order: under ``strict`` no word of it may be passed over."""
    unread = report.ignored_text[len(before.ignored_text) if before else 0 :]
    if unread:
        words = ", ".join(f"'{text.text}'" for text in unread)
        raise NotSupportedError(
            f"Not understood: {words}.",
            param="prompt",
            hint="Say it otherwise, or drop strict to have it passed over.",
        )


def only_sound(before: ShotPlan, after: ShotPlan) -> bool:
    """Whether two plans differ in nothing but what is heard: their pictures are the same.

    Lines of somebody in the picture move a mouth.
    """
    unheard = {"audio": (), "prompt": "", "lang": ("en",)}
    one, other = (
        plan.model_copy(
            update={
                **unheard,
                "dialogue": tuple(line for line in plan.dialogue if not line.off_screen),
            }
        )
        for plan in (before, after)
    )
    return one == other


def with_notes(report: Report, *, given: ShotPlan, used: ShotPlan, prompt: str) -> Report:
    """The report, saying what became of the times and of a prompt beside the plan."""
    texts = _TEXTS[report.lang]
    if used.duration != given.duration:
        scaled = texts["scaled"].format(own=given.duration, asked=used.duration)
        report = report.model_copy(update={"conflicts": (*report.conflicts, Note(text=scaled))})
    if prompt.strip():
        report = report.amended((), notes=[Note(text=texts["unread"])])
    return report
