"""Words or a given plan → `ShotPlan` and `Report`, held against what an engine can do.

Free of pictures, engines and codecs, so that a server can plan without loading them.
"""

from __future__ import annotations

from collections.abc import Sequence

from kinora.alive import with_life
from kinora.engines.capability_check import capability_outcomes
from kinora.engines.protocol import Capabilities
from kinora.errors import NotSupportedError, PromptError
from kinora.prompt import read_prompt, report_of, with_cast
from kinora.sound.report import sound_outcomes
from kinora.types.plan import ShotPlan
from kinora.types.report import Outcome, Report
from kinora.types.request import ClipRequest


def plan_shot(request: ClipRequest, capabilities: Capabilities) -> tuple[ShotPlan, Report]:
    """The plan of ``request`` and what of it can be done; its picture isn't looked at.

    Raises:
        PromptError, PlanError: the words or the plan can't be used.
        NotSupportedError: ``request.strict`` and something asked for can't be done.
    """
    if request.plan is not None:
        plan, report = request.plan, request.report or report_of(request.plan)
    elif request.prompt.strip():
        reading = read_prompt(
            request.prompt, seconds=request.seconds, seed=request.seed, strict=request.strict
        )
        plan, report = with_cast(reading.plan, reading.report, tuple(request.characters))
    else:
        raise PromptError(
            "The prompt is empty: say what the camera should do, e.g. 'slow push-in, pan left'.",
            param="prompt",
        )
    if request.loop:
        plan = plan.model_copy(update={"loop": True})
    outcomes = capability_outcomes(plan, capabilities, lang=report.lang)
    heard = sound_outcomes(plan, request.sound, lang=report.lang)
    report = report.amended((*outcomes, *heard))
    refuse_if_strict(report, strict=request.strict)
    # What is offered stays out of the report: nobody asked for it.
    return with_life(plan) if request.alive else plan, report


def refuse_if_strict(report: Report, *, strict: bool) -> None:
    """Raise `NotSupportedError` naming each unsupported item when ``strict``."""
    if strict and report.not_supported:
        wanted = "; ".join(
            f"{i.request} ({i.reason})" if i.reason else i.request for i in report.not_supported
        )
        raise NotSupportedError(
            f"Not supported: {wanted}.",
            param="prompt",
            hint="Leave it out, or drop strict to make the clip without it.",
        )


def refuse_if_reduced(plan: ShotPlan, report: Report, outcomes: Sequence[Outcome]) -> None:
    """Raise `NotSupportedError` where a photo shows less of a move than the amount that was told.

    Amounts that nobody told, by default or by words such as "slowly", may be less.

    Args:
        plan: with its camera moves.
        report: with what became of them.
        outcomes: what the engine said of this photo.
    """
    told = {
        move.id
        for beat in plan.beats
        for move in beat.camera
        if move.amount is not None and move.amount.source == "explicit"
    }
    told &= {outcome.item for outcome in outcomes if outcome.reduced}
    reduced = [item for item in report.approximated if item.item in told]
    if reduced:
        moves = "; ".join(f"{i.request}, but {i.done} ({i.reason})" for i in reduced)
        raise NotSupportedError(
            f"Can't be done in full: {moves}.",
            param="prompt",
            hint="Ask for that much, or drop strict to have it reduced.",
        )
