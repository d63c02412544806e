"""Rows of ``marked_clips``: which video carries which number. Functions take a connection."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from kinora.records.tables import marked_clips as table


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedRow:
    """A finished video and the number in its mark; no project, no prompt."""

    video_id: str
    clip_id: str  # 12 hexadecimal digits; the same request has the same
    sha256: str  # of the file
    made_at: float  # unix seconds


def note(connection: sa.Connection, row: MarkedRow) -> None:
    """A new row, in place of an earlier one of the same video."""
    connection.execute(table.delete().where(table.c.video_id == row.video_id))
    connection.execute(table.insert().values(**asdict(row)))


def first(connection: sa.Connection, clip_id: str) -> MarkedRow | None:
    """The first video of a number."""
    query = sa.select(table).where(table.c.clip_id == clip_id).order_by(table.c.made_at).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else MarkedRow(**row._mapping)
