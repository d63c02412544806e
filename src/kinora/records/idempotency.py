"""Rows of ``idempotency``: which object a repeated POST made the first time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kinora.records.tables import idempotency

_FIND = sa.select(idempotency).where(
    idempotency.c.scope == sa.bindparam("its_scope"),
    idempotency.c.token == sa.bindparam("its_token"),
)


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
    is_sqlite = connection.dialect.name == "sqlite"
    statement = _claim(is_sqlite, unless_since is not None)
    values = asdict(post)
    if unless_since is not None:
        values["unless_since"] = unless_since
    # Kept on request only: PostgreSQL's answer to an insert has -1 otherwise.
    written = connection.execute(
        statement, values, execution_options={"preserve_rowcount": True}
    ).rowcount
    if written == 1:
        return None
    found = connection.execute(_FIND, {"its_scope": post.scope, "its_token": post.token}).one()
    return Repeatable(**found._asdict())


@cache
def _claim(is_sqlite: bool, conditional: bool) -> Any:
    dialect: Any = sqlite if is_sqlite else postgresql
    statement = dialect.insert(idempotency).values(
        {name: sa.bindparam(name) for name in idempotency.c.keys()}  # noqa: SIM118
    )
    old = idempotency.c.created_at < sa.bindparam("unless_since", type_=sa.Double)
    return statement.on_conflict_do_update(
        index_elements=[idempotency.c.scope, idempotency.c.token],
        set_={n: statement.excluded[n] for n in ("body_sha256", "object_id", "created_at")},
        where=old if conditional else None,
    )
