"""What the workflows of this process work with: set by `kinora.jobs.runtime.running`.

Workflows are module-level functions that the queue calls by name, so they can't be handed their
surroundings as arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dbos import SQLAlchemyDatasource

from kinora.jobs.active import ActiveJobs
from kinora.jobs.queue import JobQueue
from kinora.records.database import Database
from kinora.settings import Settings
from kinora.storage.blobs import Blobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One executor: its identity and what it may touch."""

    id: str  # executor id: "local", or "w-" and 8 hexadecimal digits, new at each boot
    settings: Settings
    database: Database
    blobs: Blobs
    queue: JobQueue
    datasource: SQLAlchemyDatasource  # transactions that commit together with their checkpoint
    jobs: ActiveJobs
    maker: str | None = None  # "module:function" that makes videos; None: kinora.jobs.making


_worker: Worker | None = None


def current() -> Worker:
    """The worker of this process; only for code that workflows run."""
    if _worker is None:
        raise RuntimeError("No worker runs in this process: use kinora.jobs.runtime.running.")
    return _worker


@contextmanager
def installed(worker: Worker) -> Iterator[Worker]:
    """Make ``worker`` the current one for the block."""
    global _worker
    if _worker is not None:
        raise RuntimeError("A worker runs in this process already.")
    _worker = worker
    try:
        yield worker
    finally:
        _worker = None
