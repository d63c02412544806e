"""What a video will do, told before it is made; and strict revisions, refused at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.support.clips import encoded_clip

from kinora.api.video_models import VideoPlan
from kinora.jobs import reading
from kinora.service import drafting, plans
from kinora.service.context import Service
from kinora.types.plan import ShotPlan
from kinora.types.video import Video, VideoSpec

Finish = Callable[..., str]
Create = Callable[..., dict[str, Any]]


def plan_of(client: TestClient, video_id: str) -> dict[str, Any]:
    answer = client.get(f"/v1/videos/{video_id}/plan")
    assert answer.status_code == 200, answer.text
    VideoPlan.model_validate(answer.json())
    shown: dict[str, Any] = answer.json()
    return shown


def moves(shown: dict[str, Any]) -> list[str]:
    plan = ShotPlan.model_validate(shown["plan"])
    return [move.op for beat in plan.beats for move in beat.camera]


def test_a_queued_video_has_a_provisional_plan(client: TestClient, create: Create) -> None:
    made = create(prompt="push in, then pan left", seconds="6", seed="7")
    assert (made["plan"], made["report"]) == (None, None)
    shown = plan_of(client, made["id"])
    assert shown["provisional"] is True
    assert (shown["video_id"], shown["seconds"], shown["size"]) == (made["id"], "6", "720x1280")
    assert moves(shown) == ["dolly", "pan"]
    assert (shown["plan"]["duration"], shown["plan"]["seed"]) == (6.0, 7)
    assert [item["request"] for item in shown["report"]["understood"]]
    assert plan_of(client, made["id"]) == shown


def test_it_is_that_of_the_dry_run(client: TestClient, create: Create) -> None:
    words = {"prompt": "orbit left 10 degrees, in the rain", "seconds": "5"}
    shown = plan_of(client, create(**words)["id"])
    dry = client.post("/v1/videos/plan", json=words).json()
    for key in ("plan", "report", "provisional", "seconds"):
        assert shown[key] == dry[key]


def test_a_running_video_shows_what_its_job_has_planned(
    client: TestClient, create: Create, change: Callable[..., None]
) -> None:
    made = create(prompt="push in")
    before = plan_of(client, made["id"])
    change(made["id"], status="in_progress")
    assert plan_of(client, made["id"]) == before
    other = plan_of(client, create(prompt="pan left")["id"])
    change(
        made["id"],
        plan_json=ShotPlan.model_validate(other["plan"]).model_dump_json(),
        report_json='{"lang": "fr"}',
    )
    shown = client.get(f"/v1/videos/{made['id']}").json()
    assert (shown["status"], shown["report"]) == ("in_progress", {"lang": "fr"})
    assert shown["plan"] == f"/v1/videos/{made['id']}/plan"
    now = plan_of(client, made["id"])
    assert (now["plan"], now["report"]["lang"]) == (other["plan"], "fr")
    assert now["provisional"] is True


def test_that_of_a_finished_video_is_final(client: TestClient, finished: Finish) -> None:
    assert plan_of(client, finished())["provisional"] is False


def test_that_of_a_remix_lists_the_differences(client: TestClient, finished: Finish) -> None:
    source = finished()
    answer = client.post(f"/v1/videos/{source}/remix", json={"prompt": "pan left instead"})
    shown = plan_of(client, answer.json()["id"])
    assert "pan" in moves(shown)
    assert shown["report"]["changes"]


def test_that_of_an_extension_holds_the_first_part(client: TestClient, finished: Finish) -> None:
    body = {"prompt": "pan left", "seconds": "4", "video": {"id": finished()}}
    shown = plan_of(client, client.post("/v1/videos/extensions", json=body).json()["id"])
    assert (shown["seconds"], shown["plan"]["duration"]) == ("8", 8.0)
    assert moves(shown)[0] == "static"


def test_joined_and_uploaded_clips_have_a_report_alone(
    client: TestClient, finished: Finish
) -> None:
    body = {"videos": [finished(), finished()]}
    joined = plan_of(client, client.post("/v1/videos/stitch", json=body).json()["id"])
    assert joined["plan"] is None
    clip = {"video": ("clip.mp4", encoded_clip(), "video/mp4")}
    words = {"prompt": "pan left", "seconds": "4"}
    made = client.post("/v1/videos/extensions", data=words, files=clip).json()
    shown = plan_of(client, made["id"])
    assert shown["plan"] is None
    assert any("last frame" in note["text"] for note in shown["report"]["assumptions"])


def test_the_installations_own_picture_is_told(service: Service, tmp_path: Path) -> None:
    own = service.settings.model_copy(update={"default_image": tmp_path / "own.png"})
    spec = VideoSpec(model="sora-2", engine="parallax", prompt="push in")
    for brought, notes in [(None, 1), ("inputs/ab/abc", 0)]:
        video = Video(
            seq=1,
            id="video_1",
            project_id="p",
            key_id=None,
            status="queued",
            progress=0,
            model="sora-2",
            prompt="push in",
            size="64x64",
            seconds="4",
            created_at=0.0,
            spec_json=spec.model_copy(update={"input_key": brought}).model_dump_json(),
        )
        planned = plans.plan_of(replace(service, settings=own), video)
        told = [note for note in planned.report.assumptions if "installation" in note.text]
        assert len(told) == notes


def test_a_create_reads_no_words(
    client: TestClient, create: Create, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("planned at admission")

    monkeypatch.setattr(reading, "plan_shot", never)
    monkeypatch.setattr(drafting, "plan_shot", never)
    assert create(prompt="push in")["status"] == "queued"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("pan left instead. The man jumps.", "man jumps"),
        ("make it frobnicate", "frobnicate"),
    ],
)
@pytest.mark.parametrize("path", ["{id}/remix", "{id}/edits"])
def test_a_strict_edit_is_refused_with_the_request(
    client: TestClient, finished: Finish, path: str, words: str, told: str
) -> None:
    url = f"/v1/videos/{path.format(id=finished())}"
    refused = client.post(url, json={"prompt": words, "strict": True})
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert (error["code"], error["param"]) == ("not_supported", "prompt")
    assert told in error["message"]
    assert len(client.get("/v1/videos").json()["data"]) == 1, "nothing was accepted"
    assert client.post(url, json={"prompt": words}).status_code == 200
    exact = client.post(url, json={"prompt": "pan left instead", "strict": True})
    assert exact.status_code == 200, exact.text


def test_strict_extensions_and_clips_are_refused_likewise(
    client: TestClient, finished: Finish
) -> None:
    words = {"prompt": "push in while the man jumps", "seconds": "4", "strict": "true"}
    by_id = client.post("/v1/videos/extensions", json={**words, "video": {"id": finished()}})
    clip = {"video": ("clip.mp4", encoded_clip(), "video/mp4")}
    by_file = client.post("/v1/videos/extensions", data=words, files=clip)
    for refused in (by_id, by_file):
        assert refused.status_code == 400
        assert refused.json()["error"]["code"] == "not_supported"
