from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from fastapi import FastAPI
from starlette.testclient import TestClient

from kinora.api.app import create_app
from kinora.api.video_models import VideoObject, VideoPage, VideoPlan
from kinora.records import videos
from kinora.service import keys
from kinora.service.context import Service, open_service
from kinora.settings import Settings
from kinora.types.video import Video, input_key

Create = Callable[..., dict[str, Any]]


def row(service: Service, video_id: str) -> Video:
    with service.database.read() as connection:
        found = videos.find(connection, video_id)
    assert found is not None
    return found


def jobs(service: Service) -> list[str]:
    with service.database.read() as connection:
        return list(
            connection.execute(
                sa.text("SELECT workflow_uuid FROM workflow_status ORDER BY created_at")
            ).scalars()
        )


def test_a_create_answers_a_queued_video(create: Create, service: Service) -> None:
    made = create()
    VideoObject.model_validate(made)
    assert re.fullmatch(r"video_[0-9a-f]{48}", made["id"])
    assert (made["status"], made["progress"], made["object"]) == ("queued", 0, "video")
    assert (made["model"], made["seconds"], made["size"]) == ("sora-2", "4", "720x1280")
    assert made["prompt"] == "slow push in"
    assert made["queue_position"] == 1
    assert jobs(service) == [made["id"]]


def test_the_picture_is_kept_by_its_content(
    create: Create, service: Service, picture: bytes
) -> None:
    first, second = create(), create(prompt="pan left")
    digest = hashlib.sha256(picture).hexdigest()
    for made in (first, second):
        spec = row(service, made["id"]).spec
        assert (spec.input_sha256, spec.input_key) == (digest, input_key(digest))
    assert service.blobs.read(input_key(digest)) == picture


def test_every_way_to_bring_a_picture(client: TestClient, service: Service, picture: bytes) -> None:
    data_url = "data:image/png;base64," + base64.b64encode(picture).decode()
    uploaded = client.post(
        "/v1/files", data={"purpose": "vision"}, files={"file": ("a.png", picture)}
    ).json()["id"]
    words = {"prompt": "slow push in"}
    by_json = [
        {"input_reference": {"image_url": data_url}},
        {"input_reference": {"file_id": uploaded}},
        {"input_reference": uploaded},
        {"input_reference": data_url},
    ]
    answers = [client.post("/v1/videos", json={**words, **body}) for body in by_json]
    by_form = [
        {"input_reference[image_url]": data_url},
        {"input_reference[file_id]": uploaded},
        {"input_reference": json.dumps({"file_id": uploaded})},
        {"input_reference": uploaded},
    ]
    for body in by_form:
        parts = {name: (None, value) for name, value in {**words, **body}.items()}
        answers.append(client.post("/v1/videos", files=parts))
    octets = {"input_reference": ("upload", picture, "application/octet-stream")}
    answers.append(client.post("/v1/videos", data=words, files=octets))
    digest = hashlib.sha256(picture).hexdigest()
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert row(service, answer.json()["id"]).spec.input_sha256 == digest


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (b"\0\0\0\x20ftypisom" + b"\0" * 600, "video/mp4"),
        (b"%PDF-1.7" + b"x" * 600, "application/pdf"),
        (b"just words", "text/plain"),
    ],
)
def test_what_is_no_picture_is_refused_in_the_words_of_e6(
    client: TestClient, data: bytes, mime: str
) -> None:
    answer = client.post(
        "/v1/videos",
        data={"prompt": "x"},
        files={"input_reference": ("a.png", data, "image/png")},
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == {
        "message": f"Invalid file 'input_reference': unsupported mimetype ('{mime}'). Supported "
        "file formats are 'image/jpeg', 'image/png', 'image/webp', 'image/avif', and "
        "'image/gif'.",
        "type": "invalid_request_error",
        "param": "input_reference",
        "code": "unsupported_file_mimetype",
    }


def test_a_damaged_picture_is_refused(client: TestClient) -> None:
    answer = client.post(
        "/v1/videos",
        data={"prompt": "x"},
        files={"input_reference": ("a.png", b"\x89PNG\r\n\x1a\n" + b"?" * 99, "image/png")},
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_image_file"
    assert answer.json()["error"]["param"] == "input_reference"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("data:image/png;base64", "has the form"),
        ("data:image/png;base64,%%%", "isn't valid base64"),
        ("data:,hello%20there", "unsupported mimetype ('text/plain')"),
        ("http://127.0.0.1:9/a.png", "public internet"),
    ],
)
def test_a_url_that_gives_no_picture_is_refused(client: TestClient, url: str, said: str) -> None:
    body = {"prompt": "x", "input_reference": {"image_url": url}}
    answer = client.post("/v1/videos", json=body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]


