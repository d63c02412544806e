from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.support.jobs import until

from kinora.jobs.heartbeat import DECLARED_DEAD, Heartbeat, Timing
from kinora.records import workers
from kinora.records.database import Database, open_database
from kinora.records.migrate import migrate
from kinora.records.tables import workers as table

FAST = Timing(beat=0.05, ttl=1.0, settle=0.1)  # a loaded machine may stall for a while


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'kinora.db'}")
    migrate(opened)
    yield opened
    opened.close()


def heart(database: Database, left: list[int], timing: Timing = FAST) -> Heartbeat:
    return Heartbeat(
        str(database.url),
        "w-1",
        queues=("cpu",),
        timing=timing,
        leave=lambda code: left.append(code),
    )


def seen(database: Database) -> float:
    with database.read() as connection:
        return float(connection.execute(sa.select(table.c.seen)).scalar_one())


def test_the_first_beat_is_committed_before_start_returns(database: Database) -> None:
    heartbeat = heart(database, [], Timing(beat=3600, ttl=14400))
    heartbeat.start()
    with database.read() as connection:
        assert workers.living(connection) == {"w-1"}
    heartbeat.stop()


def test_it_beats_until_it_stops_and_then_counts_as_dead(database: Database) -> None:
    heartbeat = heart(database, [])
    heartbeat.start()
    first = seen(database)
    until(lambda: seen(database) > first)
    heartbeat.stop()
    with database.read() as connection:
        assert workers.living(connection) == frozenset()


def test_who_hears_that_it_is_dead_leaves_at_once(database: Database) -> None:
    left: list[int] = []
    heartbeat = heart(database, left)
    heartbeat.start()
    with database.begin() as connection:
        workers.retire(connection, "w-1")
    until(lambda: bool(left))
    heartbeat.stop()
    assert left[0] == DECLARED_DEAD


def test_it_judges_only_after_beating_long_enough(database: Database) -> None:
    heartbeat = heart(database, [], Timing(beat=0.05, ttl=3600))
    heartbeat.start()
    assert not heartbeat.steady()
    heartbeat.stop()
    quick = heart(database, [])
    quick.start(revive=True)
    until(quick.steady)
    quick.stop()


def test_an_outage_starts_the_count_anew(database: Database, tmp_path: Path) -> None:
    heartbeat = heart(database, [])
    heartbeat.start()
    until(heartbeat.steady)
    path = tmp_path / "kinora.db"
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE workers RENAME TO gone")
    until(lambda: not heartbeat.steady())
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE gone RENAME TO workers")
    until(heartbeat.steady)
    heartbeat.stop()


def test_after_a_sleep_of_the_host_nobody_is_judged_by_old_beats(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeat = heart(database, [])
    heartbeat.start()
    until(heartbeat.steady)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 3600)
    assert not heartbeat.steady()
    heartbeat.stop()


def test_it_runs_on_a_thread_of_its_own(database: Database) -> None:
    heartbeat = heart(database, [])
    heartbeat.start()
    assert "heartbeat" in {thread.name for thread in threading.enumerate()}
    heartbeat.stop()
    assert "heartbeat" not in {thread.name for thread in threading.enumerate()}
