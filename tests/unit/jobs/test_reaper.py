from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from tests.support.jobs import Bench, until

from kinora.jobs.active import ActiveJobs
from kinora.jobs.heartbeat import Timing
from kinora.jobs.queue import EVENTS_QUEUE, RENDER, RENDER_QUEUE, EarlierJob, PendingJob
from kinora.jobs.reaper import LEASE, Reaper
from kinora.records import workers
from kinora.settings import Settings

ROOT = Path(__file__).parents[3]


class FakeQueue:
    """Remembers what was put back where."""

    def __init__(self, *pending: PendingJob, ended: Iterable[str] = ()) -> None:
        self._pending = list(pending)
        self._ended = set(ended)
        self.resumed: list[tuple[list[str], str]] = []

    def pending(self) -> list[PendingJob]:
        return self._pending

    def resume(self, job_ids: Iterable[str], *, queue: str) -> None:
        self.resumed.append((list(job_ids), queue))

    def earlier(self, **_: object) -> list[EarlierJob]:
        return []

    def cancelled(self, **_: object) -> list[EarlierJob]:
        return []

    def ended(self, job_ids: Iterable[str]) -> list[str]:
        return [job for job in job_ids if job in self._ended]

    def enqueue(self, *_: object) -> None:
        raise AssertionError("no endpoint wants an event")


class Steady:
    """A heartbeat that may judge, or not."""

    def __init__(self, answer: bool = True) -> None:
        self._answer = answer

    def steady(self) -> bool:
        return self._answer


def reaper(bench: Bench, queue: FakeQueue, *, steady: bool = True, name: str = "w-me") -> Reaper:
    return Reaper(
        worker_id=name,
        database=bench.service.database,
        queue=queue,  # type: ignore[arg-type]
        heartbeat=Steady(steady),  # type: ignore[arg-type]
        jobs=ActiveJobs(),
        timing=Timing(reap=0.01),
    )


def alive(bench: Bench, *names: str) -> None:
    with bench.service.database.begin() as connection:
        for name in names:
            workers.beat(connection, name, queues=[])


def job(
    name: str, executor: str, *, queue: str = RENDER_QUEUE, workflow: str = RENDER
) -> PendingJob:
    return PendingJob(name, workflow, queue, executor)


class TestARound:
    def test_puts_back_the_jobs_of_whoever_doesnt_live_each_on_its_queue(
        self, bench: Bench
    ) -> None:
        alive(bench, "w-me", "w-other")
        queue = FakeQueue(
            job("1", "w-other"),
            job("2", "w-long-gone"),
            job("3", "w-never-known", queue=EVENTS_QUEUE),
            job("4", "w-long-gone"),
        )
        assert reaper(bench, queue).round() == ["2", "3", "4"]
        assert queue.resumed == [(["2", "4"], RENDER_QUEUE), (["3"], EVENTS_QUEUE)]

    def test_does_nothing_before_its_own_beats_are_steady(self, bench: Bench) -> None:
        queue = FakeQueue(job("1", "w-gone"))
        assert reaper(bench, queue, steady=False).round() == []
        assert queue.resumed == []

    def test_does_nothing_while_another_leads(self, bench: Bench) -> None:
        with bench.service.database.begin() as connection:
            assert workers.take_lease(connection, LEASE, holder="w-other", seconds=60)
        queue = FakeQueue(job("1", "w-gone"))
        assert reaper(bench, queue).round() == []

    def test_ends_videos_whose_job_ended_without_a_word(self, bench: Bench) -> None:
        alive(bench, "w-me")
        name, waiting = bench.submit(""), bench.submit("")
        reaper(bench, FakeQueue(ended=[name])).round()
        video = bench.video(name)
        assert (video.status, video.error_code) == ("failed", "render_failed")
        assert bench.video(waiting).status == "queued"


class TestWatching:
    def test_renders_that_the_queue_thinks_run_here_are_put_back_once_seen_twice(
        self, bench: Bench
    ) -> None:
        alive(bench, "w-me")
        queue = FakeQueue(
            job("lost", "w-me"),
            job("runs", "w-me"),
            job("other-kind", "w-me", workflow="deliver_event"),
            job("elsewhere", "w-other"),
        )
        watcher = reaper(bench, queue, steady=False)
        stop = threading.Event()
        with watcher.jobs.executing("runs"):
            thread = threading.Thread(target=watcher.watch, args=(stop,))
            thread.start()
            until(lambda: len(queue.resumed) >= 2)
            stop.set()
            thread.join()
        assert {tuple(ids) for ids, _ in queue.resumed} == {("lost",)}

    def test_a_database_that_is_away_doesnt_end_it(self, bench: Bench) -> None:
        alive(bench, "w-me")
        queue = FakeQueue(job("1", "w-gone"))
        watcher = reaper(bench, queue)
        with bench.service.database.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE workers RENAME TO gone")
        stop = threading.Event()
        thread = threading.Thread(target=watcher.watch, args=(stop,))
        thread.start()
        with bench.service.database.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO workers")
        until(lambda: bool(queue.resumed))
        stop.set()
        thread.join()


def hire(settings: Settings) -> subprocess.Popen[bytes]:
    """A worker process with quick heartbeats."""
    given = {
        "KINORA_DATA_DIR": str(settings.data_dir),
        "KINORA_CACHE_DIR": str(settings.cache_dir),
        "KINORA_MAX_ATTEMPTS": str(settings.max_attempts),
    }
    if settings.database_url:
        given["KINORA_DATABASE_URL"] = settings.database_url
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.chaos_worker"],
        cwd=ROOT,
        env=os.environ | given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def child_of(worker: subprocess.Popen[bytes]) -> int | None:
    """The render child of a worker process."""
    for task in Path(f"/proc/{worker.pid}/task").iterdir():
        with contextlib.suppress(OSError):  # a thread or a process that has just ended
            for pid in (task / "children").read_text().split():
                if b"kinora.jobs.child" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return int(pid)
    return None


class TestAKilledWorker:
    def test_its_child_goes_with_it_and_another_worker_takes_its_job(
        self, each_bench: Bench, tmp_path: Path
    ) -> None:
        settings, go = each_bench.service.settings, tmp_path / "go"
        first = hire(settings)
        second = None
        try:
            name = each_bench.submit(f"wait={go}")
            until(lambda: each_bench.video(name).progress > 0)
            child = child_of(first)
            assert child is not None
            second = hire(settings)
            first.send_signal(signal.SIGKILL)
            first.wait()
            until(lambda: not _runs(child))
            go.touch()
            video = each_bench.ended(name)
            assert (video.status, video.attempts) == ("completed", 2)
        finally:
            for worker in (first, second):
                if worker is not None:
                    worker.kill()
                    worker.wait()

    def test_a_job_that_kills_each_worker_is_given_up_and_others_are_unharmed(
        self, bench: Bench
    ) -> None:
        bench.set(max_attempts=2)
        poison = bench.submit("kill-worker")
        workers_hired = []
        try:
            for _ in range(2):
                workers_hired.append(hire(bench.service.settings))
                assert workers_hired[-1].wait(timeout=120) == -signal.SIGKILL
            workers_hired.append(hire(bench.service.settings))
            good = bench.submit("")
            video = bench.ended(poison)
            assert (video.error_code, video.attempts) == ("poison_job", 2)
            assert bench.ended(good).status == "completed"
        finally:
            for worker in workers_hired:
                worker.kill()
                worker.wait()


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
