"""Rows of ``idempotency``: which object a repeated POST made the first time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kinora.records.tables import idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeatable:
    """One POST, and what it made."""

    scope: str  # id of the key, or "open"
    token: str  # "key:<Idempotency-Key>" or "body:<sha256>"
    body_sha256: str
    object_id: str
    created_at: float  # unix seconds


def claim(
    connection: sa.Connection, post: Repeatable, *, unless_since: float | None
) -> Repeatable | None:
    """Write ``post`` down, unless one with its token was written at or after ``unless_since``.

    One statement, so that of two at the same moment only one is written.

    Args:
        connection: of the transaction that makes the object.
        post: what to write.
        unless_since: unix seconds; None: replace whatever there is.

    Returns:
        None if it was written, else the earlier one.
    """
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = asdict(post)
    statement = (
        dialect.insert(idempotency)
        .values(**values)
        .on_conflict_do_update(
            index_elements=[idempotency.c.scope, idempotency.c.token],
            set_={name: values[name] for name in ("body_sha256", "object_id", "created_at")},
            where=None if unless_since is None else idempotency.c.created_at < unless_since,
        )
    )
    if connection.execute(statement).rowcount == 1:
        return None
    query = sa.select(idempotency).where(
        idempotency.c.scope == post.scope, idempotency.c.token == post.token
    )
    return Repeatable(**connection.execute(query).one()._mapping)


def forget(connection: sa.Connection, *, before: float) -> int:
    """Remove what was written before a moment, unix seconds; says how much."""
    return connection.execute(
        idempotency.delete().where(idempotency.c.created_at < before)
    ).rowcount
