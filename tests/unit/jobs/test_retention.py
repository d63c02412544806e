from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.support.jobs import Bench, until

from kinora.jobs import retention
from kinora.jobs.queue import CONTROL_QUEUE
from kinora.jobs.retention import DAY, Collected, Collector
from kinora.jobs.scratch import scratch_root
from kinora.records import videos, workers
from kinora.records.tables import (
    characters,
    deliveries,
    events,
    files,
    idempotency,
)
from kinora.records.tables import workers as worker_rows
from kinora.types.video import MIME, blob_key, input_key


def collect(bench: Bench, *, dry_run: bool = False, later: float = 0.0) -> Collected:
    service = bench.service
    return Collector(
        settings=service.settings,
        database=service.database,
        blobs=service.blobs,
        queue=service.queue,
        now=time.time() + later,
        dry_run=dry_run,
    ).collect()


def add(bench: Bench, name: str, **columns: Any) -> None:
    with bench.service.database.begin() as connection:
        bench.insert(connection, name, "", **columns)


def stored(bench: Bench, key: str, *, age: float = 0.0) -> str:
    bench.service.blobs.put_bytes(key, b"data")
    path = bench.service.blobs.local_path(key)
    assert path is not None
    moment = time.time() - age
    os.utime(path, (moment, moment))
    return key


def is_there(bench: Bench, key: str) -> bool:
    return bench.service.blobs.info(key) is not None


def exists(bench: Bench, name: str) -> bool:
    with bench.service.database.read() as connection:
        return videos.find(connection, name) is not None


def with_files(bench: Bench, name: str) -> list[str]:
    return [stored(bench, blob_key(name, variant)) for variant in MIME]


def insert(bench: Bench, table: sa.Table, **values: Any) -> None:
    with bench.service.database.begin() as connection:
        connection.execute(table.insert().values(**values))


def count(bench: Bench, table: sa.Table) -> int:
    with bench.service.database.read() as connection:
        query = sa.select(sa.func.count()).select_from(table)
        return int(connection.execute(query).scalar_one())


class TestVideos:
    def test_files_go_at_their_time_and_the_row_says_so(self, bench: Bench) -> None:
        now = time.time()
        add(bench, "over", status="completed", expires_at=now - 1)
        add(bench, "soon", status="completed", expires_at=now + 60)
        add(bench, "never", status="completed", expires_at=None)
        keys = {name: with_files(bench, name) for name in ("over", "soon", "never")}
        assert collect(bench).expired_videos == 1
        assert not any(is_there(bench, key) for key in keys["over"])
        assert all(is_there(bench, key) for key in keys["soon"] + keys["never"])
        assert bench.video("over").files_gone
        assert not bench.video("soon").files_gone
        assert collect(bench).expired_videos == 0

    def test_rows_go_a_month_after_their_files(self, bench: Bench) -> None:
        now = time.time()
        gone = {"status": "completed", "files_gone": True}
        add(bench, "old", **gone, expires_at=now - 31 * DAY)
        add(bench, "young", **gone, expires_at=now - 29 * DAY)
        add(bench, "failed", status="failed", created_at=now - 32 * DAY)
        add(bench, "failed-now", status="failed")
        add(bench, "waiting", status="queued", created_at=now - 99 * DAY)
        assert collect(bench).old_videos == 2
        left = ("young", "failed-now", "waiting")
        assert [n for n in ("old", *left, "failed") if exists(bench, n)] == list(left)

    def test_with_retention_0_only_deleted_rows_go(self, bench: Bench) -> None:
        bench.set(retention=0.0)
        add(bench, "failed", status="failed", created_at=0.0)
        add(bench, "cancelled", status="cancelled", created_at=0.0)
        assert collect(bench).old_videos == 1
        assert exists(bench, "failed")

    def test_files_that_were_stored_while_a_video_was_deleted_go(self, bench: Bench) -> None:
        now = time.time()
        add(bench, "cancelled", status="cancelled", created_at=now - 3 * DAY)
        keys = with_files(bench, "cancelled")
        unknown = stored(bench, blob_key("unknown", "video"), age=2 * DAY)
        collect(bench)
        assert not any(is_there(bench, key) for key in [*keys, unknown])


