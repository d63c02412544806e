from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from kinora.api.content import byte_range
from kinora.service.context import Service
from kinora.types.video import MIME, Variant, blob_key

Finish = Callable[..., str]
VARIANTS: list[Variant] = ["video", "thumbnail", "spritesheet", "subtitles", "stems"]
SUFFIXES = {
    "video": ".mp4", "thumbnail": "_thumbnail.webp", "spritesheet": "_spritesheet.jpg",
    "subtitles": ".vtt", "stems": "_stems.zip",
}  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_file_comes_whole_with_its_headers(
    client: TestClient, finished: Finish, content_of: Callable[[Variant], bytes], variant: Variant
) -> None:
    video_id = finished()
    data = content_of(variant)
    answer = client.get(
        f"/v1/videos/{video_id}/content",
        params={} if variant == "video" else {"variant": variant},
        headers={"accept": "application/binary"},
    )
    assert answer.status_code == 200
    assert answer.content == data
    charset = "; charset=utf-8" if MIME[variant].startswith("text/") else ""
    assert answer.headers["content-type"] == MIME[variant] + charset
    assert answer.headers["content-length"] == str(len(data))
    assert answer.headers["etag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-disposition"] == (
        f'inline; filename="{video_id}{SUFFIXES[variant]}"'
    )


@pytest.mark.parametrize("variant", ["subtitles", "stems"])
def test_what_a_video_was_not_made_with_is_not_found(
    client: TestClient, finished: Finish, variant: str
) -> None:
    media = {"video": {"bytes": 3_000_000, "sha256": "0" * 64, "mime": "video/mp4"}}
    video_id = finished(values={"media_json": json.dumps(media)})
    answer = client.get(f"/v1/videos/{video_id}/content", params={"variant": variant})
    assert answer.status_code == 404
    assert answer.json()["error"]["param"] == "variant"
    assert variant in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=1000-1999", 1000, 2000),
        ("bytes=2999990-", 2_999_990, 3_000_000),
        ("bytes=2999990-9999999", 2_999_990, 3_000_000),
        ("bytes=-500", 2_999_500, 3_000_000),
        ("bytes=-9999999", 0, 3_000_000),
        ("bytes=1048570-2097160", 1_048_570, 2_097_161),
    ],
)
def test_a_range_comes_as_206(
    client: TestClient,
    finished: Finish,
    content_of: Callable[[Variant], bytes],
    header: str,
    start: int,
    end: int,
) -> None:
    path = f"/v1/videos/{finished()}/content"
    answer = client.get(path, headers={"range": header})
    assert answer.status_code == 206
    assert answer.content == content_of("video")[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/3000000"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("header", ["bytes=3000000-", "bytes=9999999-99999999", "bytes=-0"])
def test_a_range_beyond_the_end_is_416(client: TestClient, finished: Finish, header: str) -> None:
    answer = client.get(f"/v1/videos/{finished()}/content", headers={"range": header})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */3000000"
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize(
    "header", ["bytes=5-2", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", ""]
)
def test_what_is_no_single_range_is_ignored(header: str) -> None:
    assert byte_range(header, 100) is None


def test_who_has_the_file_is_told_so(client: TestClient, finished: Finish) -> None:
    path = f"/v1/videos/{finished()}/content"
    etag = client.get(path).headers["etag"]
    for known in (etag, f'"x", W/{etag}', "*"):
        answer = client.get(path, headers={"if-none-match": known})
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == etag
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_range_is_for_who_has_the_same_file(client: TestClient, finished: Finish) -> None:
    path = f"/v1/videos/{finished()}/content"
    whole = client.get(path)

    def part(condition: str) -> int:
        headers = {"range": "bytes=0-9", "if-range": condition}
        return client.get(path, headers=headers).status_code

    assert part(whole.headers["etag"]) == 206
    assert part(whole.headers["last-modified"]) == 206
    assert part('"other"') == 200
    assert part("W/" + whole.headers["etag"]) == 200


def test_head_says_what_get_would(client: TestClient, finished: Finish) -> None:
    path = f"/v1/videos/{finished()}/content"
    got, head = client.get(path), client.head(path)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-length", "content-type", "etag", "accept-ranges", "content-disposition"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({"status": "queued"}, 400, "video_not_ready"),
        ({"status": "in_progress"}, 400, "video_not_ready"),
        ({"status": "failed", "error_message": "No."}, 400, "video_failed"),
        ({"expires_at": time.time() - 1}, 404, "video_expired"),
        ({"files_gone": True}, 404, "video_expired"),
        ({"media_json": "{}"}, 404, "not_found"),
    ],
)
def test_what_isnt_there_is_said_by_its_code(
    client: TestClient, finished: Finish, values: dict[str, Any], status: int, code: str
) -> None:
    answer = client.get(f"/v1/videos/{finished(values=values)}/content")
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code


def test_the_refusal_of_what_isnt_ready_is_to_the_letter(
    client: TestClient, finished: Finish
) -> None:
    video_id = finished(values={"status": "in_progress"})
    assert client.get(f"/v1/videos/{video_id}/content").json()["error"] == {
        "message": "Video is not ready yet. Current status: in_progress.",
        "type": "invalid_request_error",
        "param": None,
        "code": "video_not_ready",
    }


def test_files_that_never_expire_stay(client: TestClient, finished: Finish) -> None:
    video_id = finished(values={"expires_at": None})
    assert client.get(f"/v1/videos/{video_id}/content").status_code == 200
    assert client.get(f"/v1/videos/{video_id}").json()["expires_at"] is None


def test_an_unknown_variant_is_refused(client: TestClient, finished: Finish) -> None:
    answer = client.get(f"/v1/videos/{finished()}/content", params={"variant": "gif"})
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "variant"


def test_a_lost_file_is_404(client: TestClient, finished: Finish, service: Service) -> None:
    video_id = finished()
    service.blobs.delete(blob_key(video_id, "thumbnail"))
    answer = client.get(f"/v1/videos/{video_id}/content", params={"variant": "thumbnail"})
    assert answer.status_code == 404


def test_a_deletion_removes_files_and_words(
    client: TestClient, finished: Finish, service: Service
) -> None:
    video_id = finished()
    assert client.delete(f"/v1/videos/{video_id}").status_code == 200
    assert client.get(f"/v1/videos/{video_id}/content").status_code == 404
    assert list(service.blobs.keys("videos")) == []
    assert client.get("/v1/videos").json()["data"] == []


def test_a_store_with_signed_urls_hands_downloads_over(
    client: TestClient, finished: Finish, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/videos/{finished()}/content"
    signed = "https://store.example/x?signature"
    monkeypatch.setattr(type(service.blobs), "signed_url", lambda *_, **__: signed)
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == signed
    assert client.head(path, follow_redirects=False).status_code == 200
    passing = service.settings.model_copy(update={"redirect_downloads": False})
    object.__setattr__(service, "settings", passing)
    assert client.get(path, follow_redirects=False).status_code == 200
