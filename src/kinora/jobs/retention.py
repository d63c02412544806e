"""Throw away what nobody needs any more: by the hour, and by ``kinora gc``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS

from kinora.jobs.current import current
from kinora.jobs.queue import CONTROL_QUEUE, JobQueue
from kinora.jobs.scratch import clear, left_behind
from kinora.records import workers
from kinora.records.database import Database
from kinora.records.tables import (
    characters,
    deliveries,
    events,
    files,
    idempotency,
    videos,
)
from kinora.settings import Settings
from kinora.storage.blobs import Blobs
from kinora.types.video import MIME, blob_key

COLLECT = "collect_garbage"
HOURLY = "17 * * * *"  # not on the hour, when everybody's jobs run

DAY = 86_400.0
#: A blob younger than this may belong to a request that hasn't committed its row yet.
INPUT_GRACE = DAY
#: An ``Idempotency-Key`` is known for this long.
IDEMPOTENCY_KEPT = 2 * DAY
#: Ended jobs of the queue; a repeated enqueue of one of them would run it again.
JOBS_KEPT = 2 * DAY
#: A process can't sleep longer than this and come back under its old id.
WORKERS_KEPT = 7 * DAY
#: Rows of videos whose files are gone, failed ones, and what was sent to webhooks.
ROWS_KEPT = 30 * DAY

_BATCH = 500

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """How many of each were removed, or would be."""

    expired_videos: int  # whose files went
    old_videos: int  # rows
    uploaded_files: int
    unused_blobs: int
    idempotency_rows: int
    events: int
    jobs: int
    workers: int
    scratch_folders: int

    def as_dict(self) -> dict[str, int]:
        """Counts by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """Where to look; with ``dry_run`` nothing is removed, only counted."""

    settings: Settings
    database: Database
    blobs: Blobs
    queue: JobQueue
    now: float
    dry_run: bool = False

    def collect(self) -> Collected:
        """Remove everything whose time is over. Safe to run anywhere, twice at once too."""
        return Collected(
            expired_videos=self._expired_videos(),
            old_videos=self._old_videos(),
            uploaded_files=self._uploaded_files(),
            unused_blobs=self._unused_blobs(),
            idempotency_rows=self._rows(
                idempotency, idempotency.c.created_at < self.now - IDEMPOTENCY_KEPT
            ),
            events=self._events(),
            jobs=self._jobs(),
            workers=self._workers(),
            scratch_folders=self._scratch(),
        )

    def _expired_videos(self) -> int:
        """Files first, then the mark: stopped in between, the next run does it again."""
        due = sa.and_(
            videos.c.expires_at <= self.now,
            videos.c.files_gone.is_(sa.false()),
            videos.c.status == "completed",
        )
        ids = self._ids(videos, due)
        for video_id in self._doing(ids):
            self._delete_files(video_id)
            with self.database.begin() as connection:
                connection.execute(
                    videos.update().where(videos.c.id == video_id, due).values(files_gone=True)
                )
        return len(ids)

    def _old_videos(self) -> int:
        """Rows: cancelled ones after a day; ended ones a month after their files went."""
        age = ROWS_KEPT + self.settings.retention
        ended = sa.or_(
            sa.and_(videos.c.files_gone.is_(sa.true()), videos.c.expires_at < self.now - ROWS_KEPT),
            sa.and_(videos.c.status == "failed", videos.c.created_at < self.now - age),
        )
        cancelled = sa.and_(
            videos.c.status == "cancelled", videos.c.created_at < self.now - JOBS_KEPT
        )
        due = cancelled if not self.settings.retention else sa.or_(cancelled, ended)
        ids = self._ids(videos, due)
        for video_id in self._doing(ids):
            self._delete_files(video_id)
            with self.database.begin() as connection:
                connection.execute(videos.delete().where(videos.c.id == video_id))
        return len(ids)

    def _uploaded_files(self) -> int:
        """Rows of expired uploads; their blobs go as unused ones, if nothing else needs them."""
        return self._rows(files, files.c.expires_at <= self.now)

    def _unused_blobs(self) -> int:
        """Blobs that no row names and that are too old to belong to a request under way."""
        count = 0
        for key, modified in self._old_blobs():
            if not self._is_named(key):
                count += 1
                if not self.dry_run:
                    _log.info("blob_collected", key=key, age=self.now - modified)
                    self.blobs.delete(key)
        return count

    def _old_blobs(self) -> Iterator[tuple[str, float]]:
        for prefix in ("inputs", "videos", "files", "characters"):
            for key, info in self.blobs.keys(prefix):
                if info.modified < self.now - INPUT_GRACE:
                    yield key, info.modified

    def _is_named(self, key: str) -> bool:
        with self.database.read() as connection:
            if key.startswith("videos/"):
                owner = sa.select(videos.c.id).where(
                    videos.c.id == key.split("/")[1], videos.c.status != "cancelled"
                )
                return connection.execute(owner).first() is not None
            users = (
                sa.select(videos.c.id).where(
                    videos.c.input_key == key, videos.c.status != "cancelled"
                ),
                sa.select(files.c.id).where(files.c.blob_key == key),
                sa.select(characters.c.id).where(characters.c.blob_key == key),
            )
            return any(connection.execute(q.limit(1)).first() is not None for q in users)

    def _events(self) -> int:
        """Events with their delivery log."""
        old = self.now - ROWS_KEPT
        self._rows(deliveries, deliveries.c.at < old)
        return self._rows(events, events.c.created_at < old)

    def _jobs(self) -> int:
        """Ended jobs, in batches; in a dry run at most one batch is counted."""
        count = 0
        while True:
            ids = self.queue.ended_before(self.now - JOBS_KEPT, limit=_BATCH)
            count += len(ids)
            if not ids or self.dry_run:
                return count
            self.queue.delete(ids)

    def _workers(self) -> int:
        if self.dry_run:
            with self.database.read() as connection:
                return workers.count_forgettable(connection, silent_for=WORKERS_KEPT)
        with self.database.begin() as connection:
            return workers.forget(connection, silent_for=WORKERS_KEPT)

    def _scratch(self) -> int:
        with self.database.read() as connection:
            living = workers.living(connection)
        folders = list(left_behind(self.settings, living=living))
        for folder in self._doing(folders):
            clear(folder)
        return len(folders)

    def _rows(self, table: sa.Table, due: sa.ColumnElement[bool]) -> int:
        if self.dry_run:
            with self.database.read() as connection:
                query = sa.select(sa.func.count()).select_from(table).where(due)
                return int(connection.execute(query).scalar_one())
        with self.database.begin() as connection:
            return connection.execute(table.delete().where(due)).rowcount

    def _ids(self, table: sa.Table, due: sa.ColumnElement[bool]) -> list[str]:
        with self.database.read() as connection:
            return list(connection.execute(sa.select(table.c.id).where(due)).scalars())

    def _doing(self, things: list[Any]) -> list[Any]:
        return [] if self.dry_run else things

    def _delete_files(self, video_id: str) -> None:
        for variant in MIME:
            self.blobs.delete(blob_key(video_id, variant))


@DBOS.workflow(name=COLLECT)
def collect_garbage(scheduled: datetime, context: object) -> dict[str, int]:
    """The hourly run; the queue starts one for all workers together."""
    return _collect()


@DBOS.step(name="collect")
def _collect() -> dict[str, int]:
    worker = current()
    collector = Collector(
        settings=worker.settings,
        database=worker.database,
        blobs=worker.blobs,
        queue=worker.queue,
        now=time.time(),
    )
    collected = collector.collect().as_dict()
    _log.info("garbage_collected", **collected)
    return collected


def schedule() -> None:
    """Have the queue run `collect_garbage` every hour; set again, it stays one schedule."""
    run: Callable[[datetime, Any], Any] = collect_garbage
    DBOS.apply_schedules(
        [
            {
                "schedule_name": COLLECT,
                "workflow_fn": run,
                "schedule": HOURLY,
                "queue_name": CONTROL_QUEUE,
            }
        ]
    )
