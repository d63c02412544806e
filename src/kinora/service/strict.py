"""Strict revisions: refused with the request, not by a job that fails."""

from __future__ import annotations

from kinora.engines.protocol import Capabilities
from kinora.jobs.reading import RenderTask, SourceVideo, plan_task
from kinora.types.report import Report
from kinora.types.video import Video, VideoSpec


def check_strict(spec: VideoSpec, source: Video | None, capabilities: Capabilities) -> None:
    """Refuse a strict revision whose words alone show that it can't be done exactly.

    Args:
        spec: of the new video; nothing is checked where it isn't strict.
        source: what it is made from; None: an uploaded clip.
        capabilities: of its engine.

    Raises:
        PromptError, PlanError: the words or the plan can't be used.
        NotSupportedError: something asked for can't be done, or wasn't understood.
    """
    if spec.strict:
        sources = (SourceVideo() if source is None else as_source(source),)
        plan_task(RenderTask(spec=spec, sources=sources), capabilities)


def as_source(video: Video) -> SourceVideo:
    """What another video's plan needs to know of ``video``."""
    report = video.report_json
    return SourceVideo(
        plan=video.plan, report=None if report is None else Report.model_validate_json(report)
    )
