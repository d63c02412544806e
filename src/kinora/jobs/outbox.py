"""Tell the world what happened to a video: an event, and its delivery where somebody listens."""

from __future__ import annotations

import sqlalchemy as sa

from kinora.jobs.queue import DELIVER, EVENTS_QUEUE, Job, JobQueue
from kinora.records import events
from kinora.records.webhooks import subscribers


def announce(
    connection: sa.Connection,
    queue: JobQueue,
    *,
    project_id: str,
    kind: str,
    object_id: str,
    at: float,
    nth: int | None = None,
) -> str:
    """Write the event ``kind`` of an object, and enqueue its delivery if an endpoint wants it.

    All in the caller's transaction, the one that changes the object. Announced twice, an event
    is still one event and one delivery.

    Args:
        connection: of the transaction.
        queue: takes the delivery.
        project_id: whose endpoints are told.
        kind: ``video.completed`` …
        object_id: what it happened to.
        at: unix seconds.
        nth: tells apart events of one kind that happen to an object more than once.

    Returns:
        The event's id.
    """
    event_id = events.emit(
        connection, project_id=project_id, kind=kind, object_id=object_id, at=at, nth=nth
    )
    if is_wanted(connection, project_id=project_id, kind=kind):
        queue.enqueue(
            connection,
            Job(id=event_id, workflow=DELIVER, queue=EVENTS_QUEUE, arguments=(event_id,)),
        )
    return event_id


def is_wanted(connection: sa.Connection, *, project_id: str, kind: str) -> bool:
    """Whether an endpoint of the project subscribes to events of ``kind``."""
    return bool(subscribers(connection, project_id=project_id, kind=kind))
