"""The workflow that makes a video: render (a child, files into the store), then one commit.

The render step may run more than once, on any worker; everything it does can be repeated: the
same files under the same keys. Its result is recorded once, and so is the commit that ends the
video. The step's first act is to read the video's row, because putting a dead worker's job back
also revives a cancelled one.
"""

from __future__ import annotations

import asyncio
import json
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import structlog
from dbos import DBOS

from kinora.errors import InputError, OutputError
from kinora.jobs.attempts import Poisoned, begin, give_back, note_progress
from kinora.jobs.current import Worker, current
from kinora.jobs.outbox import announce
from kinora.jobs.outcome import (
    FAULT,
    STORAGE,
    WITHDRAWN,
    Failure,
    Outcome,
    failed,
    poisoned,
    read_ended,
)
from kinora.jobs.patience import patiently
from kinora.jobs.queue import RENDER
from kinora.jobs.scratch import job_folder
from kinora.jobs.supervisor import Ended, run_child
from kinora.jobs.task import write_task
from kinora.records import audit, blocked, marked, videos
from kinora.records.audit import Entry
from kinora.records.marked import MarkedRow
from kinora.types.video import MIME, Variant, Video, blob_key

#: Seconds before a child that crashed is started again.
AGAIN_AFTER = 0.2
#: Seconds before each new try of an upload; after the last the job fails.
_UPLOAD_WAITS = (0.5, 2.0)

_log = structlog.get_logger(__name__)


@DBOS.workflow(name=RENDER, max_recovery_attempts=None)  # starts are counted in the video's row
async def make_video(video_id: str) -> str:
    """Make the video of a row; answers what became of it."""
    worker = current()
    with worker.jobs.executing(video_id):
        outcome = await render(video_id)
        if outcome["status"] != "withdrawn":
            finish_options: Any = {"name": "finish"}
            await patiently(
                worker.datasource.run_tx_step, finish_options, _finish, video_id, outcome
            )
        await asyncio.to_thread(_clear_if_withdrawn, worker, video_id)
        return outcome["status"]


@DBOS.step(name="render", preemptible=True)
async def render(video_id: str) -> Outcome:
    """Start the video's render, again if its child crashes, until it ends one way or another."""
    worker = current()
    while True:
        try:
            begun = await patiently(begin, worker, video_id)
        except InputError as error:
            return failed(Failure(error.code, error.message))
        if begun is None:
            return WITHDRAWN
        if isinstance(begun, Poisoned):
            _log.error("job_poisonous", video=video_id, attempts=begun.attempts)
            return failed(poisoned(begun.attempts))
        try:
            outcome = await _attempt(worker, begun.video, begun.sources)
        except asyncio.CancelledError:
            if worker.jobs.stopping.is_set():
                give_back(worker, video_id)
            raise
        if outcome is not None:
            return outcome
        await asyncio.sleep(AGAIN_AFTER)


async def _attempt(worker: Worker, video: Video, sources: list[Video]) -> Outcome | None:
    """One render; None if its child crashed."""
    try:
        with job_folder(worker, video.id) as folder:
            task = await asyncio.to_thread(
                write_task,
                folder,
                video,
                sources,
                blobs=worker.blobs,
                settings=worker.settings,
                blocked=await asyncio.to_thread(_blocked, worker),
            )
            return await _render(worker, video, folder, task)
    except InputError as error:
        return failed(Failure(error.code, error.message))
    except (OutputError, OSError) as error:
        _log.error("job_storage_failed", video=video.id, error=str(error))
        return failed(STORAGE)


def _blocked(worker: Worker) -> list[tuple[str, str]]:
    with worker.database.read() as connection:
        return blocked.prints(connection)


async def _render(worker: Worker, video: Video, folder: Path, task: Path) -> Outcome | None:
    async def report(percent: int) -> bool:
        return await asyncio.to_thread(note_progress, worker, video, percent, folder=folder)

    result = folder / "result.json"
    ended = await run_child(
        task, result, settings=worker.settings, report=report, maker=worker.maker
    )
    outcome = read_ended(ended, result, timeout=worker.settings.job_timeout)
    _log_end(video.id, ended, outcome)
    if outcome is not None and outcome["made"] is not None:
        await _upload(worker, video.id, folder, outcome["made"]["files"])
    return outcome


