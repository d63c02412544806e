"""Plans of videos: as made, or as far as they are known while the job waits or runs."""

from __future__ import annotations

from dataclasses import dataclass

from kinora.errors import StateError
from kinora.jobs.reading import RenderTask, SourceVideo, plan_task
from kinora.jobs.task import sources_of, uses_default_picture
from kinora.service.context import Service
from kinora.service.drafting import capabilities_of
from kinora.service.strict import as_source
from kinora.settings import Settings
from kinora.types.plan import ShotPlan
from kinora.types.report import Report
from kinora.types.video import TERMINAL, Video


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a video does; ``plan`` is None where it follows several clips, or goes on from one.

    ``provisional``: the picture hasn't been looked at, and may make the report worse.
    """

    plan: ShotPlan | None
    report: Report
    provisional: bool


def plan_of(service: Service, video: Video) -> Planned:
    """The plan and the report of a video; blocks, for a waiting video's words are read now.

    Raises:
        StateError: the video failed before it was planned.
        PromptError, PlanError: its words or its plan can't be used, so the job will fail.
        NotSupportedError: ``strict``, and something asked for can't be done: likewise.
        InputError: a video that it is made from was deleted.
    """
    if video.report_json is not None:
        report = Report.model_validate_json(video.report_json)
        ended = video.status in TERMINAL
        return Planned(plan=video.plan, report=report, provisional=not ended)
    if video.status in TERMINAL:
        raise StateError("Video has no plan: it failed before it was planned.", code="video_failed")
    with service.database.read() as connection:
        sources = sources_of(connection, video)
    task = _task(service.settings, video, sources)
    plan, report = plan_task(task, capabilities_of(video.spec))
    return Planned(plan=plan, report=report, provisional=True)


def _task(settings: Settings, video: Video, sources: list[Video]) -> RenderTask:
    """As the job will be told, without files."""
    made_from = tuple(map(as_source, sources))
    if video.spec.kind == "extension" and not made_from:
        made_from = (SourceVideo(),)  # an uploaded clip, of which nobody has a plan
    return RenderTask(
        spec=video.spec,
        picture_is_default=uses_default_picture(video, sources, settings),
        sources=made_from,
    )
