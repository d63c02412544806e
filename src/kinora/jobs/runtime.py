"""Start and stop the executor of this process: queue, heartbeat, reaper, hourly cleaning."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import structlog
from dbos import DBOS, DBOSConfig, SQLAlchemyDatasource

from kinora.errors import InputError
from kinora.jobs import batches, retention, webhooks, workflows  # noqa: F401 — registers them
from kinora.jobs.active import ActiveJobs
from kinora.jobs.current import Worker, installed
from kinora.jobs.heartbeat import Heartbeat, Timing
from kinora.jobs.lock import sole_holder
from kinora.jobs.queue import (
    APPLICATION,
    CONTROL_QUEUE,
    EVENTS_QUEUE,
    RENDER_QUEUE,
    VERSION,
    JobQueue,
)
from kinora.jobs.queue_log import join_logs
from kinora.jobs.reaper import Reaper
from kinora.jobs.scratch import clear, left_behind
from kinora.records import workers
from kinora.records.database import Database
from kinora.settings import Settings
from kinora.storage.blobs import Blobs

QUEUES = (RENDER_QUEUE, EVENTS_QUEUE, CONTROL_QUEUE)
#: The one executor id that is used again: the queue itself resumes its jobs at the next start.
EMBEDDED = "local"

#: Seconds between two looks at a queue.
_POLL = {RENDER_QUEUE: 0.2, EVENTS_QUEUE: 0.5, CONTROL_QUEUE: 1.0}
#: Deliveries that one worker may have under way; the pauses between tries wait in the queue.
_DELIVERIES, _CONTROLS = 1000, 4

_log = structlog.get_logger(__name__)


@contextmanager
def running(
    settings: Settings,
    database: Database,
    blobs: Blobs,
    queue: JobQueue,
    *,
    queues: Sequence[str] = QUEUES,
    embedded: bool = True,
    timing: Timing | None = None,
    maker: str | None = None,
) -> Iterator[Worker]:
    """Execute jobs in this process while the block runs; at its end they go to others, or wait.

    Args:
        settings: concurrency, limits, retention, scratch folder.
        database: brought to this version; holds our tables and those of the queue.
        blobs: where files go.
        queue: puts jobs back and enqueues deliveries.
        queues: which queues to serve, of `QUEUES`.
        embedded: on SQLite, be the executor ``local``, whose jobs are resumed at once at the next
            start. Only one process of a database can be; a second one takes a fresh id.
        timing: of heartbeats and the reaper.
        maker: ``module:function`` that makes the videos instead of the engines; for tests.

    Raises:
        InputError: a queue that doesn't exist.
    """
    unknown = sorted(set(queues) - set(QUEUES))
    if unknown or not queues:
        raise InputError(
            f"There is no queue {', '.join(unknown) or 'named'}: choose of {', '.join(QUEUES)}.",
            param="--queues",
        )
    timing = timing or Timing()
    with ExitStack() as stack:
        local = embedded and database.is_sqlite and stack.enter_context(sole_holder(database))
        worker_id = EMBEDDED if local else f"w-{secrets.token_hex(4)}"
        heartbeat = Heartbeat(_url(database), worker_id, queues=tuple(queues), timing=timing)
        heartbeat.start(revive=bool(local))
        stack.callback(heartbeat.stop)
        _sweep_scratch(settings, database, worker_id)
        jobs = ActiveJobs()
        worker = Worker(
            id=worker_id,
            settings=settings,
            database=database,
            blobs=blobs,
            queue=queue,
            datasource=_configure(database, worker_id, queues),
            jobs=jobs,
            maker=maker,
        )
        stack.enter_context(installed(worker))
        stack.callback(DBOS.destroy)
        _without_loop(DBOS.launch)
        _without_loop(lambda: _register(settings, queues))
        stack.enter_context(
            _reaping(
                Reaper(
                    worker_id=worker_id,
                    database=database,
                    queue=queue,
                    heartbeat=heartbeat,
                    jobs=jobs,
                    timing=timing,
                )
            )
        )
        stack.callback(jobs.stopping.set)
        _log.info("worker_started", worker=worker_id, queues=list(queues))
        yield worker


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def _configure(database: Database, worker_id: str, queues: Sequence[str]) -> SQLAlchemyDatasource:
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": _url(database),
        "application_version": VERSION,
        "executor_id": worker_id,
        "log_level": "ERROR",
        "run_migrations": False,  # done when the service was opened
    }
    DBOS(config=config)
    join_logs()
    DBOS.listen_queues(list(queues))
    # Our own engine: its transactions take SQLite's write lock at their start.
    return SQLAlchemyDatasource.create(_url(database), engine=database.engine)


def _register(settings: Settings, queues: Sequence[str]) -> None:
    concurrency = {
        RENDER_QUEUE: settings.concurrency,
        EVENTS_QUEUE: _DELIVERIES,
        CONTROL_QUEUE: _CONTROLS,
    }
    for name in queues:
        DBOS.register_queue(
            name,
            worker_concurrency=concurrency[name],
            polling_interval_sec=_POLL[name],
            on_conflict="always_update",
        )
    if CONTROL_QUEUE in queues:
        retention.schedule()


def _without_loop(work: Callable[[], None]) -> None:
    """Call ``work`` where no event loop runs: DBOS would put the renders on a web server's loop."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(work).result()


@contextmanager
def _reaping(reaper: Reaper) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=reaper.watch, args=(stop,), name="reaper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _sweep_scratch(settings: Settings, database: Database, worker_id: str) -> None:
    """Remove folders that killed workers left on this disk, an earlier self's too."""
    with database.read() as connection:
        living = workers.living(connection) - {worker_id}
    for folder in left_behind(settings, living=living):
        clear(folder)
