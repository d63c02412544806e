"""Rows of ``videos``. Every function takes a connection; the caller owns the transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, Literal

import sqlalchemy as sa

from kinora.records.tables import videos
from kinora.types.video import TERMINAL, Video, VideoStatus

_NAMES = [field.name for field in fields(Video)]
_COLUMNS = [videos.c[name] for name in _NAMES]
ACTIVE: tuple[VideoStatus, ...] = ("queued", "in_progress")

# Built once: to build a statement takes longer than SQLite takes to run it.
_INSERT = videos.insert()
_FIND = sa.select(*_COLUMNS).where(videos.c.id == sa.bindparam("id"))
_COUNT = sa.select(sa.func.count()).where(videos.c.status == sa.bindparam("status"))
_NEWEST = sa.select(sa.func.max(videos.c.seq))


def insert(connection: sa.Connection, **values: Any) -> int:
    """A new row; ``values`` are columns of `kinora.records.tables.videos`. Returns its ``seq``."""
    key = connection.execute(_INSERT, values).inserted_primary_key
    assert key is not None  # of a single row
    return int(key[0])


def find(connection: sa.Connection, video_id: str) -> Video | None:
    """The row, whatever its status and project."""
    row = connection.execute(_FIND, {"id": video_id}).one_or_none()
    return None if row is None else Video(**dict(zip(_NAMES, row, strict=True)))


def find_many(connection: sa.Connection, ids: Sequence[str]) -> list[Video]:
    """The rows that exist, in the order of ``ids``."""
    rows = connection.execute(sa.select(*_COLUMNS).where(videos.c.id.in_(ids)))
    by_id = {row.id: Video(**row._mapping) for row in rows}
    return [by_id[i] for i in ids if i in by_id]


def page(
    connection: sa.Connection,
    *,
    project_id: str | None,
    after: int | None,
    limit: int,
    order: Literal["asc", "desc"],
    statuses: Iterable[VideoStatus] | None = None,
) -> list[Video]:
    """Up to ``limit`` rows beyond the row of sequence ``after``; cancelled ones never show.

    ``project_id`` None means every project (for the operator's commands).
    """
    query = sa.select(*_COLUMNS).where(videos.c.status != "cancelled")
    if project_id is not None:
        query = query.where(videos.c.project_id == project_id)
    if statuses is not None:
        query = query.where(videos.c.status.in_(list(statuses)))
    if after is not None:
        query = query.where(videos.c.seq > after if order == "asc" else videos.c.seq < after)
    ordered = query.order_by(videos.c.seq.asc() if order == "asc" else videos.c.seq.desc())
    return [Video(**row._mapping) for row in connection.execute(ordered.limit(limit))]


def update(
    connection: sa.Connection,
    video_id: str,
    *,
    unless: Iterable[VideoStatus] = TERMINAL,
    **values: Any,
) -> bool:
    """Change a row unless its status is one of ``unless``; says whether it was changed.

    The guard is what makes a cancel final: a worker's later write finds ``cancelled`` and fails.
    """
    statement = videos.update().where(videos.c.id == video_id, videos.c.status.not_in(list(unless)))
    return connection.execute(statement.values(**values)).rowcount == 1


def delete(connection: sa.Connection, video_id: str) -> None:
    """Remove the row."""
    connection.execute(videos.delete().where(videos.c.id == video_id))


def count_active(connection: sa.Connection, *, key_id: str | None = None) -> int:
    """Jobs queued or running: of one key, or of the whole installation."""
    query = sa.select(sa.func.count()).where(videos.c.status.in_(ACTIVE))
    if key_id is not None:
        query = query.where(videos.c.key_id == key_id)
    return int(connection.execute(query).scalar_one())


def wait_for_room(
    connection: sa.Connection, *, key_id: str, limit: int, window: float, now: float
) -> float:
    """Seconds until fewer than ``limit`` videos of a key lie within the last ``window`` seconds."""
    query = (
        sa.select(videos.c.created_at)
        .where(videos.c.key_id == key_id, videos.c.created_at >= now - window)
        .order_by(videos.c.created_at.desc())
        .offset(limit - 1)
        .limit(1)
    )
    oldest = connection.execute(query).scalar_one_or_none()
    return 0.0 if oldest is None else max(0.0, oldest + window - now)


def queue_order(connection: sa.Connection) -> list[tuple[int, int]]:
    """(priority, seq) of every queued job, in the order in which they are taken."""
    query = (
        sa.select(videos.c.priority, videos.c.seq)
        .where(videos.c.status == "queued")
        .order_by(videos.c.priority, videos.c.seq)
    )
    return [(priority, seq) for priority, seq in connection.execute(query)]


def count_queued(connection: sa.Connection) -> int:
    """Jobs that wait."""
    return _count(connection, "queued")


def count_running(connection: sa.Connection) -> int:
    """Jobs that run."""
    return _count(connection, "in_progress")


def newest_seq(connection: sa.Connection) -> int:
    """The sequence number of the newest row, so no fewer than there are rows; 0: none yet."""
    return connection.execute(_NEWEST).scalar_one() or 0


def _count(connection: sa.Connection, status: VideoStatus) -> int:
    return int(connection.execute(_COUNT, {"status": status}).scalar_one())


def mean_render_seconds(connection: sa.Connection, *, last: int = 20) -> float | None:
    """Seconds from start to end of the newest completed jobs; None before the first."""
    newest = (
        sa.select((videos.c.completed_at - videos.c.started_at).label("took"))
        .where(videos.c.status == "completed", videos.c.started_at.is_not(None))
        .order_by(videos.c.seq.desc())
        .limit(last)
        .subquery()
    )
    value = connection.execute(sa.select(sa.func.avg(newest.c.took))).scalar_one()
    return None if value is None else float(value)
