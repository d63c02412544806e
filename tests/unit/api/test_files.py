from __future__ import annotations

import time
from pathlib import Path

import openai
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kinora.records.tables import files as table
from kinora.service import keys
from kinora.service.context import Service
from kinora.service.files import open_file
from kinora.types.account import Caller

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def upload(client: TestClient, content: bytes = PNG, **fields: str) -> dict[str, object]:
    data = {"purpose": "user_data", **fields}
    response = client.post("/v1/files", data=data, files={"file": ("a.png", content)})
    assert response.status_code == 200, response.text
    return dict(response.json())


def error(response: object) -> dict[str, object]:
    return response.json()["error"]  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(
    "purpose",
    ["assistants", "batch", "fine-tune", "vision", "user_data", "evals", "video.input", "video"],
)
def test_every_purpose_that_old_code_sends_is_taken(client: TestClient, purpose: str) -> None:
    file = upload(client, purpose=purpose)
    assert file["purpose"] == purpose
    assert file["object"] == "file"
    assert file["status"] == "processed"
    assert file["bytes"] == len(PNG)
    assert str(file["id"]).startswith("file-")


def test_only_batch_files_expire_by_themselves(client: TestClient) -> None:
    month = 30 * 86_400
    batch = upload(client, purpose="batch")
    assert int(str(batch["expires_at"])) - int(str(batch["created_at"])) in (month, month + 1)
    assert upload(client)["expires_at"] is None


def test_expiry_is_kept_and_obeyed(client: TestClient, service: Service) -> None:
    fields = {"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}
    file = upload(client, **fields)
    assert int(str(file["expires_at"])) - int(str(file["created_at"])) in (3600, 3601)
    with service.database.begin() as connection:
        connection.execute(table.update().values(expires_at=time.time() - 1))
    assert client.get(f"/v1/files/{file['id']}").status_code == 404
    assert client.get("/v1/files").json()["data"] == []


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"purpose": "batch_output"}, "purpose"),
        ({"purpose": "Not A Word"}, "purpose"),
        ({"expires_after[anchor]": "now", "expires_after[seconds]": "3600"}, None),
        ({"expires_after[anchor]": "created_at", "expires_after[seconds]": "60"}, None),
        ({"expires_after[anchor]": "created_at", "expires_after[seconds]": "1e4"}, None),
        ({"width": "3"}, "width"),
    ],
)
def test_bad_fields_are_named(
    client: TestClient, fields: dict[str, str], param: str | None
) -> None:
    data = {"purpose": "user_data", **fields}
    response = client.post("/v1/files", data=data, files={"file": ("a.png", PNG)})
    assert response.status_code == 400
    found = error(response)["param"]
    assert found == param if param else str(found).startswith("expires_after[")


def test_a_file_must_be_there_and_not_empty(client: TestClient) -> None:
    missing = client.post("/v1/files", data={"purpose": "vision"}, files={"other": PNG})
    assert missing.status_code == 400
    text = client.post("/v1/files", files={"file": (None, "text"), "purpose": (None, "vision")})
    assert error(text)["code"] == "invalid_type"
    empty = client.post("/v1/files", data={"purpose": "vision"}, files={"file": ("a", b"")})
    assert error(empty)["code"] == "empty_file"


def test_content_comes_back_as_it_was_and_never_as_a_page(client: TestClient) -> None:
    page = b"<html><script>alert(1)</script></html>"
    file = upload(client, page)
    response = client.get(f"/v1/files/{file['id']}/content")
    assert response.content == page
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["content-length"] == str(len(page))
    picture = client.get(f"/v1/files/{upload(client)['id']}/content")
    assert picture.headers["content-type"] == "image/png"


def test_the_clients_file_name_is_no_path(client: TestClient) -> None:
    files = {"file": ("../../etc/pass\nwd", PNG)}
    file = client.post("/v1/files", data={"purpose": "vision"}, files=files).json()
    assert "/" not in file["filename"]
    assert "\n" not in file["filename"]


def test_deleting_removes_row_and_content(client: TestClient, service: Service) -> None:
    file = upload(client)
    caller = Caller(project_id=keys.DEFAULT_PROJECT, key=None)
    stored = open_file(service, caller, str(file["id"]))
    assert stored.read() == PNG
    assert client.delete(f"/v1/files/{file['id']}").json() == {
        "id": file["id"],
        "object": "file",
        "deleted": True,
    }
    assert service.blobs.info(stored.row.blob_key) is None
    assert client.get(f"/v1/files/{file['id']}").status_code == 404
    assert client.delete(f"/v1/files/{file['id']}").status_code == 404


def test_files_of_another_project_are_not_there(
    client: TestClient, app: FastAPI, service: Service
) -> None:
    file = upload(client)
    other = keys.create(service.database, "other", project_id="other")[1]
    headers = {"authorization": f"Bearer {other}"}
    with TestClient(app, base_url="http://127.0.0.1", headers=headers) as stranger:
        for path in (f"/v1/files/{file['id']}", f"/v1/files/{file['id']}/content"):
            assert stranger.get(path).status_code == 404
        assert stranger.delete(f"/v1/files/{file['id']}").status_code == 404
        assert stranger.get("/v1/files").json()["data"] == []
        assert stranger.get("/v1/files", params={"after": str(file["id"])}).status_code == 400
    assert client.get(f"/v1/files/{file['id']}").status_code == 200


def test_pages_go_both_ways(client: TestClient) -> None:
    ids = [upload(client)["id"] for _ in range(5)]
    first = client.get("/v1/files", params={"limit": 2}).json()
    assert [file["id"] for file in first["data"]] == [ids[4], ids[3]]
    assert (first["first_id"], first["last_id"], first["has_more"]) == (ids[4], ids[3], True)
    last = client.get("/v1/files", params={"limit": 3, "after": first["last_id"]}).json()
    assert [file["id"] for file in last["data"]] == [ids[2], ids[1], ids[0]]
    assert last["has_more"] is False
    up = client.get("/v1/files", params={"order": "asc", "limit": 2, "after": ids[0]}).json()
    assert [file["id"] for file in up["data"]] == [ids[1], ids[2]]
    empty = client.get("/v1/files", params={"purpose": "batch"}).json()
    assert empty == {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    }
    assert client.get("/v1/files", params={"limit": 0}).status_code == 400


def test_the_official_client_uploads_lists_reads_and_deletes(
    client: TestClient, key: str, tmp_path: Path
) -> None:
    sdk = openai.OpenAI(api_key=key, base_url="http://127.0.0.1/v1", http_client=client)
    path = tmp_path / "photo.png"
    path.write_bytes(PNG)
    made = sdk.files.create(
        file=path, purpose="vision", expires_after={"anchor": "created_at", "seconds": 7200}
    )
    for _ in range(3):
        sdk.files.create(file=PNG, purpose="vision")
    assert made.filename == "photo.png"
    assert sdk.files.wait_for_processing(made.id).status == "processed"
    assert len(list(sdk.files.list(limit=1))) == 4  # the pager went on
    assert sdk.files.content(made.id).read() == PNG
    assert sdk.files.delete(made.id).deleted