def test_a_file_of_another_project_is_no_picture(
    app: FastAPI, service: Service, client: TestClient, picture: bytes
) -> None:
    uploaded = client.post(
        "/v1/files", data={"purpose": "vision"}, files={"file": ("a.png", picture)}
    ).json()["id"]
    secret = keys.create(service.database, "other", project_id="other")[1]
    stranger = {"authorization": f"Bearer {secret}"}
    body = {"prompt": "x", "input_reference": {"file_id": uploaded}}
    answer = client.post("/v1/videos", json=body, headers=stranger)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "input_reference"


def test_words_alone_need_a_picture_of_the_installation(client: TestClient) -> None:
    answer = client.post("/v1/videos", json={"prompt": "push in"})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["message"].startswith("Missing required parameter: 'input_reference'.")
    assert (error["param"], error["code"]) == ("input_reference", "missing_required_parameter")


def test_words_alone_are_enough_where_the_installation_has_a_picture(
    settings: Settings, picture: bytes
) -> None:
    settings.data_dir.mkdir(parents=True)
    image = settings.data_dir / "default.png"
    image.write_bytes(picture)
    with open_service(settings.model_copy(update={"default_image": image})) as service:
        client = TestClient(create_app(service, open_access=True), base_url="http://127.0.0.1")
        plain = client.post("/v1/videos", json={"prompt": "push in"}).json()
        shaped = client.post("/v1/videos", json={"prompt": "push in", "size": "auto"}).json()
        misfit = client.post("/v1/videos", json={"prompt": "push in", "fit": "strict"})
    assert (plain["size"], shaped["size"]) == ("720x1280", "640x360")
    assert misfit.status_code == 400


def test_strict_fit_refuses_another_size_in_the_words_of_e7(
    client: TestClient, picture: bytes
) -> None:
    def post(size: str) -> Any:
        return client.post(
            "/v1/videos",
            data={"prompt": "x", "fit": "strict", "size": size},
            files={"input_reference": ("a.png", picture)},
        )

    refused = post("1280x720")
    assert refused.status_code == 400
    message = refused.json()["error"]["message"]
    assert message == "Inpaint image must match the requested width and height"
    assert post("640x360").status_code == 200


def test_extensions_are_echoed(create: Create, service: Service) -> None:
    made = create(seed="7", fps="29.97", size="auto", seconds="2.5", fit="pad", quality="pro")
    assert (made["seed"], made["fps"], made["quality"]) == (7, "30000/1001", "pro")
    assert (made["size"], made["seconds"]) == ("640x360", "2.5")
    spec = row(service, made["id"]).spec
    assert (spec.fit, spec.size, spec.seconds) == ("pad", "640x360", "2.5")


def test_automatic_seconds_are_what_the_words_add_up_to(create: Create, service: Service) -> None:
    made = create(prompt="push in for 3 seconds, then pan left for 2.5 seconds", seconds="auto")
    assert made["seconds"] == "5.5"
    assert row(service, made["id"]).spec.seconds is None


def test_strict_words_are_read_before_the_video_is_accepted(
    client: TestClient, picture: bytes, service: Service
) -> None:
    body = {"prompt": "push in while the man jumps", "strict": "true"}
    answer = client.post("/v1/videos", data=body, files={"input_reference": ("a.png", picture)})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "not_supported"
    assert jobs(service) == []


