from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.jobs import Bench
from tests.support.postgres import postgres  # noqa: F401 — a fixture

from kinora.records.ids import new_id
from kinora.service.context import open_service
from kinora.settings import Settings
from kinora.testing.postgres import PostgresServer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of an empty service on SQLite."""
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture
def bench(settings: Settings) -> Iterator[Bench]:
    with open_service(settings) as service:
        yield Bench(service)


@pytest.fixture(params=["sqlite", "postgres"])
def each_bench(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Bench]:
    """The same on each database."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        settings = settings.model_copy(update={"database_url": server.create(new_id("test_"))})
    with open_service(settings) as service:
        yield Bench(service)
