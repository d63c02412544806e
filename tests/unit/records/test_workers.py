from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.support.postgres import postgres  # noqa: F401 — a fixture

from kinora.records import workers
from kinora.records.database import Database, open_database
from kinora.records.ids import new_id
from kinora.records.migrate import migrate
from kinora.records.tables import workers as table
from kinora.testing.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'kinora.db'}"
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create(new_id("test_"))
    opened = open_database(url)
    migrate(opened)
    yield opened
    opened.close()


def beat(database: Database, worker_id: str, *, revive: bool = False) -> bool:
    with database.begin() as connection:
        return workers.beat(connection, worker_id, queues=["cpu", "events"], revive=revive)


def age(database: Database, worker_id: str, seconds: float) -> None:
    with database.begin() as connection:
        connection.execute(
            table.update().where(table.c.id == worker_id).values(seen=table.c.seen - seconds)
        )


def bury(database: Database, *, spare: str = "") -> list[str]:
    with database.begin() as connection:
        return workers.bury(connection, silent_for=30, spare=spare)


def living(database: Database) -> set[str]:
    with database.read() as connection:
        return set(workers.living(connection))


def test_a_first_beat_makes_a_worker_live(database: Database) -> None:
    assert beat(database, "w-1") is False
    assert living(database) == {"w-1"}
    with database.read() as connection:
        row = connection.execute(sa.select(table)).one()
    assert row.queues == "cpu,events"
    assert abs(row.seen - time.time()) < 60  # unix seconds, by whichever clock


def test_who_is_silent_dies_and_stays_dead(database: Database) -> None:
    beat(database, "w-1")
    beat(database, "w-2")
    age(database, "w-1", 31)
    assert bury(database) == ["w-1"]
    assert beat(database, "w-1") is True
    assert bury(database) == []
    assert living(database) == {"w-2"}


def test_nobody_buries_oneself(database: Database) -> None:
    beat(database, "w-1")
    age(database, "w-1", 31)
    assert bury(database, spare="w-1") == []


def test_only_a_revival_brings_back(database: Database) -> None:
    beat(database, "local")
    with database.begin() as connection:
        workers.retire(connection, "local")
    assert living(database) == set()
    assert beat(database, "local", revive=True) is False
    assert living(database) == {"local"}


def test_the_long_dead_are_forgotten_and_nobody_else(database: Database) -> None:
    for name in ("dead-long", "dead-now", "silent"):
        beat(database, name)
    for name in ("dead-long", "silent"):
        age(database, name, 100)
    with database.begin() as connection:
        workers.retire(connection, "dead-long")
        workers.retire(connection, "dead-now")
        assert workers.count_forgettable(connection, silent_for=50) == 1
        assert workers.forget(connection, silent_for=50) == 1
    assert living(database) == {"silent"}
    assert beat(database, "dead-now") is True


def test_a_lease_has_one_holder_until_it_runs_out(database: Database) -> None:
    def take(holder: str, seconds: float) -> bool:
        with database.begin() as connection:
            return workers.take_lease(connection, "reaper", holder=holder, seconds=seconds)

    assert take("w-1", 60)
    assert take("w-1", 60)
    assert not take("w-2", 60)
    assert take("w-1", -1)  # over already
    assert take("w-2", 60)
    assert not take("w-1", 60)
