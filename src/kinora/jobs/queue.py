"""The seam to the queue: few calls, so that another engine could stand behind them.

Accepting a job is one transaction: the caller writes its row and calls `enqueue` on the same
connection; commit leaves both, rollback neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from dbos import DBOSClient, run_dbos_database_migrations

from kinora.records.database import Database

APPLICATION = "kinora"
#: Number of the workflow schema: raised by a change of the order or number of steps, and of what
#: jobs are given; edits inside steps don't. Workers run jobs of their own schema alone, and take
#: over those of `EARLIER` ones (`kinora.jobs.takeover`).
_SCHEMA = 1
VERSION = f"wf{_SCHEMA}"
EARLIER = tuple(f"wf{number}" for number in range(_SCHEMA))

RENDER_QUEUE = "cpu"  # renders of the parallax engine; other engines bring queues of their own
EVENTS_QUEUE = "events"  # webhooks
CONTROL_QUEUE = "control"  # batches and retention

RENDER = "make_video"
DELIVER = "deliver_event"
BATCH = "run_batch"

_ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_LEFT = ("ENQUEUED", "DELAYED", "PENDING")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One workflow to run; ``id`` makes it idempotent: enqueued twice, it runs once."""

    id: str
    workflow: str
    queue: str
    arguments: tuple[Any, ...] = ()
    priority: int | None = None  # 1 is first


@dataclass(frozen=True, slots=True)
class PendingJob:
    """A job that an executor has taken and not ended."""

    id: str
    workflow: str
    queue: str
    executor: str


@dataclass(frozen=True, slots=True)
class EarlierJob:
    """A job of an earlier workflow schema that hasn't ended, or was cancelled."""

    id: str
    workflow: str
    queue: str | None  # None: it was cancelled
    executor: str | None  # who runs it; None: it waits, or was cancelled


class JobQueue(Protocol):
    """What the service needs of a durable queue."""

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Enqueue within the caller's transaction."""

    def cancel(self, job_id: str) -> None:
        """Stop a job, running or not; no error where it has ended."""

    def resume(self, job_ids: Iterable[str], *, queue: str) -> None:
        """Put jobs back on ``queue``, to go on after their last recorded step."""

    def pending(self) -> list[PendingJob]:
        """Every job that an executor has taken and not ended."""

    def earlier(self, *, limit: int) -> list[EarlierJob]:
        """Up to ``limit`` jobs of `EARLIER` schemas that haven't ended, the oldest first."""

    def cancelled(self, *, ids: Sequence[str], workflows: Sequence[str]) -> list[EarlierJob]:
        """Cancelled jobs of `EARLIER` schemas: those named, and all of ``workflows``."""

    def renew(self, job_id: str, *, queue: str) -> None:
        """Begin a job anew on ``queue`` as one of this schema; what it has recorded is dropped."""

    def ended(self, job_ids: Iterable[str]) -> list[str]:
        """Those of the jobs that have ended, in whatever way."""

    def ended_before(self, moment: float, *, limit: int) -> list[str]:
        """Up to ``limit`` jobs that ended before ``moment``, unix seconds."""

    def delete(self, job_ids: Iterable[str]) -> None:
        """Forget ended jobs."""

    def close(self) -> None:
        """Close the connections."""


def prepare(database: Database) -> None:
    """Make or upgrade the tables of DBOS."""
    run_dbos_database_migrations(database.url.render_as_string(hide_password=False))


class DbosQueue:
    """`JobQueue` by DBOS, for processes that enqueue and watch but don't execute."""

    def __init__(self, database: Database) -> None:
        """Args:
        database: holds our tables and those of DBOS.
        """
        self._client = DBOSClient(
            system_database_url=database.url.render_as_string(hide_password=False),
            application_name=APPLICATION,
        )

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Enqueue within the caller's transaction."""
        options: dict[str, Any] = {
            "workflow_name": job.workflow,
            "queue_name": job.queue,
            "workflow_id": job.id,
            "app_version": VERSION,
        }
        if job.priority is not None:
            options["priority"] = job.priority
        self._client.enqueue_in_transaction(connection, options, *job.arguments)  # type: ignore[arg-type]

    def cancel(self, job_id: str) -> None:
        """Stop a job, running or not; no error where it has ended."""
        self._client.cancel_workflow(job_id)

    def resume(self, job_ids: Iterable[str], *, queue: str) -> None:
        """Put jobs back on ``queue``, to go on after their last recorded step."""
        self._client.resume_workflows(list(job_ids), queue_name=queue)

    def pending(self) -> list[PendingJob]:
        """Every job that an executor has taken and not ended."""
        found = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        return [
            PendingJob(w.workflow_id, w.name, w.queue_name or CONTROL_QUEUE, w.executor_id or "")
            for w in found
        ]

    def earlier(self, *, limit: int) -> list[EarlierJob]:
        """Up to ``limit`` jobs of `EARLIER` schemas that haven't ended, the oldest first."""
        found = self._client.list_workflows(
            app_version=list(EARLIER),
            status=list(_LEFT),
            limit=limit,
            load_input=False,
            load_output=False,
        )
        return [
            EarlierJob(
                w.workflow_id,
                w.name,
                w.queue_name,
                w.executor_id if w.status == "PENDING" else None,
            )
            for w in found
        ]

    def cancelled(self, *, ids: Sequence[str], workflows: Sequence[str]) -> list[EarlierJob]:
        """Cancelled jobs of `EARLIER` schemas: those named, and all of ``workflows``."""
        which: list[dict[str, Any]] = [{"name": list(workflows)}] if workflows else []
        if ids:
            which.append({"workflow_ids": list(ids)})
        found = [
            w
            for chosen in which
            for w in self._client.list_workflows(
                app_version=list(EARLIER),
                status="CANCELLED",
                load_input=False,
                load_output=False,
                **chosen,
            )
        ]
        return [EarlierJob(w.workflow_id, w.name, None, None) for w in found]

    def renew(self, job_id: str, *, queue: str) -> None:
        """Begin a job anew on ``queue`` as one of this schema; what it has recorded is dropped."""
        self._client.cancel_workflow(job_id)  # only what has ended can be rewound
        self._client.rewind_workflow(job_id, application_version=VERSION, queue_name=queue)

    def ended(self, job_ids: Iterable[str]) -> list[str]:
        """Those of the jobs that have ended, in whatever way."""
        ids = list(job_ids)
        if not ids:
            return []
        found = self._client.list_workflows(
            workflow_ids=ids, status=list(_ENDED), load_input=False, load_output=False
        )
        return [w.workflow_id for w in found]

    def ended_before(self, moment: float, *, limit: int) -> list[str]:
        """Up to ``limit`` jobs that ended before ``moment``, unix seconds."""
        found = self._client.list_workflows(
            status=list(_ENDED),
            completed_before=datetime.fromtimestamp(moment, UTC).isoformat(),
            limit=limit,
            load_input=False,
            load_output=False,
        )
        return [w.workflow_id for w in found]

    def delete(self, job_ids: Iterable[str]) -> None:
        """Forget ended jobs."""
        self._client.delete_workflows(list(job_ids))

    def close(self) -> None:
        """Close the connections."""
        self._client.destroy()
