from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kinora.service.context import Service, open_service
from kinora.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    """A real database, store and queue in a folder of the test's own; nothing executes jobs."""
    with open_service(settings) as opened:
        yield opened
