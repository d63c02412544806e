"""After an upgrade: jobs of earlier workflow schemas begin anew under this one.

Workers run jobs of their own schema alone, because what earlier steps have recorded needn't fit.
All that a job does can be repeated, so it may begin again at its first step, under the same id.

The queue can begin anew only what has ended, so a job is cancelled first. Where that is cut short
the next takeover goes on with it: a video's row tells it from a job that somebody cancelled, and
other jobs nobody cancels.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
import structlog

from kinora.jobs import stranded
from kinora.jobs.batches import ADVANCE
from kinora.jobs.queue import (
    BATCH,
    CONTROL_QUEUE,
    DELIVER,
    EVENTS_QUEUE,
    RENDER,
    RENDER_QUEUE,
    EarlierJob,
    JobQueue,
)
from kinora.jobs.webhooks import ATTEMPT
from kinora.records import videos
from kinora.records.database import Database
from kinora.records.tables import videos as table

#: Jobs taken over at once: the lease must not run out meanwhile.
LIMIT = 200
#: A cancelled job has lost its queue.
_QUEUES: Final = {
    RENDER: RENDER_QUEUE,
    DELIVER: EVENTS_QUEUE,
    ATTEMPT: EVENTS_QUEUE,
    BATCH: CONTROL_QUEUE,
    ADVANCE: CONTROL_QUEUE,
}
_NEVER_CANCELLED: Final = (DELIVER, ATTEMPT, BATCH, ADVANCE)

_log = structlog.get_logger(__name__)


def take_over(database: Database, queue: JobQueue, *, working: Collection[str]) -> list[str]:
    """Take over what no worker of its own schema runs; the jobs that begin anew.

    For one process at a time.

    Args:
        database: with the videos' rows.
        queue: of the jobs.
        working: executors that may still run jobs of earlier schemas.
    """
    active = _active(database, limit=stranded.LIMIT)
    cut_short = queue.cancelled(ids=active, workflows=_NEVER_CANCELLED)
    left = [job for job in queue.earlier(limit=LIMIT) if job.executor not in working]
    renders = [job.id for job in left if job.workflow == RENDER]
    wanted = {*active, *_active(database, limit=LIMIT, among=renders)}
    taken = []
    for job in (*cut_short, *left):
        if job.workflow == RENDER and job.id not in wanted:  # it has ended, or was deleted
            queue.cancel(job.id)
            continue
        queue.renew(job.id, queue=_queue_of(job))
        taken.append(job.id)
    if taken:
        _log.info("jobs_taken_over", jobs=taken)
    return taken


def _active(database: Database, *, limit: int, among: list[str] | None = None) -> list[str]:
    """Up to ``limit`` videos that wait or are being made, the oldest of all or among some."""
    query = sa.select(table.c.id).where(table.c.status.in_(videos.ACTIVE))
    if among is not None:
        query = query.where(table.c.id.in_(among))
    with database.read() as connection:
        return list(connection.execute(query.order_by(table.c.seq).limit(limit)).scalars())


def _queue_of(job: EarlierJob) -> str:
    return job.queue or _QUEUES.get(job.workflow, CONTROL_QUEUE)
