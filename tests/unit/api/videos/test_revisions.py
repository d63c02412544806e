from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.support.clips import encoded_clip

from kinora.api.video_models import VideoObject, VideoPlan
from kinora.records import videos
from kinora.service.context import Service
from kinora.types.plan import ShotPlan
from kinora.types.video import Stitch, VideoSpec

Finish = Callable[..., str]


def spec_of(service: Service, video_id: str) -> VideoSpec:
    with service.database.read() as connection:
        found = videos.find(connection, video_id)
    assert found is not None
    return found.spec


@pytest.mark.parametrize(
    ("path", "kind", "names_source"),
    [
        ("{id}/remix", "remix", False),
        ("edits", "edit", True),
        ("{id}/edits", "edit", False),
    ],
)
@pytest.mark.parametrize("encoding", ["json", "form"])
def test_a_revision_inherits_what_it_doesnt_name(
    client: TestClient,
    finished: Finish,
    service: Service,
    path: str,
    kind: str,
    names_source: bool,
    encoding: str,
) -> None:
    source = finished(seed="7", fps="24", seconds="6", size="640x360", model="sora-2-pro")
    body: dict[str, Any] = {"prompt": "the same, but pan left"}
    url = f"/v1/videos/{path.format(id=source)}"
    if encoding == "json":
        video = {"video": {"id": source}} if names_source else {}
        answer = client.post(url, json={**body, **video})
    else:
        parts = {"prompt": (None, body["prompt"])}
        if names_source:
            parts["video[id]"] = (None, source)
        answer = client.post(url, files=parts)
    assert answer.status_code == 200, answer.text
    made = answer.json()
    VideoObject.model_validate(made)
    assert made["id"] != source
    assert (made["status"], made["kind"]) == ("queued", kind)
    assert made["remixed_from_video_id"] == source
    assert made["source_video_ids"] == [source]
    assert (made["seed"], made["fps"], made["model"]) == (7, "24", "sora-2-pro")
    assert (made["seconds"], made["size"]) == ("6", "640x360")
    assert made["prompt"] == "the same, but pan left"
    spec, old = spec_of(service, made["id"]), spec_of(service, source)
    assert spec.input_key == old.input_key is not None
    assert spec.seconds is None, "the source's own"


def test_a_launch_era_remix_may_change_more(
    client: TestClient, finished: Finish, service: Service
) -> None:
    source = finished(seconds="6")
    body = {"prompt": "x", "remix_video_id": source, "seconds": "8", "model": "sora-2-pro"}
    made = client.post("/v1/videos", json=body).json()
    assert (made["kind"], made["remixed_from_video_id"]) == ("remix", source)
    assert (made["seconds"], made["model"], made["quality"]) == ("8", "sora-2-pro", "pro")
    assert spec_of(service, made["id"]).seconds == "8"


@pytest.mark.parametrize("path", ["extensions", "{id}/extensions"])
def test_an_extension_holds_the_whole_clip(
    client: TestClient, finished: Finish, service: Service, path: str
) -> None:
    source = finished(seconds="6", size="640x360")
    body: dict[str, Any] = {"prompt": "go on rising", "seconds": 4}
    if path == "extensions":
        body["video"] = {"id": source}
    made = client.post(f"/v1/videos/{path.format(id=source)}", json=body).json()
    assert (made["seconds"], made["size"], made["kind"]) == ("10", "640x360", "extension")
    assert made["remixed_from_video_id"] is None
    assert made["source_video_ids"] == [source]
    assert spec_of(service, made["id"]).seconds == "4"


def test_extensions_have_the_guides_limits(client: TestClient, finished: Finish) -> None:
    def extend(by: object, **values: Any) -> dict[str, Any]:
        body = {"prompt": "x", "seconds": by, "video": {"id": finished(values=values)}}
        answer = client.post("/v1/videos/extensions", json=body)
        shown: dict[str, Any] = answer.json()
        return shown

    assert extend(20, seconds="100", extensions=5)["seconds"] == "120"
    assert extend(20, seconds="100.5")["error"]["code"] == "video_too_long"
    assert extend(4, extensions=6)["error"]["code"] == "too_many_extensions"
    assert extend(21)["error"]["param"] == "seconds"