class TestBlobs:
    def test_pictures_go_once_nothing_names_them(self, bench: Bench) -> None:
        old = 2 * DAY
        unused = stored(bench, input_key("aa" * 32), age=old)
        fresh = stored(bench, input_key("bb" * 32), age=60)
        of_video = stored(bench, input_key("cc" * 32), age=old)
        of_file = stored(bench, input_key("dd" * 32), age=old)
        of_character = stored(bench, input_key("ee" * 32), age=old)
        of_deleted = stored(bench, input_key("ff" * 32), age=old)
        add(bench, "video", input_key=of_video)
        add(bench, "deleted", status="cancelled", input_key=of_deleted)
        _file(bench, "file-1", of_file, expires_at=None)
        insert(
            bench,
            characters,
            id="char_1",
            project_id="p",
            name="n",
            blob_key=of_character,
            mime="image/png",
            created_at=0.0,
            consent="unknown",
        )
        assert collect(bench).unused_blobs == 2
        assert not is_there(bench, unused)
        assert not is_there(bench, of_deleted)
        assert all(is_there(bench, k) for k in (fresh, of_video, of_file, of_character))

    def test_an_expired_upload_goes_with_its_blob_unless_a_video_needs_it(
        self, bench: Bench
    ) -> None:
        now = time.time()
        alone = stored(bench, input_key("aa" * 32), age=2 * DAY)
        needed = stored(bench, input_key("bb" * 32), age=2 * DAY)
        _file(bench, "file-1", alone, expires_at=now - 1)
        _file(bench, "file-2", needed, expires_at=now - 1)
        _file(bench, "file-3", needed, expires_at=now + 60)
        add(bench, "video", input_key=needed)
        assert collect(bench).uploaded_files == 2
        assert count(bench, files) == 1
        assert not is_there(bench, alone)
        assert is_there(bench, needed)


def _file(bench: Bench, name: str, key: str, *, expires_at: float | None) -> None:
    insert(
        bench,
        files,
        id=name,
        project_id="p",
        filename="f.png",
        purpose="vision",
        bytes=4,
        sha256="0" * 64,
        mime="image/png",
        blob_key=key,
        created_at=0.0,
        expires_at=expires_at,
    )


class TestOtherRows:
    def test_old_requests_events_and_deliveries_are_forgotten(self, bench: Bench) -> None:
        now = time.time()
        for token, age in (("old", 3 * DAY), ("new", DAY)):
            insert(
                bench,
                idempotency,
                scope="open",
                token=token,
                body_sha256="0",
                object_id="v",
                created_at=now - age,
            )
        for name, age in (("old", 31 * DAY), ("new", DAY)):
            insert(
                bench,
                events,
                id=name,
                project_id="p",
                type="t",
                object_id="v",
                payload="{}",
                created_at=now - age,
            )
            insert(
                bench,
                deliveries,
                event_id=name,
                endpoint_id="e",
                attempt=1,
                at=now - age,
                duration_ms=1,
            )
        collected = collect(bench)
        assert (collected.idempotency_rows, collected.events) == (1, 1)
        assert [count(bench, table) for table in (idempotency, events, deliveries)] == [1, 1, 1]

    def test_the_long_dead_and_their_folders_go_the_living_stay(self, bench: Bench) -> None:
        with bench.service.database.begin() as connection:
            for name in ("w-dead", "w-alive"):
                workers.beat(connection, name, queues=[])
            workers.retire(connection, "w-dead")
            connection.execute(
                worker_rows.update().where(worker_rows.c.id == "w-dead").values(seen=0.0)
            )
        root = scratch_root(bench.service.settings)
        for name in ("w-dead", "w-alive", "w-unknown"):
            (root / name / "video_1-x").mkdir(parents=True)
        collected = collect(bench)
        assert (collected.workers, collected.scratch_folders) == (1, 2)
        assert [folder.name for folder in root.iterdir()] == ["w-alive"]

    def test_ended_jobs_leave_the_queue_after_days(self, each_bench: Bench) -> None:
        with each_bench.working():
            name = each_bench.submit("")
            until(lambda: (each_bench.job(name) or ("", ""))[1] == "SUCCESS")
        waiting = each_bench.submit("")
        assert collect(each_bench).jobs == 0
        assert collect(each_bench, dry_run=True, later=3 * DAY).jobs == 1
        assert collect(each_bench, later=3 * DAY).jobs == 1
        assert each_bench.job(name) is None
        assert each_bench.job(waiting) is not None


def test_a_dry_run_counts_the_same_and_removes_nothing(bench: Bench) -> None:
    now = time.time()
    add(bench, "over", status="completed", expires_at=now - 1)
    add(bench, "cancelled", status="cancelled", created_at=0.0)
    keys = [*with_files(bench, "over"), stored(bench, input_key("aa" * 32), age=2 * DAY)]
    _file(bench, "file-1", "inputs/00/00", expires_at=now - 1)
    counted = collect(bench, dry_run=True)
    assert all(is_there(bench, key) for key in keys)
    assert exists(bench, "cancelled")
    assert count(bench, files) == 1
    assert counted == collect(bench)
    assert counted.as_dict()["expired_videos"] == 1


def test_servers_do_it_by_a_schedule_of_the_queue(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(retention, "HOURLY", "* * * * * *")  # every second
    add(bench, "over", status="completed", expires_at=time.time() - 1)
    with bench.working(queues=[CONTROL_QUEUE]):
        until(lambda: bench.video("over").files_gone)
