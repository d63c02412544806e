"""The request lines of the Videos API's guide, by the real curl."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.clients.inputs import Inputs
from tests.e2e.clients.media import decoded
from tests.e2e.clients.picture_server import serve_file

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl isn't installed")

MULTIPART = ("-H", "Content-Type: multipart/form-data")
SMALL = {"model": "kinora-parallax-draft", "size": "320x180", "seconds": "1"}


@dataclass(frozen=True)
class Answer:
    """What curl printed."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        return self.json["error"]


class Curl:
    """``curl`` with the server's base and a key of the test's own."""

    def __init__(self, base: str, key: str, folder: Path) -> None:
        self.base, self.key, self.folder = base, key, folder

    def __call__(self, *arguments: str, path: str) -> Answer:
        out = self.folder / "answer"
        key = f"Authorization: Bearer {self.key}"
        told = ("-o", str(out), "-w", "%{http_code}", "-H", key)
        done = subprocess.run(
            ["curl", "-sS", *told, *arguments, self.base + path],
            capture_output=True,
            text=True,
            check=True,
        )
        return Answer(int(done.stdout), out.read_bytes())

    def post_json(self, path: str, body: object) -> Answer:
        header = ("-H", "Content-Type: application/json")
        return self("-X", "POST", *header, "-d", json.dumps(body), path=path)

    def wait(self, video_id: str) -> Any:
        while (video := self(path=f"/videos/{video_id}").json)["status"] in (
            "queued",
            "in_progress",
        ):
            time.sleep(0.3)
        return video


