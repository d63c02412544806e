from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from kinora.api import progress
from kinora.service import videos

Finish = Callable[..., str]


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in text.split("\n\n"):
        if block and not block.startswith(":"):
            kind, data = block.split("\n")
            found.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def follow(client: TestClient, video_id: str) -> list[tuple[str, dict[str, Any]]]:
    answer = client.get(f"/v1/videos/{video_id}/events")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    return events(answer.text)


@pytest.mark.parametrize("status", ["completed", "failed"])
def test_what_has_ended_is_told_at_once(client: TestClient, finished: Finish, status: str) -> None:
    video_id = finished(values={"status": status})
    assert [kind for kind, _ in follow(client, video_id)] == [f"video.{status}"]


def test_progress_is_told_until_the_end(
    client: TestClient,
    create: Callable[..., dict[str, Any]],
    change: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    video_id = create()["id"]
    steps: list[dict[str, Any]] = [
        {"status": "in_progress", "progress": 10},
        {"progress": 10},
        {"progress": 55},
        {"status": "completed", "progress": 100},
    ]
    seen = videos.get_seen

    def step(*arguments: Any) -> videos.Seen:
        found = seen(*arguments)
        if steps:
            change(video_id, **steps.pop(0))
        return found

    monkeypatch.setattr(progress, "EVERY", 0.0)
    monkeypatch.setattr(videos, "get_seen", step)
    told = follow(client, video_id)
    assert [(kind, data["progress"]) for kind, data in told] == [
        ("video.progress", 0),
        ("video.progress", 10),
        ("video.progress", 55),
        ("video.completed", 100),
    ]
    assert told[-1][1]["id"] == video_id


def test_a_deletion_ends_the_stream(
    client: TestClient, create: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    video_id = create()["id"]
    seen = videos.get_seen
    calls: list[object] = []

    def step(*arguments: Any) -> videos.Seen:
        found = seen(*arguments)
        calls.append(found)
        if len(calls) == 1:
            videos.delete(arguments[0], arguments[1], video_id)
        return found

    monkeypatch.setattr(progress, "EVERY", 0.0)
    monkeypatch.setattr(progress, "KEEP_ALIVE", 0.0)
    monkeypatch.setattr(videos, "get_seen", step)
    told = follow(client, video_id)
    assert told[-1] == (
        "video.deleted",
        {"id": video_id, "object": "video.deleted", "deleted": True},
    )


def test_there_is_nothing_to_follow(client: TestClient) -> None:
    assert client.get("/v1/videos/video_0/events").status_code == 404