def _log_end(video_id: str, ended: Ended, outcome: Outcome | None) -> None:
    if outcome is not None and outcome["status"] != "failed":
        return
    if outcome is not None and outcome["code"] not in (FAULT.code, "timeout"):
        # The caller's fault; its message may quote the prompt, which logs don't show.
        _log.info("render_refused", video=video_id, code=outcome["code"])
        return
    _log.error(
        "render_crashed" if outcome is None else "render_failed",
        video=video_id,
        how=ended.how,
        returncode=ended.returncode,
        error=ended.error,
        stderr=ended.stderr[-4000:],
    )


async def _upload(
    worker: Worker, video_id: str, folder: Path, files: dict[Variant, dict[str, Any]]
) -> None:
    """Put the files under the keys that every attempt uses."""
    for variant, file in files.items():
        key = blob_key(video_id, variant)
        for wait in (*_UPLOAD_WAITS, None):
            try:
                await asyncio.to_thread(worker.blobs.put_file, key, folder / file["name"])
                break
            except OutputError:
                if wait is None:
                    raise
                await asyncio.sleep(wait)


def _finish(video_id: str, outcome: Outcome) -> bool:
    """End the video's row and tell the world, in the transaction of this step's checkpoint.

    False where the row was cancelled or deleted meanwhile, or has ended already.
    """
    worker = current()
    connection = worker.datasource.sql_session().connection()
    now = time.time()
    video = videos.find(connection, video_id)
    if video is None:
        return False
    values = (
        _completed(worker, video, outcome["made"], now) if outcome["made"] else _failed(outcome)
    )
    if not videos.update(connection, video_id, **values):
        return False
    _note(connection, video, outcome, now)
    _mark(connection, video_id, outcome, now)
    announce(
        connection,
        worker.queue,
        project_id=video.project_id,
        kind=f"video.{values['status']}",
        object_id=video_id,
        at=now,
    )
    return True


def _note(connection: Any, video: Video, outcome: Outcome, now: float) -> None:
    """What was found in pictures goes to the audit log."""
    made = outcome["made"]
    checks = outcome.get("checks") if made is None else made.get("checks")
    if not checks:
        return
    entry = Entry(
        kind="refusal" if made is None else "check",
        at=now,
        project_id=video.project_id,
        object_id=video.id,
        record={"key": video.key_id, "code": outcome["code"], "checks": checks},
    )
    audit.append(connection, entry)


def _mark(connection: Any, video_id: str, outcome: Outcome, now: float) -> None:
    """Whoever finds the number in a file later can ask any machine of the service."""
    made = outcome["made"]
    if made is None or not made.get("clip_id"):
        return
    sha256 = made["files"]["video"]["sha256"]
    row = MarkedRow(video_id=video_id, clip_id=made["clip_id"], sha256=sha256, made_at=now)
    marked.note(connection, row)


def _failed(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": "failed",
        "error_code": outcome["code"],
        "error_message": outcome["message"],
    }


def _completed(worker: Worker, video: Video, made: dict[str, Any], now: float) -> dict[str, Any]:
    retention = worker.settings.retention
    media = {
        variant: {"bytes": file["bytes"], "sha256": file["sha256"], "mime": file["mime"]}
        for variant, file in made["files"].items()
    }
    return {
        "status": "completed",
        "progress": 100,
        "completed_at": now,
        "expires_at": now + retention if retention else None,
        "plan_json": made["plan"],
        "report_json": made["report"],
        "media_json": json.dumps(media),
        "size": video.size if video.spec.size else made["size"],
        "seconds": _seconds(video, Fraction(made["seconds"])),
    }


def _seconds(video: Video, made: Fraction) -> str:
    """Of the whole clip: as asked for, unless the words or the sources decided."""
    if video.spec.seconds is not None and video.spec.kind in ("create", "remix", "edit"):
        return video.seconds
    return f"{float(made):.3f}".rstrip("0").rstrip(".")


def _clear_if_withdrawn(worker: Worker, video_id: str) -> None:
    """Remove files that were stored while the video was cancelled or deleted."""
    with worker.database.read() as connection:
        video = videos.find(connection, video_id)
    if video is None or video.status in ("cancelled", "failed"):
        clear_files(worker, video_id)


def clear_files(worker: Worker, video_id: str) -> None:
    """Remove the video's files from the store."""
    for variant in MIME:
        worker.blobs.delete(blob_key(video_id, variant))
