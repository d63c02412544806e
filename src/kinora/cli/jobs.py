"""``kinora jobs``, ``gc`` and ``worker``: what they do; `kinora.cli.jobs_app` has signatures."""

from __future__ import annotations

import json
import signal
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from kinora.api.logs import set_up_logs
from kinora.cli.failures import echo_json
from kinora.cli.serving import settings_in
from kinora.jobs.retention import Collector
from kinora.service import jobs
from kinora.service.context import open_service
from kinora.types.video import Video
from kinora.weights.choose import check_chosen

_COLLECTED = {
    "expired_videos": "videos whose files have expired",
    "old_videos": "rows of old, failed and deleted videos",
    "uploaded_files": "expired uploaded files",
    "unused_blobs": "stored pictures and files that nothing uses",
    "idempotency_rows": "remembered requests",
    "events": "old events",
    "jobs": "ended jobs of the queue",
    "workers": "long dead workers",
    "scratch_folders": "folders left by killed workers",
}


def show_many(*, status: str | None, limit: int, data_dir: Path | None, as_json: bool) -> None:
    """Print a table of jobs.

    Raises:
        InputError: no such status.
    """
    with open_service(settings_in(data_dir)) as service:
        found = jobs.newest(service, status=status, limit=limit)
    if as_json:
        echo_json([_facts(video) for video in found])
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "status", "%", "made", "took", "starts", "model", "error"):
        table.add_column(name, no_wrap=True)
    for video in found:
        table.add_row(
            video.id,
            video.status,
            str(video.progress),
            _when(video.created_at),
            _took(video),
            str(video.attempts),
            video.model,
            video.error_code or "",
        )
    console = Console()
    # Ids are there to be copied: better a long line than a shortened one.
    Console(width=max(console.width, 160)).print(table)


def show_one(job_id: str, *, data_dir: Path | None, as_json: bool) -> None:
    """Print everything about one job.

    Raises:
        MissingError: there is none.
    """
    with open_service(settings_in(data_dir)) as service:
        video = jobs.find(service, job_id)
    facts = {**_facts(video), "spec": json.loads(video.spec_json)}
    if as_json:
        echo_json(facts)
        return
    table = Table(show_header=False, box=None)
    for name, value in facts.items():
        if value not in (None, "", {}):
            shown = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
            table.add_row(name, _when(float(value)) if name.endswith("_at") else str(shown))
    Console().print(table)


def cancel(job_id: str, *, data_dir: Path | None, as_json: bool) -> None:
    """Stop a job.

    Raises:
        MissingError: there is none.
        StateError: it has ended.
    """
    with open_service(settings_in(data_dir)) as service:
        video = jobs.cancel(service, job_id)
    if as_json:
        echo_json({"id": video.id, "cancelled": True})
    else:
        typer.echo(f"{video.id} is cancelled; a render under way ends within seconds.")


def collect(*, dry_run: bool, data_dir: Path | None, as_json: bool) -> None:
    """Throw away what nobody needs any more, and print what it was."""
    settings = settings_in(data_dir)
    with open_service(settings) as service:
        collected = Collector(
            settings=settings,
            database=service.database,
            blobs=service.blobs,
            queue=service.queue,
            now=time.time(),
            dry_run=dry_run,
        ).collect()
    if as_json:
        echo_json({"dry_run": dry_run, **collected.as_dict()})
        return
    table = Table("would be removed" if dry_run else "removed", "what")
    for name, count in collected.as_dict().items():
        table.add_row(str(count), _COLLECTED[name])
    Console().print(table)


def work(*, queues: str, data_dir: Path | None) -> None:
    """Execute jobs until a signal; those under way go to other workers.

    Raises:
        InputError: no such queue, or no such network as the settings name.
        ModelError: a network that the settings name is damaged.
        OutputError: the database or the store can't be opened.
    """
    from kinora.api.batch_door import ServiceDoor
    from kinora.jobs import batch_door
    from kinora.jobs.runtime import running

    set_up_logs()
    settings = settings_in(data_dir)
    stop = threading.Event()
    names = [name.strip() for name in queues.split(",") if name.strip()]
    if "cpu" in names:
        check_chosen(settings)
    with ExitStack() as stack:
        service = stack.enter_context(open_service(settings))
        batch_door.install(ServiceDoor(service))
        worker = stack.enter_context(
            running(
                settings,
                service.database,
                service.blobs,
                service.queue,
                queues=names,
                embedded=False,
            )
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        typer.echo(f"Worker {worker.id} serves {', '.join(names)}")
        stop.wait()


def _facts(video: Video) -> dict[str, Any]:
    error = {"code": video.error_code, "message": video.error_message}
    return {
        "id": video.id,
        "status": video.status,
        "progress": video.progress,
        "project": video.project_id,
        "key": video.key_id,
        "batch": video.batch_id,
        "model": video.model,
        "size": video.size,
        "seconds": video.seconds,
        "priority": video.priority,
        "starts": video.attempts,
        "created_at": video.created_at,
        "started_at": video.started_at,
        "completed_at": video.completed_at,
        "expires_at": video.expires_at,
        "error": error if video.error_code else None,
    }


def _took(video: Video) -> str:
    if video.started_at is None or video.completed_at is None:
        return ""
    return f"{video.completed_at - video.started_at:.1f} s"


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
