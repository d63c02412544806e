"""The whole way of a job, with a real queue, database, store and child process."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.support.jobs import Bench, until

from kinora.errors import InputError
from kinora.jobs.queue import DELIVER, RENDER, RENDER_QUEUE, Job
from kinora.jobs.runtime import EMBEDDED
from kinora.jobs.scratch import scratch_root
from kinora.records import marked, videos
from kinora.records.ids import new_id, video_id
from kinora.records.tables import events, webhook_endpoints
from kinora.service import videos as use_cases
from kinora.types.account import Caller
from kinora.types.video import blob_key

ANYBODY = Caller(project_id="default", key=None)


def children() -> list[int]:
    """Render children of this process."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            found += [int(pid) for pid in (task / "children").read_text().split()]
    return [pid for pid in found if is_child(pid)]


def is_child(pid: int) -> bool:
    try:
        return b"kinora.jobs.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def subscribe(bench: Bench, *kinds: str) -> None:
    with bench.service.database.begin() as connection:
        connection.execute(
            webhook_endpoints.insert().values(
                id=new_id("we_"),
                project_id="default",
                name="test",
                url="http://127.0.0.1:9/",
                event_types=json.dumps(kinds),
                secret="whsec_" + "A" * 32,
                created_at=time.time(),
            )
        )


def told(bench: Bench, name: str) -> list[str]:
    with bench.service.database.read() as connection:
        query = sa.select(events.c.type).where(events.c.object_id == name).order_by(events.c.seq)
        return list(connection.execute(query).scalars())


class TestACompletedJob:
    def test_its_row_files_and_event_are_written(self, each_bench: Bench) -> None:
        with each_bench.working():
            name = each_bench.submit("bytes=5000")
            video = each_bench.ended(name)
        assert (video.status, video.progress, video.attempts) == ("completed", 100, 1)
        media = json.loads(video.media_json or "")
        assert set(media) == {"video", "thumbnail", "spritesheet"}
        assert media["video"]["mime"] == "video/mp4"
        assert each_bench.service.blobs.info(blob_key(name, "video")).bytes == 5000  # type: ignore[union-attr]
        assert video.completed_at is not None
        assert video.expires_at == video.completed_at + each_bench.service.settings.retention
        assert told(each_bench, name) == ["video.completed"]
        number = hashlib.sha256(b"bytes=5000").hexdigest()[:12]
        with each_bench.service.database.read() as connection:
            row = marked.first(connection, number)
        assert row is not None
        assert (row.video_id, row.sha256) == (name, media["video"]["sha256"])
        assert list(scratch_root(each_bench.service.settings).glob("*/*")) == []

    def test_its_delivery_is_enqueued_where_an_endpoint_wants_it(self, bench: Bench) -> None:
        subscribe(bench, "video.completed")
        with bench.working(queues=[RENDER_QUEUE]):
            bench.ended(bench.submit(""))
        with bench.service.database.read() as connection:
            event_id = connection.execute(sa.select(events.c.id)).scalar_one()
        assert bench.job(event_id) == (DELIVER, "ENQUEUED")

    def test_its_progress_moves_and_is_told_where_asked_for(
        self, bench: Bench, tmp_path: Path
    ) -> None:
        go = tmp_path / "go"
        bench.set(progress_events=True)
        subscribe(bench, "video.progress")
        with bench.working(queues=[RENDER_QUEUE]):
            name = bench.submit(f"wait={go}")
            until(lambda: 0 < bench.video(name).progress < 100)
            go.touch()
            bench.ended(name)
        kinds = told(bench, name)
        assert kinds[-1] == "video.completed"
        assert 1 <= kinds.count("video.progress") <= 3

    def test_its_plan_and_report_are_shown_before_it_ends(self, each_bench: Bench) -> None:
        with each_bench.working(queues=[RENDER_QUEUE]):
            name = each_bench.submit("pan left plan steps=1000 pause=0.1")
            until(lambda: each_bench.video(name).report_json is not None)
            video = each_bench.video(name)
            use_cases.delete(each_bench.service, ANYBODY, name)
        assert video.status == "in_progress"
        assert video.plan is not None
        assert [move.op for beat in video.plan.beats for move in beat.camera] == ["pan"]


class TestAFailedJob:
    @pytest.mark.parametrize(
        ("prompt", "code", "words"),
        [
            ("fail=image", "invalid_image_file", "not a picture"),
            ("fail=policy", "moderation_blocked", "may not be made"),
            ("fail=engine", "render_failed", "fault of the server"),
            ("fail=fault", "render_failed", "fault of the server"),
            ("fail=output", "render_failed", "could not store"),
        ],
    )
    def test_its_row_says_why_and_nothing_secret(
        self, bench: Bench, prompt: str, code: str, words: str
    ) -> None:
        with bench.working():
            name = bench.submit(prompt)
            video = bench.ended(name)
        assert (video.status, video.error_code, video.attempts) == ("failed", code, 1)
        assert words in (video.error_message or "")
        assert "secret" not in (video.error_message or "")
        assert told(bench, name) == ["video.failed"]

    def test_one_that_takes_too_long_ends_with_timeout(self, bench: Bench) -> None:
        bench.set(job_timeout=1.0)
        with bench.working():
            video = bench.ended(bench.submit("steps=1000 pause=0.1"))
            assert video.error_code == "timeout"
            assert "1 seconds" in (video.error_message or "")
            assert children() == []

    def test_one_whose_child_dies_each_time_is_given_up_and_others_unharmed(
        self, bench: Bench
    ) -> None:
        with bench.working():
            poison, good = bench.submit("die"), bench.submit("")
            video = bench.ended(poison)
            assert (video.error_code, video.attempts) == ("poison_job", 3)
            assert "3 times" in (video.error_message or "")
            assert bench.ended(good).status == "completed"

    def test_one_whose_store_is_broken_says_so(self, bench: Bench) -> None:
        (bench.service.settings.data_dir / "blobs" / "videos").write_text("in the way")
        with bench.working():
            video = bench.ended(bench.submit(""))
        assert (video.status, video.error_code) == ("failed", "render_failed")
        assert "could not store" in (video.error_message or "")


