"""A plan that the caller brings, fitted to the length and seed that the caller asks for."""

from __future__ import annotations

from fractions import Fraction

from kinora.errors import PlanError
from kinora.prompt import stretched
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


def with_notes(report: Report, *, given: ShotPlan, used: ShotPlan, prompt: str) -> Report:
    """The report, saying what became of the times and of a prompt beside the plan."""
    texts = _TEXTS[report.lang]
    if used.duration != given.duration:
        scaled = texts["scaled"].format(own=given.duration, asked=used.duration)
        report = report.model_copy(update={"conflicts": (*report.conflicts, Note(text=scaled))})
    if prompt.strip():
        report = report.amended((), notes=[Note(text=texts["unread"])])
    return report