@pytest.mark.parametrize(
    ("status", "code"),
    [("queued", "video_not_ready"), ("in_progress", "video_not_ready"), ("failed", "video_failed")],
)
@pytest.mark.parametrize("path", ["{id}/remix", "edits", "extensions"])
def test_a_source_is_completed(
    client: TestClient, finished: Finish, path: str, status: str, code: str
) -> None:
    source = finished(values={"status": status})
    body: dict[str, Any] = {"prompt": "x"}
    if not path.endswith("remix"):
        body["video"] = {"id": source}
    if path == "extensions":
        body["seconds"] = "4"
    answer = client.post(f"/v1/videos/{path.format(id=source)}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert status in answer.json()["error"]["message"]


def test_a_source_is_there(client: TestClient, finished: Finish) -> None:
    deleted = finished()
    client.delete(f"/v1/videos/{deleted}")
    for video_id in ("video_0", deleted, "a%00b"):
        answer = client.post(f"/v1/videos/{video_id}/remix", json={"prompt": "x"})
        assert answer.status_code == 404, video_id
        body = {"videos": [video_id.replace("%00", "_"), "video_0"]}
        assert client.post("/v1/videos/stitch", json=body).status_code == 404


@pytest.mark.parametrize("by_file_id", [False, True])
def test_an_uploaded_clip_is_not_edited(client: TestClient, by_file_id: bool) -> None:
    clip = {"video": ("source.mp4", encoded_clip(), "video/mp4")}
    if by_file_id:
        files = {"file": clip["video"]}
        stored = client.post("/v1/files", data={"purpose": "video.input"}, files=files).json()["id"]
        answer = client.post("/v1/videos/edits", json={"prompt": "x", "video": {"id": stored}})
    else:
        answer = client.post("/v1/videos/edits", data={"prompt": "x"}, files=clip)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["message"].startswith("An uploaded video can't be edited:")
    assert (error["param"], error["code"]) == ("video", "unsupported_source")


@pytest.mark.parametrize("by_file_id", [False, True])
def test_an_uploaded_clip_is_extended(
    client: TestClient, service: Service, by_file_id: bool
) -> None:
    data = encoded_clip(seconds=2.5, size=(161, 91), fps=12)
    file = ("a name.bin", data, "application/octet-stream")
    body = {"prompt": "pan left", "seconds": "4", "model": "sora-2-pro", "seed": "3"}
    if by_file_id:
        stored = client.post(
            "/v1/files", data={"purpose": "video.input"}, files={"file": file}
        ).json()["id"]
        answer = client.post("/v1/videos/extensions", json={**body, "video": {"id": stored}})
    else:
        answer = client.post("/v1/videos/extensions", data=body, files={"video": file})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    VideoObject.model_validate(made)
    assert (made["seconds"], made["size"], made["fps"]) == ("6.5", "160x90", "12")
    assert (made["kind"], made["model"], made["seed"]) == ("extension", "sora-2-pro", 3)
    assert made["source_video_ids"] == []
    spec = spec_of(service, made["id"])
    assert (spec.seconds, spec.quality) == ("4", "pro")
    assert spec.input_key is not None
    assert service.blobs.read(spec.input_key) == data


def test_without_a_model_an_uploaded_clip_gets_the_default_one(client: TestClient) -> None:
    clip = {"video": ("a.mp4", encoded_clip(), "video/mp4")}
    body = {"prompt": "x", "seconds": "1"}
    made = client.post("/v1/videos/extensions", data=body, files=clip).json()
    assert (made["model"], made["quality"]) == ("sora-2", "standard")


@pytest.mark.parametrize(
    ("data", "seconds", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "4", "unsupported_file_mimetype"),
        (b"\0\0\0\x20ftypisom" + b"\0" * 99, "4", "invalid_video_file"),
        (encoded_clip(size=(160, 50)), "4", "invalid_video_file"),
        (encoded_clip(seconds=101, fps=1), "20", "video_too_long"),
    ],
)
def test_a_clip_that_cant_be_extended_is_refused(
    client: TestClient, data: bytes, seconds: str, code: str
) -> None:
    answer = client.post(
        "/v1/videos/extensions",
        data={"prompt": "x", "seconds": seconds},
        files={"video": ("source.mp4", data, "video/mp4")},
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code


def test_an_extended_upload_is_extended_again_and_never_changed(
    client: TestClient, change: Callable[..., None], finished: Finish, service: Service
) -> None:
    clip = {"video": ("a.mp4", encoded_clip(), "video/mp4")}
    body = {"prompt": "x", "seconds": "1"}
    first = client.post("/v1/videos/extensions", data=body, files=clip).json()["id"]
    done = {"status": "completed", "plan_json": None, "expires_at": time.time() + 60}
    change(first, **done)
    made = client.post("/v1/videos/extensions", json={**body, "video": {"id": first}}).json()
    assert (made["seconds"], made["source_video_ids"]) == ("4", [first])
    assert spec_of(service, made["id"]).input_key is None
    refused = client.post(f"/v1/videos/{first}/remix", json={"prompt": "x"}).json()["error"]
    assert refused["code"] == "unsupported_source"
    change(first, expires_at=time.time() - 1)
    gone = client.post("/v1/videos/extensions", json={**body, "video": {"id": first}})
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "video_expired")


