from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa

from kinora.errors import FieldError, LimitError, MissingError
from kinora.jobs.queue import Job
from kinora.records import videos
from kinora.service import keys
from kinora.service.admission import Attempt, BatchLine, NewVideo, admit
from kinora.service.context import Service
from kinora.service.videos import create, delete
from kinora.types.account import Caller
from kinora.types.video import VideoSpec

NEW = NewVideo(
    spec=VideoSpec(model="sora-2", engine="parallax", prompt="push in"),
    size="720x1280",
    seconds="4",
)
NOBODY = Caller(project_id="default", key=None)


def caller(service: Service, **limits: int | None) -> Caller:
    key, _ = keys.create(service.database, "test", limits=limits)
    return Caller(project_id=key.project_id, key=key)


def count(service: Service) -> int:
    with service.database.read() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM videos")).scalar_one())


def test_row_and_job_come_together(service: Service) -> None:
    video = admit(service, NOBODY, NEW)
    with service.database.read() as connection:
        assert videos.find(connection, video.id) == video
        job = connection.execute(
            sa.text("SELECT queue_name, priority, status FROM workflow_status")
        ).one()
    assert tuple(job) == ("cpu", 10, "ENQUEUED")


def test_without_a_job_there_is_no_row(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: sa.Connection, job: Job) -> None:
        raise RuntimeError(job.id)

    monkeypatch.setattr(service.queue, "enqueue", broken)
    with pytest.raises(RuntimeError):
        admit(service, NOBODY, NEW, attempt=Attempt(body_sha256="a", key="k"))
    assert count(service) == 0
    monkeypatch.undo()
    assert admit(service, NOBODY, NEW, attempt=Attempt(body_sha256="b", key="k"))


@pytest.mark.parametrize(
    ("limit", "code", "longest"),
    [
        ("max_active", "rate_limit_exceeded", 5.0),
        ("per_minute", "rate_limit_exceeded", 60.0),
        ("per_day", "insufficient_quota", 86_400.0),
    ],
)
def test_a_key_has_limits(service: Service, limit: str, code: str, longest: float) -> None:
    limited, other = caller(service, **{limit: 2}), caller(service)
    for _ in range(2):
        admit(service, limited, NEW)
    with pytest.raises(LimitError, match=" 2 ") as caught:
        admit(service, limited, NEW)
    assert caught.value.code == code
    assert longest - 5 < caught.value.retry_after <= longest
    admit(service, other, NEW)
    assert count(service) == 3


def test_a_place_is_free_again_when_a_job_ends(service: Service) -> None:
    limited = caller(service, max_active=1)
    video = admit(service, limited, NEW)
    with service.database.begin() as connection:
        videos.update(connection, video.id, status="failed")
    admit(service, limited, NEW)


def test_a_deletion_gives_no_rate_back(service: Service) -> None:
    limited = caller(service, per_day=1)
    delete(service, limited, admit(service, limited, NEW).id)
    with pytest.raises(LimitError):
        admit(service, limited, NEW)


def test_old_videos_count_no_more(service: Service) -> None:
    limited = caller(service, per_minute=1)
    video = admit(service, limited, NEW)
    with service.database.begin() as connection:
        videos.update(connection, video.id, created_at=time.time() - 61)
    admit(service, limited, NEW)


def test_a_repetition_is_let_through_at_the_limit(service: Service) -> None:
    limited = caller(service, max_active=1)
    first = admit(service, limited, NEW, attempt=Attempt(body_sha256="a", key="k"))
    again = admit(service, limited, NEW, attempt=Attempt(body_sha256="a", key="k"))
    assert again == first


def test_a_refused_request_leaves_no_mark(service: Service) -> None:
    limited = caller(service, max_active=1)
    running = admit(service, limited, NEW)
    attempt = Attempt(body_sha256="a", key="k")
    with pytest.raises(LimitError):
        admit(service, limited, NEW, attempt=attempt)
    delete(service, limited, running.id)
    assert admit(service, limited, NEW, attempt=attempt).id != running.id


def test_keys_of_other_callers_are_other_keys(service: Service) -> None:
    attempt = Attempt(body_sha256="a", key="k")
    first = admit(service, caller(service), NEW, attempt=attempt)
    assert admit(service, caller(service), NEW, attempt=attempt).id != first.id
    assert admit(service, NOBODY, NEW, attempt=attempt).id != first.id


def test_a_key_with_another_body_is_refused(service: Service) -> None:
    admit(service, NOBODY, NEW, attempt=Attempt(body_sha256="a", key="k"))
    with pytest.raises(FieldError, match="other parameters"):
        admit(service, NOBODY, NEW, attempt=Attempt(body_sha256="b", key="k"))


def test_a_repetition_of_what_was_deleted_makes_nothing_new(service: Service) -> None:
    attempt = Attempt(body_sha256="a", key="k")
    delete(service, NOBODY, admit(service, NOBODY, NEW, attempt=attempt).id)
    with pytest.raises(MissingError):
        admit(service, NOBODY, NEW, attempt=attempt)


@pytest.mark.parametrize(("age", "same"), [(119.0, True), (121.0, False)])
def test_a_retry_is_known_for_the_retry_window(
    service: Service, monkeypatch: pytest.MonkeyPatch, age: float, same: bool
) -> None:
    first = admit(service, NOBODY, NEW, attempt=Attempt(body_sha256="a"))
    later = time.time() + age
    monkeypatch.setattr(time, "time", lambda: later)
    retry = admit(service, NOBODY, NEW, attempt=Attempt(body_sha256="a", is_retry=True))
    assert (retry.id == first.id) is same


def test_a_line_of_a_batch_makes_one_video_after_single_ones(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kinora.service.videos.prepare", lambda *_: NEW)
    draft: Any = None
    line = BatchLine(batch_id="batch_1", custom_id="r" * 512)
    first, again = (create(service, NOBODY, draft, line=line) for _ in "ab")
    assert first.id == again.id
    assert (first.batch_id, first.custom_id) == ("batch_1", "r" * 512)
    assert first.priority > create(service, NOBODY, draft).priority
    other = create(service, NOBODY, draft, line=BatchLine(batch_id="batch_1", custom_id="s"))
    assert other.id != first.id
