from __future__ import annotations

import io
from pathlib import Path

import openai
import pytest
from PIL import Image
from skimage import data as skimage_data
from starlette.testclient import TestClient

from kinora.records import audit, characters, videos
from kinora.records.tables import characters as table
from kinora.scene.sprite import read_sprite
from kinora.service import takedown
from kinora.service.context import Service
from kinora.types.video import VideoSpec, blob_key

MP4 = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2mp41" + b"\0" * 64
PATH = "/v1/videos/characters"


def test_the_official_client_creates_and_retrieves(
    client: TestClient, key: str, service: Service
) -> None:
    sdk = openai.OpenAI(api_key=key, base_url="http://127.0.0.1/v1", http_client=client)
    with pytest.warns(DeprecationWarning, match="The Sora API"):
        made = sdk.videos.create_character(name="Pip", video=MP4)
    with pytest.warns(DeprecationWarning, match="The Sora API"):
        seen = sdk.videos.get_character(made.id or "")
    assert seen.id is not None
    assert seen.id.startswith("char_")
    assert (seen.name, seen.created_at) == ("Pip", made.created_at)
    assert set(seen.to_dict()) == {"id", "name", "created_at"}
    with service.database.read() as connection:
        row = characters.find(connection, seen.id)
    assert row is not None
    assert (row.consent, row.mime) == ("unknown", "video/mp4")
    assert service.blobs.read(row.blob_key) == MP4


def test_the_audit_says_why_an_unreadable_clip_was_not_looked_at(
    client: TestClient, service: Service
) -> None:
    made = client.post(PATH, data={"name": "Pip"}, files={"video": ("a.mp4", MP4)}).json()
    with service.database.read() as connection:
        (entry,) = audit.entries(connection, object_id=made["id"])
    said = {c["check"]: c for c in entry["record"]["checks"]}
    for check in ("similarity", "faces"):
        assert not said[check]["examined"]
        assert said[check]["detail"] == "its pictures can't be read"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_names_have_a_length(client: TestClient, name: str) -> None:
    response = client.post(PATH, data={"name": name}, files={"video": ("a.mp4", MP4)})
    assert response.status_code == 400
    assert response.json()["error"]["param"] == "name"


def test_what_is_neither_clip_nor_readable_picture_is_refused_whatever_its_sender_says(
    client: TestClient, service: Service
) -> None:
    for data, code in (
        (b"GIF no more, a text", "unsupported_file_mimetype"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 32, "invalid_video_file"),
    ):
        files = {"video": ("a.mp4", data, "video/mp4")}
        response = client.post(PATH, data={"name": "Pip"}, files=files)
        assert response.status_code == 400
        assert response.json()["error"]["code"] == code
    with service.database.read() as connection:
        assert connection.execute(table.select()).all() == []


def test_a_picture_will_do_and_its_figure_is_kept_and_every_check_is_logged(
    client: TestClient, service: Service
) -> None:
    out = io.BytesIO()
    Image.fromarray(skimage_data.astronaut()).save(out, "PNG")
    made = client.post(
        PATH, data={"name": "Ada"}, files={"video": ("a.png", out.getvalue(), "image/png")}
    ).json()
    with service.database.read() as connection:
        row = characters.find(connection, made["id"])
        (entry,) = audit.entries(connection, object_id=made["id"])
    assert row is not None
    sprite = read_sprite(service.blobs.read(characters.sprite_key(row.id)), name="Ada")
    assert sprite is not None
    assert (sprite.person, sprite.whole) == (True, False)
    checks = entry["record"]["checks"]
    assert [(c["check"], c["subject"], c["decision"]) for c in checks] == [
        (check, "characters", "allow") for check in ("text", "classifier", "similarity", "faces")
    ]


def test_a_character_that_looks_like_a_blocked_picture_is_refused_and_logged(
    client: TestClient, service: Service, tmp_path: Path
) -> None:
    path = tmp_path / "coffee.png"
    Image.fromarray(skimage_data.coffee()).save(path)
    takedown.block(service, path, name="cup")
    files = {"video": ("a.png", path.read_bytes(), "image/png")}
    answer = client.post(PATH, data={"name": "Cup"}, files=files)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "third_party_similarity"
    assert "blocked.cup" in answer.json()["error"]["message"]
    with service.database.read() as connection:
        (entry,) = audit.entries(connection, kind="refusal")
    assert [c["decision"] for c in entry["record"]["checks"]] == [
        "allow",
        "allow",
        "refuse",
        "allow",
    ]


def test_a_file_or_a_finished_video_will_do(client: TestClient, service: Service) -> None:
    file = client.post(
        "/v1/files", data={"purpose": "user_data"}, files={"file": ("a.mp4", MP4)}
    ).json()
    made = client.post(PATH, json={"name": "Pip", "video": {"file_id": file["id"]}})
    assert made.status_code == 200
    spec = VideoSpec(model="sora-2", engine="parallax").model_dump_json()
    row = {"project_id": "default", "progress": 0, "model": "sora-2", "prompt": "p"}
    row |= {"size": "2x2", "seconds": "4", "created_at": 1.0, "spec_json": spec}
    with service.database.begin() as connection:
        videos.insert(connection, id="video_1", status="completed", **row)
        videos.insert(connection, id="video_2", status="queued", **row)
        videos.insert(connection, id="video_3", status="completed", **row | {"project_id": "p"})
    service.blobs.put_bytes(blob_key("video_1", "video"), MP4)

    def post(video_id: str) -> int:
        body = {"name": "Pip", "video": {"id": video_id}}
        return int(client.post(PATH, json=body).status_code)

    assert [post(f"video_{n}") for n in (1, 2, 3, 4)] == [200, 400, 404, 404]


def test_other_shapes_of_the_video_are_refused(client: TestClient) -> None:
    for video in ("video_1", {"id": 3}, {"id": "a", "file_id": "b"}, [1], {"url": "x"}):
        response = client.post(PATH, json={"name": "Pip", "video": video})
        assert response.status_code == 400
        assert response.json()["error"]["param"] == "video"
    assert client.post(PATH, json={"name": "Pip"}).json()["error"]["param"] == "video"


def test_an_unknown_character_is_not_found(client: TestClient) -> None:
    assert client.get(f"{PATH}/char_none").status_code == 404
