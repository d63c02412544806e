"""Jobs with a real queue, database, store and child process, for tests."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from kinora.jobs.current import Worker
from kinora.jobs.heartbeat import Timing
from kinora.jobs.queue import RENDER, RENDER_QUEUE, Job
from kinora.jobs.runtime import running
from kinora.records import videos
from kinora.records.ids import video_id
from kinora.service.context import Service
from kinora.testing.maker import MAKER
from kinora.types.video import TERMINAL, Video, VideoSpec

QUICK = Timing(beat=0.2, ttl=1.5, reap=0.3, lease=1.0, settle=0.2)


def until(condition: Callable[[], bool], *, seconds: float = 90.0) -> None:
    """Wait for something that must happen; how fast is not asserted."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


@dataclass
class Bench:
    """A service, and workers on it."""

    service: Service

    def submit(self, prompt: str, **columns: Any) -> str:
        """Accept a job as the API does."""
        name = video_id()
        with self.service.database.begin() as connection:
            self.insert(connection, name, prompt, **columns)
            job = Job(id=name, workflow=RENDER, queue=RENDER_QUEUE, arguments=(name,), priority=10)
            self.service.queue.enqueue(connection, job)
        return name

    def insert(self, connection: Any, name: str, prompt: str, **columns: Any) -> None:
        spec = VideoSpec(model="sora-2", engine="parallax", prompt=prompt)
        values = {
            "project_id": "default",
            "status": "queued",
            "model": spec.model,
            "prompt": prompt,
            "size": "720x1280",
            "seconds": "4",
            "created_at": time.time(),
            "spec_json": spec.model_dump_json(),
        }
        videos.insert(connection, id=name, **{**values, **columns})

    def video(self, name: str) -> Video:
        with self.service.database.read() as connection:
            found = videos.find(connection, name)
        assert found is not None
        return found

    def ended(self, name: str) -> Video:
        """The row, once it has ended."""
        until(lambda: self.video(name).status in TERMINAL)
        return self.video(name)

    def job(self, job_id: str) -> tuple[str, str] | None:
        """Workflow and state of a job, from the queue's own table."""
        schema = "" if self.service.database.is_sqlite else "dbos."
        query = f"SELECT name, status FROM {schema}workflow_status WHERE workflow_uuid = :id"
        with self.service.database.read() as connection:
            row = connection.execute(sa.text(query), {"id": job_id}).first()
        return None if row is None else (row[0], row[1])

    def set(self, **settings: Any) -> None:
        """Change settings of this test's workers."""
        changed = self.service.settings.model_copy(update=settings)
        self.service = replace(self.service, settings=changed)

    @contextlib.contextmanager
    def working(self, **options: Any) -> Iterator[Worker]:
        service = self.service
        with running(
            service.settings,
            service.database,
            service.blobs,
            service.queue,
            **{"maker": MAKER, "timing": QUICK, **options},
        ) as worker:
            yield worker
