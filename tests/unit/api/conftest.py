from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kinora.api.app import create_app
from kinora.service import keys
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


@pytest.fixture
def key(service: Service) -> str:
    """The secret of a key with every scope, in the project ``default``."""
    return keys.create(service.database, "test")[1]


@pytest.fixture
def app(service: Service) -> FastAPI:
    return create_app(service)


@pytest.fixture
def client(app: FastAPI, key: str) -> Iterator[TestClient]:
    """The app in this process, called with `key`; faults answer 500 as they do in service."""
    headers = {"authorization": f"Bearer {key}"}
    with TestClient(
        app, base_url="http://127.0.0.1", headers=headers, raise_server_exceptions=False
    ) as opened:
        yield opened
