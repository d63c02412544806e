"""Connections: SQLite (WAL) in one file, or PostgreSQL.

On SQLite a transaction takes the write lock at its start (``BEGIN IMMEDIATE``), so that what it
reads still holds when it writes; readers use connections of their own and never wait for writers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from kinora.errors import InputError, OutputError

BUSY_TIMEOUT_MS = 30_000
#: Connections kept for reading a file: one for each thread of a server's pool, because to open one
#: takes longer than a query.
_READERS = 40


@dataclass(frozen=True, slots=True)
class Database:
    """Two engines on the same data: one for transactions, one for reads that hold no lock."""

    url: URL
    engine: sa.Engine
    reader: sa.Engine

    @property
    def is_sqlite(self) -> bool:
        """One file, one host."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction: committed at the end of the block, rolled back by an exception."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection for reading; each statement sees what is committed when it runs."""
        with self.reader.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self.reader.dispose()


def open_database(url: str) -> Database:
    """Connect to ``sqlite:///PATH`` or ``postgresql://…``; a missing SQLite file is made.

    Raises:
        InputError: not a URL of a database that Kinora knows.
        OutputError: the SQLite file can't be made, or its disk can't do WAL.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        _create_in_wal_mode(Path(parsed.database or ""))
        engine = _engine(parsed, max_overflow=16)
        reader = _engine(
            parsed,
            pool_size=_READERS,
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,  # nothing to roll back: it never begins
        )
        event.listen(engine, "connect", _prepare_writer)
        event.listen(engine, "begin", _begin_immediate)
        event.listen(reader, "connect", _prepare)
        return Database(url=parsed, engine=engine, reader=reader)
    engine = _engine(parsed, max_overflow=16, pool_pre_ping=True)
    return Database(
        url=parsed, engine=engine, reader=engine.execution_options(isolation_level="AUTOCOMMIT")
    )


def _engine(url: URL, **options: Any) -> sa.Engine:
    # An error names the statement, never its values: they hold prompts and secrets.
    return sa.create_engine(url, hide_parameters=True, **{"pool_size": 8, **options})


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError as error:
        raise InputError(
            f"The database URL {url!r} can't be read: write sqlite:///PATH or "
            "postgresql://USER@HOST/NAME.",
            param="KINORA_DATABASE_URL",
        ) from error
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not parsed.database:
        raise InputError(
            f"The database URL names {backend!r}: write sqlite:///PATH or "
            "postgresql://USER@HOST/NAME.",
            param="KINORA_DATABASE_URL",
        )
    return parsed


def _create_in_wal_mode(path: Path) -> None:
    """The journal mode lies in the file's header, so whoever makes the file decides it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path)
        try:
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise OutputError(
            f"The database {path} can't be opened: {error}.", param="KINORA_DATABASE_URL"
        ) from error
    if mode != "wal":
        raise OutputError(
            f"The disk of {path} can't hold a database in WAL mode (it answers {mode!r}); "
            "use a local disk, not a network one.",
            param="KINORA_DATABASE_URL",
        )


def _prepare(connection: Any, _record: object) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys=ON")


def _prepare_writer(connection: Any, record: object) -> None:
    connection.isolation_level = None  # begin by hand: sqlite3 would begin at the first write
    _prepare(connection, record)


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
