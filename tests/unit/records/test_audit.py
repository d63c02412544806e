from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kinora.records import audit
from kinora.records.audit import ORIGIN, Entry, Head
from kinora.records.database import Database, open_database
from kinora.records.migrate import migrate
from kinora.records.tables import audit as table


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    migrate(opened)
    with opened.begin() as connection:
        for number in range(3):
            audit.append(
                connection,
                Entry(
                    kind="check", at=1000.5 + number, object_id=f"v{number}", record={"n": [1.5]}
                ),
            )
    yield opened
    opened.close()


def exported(database: Database) -> list[dict[str, Any]]:
    with database.read() as connection:
        return list(audit.entries(connection))


def test_entries_follow_each_other(database: Database) -> None:
    log = exported(database)
    assert [entry["seq"] for entry in log] == [1, 2, 3]
    assert log[0]["previous"] == ORIGIN
    assert log[2]["previous"] == log[1]["hash"]
    assert audit.verify(log) == (Head(3, log[2]["hash"]), None)
    assert audit.verify([]) == (Head(0, ORIGIN), None)


def test_several_are_appended_in_one_transaction_and_rolled_back_with_it(
    database: Database,
) -> None:
    entry = Entry(kind="use", at=1.0, record={})
    with database.begin() as connection:
        head = audit.append(connection, entry, entry)
        audit.append(connection, entry, after=head)
    assert audit.verify(exported(database))[0].seq == 6
    connection = database.engine.connect()
    audit.append(connection, entry)
    connection.close()  # without a commit
    assert audit.verify(exported(database))[0].seq == 6


def _without_second(log: list[dict[str, Any]]) -> None:
    del log[1]


def _changed(log: list[dict[str, Any]]) -> None:
    log[1]["record"] = {"n": [2]}


def _changed_with_its_hash(log: list[dict[str, Any]]) -> None:
    _changed(log)
    log[1]["hash"] = audit._hash({**log[1], "record": audit._canonical(log[1]["record"])})


def _swapped(log: list[dict[str, Any]]) -> None:
    log[1], log[2] = log[2], log[1]


def _beheaded(log: list[dict[str, Any]]) -> None:
    del log[0]


@pytest.mark.parametrize(
    ("tamper", "seq"),
    [
        (_without_second, 2),
        (_changed, 2),
        (_changed_with_its_hash, 3),
        (_swapped, 2),
        (_beheaded, 1),
        (lambda log: log[2].pop("kind"), 3),
    ],
)
def test_a_change_shows(
    database: Database, tamper: Callable[[list[dict[str, Any]]], Any], seq: int
) -> None:
    log = exported(database)
    tamper(log)
    _, fault = audit.verify(log)
    assert fault is not None
    assert fault.seq == seq


def test_a_change_of_the_database_shows(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(table.update().where(table.c.seq == 2).values(at=0.0))
    _, fault = audit.verify(exported(database))
    assert fault is not None
    assert fault.seq == 2


def test_entries_are_selected_by_object_and_kind(database: Database) -> None:
    with database.read() as connection:
        assert [e["seq"] for e in audit.entries(connection, object_id="v1")] == [2]
        assert not list(audit.entries(connection, kind="refusal"))
