"""Wait for a database that is away for a moment instead of failing a job over it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

P = ParamSpec("P")
R = TypeVar("R")

FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0

#: Locked out, a failing or full disk, a file that can't be opened now: all may pass.
_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
#: Classes of SQLSTATE: connection, rolled back by a conflict, out of resources, shutting down.
_POSTGRES = ("08", "40", "53", "57")

_log = structlog.get_logger(__name__)


def is_away(error: DBAPIError) -> bool:
    """Whether the database may answer the same statement later."""
    if error.connection_invalidated:
        return True
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        # The low byte is the primary code; Python's own errors carry none.
        return getattr(cause, "sqlite_errorcode", -1) & 0xFF in _SQLITE
    state = getattr(cause, "sqlstate", None)
    if state is None:  # psycopg: no server behind the error, so the connection failed
        return type(cause).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout")
    return str(state).startswith(_POSTGRES)


async def patiently(work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call ``work`` in a thread, again and again while the database is away.

    ``work`` must be safe to repeat: a commit whose answer was lost has happened nevertheless.
    """
    wait = FIRST_WAIT
    while True:
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except DBAPIError as error:
            if not is_away(error):
                raise
            _log.warning("database_away", error=str(error.orig), wait=wait)
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)
