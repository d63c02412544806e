"""A plan that the caller brings, fitted to the length and seed that the caller asks for."""

from __future__ import annotations

from fractions import Fraction

from kinora.errors import PlanError
from kinora.types.plan import Beat, ShotPlan
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
    return _scaled(plan, float(seconds))


def with_notes(report: Report, *, given: ShotPlan, used: ShotPlan, prompt: str) -> Report:
    """The report, saying what became of the times and of a prompt beside the plan."""
    texts = _TEXTS[report.lang]
    if used.duration != given.duration:
        scaled = texts["scaled"].format(own=given.duration, asked=used.duration)
        report = report.model_copy(update={"conflicts": (*report.conflicts, Note(text=scaled))})
    if prompt.strip():
        report = report.amended((), notes=[Note(text=texts["unread"])])
    return report


def _scaled(plan: ShotPlan, duration: float) -> ShotPlan:
    factor = duration / plan.duration

    def at(time: float | None) -> float | None:
        return None if time is None else time * factor

    # Shared edges, and the end itself, so that beats stay contiguous to the last bit.
    edges = [beat.t0 * factor for beat in plan.beats] + [duration]
    beats: list[Beat] = [
        beat.model_copy(update={"t0": edges[i], "t1": edges[i + 1]})
        for i, beat in enumerate(plan.beats)
    ]
    timed = {
        name: tuple(
            item.model_copy(update={"t0": at(item.t0), "t1": at(item.t1)})
            for item in getattr(plan, name)
        )
        for name in ("light", "dialogue")
    }
    audio = tuple(cue.model_copy(update={"at": at(cue.at)}) for cue in plan.audio)
    changed = {"duration": duration, "beats": tuple(beats), **timed, "audio": audio}
    return ShotPlan.model_validate(plan.model_copy(update=changed).model_dump())
