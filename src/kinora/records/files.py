"""Rows of ``files``. Every function takes a connection; the caller owns the transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

import sqlalchemy as sa

from kinora.records.paging import Order, page_rows
from kinora.records.tables import files


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """An uploaded or written file. Times are unix seconds."""

    id: str  # file-…
    project_id: str
    filename: str
    purpose: str
    bytes: int
    sha256: str  # hex
    mime: str  # by content
    blob_key: str
    created_at: float
    expires_at: float | None = None  # None: never
    seq: int = 0  # order of creation, given by the database


_NAMES = [field.name for field in fields(FileRow)]
# Built once: to build a statement takes longer than SQLite takes to run it.
_FIND = sa.select(*[files.c[name] for name in _NAMES]).where(files.c.id == sa.bindparam("id"))


def blob_key(file_id: str) -> str:
    """Where the store keeps the file."""
    return f"files/{file_id}"


def insert(connection: sa.Connection, row: FileRow) -> None:
    """A new row."""
    values = asdict(row)
    del values["seq"]
    connection.execute(files.insert().values(**values))


def find(connection: sa.Connection, file_id: str) -> FileRow | None:
    """The row, whatever its project and expiry."""
    row = connection.execute(_FIND, {"id": file_id}).one_or_none()
    return None if row is None else FileRow(**dict(zip(_NAMES, row, strict=True)))


def page(
    connection: sa.Connection,
    *,
    project_id: str,
    purpose: str | None,
    now: float,
    after: int | None,
    limit: int,
    order: Order,
) -> list[FileRow]:
    """Files of a project that have not expired, of one purpose or any."""
    where = [
        files.c.project_id == project_id,
        sa.or_(files.c.expires_at.is_(None), files.c.expires_at > now),
    ]
    if purpose is not None:
        where.append(files.c.purpose == purpose)
    rows = page_rows(connection, files, where=where, after=after, limit=limit, order=order)
    return [FileRow(**row) for row in rows]


def delete(connection: sa.Connection, file_id: str) -> None:
    """Remove the row."""
    connection.execute(files.delete().where(files.c.id == file_id))
