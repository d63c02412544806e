"""A PostgreSQL server for the whole run, for fixtures to import."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kinora.testing.postgres import PostgresServer, find_binaries, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    if find_binaries() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with postgres_server(fsync=False) as server:
        yield server
