"""Ids that nothing can have: answered like any unknown one, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.support.postgres import postgres  # noqa: F401 — a fixture

from kinora.api.app import create_app
from kinora.records.ids import new_id
from kinora.service.context import open_service
from kinora.settings import Settings
from kinora.testing.postgres import PostgresServer

ODD = ["%00", "a%00b", "x" * 300, "%F0%9F%8E%AC", "file-1"]


@pytest.fixture(params=["sqlite", "postgres"])
def open_client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestClient]:
    """A server that asks for no key, on each database."""
    url = None
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create(new_id("test_"))
    settings = Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", database_url=url)
    with open_service(settings) as service:
        app = create_app(service, open_access=True)
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as opened:
            yield opened


def test_odd_ids_are_not_found(open_client: TestClient) -> None:
    paths = ["files/{}", "files/{}/content", "videos/characters/{}", "batches/{}"]
    paths += ["webhook_endpoints/{}", "webhook_endpoints/{}/deliveries"]
    for path in paths:
        for odd in ODD:
            response = open_client.get("/v1/" + path.format(odd))
            assert response.status_code == 404, (path, odd, response.text)
    for odd in ODD:
        assert open_client.delete(f"/v1/files/{odd}").status_code == 404
        assert open_client.post(f"/v1/batches/{odd}/cancel").status_code == 404


def test_odd_cursors_and_filters_are_answered(open_client: TestClient) -> None:
    for path in ("files", "batches", "webhook_endpoints"):
        for odd in ODD:
            response = open_client.get(f"/v1/{path}?after={odd}")
            assert response.json()["error"]["param"] == "after", (path, odd)
    for odd in ODD:
        assert open_client.get(f"/v1/files?purpose={odd}").json()["data"] == []
    for name in ("batch_output", "video.input"):
        assert open_client.get(f"/v1/files?purpose={name}").status_code == 200
