"""The files that a batch answers with, and its end."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kinora.jobs.batch_door import BatchDoor
from kinora.jobs.batch_lines import Line, read_line
from kinora.jobs.current import Worker
from kinora.jobs.outbox import announce
from kinora.records import batches, files, videos
from kinora.records.batches import BatchRow, BatchStatus
from kinora.records.files import FileRow
from kinora.records.ids import derived_id
from kinora.storage.local import read_lines
from kinora.types.video import TERMINAL, Video

#: Seconds that output and error files are kept, unless the batch says otherwise.
OUTPUT_LIFE = 30 * 86_400.0
#: Videos that are read at once.
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the requests of a batch ended."""

    completed: int = 0
    failed: int = 0  # refused, failed, stopped or deleted
    undone: int = 0  # of these: those that never came to an end
    output_file_id: str | None = None
    error_file_id: str | None = None


def collect(worker: Worker, door: BatchDoor, batch_id: str) -> None:
    """Write the output and the error file, and end the batch. Safe to repeat.

    Raises:
        OutputError: the store can't be used now.
    """
    with worker.database.begin() as connection:
        batch = batches.find(connection, batch_id)
        if batch is None or batch.status in batches.TERMINAL:
            return
        now = time.time()
        unless: tuple[BatchStatus, ...] = (*batches.TERMINAL, "cancelling")
        batches.update(connection, batch_id, unless=unless, status="finalizing", finalizing_at=now)
        retention = worker.settings.retention
        if retention:
            # Clips of a batch are kept as long after its end as others after theirs.
            batches.extend_videos(connection, batch_id, expires_at=now + retention)
    stopped: BatchStatus | None = None
    if batch.status == "cancelling":
        stopped = "cancelled"
    elif now >= batch.expires_at:
        stopped = "expired"
    tally = _Files(worker, door, batch, now).write(stopped)
    status = stopped if stopped and (tally.undone or stopped == "cancelled") else "completed"
    with worker.database.begin() as connection:
        _end(connection, worker, batch, status, tally)


def _end(
    connection: sa.Connection, worker: Worker, batch: BatchRow, status: BatchStatus, tally: Tally
) -> None:
    now = time.time()
    ended: dict[str, Any] = {f"{status}_at": now}
    changed = batches.update(
        connection,
        batch.id,
        status=status,
        output_file_id=tally.output_file_id,
        error_file_id=tally.error_file_id,
        completed=tally.completed,
        failed=tally.failed,
        **ended,
    )
    if changed:
        announce(
            connection,
            worker.queue,
            project_id=batch.project_id,
            kind=f"batch.{status}",
            object_id=batch.id,
            at=now,
        )


class _Files:
    """Writes the two files of one batch."""

    def __init__(self, worker: Worker, door: BatchDoor, batch: BatchRow, now: float) -> None:
        self._worker = worker
        self._door = door
        self._batch = batch
        self._now = now

    def write(self, stopped: BatchStatus | None) -> Tally:
        """One record per request, in the order of the input."""
        completed = failed = undone = 0
        with tempfile.TemporaryDirectory(prefix="kinora-") as name:
            folder = Path(name)
            output, errors = folder / "output", folder / "error"
            with output.open("w") as to_output, errors.open("w") as to_errors:
                for line, video, refusal in self._results():
                    record = self._record(line, video, refusal, stopped)
                    answered = video is not None and video.status != "cancelled"
                    target = to_output if answered else to_errors
                    target.write(json.dumps(record, ensure_ascii=False) + "\n")
                    done = video is not None and video.status == "completed"
                    completed += done
                    failed += not done
                    undone += not answered and refusal is None
            return Tally(
                completed=completed,
                failed=failed,
                undone=undone,
                output_file_id=self._keep(output),
                error_file_id=self._keep(errors),
            )

    def _results(self) -> Iterator[tuple[Line, Video | None, Any]]:
        """Each request with its video or its refusal, if it came to one."""
        refusals = self._refusals()
        with self._worker.database.read() as connection:
            ids = batches.video_ids(connection, self._batch.id)
        chunk: list[Line] = []
        for line in self._lines():
            chunk.append(line)
            if len(chunk) == _CHUNK:
                yield from self._with_videos(chunk, ids, refusals)
                chunk = []
        yield from self._with_videos(chunk, ids, refusals)

    def _lines(self) -> Iterator[Line]:
        key = f"batches/{self._batch.id}/input.jsonl"
        for text, _ in read_lines(self._worker.blobs, key):
            line = read_line(text, endpoint=self._batch.endpoint)
            if isinstance(line, Line):
                yield line

    def _refusals(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, _ in self._worker.blobs.keys(f"batches/{self._batch.id}"):
            if key.rpartition("/")[2].startswith("refused-"):
                found |= json.loads(self._worker.blobs.read(key))
        return found

    def _with_videos(
        self, lines: list[Line], ids: dict[str, str], refusals: dict[str, Any]
    ) -> Iterator[tuple[Line, Video | None, Any]]:
        wanted = [ids[line.custom_id] for line in lines if line.custom_id in ids]
        with self._worker.database.read() as connection:
            found = {video.custom_id: video for video in videos.find_many(connection, wanted)}
        for line in lines:
            video = found.get(line.custom_id)
            if video is not None and video.status not in TERMINAL:
                video = None
            yield line, video, refusals.get(line.custom_id)

    def _record(
        self, line: Line, video: Video | None, refusal: Any, stopped: BatchStatus | None
    ) -> dict[str, Any]:
        response, error = None, None
        if video is not None and video.status != "cancelled":
            response = {"status_code": 200, "body": self._door.show(video)}
        elif refusal is not None:
            response = refusal
        else:
            error = _undone(stopped)
        if response is not None:
            request_id = derived_id("req_", self._batch.id, line.custom_id)
            response = {
                "status_code": response["status_code"],
                "request_id": request_id,
                "body": response["body"],
            }
        return {
            "id": derived_id("batch_req_", self._batch.id, line.custom_id),
            "custom_id": line.custom_id,
            "response": response,
            "error": error,
        }

    def _keep(self, path: Path) -> str | None:
        """Keep a file that isn't empty; its id is the same for a repeated step."""
        size = path.stat().st_size
        if size == 0:
            return None
        kind = path.name
        file_id = derived_id("file-", self._batch.id, kind)
        life = self._batch.output_expires_seconds or OUTPUT_LIFE
        row = FileRow(
            id=file_id,
            project_id=self._batch.project_id,
            filename=f"{self._batch.id}_{kind}.jsonl",
            purpose="batch_output",
            bytes=size,
            sha256=_sha256(path),
            mime="text/plain",
            blob_key=files.blob_key(file_id),
            created_at=self._now,
            expires_at=self._now + life,
        )
        self._worker.blobs.put_file(row.blob_key, path)
        with self._worker.database.begin() as connection:
            files.delete(connection, file_id)
            files.insert(connection, row)
        return file_id


def _undone(stopped: BatchStatus | None) -> dict[str, str]:
    if stopped == "expired":
        return {
            "code": "batch_expired",
            "message": "This request could not be executed before the completion window expired.",
        }
    if stopped == "cancelled":
        return {
            "code": "batch_cancelled",
            "message": "This request was not executed before the batch was cancelled.",
        }
    return {"code": "video_deleted", "message": "The video of this request was deleted."}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
