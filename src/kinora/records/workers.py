"""Rows of ``workers`` and ``lease``: who lives, who is dead for good, who leads.

Ages are measured by one clock: the database's on PostgreSQL, the host's on SQLite, where every
process runs on the same host.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kinora.records.tables import lease, workers


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def _now(connection: sa.Connection) -> sa.ColumnElement[float]:
    """Unix seconds by the clock that all workers share."""
    if connection.dialect.name == "sqlite":
        return sa.literal(time.time(), sa.Double)
    # clock_timestamp, not now(): a transaction that waited for a lock must not look old.
    return sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Double)


def beat(
    connection: sa.Connection, worker_id: str, *, queues: Iterable[str], revive: bool = False
) -> bool:
    """Say that the worker lives; answers whether it was declared dead.

    ``revive`` takes that back. It is for the one id that is used again after a restart, by a
    process that holds the lock of its database.
    """
    now = _now(connection)
    names = ",".join(queues)
    changes: dict[str, Any] = {"seen": now, "queues": names}
    if revive:
        changes["dead"] = False
    statement = (
        _insert(connection, workers)
        .values(id=worker_id, seen=now, dead=False, queues=names)
        .on_conflict_do_update(index_elements=[workers.c.id], set_=changes)
        .returning(workers.c.dead)
    )
    return bool(connection.execute(statement).scalar_one())


def bury(connection: sa.Connection, *, silent_for: float, spare: str) -> list[str]:
    """Declare dead who wasn't seen for ``silent_for`` seconds; never ``spare``, the caller."""
    statement = (
        workers.update()
        .where(
            workers.c.dead.is_(sa.false()),
            workers.c.seen < _now(connection) - silent_for,
            workers.c.id != spare,
        )
        .values(dead=True)
        .returning(workers.c.id)
    )
    return list(connection.execute(statement).scalars())


def retire(connection: sa.Connection, worker_id: str) -> None:
    """Declare oneself dead, so that others take over at once."""
    connection.execute(workers.update().where(workers.c.id == worker_id).values(dead=True))


def living(connection: sa.Connection) -> frozenset[str]:
    """Ids that are not dead."""
    query = sa.select(workers.c.id).where(workers.c.dead.is_(sa.false()))
    return frozenset(connection.execute(query).scalars())


def forget(connection: sa.Connection, *, silent_for: float) -> int:
    """Remove the rows of those dead for so long that no process can have slept through it.

    Were a sleeping process's row removed, its next beat would bring it back to life.
    """
    statement = workers.delete().where(
        workers.c.dead.is_(sa.true()), workers.c.seen < _now(connection) - silent_for
    )
    return connection.execute(statement).rowcount


def count_forgettable(connection: sa.Connection, *, silent_for: float) -> int:
    """How many rows `forget` would remove."""
    query = sa.select(sa.func.count()).where(
        workers.c.dead.is_(sa.true()), workers.c.seen < _now(connection) - silent_for
    )
    return int(connection.execute(query).scalar_one())


def take_lease(connection: sa.Connection, name: str, *, holder: str, seconds: float) -> bool:
    """Become or stay the one holder of ``name`` for ``seconds``; False: somebody else is."""
    now = _now(connection)
    connection.execute(
        _insert(connection, lease).values(name=name, holder="", until=0.0).on_conflict_do_nothing()
    )
    statement = (
        lease.update()
        .where(lease.c.name == name, sa.or_(lease.c.until < now, lease.c.holder == holder))
        .values(holder=holder, until=now + seconds)
    )
    return connection.execute(statement).rowcount == 1