def test_a_joined_video_is_extended_from_its_clip(
    client: TestClient, change: Callable[..., None], finished: Finish, service: Service
) -> None:
    part = finished(seconds="2")
    joined = client.post("/v1/videos/stitch", json={"videos": [part, part]}).json()["id"]
    change(joined, status="completed", plan_json=None, expires_at=time.time() + 60)
    body = {"prompt": "x", "seconds": "1", "video": {"id": joined}}
    made = client.post("/v1/videos/extensions", json=body).json()
    assert (made["kind"], made["seconds"]) == ("extension", "5")
    refused = client.post(f"/v1/videos/{joined}/remix", json={"prompt": "x"}).json()["error"]
    assert refused["message"].startswith("A video that was joined from several can't be remixed:")


def test_a_stitch_joins_in_order(client: TestClient, finished: Finish, service: Service) -> None:
    first, second = finished(seconds="6"), finished(seconds="4.5")
    made = client.post("/v1/videos/stitch", json={"videos": [first, {"id": second}]}).json()
    VideoObject.model_validate(made)
    assert (made["seconds"], made["kind"]) == ("10.5", "stitch")
    assert made["source_video_ids"] == [first, second]
    assert made["prompt"] is None
    twice = client.post("/v1/videos/stitch", json={"videos": [second, second]}).json()
    assert twice["seconds"] == "9"
    faded = client.post(
        "/v1/videos/stitch",
        json={"videos": [first, second], "transition": "crossfade", "transition_seconds": 1.5},
    ).json()
    assert faded["seconds"] == "9"
    spec = spec_of(service, faded["id"])
    assert spec.stitch == Stitch(transition="crossfade", transition_seconds=1.5)


def test_a_stitch_by_form(client: TestClient, finished: Finish) -> None:
    first, second = finished(), finished()
    parts = [("videos[]", (None, first)), ("videos[]", (None, second))]
    made = client.post("/v1/videos/stitch", files=parts).json()
    assert made["source_video_ids"] == [first, second]


def test_the_first_clip_gives_size_and_frame_rate(client: TestClient, finished: Finish) -> None:
    first, second = finished(size="640x360", fps="24"), finished(size="1280x720", fps="30")
    made = client.post("/v1/videos/stitch", json={"videos": [first, second]}).json()
    assert (made["size"], made["fps"]) == ("640x360", "24")


def test_clips_that_cant_be_joined_are_refused(client: TestClient, finished: Finish) -> None:
    plain = finished()

    def join(other: str, **more: Any) -> dict[str, Any]:
        answer = client.post("/v1/videos/stitch", json={"videos": [plain, other], **more})
        error: dict[str, Any] = answer.json()["error"]
        return error

    short = join(finished(seconds="1"), transition="crossfade", transition_seconds=1)
    assert short["param"] == "transition_seconds"
    gone = join(finished(values={"expires_at": time.time() - 1}))
    assert gone["code"] == "video_expired"


def test_the_plan_of_a_finished_video(client: TestClient, finished: Finish) -> None:
    video_id = finished()
    shown = client.get(f"/v1/videos/{video_id}").json()
    assert shown["plan"] == f"/v1/videos/{video_id}/plan"
    assert shown["report"] == {"lang": "en"}
    answer = client.get(shown["plan"])
    assert answer.status_code == 200
    VideoPlan.model_validate(answer.json())
    plan = ShotPlan.model_validate(answer.json()["plan"])
    assert plan.beats[0].camera[0].op == "static"
    assert answer.json()["video_id"] == video_id
    azure = client.get(f"/openai/v1/videos/{video_id}").json()
    assert azure == shown


def test_what_failed_before_it_was_planned_has_no_plan(
    client: TestClient, finished: Finish
) -> None:
    video_id = finished(values={"status": "failed", "plan_json": None, "report_json": None})
    answer = client.get(f"/v1/videos/{video_id}/plan")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "video_failed"


def test_a_joined_video_has_a_report_and_no_plan(client: TestClient, finished: Finish) -> None:
    video_id = finished(values={"plan_json": None})
    answer = client.get(f"/v1/videos/{video_id}/plan").json()
    assert answer["plan"] is None
    assert answer["report"]["lang"] == "en"