def test_a_missing_character_is_named(client: TestClient, picture: bytes) -> None:
    answer = client.post(
        "/v1/videos",
        files=[
            ("prompt", (None, "x")),
            ("characters[][id]", (None, "char_1")),
            ("input_reference", ("a.png", picture)),
        ],
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "characters"
    assert "'char_1' not found" in answer.json()["error"]["message"]


def test_a_picture_that_was_stored_lately_is_not_stored_again(
    client: TestClient, service: Service, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "data:image/png;base64," + base64.b64encode(picture).decode()
    body = {"prompt": "push in", "input_reference": {"image_url": url}}
    first = client.post("/v1/videos", json=body).json()

    def refuse(*_: object) -> None:
        raise AssertionError("stored again")

    monkeypatch.setattr(type(service.blobs), "put_file", refuse)
    second = client.post("/v1/videos", json=body).json()
    with service.database.read() as connection:
        found = videos.find_many(connection, [first["id"], second["id"]])
    assert len({video.spec.input_key for video in found}) == 1
    assert len(found) == 2


def test_polls_are_counted_by_their_route_and_logged_when_they_fail(
    client: TestClient, create: Create
) -> None:
    made = create()
    with structlog.testing.capture_logs() as lines:
        assert client.get(f"/v1/videos/{made['id']}").status_code == 200
        assert client.get("/v1/videos/video_nobody").status_code == 404
    assert [line["status"] for line in lines if line["event"] == "request"] == [404]
    text = client.get("/metrics").text
    for method, route in (("GET", "/v1/videos/{video_id}"), ("POST", "/v1/videos")):
        assert f'method="{method}",route="{route}",status="200"' in text


def test_the_answer_says_when_to_ask_again(client: TestClient, create: Create) -> None:
    made = create()
    for path in (f"/v1/videos/{made['id']}", f"/openai/v1/videos/{made['id']}"):
        header = client.get(path).headers["openai-poll-after-ms"]
        assert re.fullmatch("[0-9]+", header)
        assert 500 <= int(header) <= 10_000


def test_an_idempotency_key_makes_one_video(client: TestClient, picture: bytes) -> None:
    def post(prompt: str, key: str) -> Any:
        return client.post(
            "/v1/videos",
            data={"prompt": prompt},
            files={"input_reference": ("a.png", picture)},
            headers={"idempotency-key": key},
        )

    first, again, other = post("x", "k1"), post("x", "k1"), post("x", "k2")
    assert first.json()["id"] == again.json()["id"] != other.json()["id"]
    clash = post("y", "k1")
    assert clash.status_code == 400
    assert clash.json()["error"]["code"] == "idempotency_key_reused"
    assert post("x", "k" * 256).status_code == 400


def test_a_clients_retry_gets_the_first_video_back(client: TestClient, picture: bytes) -> None:
    def post(retry: str, prompt: str = "x") -> str:
        # httpx draws a new boundary for each request, as the official clients do.
        answer = client.post(
            "/v1/videos",
            data={"prompt": prompt},
            files={"input_reference": ("a.png", picture)},
            headers={"x-stainless-retry-count": retry},
        )
        assert answer.status_code == 200
        video_id: str = answer.json()["id"]
        return video_id

    first = post("0")
    assert post("1") == post("2") == first
    assert post("0") != first, "a new request is another video"
    assert post("1", prompt="y") != first, "a retry of something that never arrived"


def test_a_full_queue_is_said_and_retried(settings: Settings, picture: bytes) -> None:
    with open_service(settings.model_copy(update={"max_queued": 1})) as service:
        client = TestClient(create_app(service, open_access=True), base_url="http://127.0.0.1")
        files = {"input_reference": ("a.png", picture)}
        answers = [client.post("/v1/videos", data={"prompt": "x"}, files=files) for _ in "ab"]
    assert [a.status_code for a in answers] == [200, 429]
    assert answers[1].json()["error"]["code"] == "queue_full"
    assert int(answers[1].headers["retry-after"]) >= 1
    assert answers[1].headers["x-should-retry"] == "true"


def test_a_dry_run_plans_and_keeps_nothing(
    client: TestClient, service: Service, picture: bytes
) -> None:
    answer = client.post(
        "/v1/videos/plan",
        data={"prompt": "push in for 3 s, then pan left for 2 s", "seconds": "auto"},
        files={"input_reference": ("a.png", picture)},
    )
    assert answer.status_code == 200
    shown = answer.json()
    VideoPlan.model_validate(shown)
    assert (shown["seconds"], shown["size"], shown["video_id"]) == ("5", "720x1280", None)
    assert [b["camera"][0]["op"] for b in shown["plan"]["beats"]] == ["dolly", "pan"]
    assert jobs(service) == []
    assert list(service.blobs.keys("inputs")) == []
    again = client.post("/v1/videos/plan", json={"plan": shown}).json()
    assert again["plan"]["beats"] == shown["plan"]["beats"]


def test_a_dry_run_needs_no_picture_but_checks_one(client: TestClient) -> None:
    assert client.post("/v1/videos/plan", json={"prompt": "push in"}).status_code == 200
    refused = client.post(
        "/v1/videos/plan", data={"prompt": "x"}, files={"input_reference": ("a.png", b"words")}
    )
    assert refused.json()["error"]["code"] == "unsupported_file_mimetype"
    remix = client.post("/v1/videos/plan", json={"prompt": "x", "remix_video_id": "video_1"})
    assert remix.json()["error"]["message"] == "Unknown parameter: 'remix_video_id'."


def test_pages_go_both_ways(client: TestClient, create: Create) -> None:
    ids = [create()["id"] for _ in range(5)]
    VideoPage.model_validate(client.get("/v1/videos").json())
    for order, expected in (("desc", ids[::-1]), ("asc", ids)):
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 2, "order": order}
        while True:
            page = client.get("/v1/videos", params=query).json()
            seen += [video["id"] for video in page["data"]]
            assert (page["first_id"], page["last_id"]) == (seen[-len(page["data"])], seen[-1])
            if not page["has_more"]:
                break
            query["after"] = page["last_id"]
        assert seen == expected


def test_an_empty_list_has_all_five_keys(client: TestClient) -> None:
    empty = {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}
    assert client.get("/v1/videos").json() == empty


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"after": "video_unknown"}, "after"),
        ({"after": "a\0b"}, "after"),
        ({"limit": 101}, "limit"),
        ({"limit": -1}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"order": "up"}, "order"),
    ],
)
def test_impossible_pages_are_refused(
    client: TestClient, query: dict[str, Any], param: str
) -> None:
    answer = client.get("/v1/videos", params=query)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_a_list_goes_on_from_a_video_that_was_deleted_meanwhile(
    client: TestClient, create: Create
) -> None:
    ids = [create()["id"] for _ in range(3)]
    assert client.delete(f"/v1/videos/{ids[1]}").status_code == 200
    page = client.get("/v1/videos", params={"after": ids[1]}).json()
    assert [video["id"] for video in page["data"]] == [ids[0]]


