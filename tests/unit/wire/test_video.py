from __future__ import annotations

from typing import Any

import pytest

from kinora.types.video import Video, VideoSpec
from kinora.wire.video import Place, page_object, video_object

#: In the order of the API's own answers.
CONTRACT = [
    "id",
    "object",
    "created_at",
    "status",
    "completed_at",
    "error",
    "expires_at",
    "model",
    "progress",
    "prompt",
    "remixed_from_video_id",
    "seconds",
    "size",
]


def video(**changes: Any) -> Video:
    spec = VideoSpec(model="sora-2", engine="parallax", seed=7, fps="24")
    values: dict[str, Any] = {
        "seq": 1,
        "id": "video_1",
        "project_id": "p",
        "key_id": None,
        "status": "queued",
        "progress": 0,
        "model": "sora-2",
        "prompt": "push in",
        "size": "720x1280",
        "seconds": "4",
        "created_at": 1000.9,
        "spec_json": spec.model_dump_json(),
    }
    return Video(**{**values, **changes})


def test_the_contracts_keys_come_first_and_are_never_left_out() -> None:
    shown = video_object(video())
    assert list(shown)[:13] == CONTRACT
    assert shown["created_at"] == 1000
    assert (shown["completed_at"], shown["error"], shown["expires_at"]) == (None, None, None)


def test_our_own_keys_follow() -> None:
    shown = video_object(video(), place=Place(queue_position=2, eta_seconds=3.14159))
    assert shown["seed"] == 7
    assert shown["fps"] == "24"
    assert (shown["queue_position"], shown["eta_seconds"]) == (2, 3.1)
    assert shown["plan"] is None
    assert shown["report"] is None


def test_a_planned_video_says_where_its_plan_is() -> None:
    done = video(status="completed", completed_at=1010.5, plan_json="{}", report_json='{"a": 1}')
    shown = video_object(done)
    assert shown["plan"] == "/v1/videos/video_1/plan"
    assert shown["report"] == {"a": 1}
    assert shown["completed_at"] == 1010


def test_a_failure_has_code_and_message() -> None:
    failed = video(status="failed", error_code="poison_job", error_message="Gave up.")
    assert video_object(failed)["error"] == {"code": "poison_job", "message": "Gave up."}
    assert set(video_object(video(status="failed"))["error"]) == {"code", "message"}
    assert video_object(video(error_code="x"))["error"] is None


def test_ended_jobs_wait_for_nothing() -> None:
    place = Place(queue_position=1, eta_seconds=5.0)
    shown = video_object(video(status="completed"), place=place)
    assert (shown["queue_position"], shown["eta_seconds"]) == (None, None)


@pytest.mark.parametrize("has_more", [True, False])
def test_pages_name_their_ends(has_more: bool) -> None:
    page = page_object([{"id": "a"}, {"id": "b"}], has_more=has_more)
    assert (page["first_id"], page["last_id"], page["has_more"]) == ("a", "b", has_more)
    empty = page_object([], has_more=False)
    assert (empty["data"], empty["first_id"], empty["last_id"]) == ([], None, None)
