"""Rows of ``blocked_pictures``. Every function takes a connection."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from kinora.records.tables import blocked_pictures as table


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedRow:
    """A picture that nothing may be made of; only its prints are kept."""

    id: str  # block_…
    name: str
    sha256: str  # of its file
    print_json: str  # `kinora.policy.similar.Print`
    created_at: float  # unix seconds


def insert(connection: sa.Connection, row: BlockedRow) -> None:
    """A new row."""
    connection.execute(table.insert().values(**asdict(row)))


def delete(connection: sa.Connection, row_id: str) -> bool:
    """Whether there was such a row."""
    return connection.execute(table.delete().where(table.c.id == row_id)).rowcount > 0


def every(connection: sa.Connection) -> list[BlockedRow]:
    """All rows, the oldest first."""
    rows = connection.execute(sa.select(table).order_by(table.c.created_at, table.c.id))
    return [BlockedRow(**row._mapping) for row in rows]


def prints(connection: sa.Connection) -> list[tuple[str, str]]:
    """Names and prints of all, the oldest first."""
    query = sa.select(table.c.name, table.c.print_json).order_by(table.c.created_at, table.c.id)
    return [(row.name, row.print_json) for row in connection.execute(query)]
