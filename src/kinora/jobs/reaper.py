"""Give jobs of dead workers and of earlier versions to living ones; end what else never ends.

Every worker runs a reaper; a lease makes one of them lead.
"""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from kinora.jobs.active import ActiveJobs
from kinora.jobs.heartbeat import Heartbeat, Timing
from kinora.jobs.queue import RENDER, JobQueue, PendingJob
from kinora.jobs.stranded import end_stranded
from kinora.jobs.takeover import take_over
from kinora.records import workers
from kinora.records.database import Database

LEASE = "reaper"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaper:
    """One worker's reaper; `round` is what it does every few seconds."""

    worker_id: str
    database: Database
    queue: JobQueue
    heartbeat: Heartbeat
    jobs: ActiveJobs
    timing: Timing

    def watch(self, stop: threading.Event) -> None:
        """Rounds until ``stop``; each waits a little longer or shorter, so that none marches."""
        lost: frozenset[str] = frozenset()
        while not stop.wait(self.timing.reap * random.uniform(0.7, 1.3)):
            try:
                lost = self._own_lost(lost)
                self.take_over()
                self.round()
            except SQLAlchemyError as error:
                _log.warning("reaper_failed", error=str(error))

    def round(self) -> list[str]:
        """Reap if this worker may judge and leads; the jobs that were put back."""
        if not self.heartbeat.steady():
            return []
        with self.database.begin() as connection:
            if not self._lead(connection):
                return []
            buried = workers.bury(connection, silent_for=self.timing.ttl, spare=self.worker_id)
            alive = workers.living(connection)
        if buried:
            _log.warning("workers_dead", workers=buried)
        # Not only who died in this round: whoever owns a job and isn't alive has died.
        orphans = [job for job in self.queue.pending() if job.executor not in alive]
        self._put_back(orphans)
        end_stranded(self.database, self.queue)
        return [job.id for job in orphans]

    def take_over(self) -> list[str]:
        """Take over jobs of earlier workflow schemas if this worker leads; those that begin anew.

        Nobody is judged: jobs of whoever isn't known to be dead are left alone. So a worker that is
        alone needn't be steady; beside others it must, for while it leads nobody else can judge.
        """
        with self.database.begin() as connection:
            working = workers.living(connection) - {self.worker_id}
            if working and not self.heartbeat.steady():
                return []
            if not self._lead(connection):
                return []
        return take_over(self.database, self.queue, working=working)

    def _lead(self, connection: sa.Connection) -> bool:
        return workers.take_lease(
            connection, LEASE, holder=self.worker_id, seconds=self.timing.lease
        )

    def _own_lost(self, before: frozenset[str]) -> frozenset[str]:
        """Put back renders that the queue thinks run here and don't, twice in a row.

        That happens when the database couldn't take a job's last word, as on a full disk.
        """
        running = self.jobs.ids()
        mine = {
            job.id: job
            for job in self.queue.pending()
            if job.executor == self.worker_id and job.workflow == RENDER
        }
        lost = frozenset(mine) - running
        self._put_back([mine[job_id] for job_id in sorted(lost & before)])
        return lost - before

    def _put_back(self, jobs: list[PendingJob]) -> None:
        by_queue: dict[str, list[str]] = defaultdict(list)
        for job in jobs:
            by_queue[job.queue].append(job.id)
        for queue, ids in by_queue.items():
            _log.warning("jobs_put_back", queue=queue, jobs=ids)
            self.queue.resume(ids, queue=queue)
