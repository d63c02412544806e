"""The database's view of a crash test: what was asked for, and what came of it."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from kinora.jobs.queue import RENDER, RENDER_QUEUE, Job
from kinora.records import videos
from kinora.records.ids import new_id, video_id
from kinora.records.tables import events, webhook_endpoints
from kinora.records.tables import videos as table
from kinora.service.context import Service
from kinora.types.video import TERMINAL, Video, VideoSpec, blob_key

_WATCH = {
    "sqlite": """
        CREATE TRIGGER watch_completions AFTER UPDATE OF status ON videos
        WHEN NEW.status = 'completed'
        BEGIN INSERT INTO completions (video) VALUES (NEW.id); END
    """,
    "postgresql": """
        CREATE FUNCTION note_completion() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO completions (video) VALUES (NEW.id); RETURN NULL; END $$;
        CREATE TRIGGER watch_completions AFTER UPDATE OF status ON videos
        FOR EACH ROW WHEN (NEW.status = 'completed') EXECUTE FUNCTION note_completion();
    """,
}


class Ledger:
    """Submits jobs as the API does, and counts results."""

    def __init__(self, service: Service) -> None:
        """Args:
        service: on the data of the test; other processes execute.
        """
        self._service = service

    def watch_completions(self) -> None:
        """Have the database itself note each time that a row is set to completed."""
        with self._service.database.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE completions (video TEXT)")
            connection.exec_driver_sql(_WATCH[connection.dialect.name])

    def subscribe(self, url: str) -> None:
        """One endpoint for the ends of videos."""
        with self._service.database.begin() as connection:
            connection.execute(
                webhook_endpoints.insert().values(
                    id=new_id("we_"),
                    project_id="default",
                    name="chaos",
                    url=url,
                    event_types=json.dumps(["video.completed", "video.failed"]),
                    secret="whsec_" + "A" * 32,
                    created_at=time.time(),
                )
            )

    def submit(self, prompt: str) -> str:
        """Accept a job: its row and its place in the queue in one transaction."""
        name = video_id()
        spec = VideoSpec(model="sora-2", engine="parallax", prompt=prompt)
        with self._service.database.begin() as connection:
            videos.insert(
                connection,
                id=name,
                project_id="default",
                status="queued",
                model=spec.model,
                prompt=prompt,
                size="720x1280",
                seconds="4",
                created_at=time.time(),
                spec_json=spec.model_dump_json(),
            )
            job = Job(id=name, workflow=RENDER, queue=RENDER_QUEUE, arguments=(name,), priority=10)
            self._service.queue.enqueue(connection, job)
        return name

    def rows(self, ids: list[str]) -> list[Video]:
        """The videos, in the order of ``ids``."""
        with self._service.database.read() as connection:
            return videos.find_many(connection, ids)

    def all_ended(self, ids: list[str]) -> bool:
        """Whether none of them waits or runs."""
        return self.count_ended(ids) == len(ids)

    def count_ended(self, ids: list[str] | None = None) -> int:
        """How many (None: of all) have ended; 0 while the database is away."""
        query = sa.select(sa.func.count()).where(table.c.status.in_(list(TERMINAL)))
        if ids is not None:
            query = query.where(table.c.id.in_(ids))
        try:
            with self._service.database.read() as connection:
                return int(connection.execute(query).scalar_one())
        except DBAPIError:
            return 0

    def facts(self, ids: list[str]) -> dict[str, int]:
        """Counts over all jobs."""
        rows = self.rows(ids)
        with self._service.database.read() as connection:
            completions = connection.exec_driver_sql("SELECT count(*) FROM completions").scalar()
            outbox = connection.execute(sa.select(sa.func.count()).select_from(events)).scalar()
        return {
            "completed": sum(row.status == "completed" for row in rows),
            "failed": sum(row.status == "failed" for row in rows),
            "completions": int(completions or 0),
            "outbox": int(outbox or 0),
            "files_right": sum(self._is_right(row) for row in rows),
            "renders_repeated": sum(row.attempts for row in rows) - len(rows),
        }

    def _is_right(self, video: Video) -> bool:
        media = json.loads(video.media_json or "{}").get("video")
        key = blob_key(video.id, "video")
        if media is None or self._service.blobs.info(key) is None:
            return False
        found: dict[str, Any] = media
        return hashlib.sha256(self._service.blobs.read(key)).hexdigest() == found["sha256"]