def test_nobody_sees_videos_of_another_project(
    client: TestClient, create: Create, service: Service
) -> None:
    made = create()["id"]
    secret = keys.create(service.database, "other", project_id="other")[1]
    stranger = {"authorization": f"Bearer {secret}"}
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/content"),
        ("GET", "/plan"),
        ("GET", "/events"),
    ):
        answer = client.request(method, f"/v1/videos/{made}{path}", headers=stranger)
        assert answer.status_code == 404, (method, path)
        assert answer.json()["error"]["message"] == f"Video with id '{made}' not found."
    assert client.get("/v1/videos", headers=stranger).json()["data"] == []
    after = client.get("/v1/videos", params={"after": made}, headers=stranger)
    assert after.status_code == 400


@pytest.mark.parametrize("name", ["video_0", "x" * 500, "a%00b", "%2e%2e", "é"])
def test_there_is_no_such_video(client: TestClient, name: str) -> None:
    answer = client.get(f"/v1/videos/{name}")
    assert answer.status_code == 404
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


def test_deleting_a_waiting_video_stops_its_job(
    client: TestClient, create: Create, service: Service
) -> None:
    made = create()["id"]
    answer = client.request(
        "DELETE", f"/v1/videos/{made}", headers={"content-type": "application/json"}
    )
    assert answer.json() == {"id": made, "object": "video.deleted", "deleted": True}
    assert client.get(f"/v1/videos/{made}").status_code == 404
    assert client.delete(f"/v1/videos/{made}").status_code == 404
    assert service.queue.ended([made]) == [made]
    left = row(service, made)
    assert (left.status, left.prompt, left.spec.input_key) == ("cancelled", "", None)


def test_a_failed_video_answers_200_with_its_error(
    client: TestClient, create: Create, change: Callable[..., None]
) -> None:
    made = create()["id"]
    change(made, status="failed", error_code="moderation_blocked", error_message="Blocked.")
    answer = client.get(f"/v1/videos/{made}")
    assert answer.status_code == 200
    assert answer.json()["error"] == {"code": "moderation_blocked", "message": "Blocked."}
    assert "openai-poll-after-ms" not in answer.headers
