from __future__ import annotations

import asyncio
import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from kinora.jobs import patience
from kinora.jobs.patience import is_away, patiently


def sqlite_error(code: int) -> OperationalError:
    error = sqlite3.OperationalError("told by SQLite")
    error.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, error)


def postgres_error(kind: type[psycopg.Error]) -> DBAPIError:
    return OperationalError("SELECT 1", {}, kind("told by PostgreSQL"))


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (sqlite_error(sqlite3.SQLITE_BUSY), True),
        (sqlite_error(sqlite3.SQLITE_FULL), True),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), True),
        (sqlite_error(sqlite3.SQLITE_ERROR), False),  # no such table
        (postgres_error(psycopg.OperationalError), True),  # refused, cut off
        (postgres_error(psycopg.errors.AdminShutdown), True),
        (postgres_error(psycopg.errors.DiskFull), True),
        (postgres_error(psycopg.errors.SerializationFailure), True),
        (postgres_error(psycopg.errors.UndefinedTable), False),
        (postgres_error(psycopg.errors.UniqueViolation), False),
    ],
)
def test_what_may_pass_is_told_from_what_wont(error: DBAPIError, away: bool) -> None:
    assert is_away(error) is away


def test_work_is_repeated_until_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.001)
    tries = []

    def work(value: int) -> int:
        tries.append(value)
        if len(tries) < 4:
            raise sqlite_error(sqlite3.SQLITE_FULL)
        return value

    assert asyncio.run(patiently(work, 7)) == 7
    assert tries == [7] * 4


def test_a_mistake_is_raised_at_once() -> None:
    def work() -> None:
        raise sqlite_error(sqlite3.SQLITE_ERROR)

    with pytest.raises(OperationalError):
        asyncio.run(patiently(work))