class TestACrash:
    def test_a_killed_child_is_started_again(self, bench: Bench, tmp_path: Path) -> None:
        go = tmp_path / "go"
        with bench.working():
            name = bench.submit(f"wait={go}")
            until(lambda: bench.video(name).progress > 0)
            os.kill(children()[0], signal.SIGKILL)
            go.touch()
            video = bench.ended(name)
        assert (video.status, video.attempts) == ("completed", 2)
        assert told(bench, name) == ["video.completed"]

    def test_a_job_under_way_goes_on_after_a_restart(
        self, each_bench: Bench, tmp_path: Path
    ) -> None:
        go = tmp_path / "go"
        with each_bench.working():
            name = each_bench.submit(f"wait={go}")
            until(lambda: each_bench.video(name).progress > 0)
        assert children() == []
        stopped = each_bench.video(name)
        # A stop that was ordered isn't the job's fault.
        assert (stopped.status, stopped.attempts) == ("in_progress", 0)
        go.touch()
        with each_bench.working():
            video = each_bench.ended(name)
        assert (video.status, video.attempts) == ("completed", 1)

    def test_an_acceptance_that_is_rolled_back_leaves_nothing(self, each_bench: Bench) -> None:
        name = video_id()
        job = Job(id=name, workflow=RENDER, queue=RENDER_QUEUE, arguments=(name,))
        with (
            contextlib.suppress(ZeroDivisionError),
            each_bench.service.database.begin() as connection,
        ):
            each_bench.insert(connection, name, "")
            each_bench.service.queue.enqueue(connection, job)
            raise ZeroDivisionError
        with each_bench.service.database.read() as connection:
            assert videos.find(connection, name) is None
        assert each_bench.job(name) is None

    def test_a_job_that_is_enqueued_twice_runs_once(self, bench: Bench) -> None:
        name = bench.submit("")
        job = Job(id=name, workflow=RENDER, queue=RENDER_QUEUE, arguments=(name,))
        with bench.service.database.begin() as connection:
            bench.service.queue.enqueue(connection, job)
        with bench.working():
            assert bench.ended(name).attempts == 1


class TestACancel:
    def test_mid_step_it_leaves_no_child_and_the_next_job_runs(self, each_bench: Bench) -> None:
        with each_bench.working():
            first = each_bench.submit("steps=1000 pause=0.1")
            second = each_bench.submit("")
            until(lambda: each_bench.video(first).progress > 0)
            use_cases.delete(each_bench.service, ANYBODY, first)
            until(lambda: children() == [])
            assert each_bench.ended(second).status == "completed"
        assert each_bench.video(first).status == "cancelled"
        assert told(each_bench, first) == []
        assert each_bench.service.blobs.info(blob_key(first, "video")) is None

    def test_before_the_start_nothing_is_rendered(self, bench: Bench) -> None:
        name = bench.submit("")
        use_cases.delete(bench.service, ANYBODY, name)
        with bench.working():
            bench.ended(bench.submit(""))
        assert (bench.video(name).status, bench.video(name).attempts) == ("cancelled", 0)

    def test_one_that_races_a_reap_stays_cancelled(self, each_bench: Bench) -> None:
        name = each_bench.submit("")
        use_cases.delete(each_bench.service, ANYBODY, name)
        # The reaper listed the job before the cancel; its resume revives the cancelled job.
        each_bench.service.queue.resume([name], queue=RENDER_QUEUE)
        assert each_bench.job(name) == (RENDER, "ENQUEUED")
        with each_bench.working():
            until(lambda: each_bench.job(name) == (RENDER, "SUCCESS"))
        assert (each_bench.video(name).status, each_bench.video(name).attempts) == ("cancelled", 0)
        assert told(each_bench, name) == []


class TestTheWorker:
    def test_on_sqlite_one_process_is_the_embedded_executor(self, each_bench: Bench) -> None:
        with each_bench.working() as worker:
            assert (worker.id == EMBEDDED) is each_bench.service.database.is_sqlite

    def test_others_take_a_fresh_id(self, bench: Bench) -> None:
        with bench.working(embedded=False) as worker:
            first = worker.id
        with bench.working(embedded=False) as worker:
            assert worker.id != first
            assert worker.id.startswith("w-")

    def test_unknown_queues_are_refused(self, bench: Bench) -> None:
        with pytest.raises(InputError, match="no queue gpu"), bench.working(queues=["gpu"]):
            pass
