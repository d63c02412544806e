"""Rows of ``webhook_endpoints``, ``events`` and ``deliveries``, for those who deliver.

Every function but `reseal` takes a connection; the caller owns the transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from kinora.errors import OutputError
from kinora.records.database import Database
from kinora.records.paging import page_rows
from kinora.records.sealing import Seal
from kinora.records.tables import deliveries, events, webhook_endpoints

_ALL = sa.select(webhook_endpoints)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRow:
    """Where a project wants to hear of events. Times are unix seconds."""

    id: str  # whe_…
    project_id: str
    name: str
    url: str
    event_types: tuple[str, ...]
    secret: str  # whsec_…; as it is stored: perhaps sealed
    created_at: float
    old_secret: str | None = None  # signs too until the moment below
    old_secret_until: float | None = None
    updated_at: float | None = None
    seq: int = 0  # order of creation, given by the database

    def opened(self, seal: Seal) -> EndpointRow:
        """With its secrets in clear.

        Raises:
            OutputError: they were sealed by a key that ``seal`` lacks.
        """
        old = None if self.old_secret is None else seal.open(self.old_secret)
        return replace(self, secret=seal.open(self.secret), old_secret=old)

    def secrets(self, now: float) -> tuple[str, ...]:
        """The secrets that sign at ``now``, the newest first."""
        if self.old_secret and self.old_secret_until and now < self.old_secret_until:
            return (self.secret, self.old_secret)
        return (self.secret,)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened; ``payload`` is the exact body that receivers get."""

    id: str  # evt_…
    project_id: str
    type: str
    payload: str
    created_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One attempt to tell an endpoint of an event."""

    event_id: str
    endpoint_id: str
    attempt: int  # from 1
    at: float
    status_code: int | None  # None: no answer
    error: str | None
    duration_ms: int
    seq: int = 0  # order of the attempts, given by the database


def insert(connection: sa.Connection, row: EndpointRow) -> None:
    """A new endpoint."""
    connection.execute(
        webhook_endpoints.insert().values(
            id=row.id,
            project_id=row.project_id,
            name=row.name,
            url=row.url,
            event_types=json.dumps(row.event_types),
            secret=row.secret,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
    )


def find(connection: sa.Connection, endpoint_id: str) -> EndpointRow | None:
    """The endpoint, whatever its project."""
    query = sa.select(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _endpoint(dict(row._mapping))


def page(
    connection: sa.Connection, *, project_id: str, after: int | None, limit: int
) -> list[EndpointRow]:
    """Endpoints of a project, newest first."""
    where = [webhook_endpoints.c.project_id == project_id]
    rows = page_rows(
        connection, webhook_endpoints, where=where, after=after, limit=limit, order="desc"
    )
    return [_endpoint(row) for row in rows]


def subscribers(connection: sa.Connection, *, project_id: str, kind: str) -> list[EndpointRow]:
    """Endpoints of a project that want events of ``kind``, the oldest first."""
    query = (
        sa.select(webhook_endpoints)
        .where(webhook_endpoints.c.project_id == project_id)
        .order_by(webhook_endpoints.c.seq)
    )
    found = [_endpoint(dict(row._mapping)) for row in connection.execute(query)]
    return [endpoint for endpoint in found if kind in endpoint.event_types]


def update(connection: sa.Connection, endpoint_id: str, **values: Any) -> None:
    """Change an endpoint; ``event_types`` as a sequence."""
    if "event_types" in values:
        values["event_types"] = json.dumps(values["event_types"])
    statement = webhook_endpoints.update().where(webhook_endpoints.c.id == endpoint_id)
    connection.execute(statement.values(**values))


def reseal(database: Database, seal: Seal) -> list[str]:
    """Store every secret as ``seal`` would now; the ids of endpoints that it can't open."""
    with database.read() as connection:
        found = [_endpoint(dict(row._mapping)) for row in connection.execute(_ALL)]
    unread = []
    for endpoint in found:
        stored = [text for text in (endpoint.secret, endpoint.old_secret) if text is not None]
        try:
            clear = endpoint.opened(seal)
        except OutputError:
            unread.append(endpoint.id)
            continue
        if all(map(seal.is_current, stored)):
            continue
        old = None if clear.old_secret is None else seal.close(clear.old_secret)
        statement = webhook_endpoints.update().where(
            webhook_endpoints.c.id == endpoint.id,
            webhook_endpoints.c.secret == endpoint.secret,  # or it was rotated meanwhile
        )
        with database.begin() as connection:
            connection.execute(statement.values(secret=seal.close(clear.secret), old_secret=old))
    return unread


def delete(connection: sa.Connection, endpoint_id: str) -> None:
    """Remove an endpoint; the log of its deliveries stays."""
    connection.execute(webhook_endpoints.delete().where(webhook_endpoints.c.id == endpoint_id))


def find_event(connection: sa.Connection, event_id: str) -> EventRow | None:
    """An event."""
    columns = (events.c.id, events.c.project_id, events.c.type, events.c.payload)
    query = sa.select(*columns, events.c.created_at).where(events.c.id == event_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else EventRow(**row._mapping)


def log_delivery(connection: sa.Connection, row: DeliveryRow) -> None:
    """Keep an attempt; one that was repeated after a crash keeps its first entry."""
    same = (
        deliveries.c.event_id == row.event_id,
        deliveries.c.endpoint_id == row.endpoint_id,
        deliveries.c.attempt == row.attempt,
    )
    if connection.execute(sa.select(deliveries.c.seq).where(*same)).first() is None:
        connection.execute(
            deliveries.insert().values(
                event_id=row.event_id,
                endpoint_id=row.endpoint_id,
                attempt=row.attempt,
                at=row.at,
                status_code=row.status_code,
                error=row.error,
                duration_ms=row.duration_ms,
            )
        )


def page_deliveries(
    connection: sa.Connection, *, endpoint_id: str, after: int | None, limit: int
) -> list[DeliveryRow]:
    """Attempts for an endpoint, newest first."""
    where: Sequence[sa.ColumnElement[bool]] = [deliveries.c.endpoint_id == endpoint_id]
    rows = page_rows(connection, deliveries, where=where, after=after, limit=limit, order="desc")
    return [DeliveryRow(**row) for row in rows]


def _endpoint(row: dict[str, Any]) -> EndpointRow:
    return EndpointRow(**{**row, "event_types": tuple(json.loads(row["event_types"]))})