@pytest.fixture(scope="module")
def curl(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Curl:
    return Curl(server.base_url, server.new_key("curl"), tmp_path_factory.mktemp("curl"))


@pytest.fixture(scope="module")
def video_id(curl: Curl, inputs: Inputs) -> str:
    """A finished clip."""
    fields = [part for key, value in SMALL.items() for part in ("-F", f"{key}={value}")]
    made = curl(
        *MULTIPART,
        *fields,
        "-F",
        "prompt=The camera trucks left 5 %.",
        "-F",
        f"input_reference=@{inputs.jpeg};type=image/jpeg",
        path="/videos",
    )
    assert made.status == 200, made.body
    video = curl.wait(made.json["id"])
    assert video["status"] == "completed", video
    return str(video["id"])


@pytest.fixture(scope="module")
def character_id(curl: Curl, inputs: Inputs) -> str:
    arguments = ("-X", "POST", *MULTIPART, "-F", f"video=@{inputs.clip};type=video/mp4")
    made = curl(*arguments, "-F", "name=Pip", path="/videos/characters")
    assert made.status == 200, made.body
    assert set(made.json) >= {"id", "name", "created_at"}
    return str(made.json["id"])


@pytest.fixture
def photo_url(inputs: Inputs) -> Iterator[str]:
    with serve_file(inputs.jpeg) as url:
        yield url


def dropped(curl: Curl, made: Answer) -> Any:
    """The accepted video, whose job isn't needed any more."""
    assert made.status == 200, made.body
    gone = curl("-X", "DELETE", path=f"/videos/{made.json['id']}")
    assert gone.json == {"id": made.json["id"], "object": "video.deleted", "deleted": True}
    return made.json


def test_create_with_a_file(curl: Curl, inputs: Inputs) -> None:
    made = curl(
        *("-X", "POST", *MULTIPART),
        *("-F", "prompt=A paper boat drifts to the left.", "-F", "model=sora-2-pro"),
        *("-F", "size=1280x720", "-F", "seconds=8"),
        *("-F", f"input_reference=@{inputs.jpeg};type=image/jpeg"),
        path="/videos",
    )
    video = dropped(curl, made)
    assert (video["model"], video["size"], video["seconds"]) == ("sora-2-pro", "1280x720", "8")
    assert video["prompt"] == "A paper boat drifts to the left."


def test_create_with_a_character_alone_asks_for_a_picture(curl: Curl, character_id: str) -> None:
    body = {"model": "sora-2", "prompt": "Pip the clay fox crosses a bridge.", "size": "1280x720"}
    made = curl.post_json("/videos", {**body, "seconds": "8", "characters": [{"id": character_id}]})
    assert made.status == 400
    assert made.error["param"] == "input_reference"


def test_create_with_an_unknown_character(curl: Curl, photo_url: str) -> None:
    body = {"prompt": "Pip.", "characters": [{"id": "char_123"}]}
    made = curl.post_json("/videos", {**body, "input_reference": {"image_url": photo_url}})
    assert made.status in (400, 404)
    assert made.error["param"] == "characters"


def test_character(curl: Curl, character_id: str) -> None:
    got = curl(path=f"/videos/characters/{character_id}")
    assert (got.status, got.json["name"]) == (200, "Pip")


def test_extension(curl: Curl, video_id: str) -> None:
    made = curl.post_json(
        "/videos/extensions",
        {"video": {"id": video_id}, "prompt": "The camera goes on rising.", "seconds": "8"},
    )
    assert dropped(curl, made)["seconds"] == "9"


def test_extension_needs_seconds(curl: Curl, video_id: str) -> None:
    made = curl.post_json("/videos/extensions", {"video": {"id": video_id}, "prompt": "On."})
    assert (made.status, made.error["param"]) == (400, "seconds")
    assert made.error["code"] == "missing_required_parameter"


def test_edit(curl: Curl, video_id: str) -> None:
    made = curl.post_json(
        "/videos/edits", {"video": {"id": video_id}, "prompt": "Make it evening."}
    )
    assert dropped(curl, made)["remixed_from_video_id"] == video_id


def test_edit_of_an_uploaded_clip_is_refused_in_words(curl: Curl, inputs: Inputs) -> None:
    made = curl(
        *("-X", "POST", *MULTIPART, "-F", f"video=@{inputs.clip};type=video/mp4"),
        *("-F", "model=sora-2-pro", "-F", "prompt=Make it evening."),
        path="/videos/edits",
    )
    assert made.status == 400
    assert made.error["param"] == "video"


def test_remix(curl: Curl, video_id: str) -> None:
    made = curl.post_json(f"/videos/{video_id}/remix", {"prompt": "Same shot, add rain."})
    video = dropped(curl, made)
    assert video["remixed_from_video_id"] == video_id
    assert (video["size"], video["seconds"]) == (SMALL["size"], SMALL["seconds"])


def test_remix_of_an_unknown_video(curl: Curl) -> None:
    made = curl.post_json("/videos/video_123/remix", {"prompt": "Same shot, add rain."})
    assert (made.status, made.error["message"]) == (404, "Video with id 'video_123' not found.")


def test_create_from_an_address(curl: Curl, photo_url: str) -> None:
    body = {"model": "sora-2", "prompt": "Wind in the grass.", "size": "1280x720", "seconds": "8"}
    made = curl.post_json("/videos", {**body, "input_reference": {"image_url": photo_url}})
    dropped(curl, made)


def test_create_from_an_address_that_cannot_be_reached(curl: Curl) -> None:
    reference = {"image_url": "https://example.invalid/x.jpg"}
    made = curl.post_json("/videos", {"prompt": "Wind.", "input_reference": reference})
    assert made.status == 400
    assert made.error["type"] == "invalid_request_error"
    assert str(made.error["param"]).startswith("input_reference")


def test_content(curl: Curl, video_id: str, tmp_path: Path) -> None:
    path = f"/videos/{video_id}/content"
    video = curl("-L", path=path)
    (tmp_path / "video.mp4").write_bytes(video.body)
    clip = decoded(tmp_path / "video.mp4")
    assert (clip.size, clip.frames, clip.seconds) == ((320, 180), 30, 1)
    assert curl("-L", path=f"{path}?variant=thumbnail").body[8:12] == b"WEBP"
    assert curl("-L", path=f"{path}?variant=spritesheet").body[:3] == b"\xff\xd8\xff"
    wrong = curl("-L", path=f"{path}?variant=gif")
    assert (wrong.status, wrong.error["param"]) == (400, "variant")


def test_content_by_range(curl: Curl, video_id: str) -> None:
    path = f"/videos/{video_id}/content"
    part = curl("-r", "4-7", path=path)
    assert (part.status, part.body) == (206, b"ftyp")
    assert curl("-r", "99999999-", path=path).status == 416


def test_list(curl: Curl, video_id: str) -> None:
    page = curl(path=f"/videos?limit=20&after={video_id}&order=asc")
    assert set(page.json) == {"object", "data", "first_id", "last_id", "has_more"}
    assert page.json["object"] == "list"
    assert video_id in [video["id"] for video in curl(path="/videos").json["data"]]


def test_azure_style(curl: Curl, server: Any) -> None:
    path = "/openai/v1/videos?api-version=preview"
    address = server.base_url.removesuffix("/v1") + path
    for header in (f"api-key: {curl.key}", "api-key: wrong"):
        done = subprocess.run(
            ["curl", "-sS", "-H", header, address], capture_output=True, text=True, check=True
        )
        assert ("wrong" in header) == ("error" in json.loads(done.stdout))


def test_delete(curl: Curl, inputs: Inputs) -> None:
    fields = ("-F", "prompt=The camera tilts up.", "-F", f"input_reference=@{inputs.png}")
    video = dropped(curl, curl(*fields, path="/videos"))
    again = curl("-X", "DELETE", path=f"/videos/{video['id']}")
    assert (again.status, again.error["type"]) == (404, "invalid_request_error")
    assert curl(path=f"/videos/{video['id']}").status == 404
