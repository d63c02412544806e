"""The outbox: what happened to a video, to be told to webhooks."""

from __future__ import annotations

import json

import sqlalchemy as sa

from kinora.records.ids import derived_id
from kinora.records.tables import events


def emit(
    connection: sa.Connection,
    *,
    project_id: str,
    kind: str,
    object_id: str,
    at: float,
    nth: int | None = None,
) -> str:
    """Write an event in the caller's transaction; returns its id, the same for a repeated event.

    The payload is the exact body that receivers get: an id to retrieve, nothing else. ``nth``
    tells apart events of one kind that happen to an object more than once.
    """
    event_id = derived_id("evt_", object_id, kind, *([] if nth is None else [str(nth)]))
    known = connection.execute(sa.select(events.c.id).where(events.c.id == event_id)).first()
    if known is None:
        payload = {
            "id": event_id,
            "object": "event",
            "created_at": int(at),
            "type": kind,
            "data": {"id": object_id},
        }
        connection.execute(
            events.insert().values(
                id=event_id,
                project_id=project_id,
                type=kind,
                object_id=object_id,
                payload=json.dumps(payload, separators=(",", ":")),
                created_at=at,
            )
        )
    return event_id
