from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kinora.records import videos
from kinora.records.database import open_database
from kinora.records.migrate import migrate


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sa.Connection]:
    database = open_database(f"sqlite:///{tmp_path / 'kinora.db'}")
    migrate(database)
    with database.begin() as connection:
        yield connection
    database.close()


def _insert(connection: sa.Connection, name: str, **values: Any) -> None:
    base: dict[str, Any] = {
        "id": name,
        "project_id": "p",
        "status": "queued",
        "model": "sora-2",
        "prompt": "",
        "size": "720x1280",
        "seconds": "4",
        "created_at": 100.0,
        "spec_json": "{}",
    }
    videos.insert(connection, **{**base, **values})


def test_a_row_comes_back_as_it_went_in(connection: sa.Connection) -> None:
    _insert(connection, "a", key_id="k", priority=3)
    video = videos.find(connection, "a")
    assert video is not None
    assert (video.key_id, video.priority, video.progress, video.files_gone) == ("k", 3, 0, False)
    assert videos.find(connection, "b") is None


@pytest.mark.parametrize(("order", "expected"), [("asc", "cd"), ("desc", "ab")])
def test_pages_follow_creation_and_hide_cancelled_and_other_projects(
    connection: sa.Connection, order: Any, expected: str
) -> None:
    for name in "abXcd":
        _insert(connection, name, status="cancelled" if name == "X" else "queued")
    _insert(connection, "other", project_id="q")
    middle = videos.find(connection, "X")
    assert middle is not None
    page = videos.page(connection, project_id="p", after=middle.seq, limit=9, order=order)
    assert "".join(sorted(v.id for v in page)) == expected
    assert [v.id for v in page] == sorted(expected, reverse=order == "desc")


def test_a_cancel_is_final(connection: sa.Connection) -> None:
    _insert(connection, "a")
    assert videos.update(connection, "a", status="cancelled")
    assert not videos.update(connection, "a", status="completed")
    row = videos.find(connection, "a")
    assert row is not None
    assert row.status == "cancelled"


def test_counts_for_limits_and_for_the_queue(connection: sa.Connection) -> None:
    _insert(connection, "old", key_id="k", created_at=1.0, status="completed")
    _insert(connection, "run", key_id="k", status="in_progress")
    _insert(connection, "late", key_id="k", priority=10)
    _insert(connection, "urgent", key_id="j", priority=1)
    assert videos.count_active(connection) == 3
    assert videos.count_active(connection, key_id="k") == 2
    assert videos.count_queued(connection) == 2
    assert videos.count_running(connection) == 1
    late, urgent = videos.find(connection, "late"), videos.find(connection, "urgent")
    assert late is not None
    assert urgent is not None
    assert videos.queue_order(connection) == [(1, urgent.seq), (10, late.seq)]
    assert videos.newest_seq(connection) == urgent.seq


def test_room_for_another_video_comes_when_an_old_one_leaves_the_window(
    connection: sa.Connection,
) -> None:
    for name, moment in (("a", 100.0), ("b", 130.0), ("c", 140.0)):
        _insert(connection, name, key_id="k", created_at=moment)

    def wait(limit: int, now: float) -> float:
        return videos.wait_for_room(connection, key_id="k", limit=limit, window=60.0, now=now)

    assert wait(3, 150.0) == 10.0
    assert wait(2, 150.0) == 40.0
    assert wait(3, 161.0) == 0.0
    assert wait(4, 150.0) == 0.0


def test_the_mean_render_time_is_that_of_completed_jobs(connection: sa.Connection) -> None:
    assert videos.mean_render_seconds(connection) is None
    _insert(connection, "a", status="completed", started_at=10.0, completed_at=14.0)
    _insert(connection, "b", status="completed", started_at=20.0, completed_at=22.0)
    _insert(connection, "c", status="failed", started_at=20.0, completed_at=90.0)
    assert videos.mean_render_seconds(connection) == 3.0
