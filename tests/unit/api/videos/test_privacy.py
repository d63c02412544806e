from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from kinora.api.auth import Access
from kinora.errors import InputError
from kinora.records import audit
from kinora.records.tables import metadata
from kinora.service import keys, privacy
from kinora.service.context import Service

Finish = Callable[..., str]


def fill(client: TestClient, finished: Finish) -> str:
    """A video, a file and a webhook of the project; answers the video's id."""
    video = finished(prompt="the violet door, push in")
    client.post(
        "/v1/files", data={"purpose": "user_data"}, files={"file": ("violet.txt", b"violet")}
    )
    client.post(
        "/v1/webhook_endpoints",
        json={"name": "n", "url": "https://violet.example/x", "event_types": ["video.completed"]},
    )
    return video


def stored(service: Service) -> str:
    """All rows but the audit log's, and all blobs, as one text."""
    parts = []
    with service.database.read() as connection:
        for table in metadata.sorted_tables:
            if table.name != "audit":
                parts += [str(row) for row in connection.execute(sa.select(table))]
    for prefix in ("inputs", "videos", "files", "characters"):
        parts += [key for key, _ in service.blobs.keys(prefix)]
    return "\n".join(parts)


def test_all_that_is_kept_is_handed_out(
    client: TestClient, finished: Finish, service: Service
) -> None:
    video = fill(client, finished)
    out = io.BytesIO()
    counts = privacy.export(service, "default", out)
    assert (counts["videos"], counts["files"], counts["webhook_endpoints"]) == (1, 1, 1)
    with zipfile.ZipFile(out) as archive:
        records = json.loads(archive.read("records.json"))
        names = archive.namelist()
    assert records["videos"][0]["prompt"] == "the violet door, push in"
    assert "secret" not in records["webhook_endpoints"][0]
    assert "hash" not in records["api_keys"][0]
    assert f"files/videos/{video}/video.mp4" in names
    assert any(name.startswith("files/inputs/") for name in names)


def test_an_erasure_leaves_nothing_and_others_alone(
    app: FastAPI, client: TestClient, finished: Finish, service: Service, picture: bytes
) -> None:
    fill(client, finished)
    secret = keys.create(service.database, "other", project_id="other")[1]
    headers = {"authorization": f"Bearer {secret}"}
    files = {"input_reference": ("a.png", picture, "image/png")}
    theirs: Any = client.post(
        "/v1/videos", data={"prompt": "tilt up"}, files=files, headers=headers
    )
    erased = privacy.erase(service, "default")
    assert (erased.videos, erased.files, erased.pictures) == (1, 1, 0)  # the picture is shared
    left = stored(service)
    assert "violet" not in left
    assert "default" not in left
    app.state.access = Access()  # as when what it remembers of keys has run out
    assert client.get("/v1/videos").status_code == 401
    kept = client.get(f"/v1/videos/{theirs.json()['id']}", headers=headers)
    assert kept.json()["prompt"] == "tilt up"
    assert privacy.erase(service, "other").pictures == 1
    with service.database.read() as connection:
        log = list(audit.entries(connection))
    assert audit.verify(log)[1] is None
    assert [entry["kind"] for entry in log][-2:] == ["erasure", "erasure"]
    assert "violet" not in str(log)


def test_an_unknown_project_is_told(service: Service) -> None:
    with pytest.raises(InputError):
        privacy.export(service, "nobody", io.BytesIO())
    with pytest.raises(InputError):
        privacy.erase(service, "nobody")
