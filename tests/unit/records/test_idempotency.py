from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.support.postgres import postgres  # noqa: F401 — a fixture

from kinora.records.database import open_database
from kinora.records.idempotency import Repeatable, claim
from kinora.records.ids import new_id
from kinora.records.migrate import migrate
from kinora.testing.postgres import PostgresServer

POST = Repeatable(scope="k", token="key:a", body_sha256="1", object_id="video_1", created_at=100.0)


@pytest.fixture(params=["sqlite", "postgres"])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Connection]:
    url = f"sqlite:///{tmp_path / 'kinora.db'}"
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create(new_id("test_"))
    database = open_database(url)
    migrate(database)
    with database.begin() as opened:
        yield opened
    database.close()


def test_the_first_claim_wins(connection: sa.Connection) -> None:
    later = replace(POST, object_id="video_2", created_at=150.0)
    assert claim(connection, POST, unless_since=50.0) is None
    assert claim(connection, later, unless_since=50.0) == POST
    assert claim(connection, later, unless_since=100.0) == POST


def test_an_old_claim_is_replaced(connection: sa.Connection) -> None:
    later = replace(POST, object_id="video_2", body_sha256="2", created_at=150.0)
    assert claim(connection, POST, unless_since=None) is None
    assert claim(connection, later, unless_since=100.5) is None
    assert claim(connection, POST, unless_since=0.0) == later


def test_none_always_replaces(connection: sa.Connection) -> None:
    later = replace(POST, object_id="video_2")
    assert claim(connection, POST, unless_since=None) is None
    assert claim(connection, later, unless_since=None) is None
    assert claim(connection, POST, unless_since=0.0) == later


def test_keys_have_tokens_of_their_own(connection: sa.Connection) -> None:
    assert claim(connection, POST, unless_since=0.0) is None
    assert claim(connection, replace(POST, scope="j"), unless_since=0.0) is None
    assert claim(connection, replace(POST, token="key:b"), unless_since=0.0) is None
