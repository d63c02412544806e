"""The video's row while its job runs: the truth on whether to go on, and how often it was begun."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError

from kinora.jobs.current import Worker
from kinora.jobs.outbox import announce, is_wanted
from kinora.jobs.patience import is_away
from kinora.jobs.planned import read_planned
from kinora.jobs.task import sources_of
from kinora.records import videos
from kinora.records.tables import videos as table
from kinora.types.video import TERMINAL, Video

#: Percent between two ``video.progress`` events.
PROGRESS_EVENT_EVERY = 25

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Poisoned:
    """The job was started as often as is allowed."""

    attempts: int


@dataclass(frozen=True, slots=True)
class Begun:
    """The row as it was at the start, and those it is made from."""

    video: Video
    sources: list[Video]


def begin(worker: Worker, video_id: str) -> Begun | Poisoned | None:
    """Count a start; None where the video was cancelled, deleted or has ended.

    The queue counts starts too, but forgets them when a dead worker's job is put back.

    Raises:
        InputError: a video that it is made from was deleted.
    """
    with worker.database.begin() as connection:
        video = videos.find(connection, video_id)
        if video is None or video.status in TERMINAL:
            return None
        if video.attempts >= worker.settings.max_attempts:
            return Poisoned(video.attempts)
        sources = sources_of(connection, video)
        begun = videos.update(
            connection,
            video_id,
            status="in_progress",
            started_at=time.time(),
            attempts=table.c.attempts + 1,
        )
    return Begun(video, sources) if begun else None


def give_back(worker: Worker, video_id: str) -> None:
    """Don't count the start that this process's own end cuts short."""
    try:
        with worker.database.begin() as connection:
            videos.update(connection, video_id, attempts=table.c.attempts - 1)
    except DBAPIError as error:
        _log.warning("attempt_not_given_back", video=video_id, error=str(error.orig))


def note_progress(worker: Worker, video: Video, percent: int, *, folder: Path) -> bool:
    """Write how far the render is, and what is planned; False where nobody wants the video.

    It never goes back: a job that starts anew stays at what clients saw before.

    Args:
        worker: who renders.
        video: the row as it was at the start.
        percent: of the whole.
        folder: of the job, where its child leaves what it has planned.
    """
    planned = read_planned(folder)
    try:
        with worker.database.begin() as connection:
            now = videos.find(connection, video.id)
            if now is None or now.status in TERMINAL:
                return False
            news: dict[str, Any] = {} if now.report_json else dict(planned)
            if percent > now.progress:
                news["progress"] = percent
                if worker.settings.progress_events:
                    _announce_progress(connection, worker, now, percent)
            if news:
                videos.update(connection, video.id, **news)
    except DBAPIError as error:
        if not is_away(error):
            raise
        _log.warning("progress_not_written", video=video.id, error=str(error.orig))
    return True


def _announce_progress(
    connection: sa.Connection, worker: Worker, video: Video, percent: int
) -> None:
    step = percent // PROGRESS_EVENT_EVERY
    if step == video.progress // PROGRESS_EVENT_EVERY:
        return
    kind = "video.progress"
    if is_wanted(connection, project_id=video.project_id, kind=kind):
        announce(
            connection,
            worker.queue,
            project_id=video.project_id,
            kind=kind,
            object_id=video.id,
            at=time.time(),
            nth=step,
        )
