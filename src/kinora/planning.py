"""Words or a given plan → `ShotPlan` and `Report`, held against what an engine can do.

Free of pictures, engines and codecs, so that a server can plan without loading them.
"""

from __future__ import annotations

from kinora.engines.capability_check import capability_outcomes
from kinora.engines.protocol import Capabilities
from kinora.errors import NotSupportedError, PromptError
from kinora.prompt import read_prompt, report_of, with_cast
from kinora.sound.report import sound_outcomes
from kinora.types.plan import ShotPlan
from kinora.types.report import Report
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
    return plan, report


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
