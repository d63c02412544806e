"""Videos that nothing works on any more: their job ended without a last word."""

from __future__ import annotations

import time

import sqlalchemy as sa
import structlog

from kinora.jobs.outbox import announce
from kinora.jobs.queue import JobQueue
from kinora.records import videos
from kinora.records.database import Database
from kinora.records.tables import videos as table

#: Rows looked at per round, oldest first.
LIMIT = 500

_log = structlog.get_logger(__name__)


def end_stranded(database: Database, queue: JobQueue) -> list[str]:
    """Fail videos whose job has ended and who still wait; a client would poll them for ever."""
    with database.read() as connection:
        query = (
            sa.select(table.c.id)
            .where(table.c.status.in_(videos.ACTIVE))
            .order_by(table.c.seq)
            .limit(LIMIT)
        )
        waiting = list(connection.execute(query).scalars())
    ended = queue.ended(waiting)
    for video_id in ended:
        _fail(database, queue, video_id)
    return ended


def _fail(database: Database, queue: JobQueue, video_id: str) -> None:
    now = time.time()
    with database.begin() as connection:
        video = videos.find(connection, video_id)
        if video is None or not videos.update(
            connection,
            video_id,
            status="failed",
            error_code="render_failed",
            error_message="The video could not be made because of a fault of the server.",
        ):
            return
        _log.error("video_stranded", video=video_id)
        announce(
            connection,
            queue,
            project_id=video.project_id,
            kind="video.failed",
            object_id=video_id,
            at=now,
        )
