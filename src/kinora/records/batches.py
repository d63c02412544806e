"""Rows of ``batches``. Every function takes a connection; the caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import sqlalchemy as sa

from kinora.records.paging import Order, page_rows
from kinora.records.tables import batches, videos
from kinora.types.video import VideoStatus

BatchStatus = Literal[
    "validating",
    "failed",
    "in_progress",
    "finalizing",
    "completed",
    "expired",
    "cancelling",
    "cancelled",
]
TERMINAL: tuple[BatchStatus, ...] = ("failed", "completed", "expired", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch of requests in a file. Times are unix seconds; JSON columns are text."""

    id: str  # batch_…
    project_id: str
    key_id: str | None
    endpoint: str
    status: BatchStatus
    input_file_id: str
    completion_window: str
    created_at: float
    expires_at: float
    output_file_id: str | None = None
    error_file_id: str | None = None
    metadata_json: str | None = None
    errors_json: str | None = None  # [{"code", "line", "message", "param"}]
    output_expires_seconds: int | None = None
    model: str | None = None
    total: int = 0
    completed: int = 0
    failed: int = 0
    in_progress_at: float | None = None
    finalizing_at: float | None = None
    completed_at: float | None = None
    failed_at: float | None = None
    expired_at: float | None = None
    cancelling_at: float | None = None
    cancelled_at: float | None = None
    seq: int = 0  # order of creation, given by the database


def insert(connection: sa.Connection, row: BatchRow) -> None:
    """A new row."""
    values = asdict(row)
    del values["seq"]
    connection.execute(batches.insert().values(**values))


def find(connection: sa.Connection, batch_id: str) -> BatchRow | None:
    """The row, whatever its project."""
    row = connection.execute(sa.select(batches).where(batches.c.id == batch_id)).one_or_none()
    return None if row is None else BatchRow(**row._mapping)


def page(
    connection: sa.Connection, *, project_id: str, after: int | None, limit: int, order: Order
) -> list[BatchRow]:
    """Batches of a project."""
    where = [batches.c.project_id == project_id]
    rows = page_rows(connection, batches, where=where, after=after, limit=limit, order=order)
    return [BatchRow(**row) for row in rows]


def update(
    connection: sa.Connection,
    batch_id: str,
    *,
    unless: Sequence[BatchStatus] = TERMINAL,
    **values: Any,
) -> bool:
    """Change a row unless its status is one of ``unless``; says whether it was changed."""
    statement = batches.update().where(
        batches.c.id == batch_id, batches.c.status.not_in(list(unless))
    )
    return connection.execute(statement.values(**values)).rowcount == 1


def count_videos(connection: sa.Connection, batch_id: str) -> dict[VideoStatus, int]:
    """How many videos of the batch have which status."""
    query = (
        sa.select(videos.c.status, sa.func.count())
        .where(videos.c.batch_id == batch_id)
        .group_by(videos.c.status)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def video_ids(
    connection: sa.Connection, batch_id: str, *, statuses: Sequence[VideoStatus] | None = None
) -> dict[str, str]:
    """Custom id of each of the batch's videos → the video's id."""
    query = sa.select(videos.c.custom_id, videos.c.id).where(videos.c.batch_id == batch_id)
    if statuses is not None:
        query = query.where(videos.c.status.in_(list(statuses)))
    return {row[0]: row[1] for row in connection.execute(query)}


def extend_videos(connection: sa.Connection, batch_id: str, *, expires_at: float) -> None:
    """Keep the files of the batch's finished videos until ``expires_at``."""
    connection.execute(
        videos.update()
        .where(
            videos.c.batch_id == batch_id,
            videos.c.status == "completed",
            videos.c.files_gone.is_(sa.false()),
        )
        .values(expires_at=expires_at)
    )
