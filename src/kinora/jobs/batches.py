"""Run batches: check the file, make its videos a few at a time, collect what became of them.

A batch goes on in short jobs: each does what can be done now and enqueues the next with a delay, so
that a day of waiting costs rows and no memory, and a batch can't fill the queue.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import Any, TypedDict

import structlog
from dbos import DBOS

from kinora.errors import InputError, KinoraError, LimitError, OutputError
from kinora.jobs.batch_door import BatchDoor, door
from kinora.jobs.batch_lines import Checked, Fault, Line, check_lines, read_line
from kinora.jobs.batch_results import collect
from kinora.jobs.current import Worker, current
from kinora.jobs.outbox import announce
from kinora.jobs.patience import patiently
from kinora.jobs.queue import BATCH, CONTROL_QUEUE, VERSION
from kinora.records import batches, files, videos
from kinora.records.batches import BatchRow
from kinora.storage.local import blob_on_disk, read_lines

ADVANCE = "advance_batch"

#: Videos of one batch that wait or run at once, at most; the queue has room for others.
WINDOW = 200
#: Seconds between two looks at a batch: a share of its age, within limits.
SHORTEST_WAIT, LONGEST_WAIT, SHARE = 1.0, 15.0, 0.05
_RETRIES: Any = {"retries_allowed": True, "max_attempts": 12, "interval_seconds": 1.0}

_log = structlog.get_logger(__name__)


class State(TypedDict):
    """Where a batch is; recorded as JSON."""

    offset: int  # byte of the input file where the next line begins
    ended: bool  # nothing is left to wait for
    wait: float  # seconds until the next look


def input_key(batch_id: str) -> str:
    """The batch's own copy of its input: the file itself may be deleted meanwhile."""
    return f"batches/{batch_id}/input.jsonl"


def refused_key(batch_id: str, offset: int) -> str:
    """Refusals of the lines from ``offset`` on; the same for a repeated step."""
    return f"batches/{batch_id}/refused-{offset:012d}.json"


@DBOS.workflow(name=BATCH)
async def run_batch(batch_id: str) -> None:
    """Check the input file, and start."""
    if await _check(batch_id):
        await _enqueue(batch_id, turn=1, offset=0, delay=0.0)


@DBOS.workflow(name=ADVANCE)
async def advance_batch(batch_id: str, turn: int, offset: int) -> None:
    """Make what can be made now; go on later, or end the batch."""
    state = await _advance(batch_id, offset)
    if not state["ended"]:
        await _enqueue(batch_id, turn=turn + 1, offset=state["offset"], delay=state["wait"])
        return
    await _collect(batch_id)
    await _clear(batch_id)


async def _enqueue(batch_id: str, *, turn: int, offset: int, delay: float) -> None:
    options: Any = {
        "workflow_name": ADVANCE,
        "queue_name": CONTROL_QUEUE,
        "workflow_id": f"{batch_id}:{turn}",
        "app_version": VERSION,
    }
    if delay > 0:
        options["delay_seconds"] = delay
    await DBOS.enqueue_workflow_with_options_async(options, batch_id, turn, offset)


@DBOS.step(name="check_batch", **_RETRIES)
async def _check(batch_id: str) -> bool:
    """Whether there is something to do."""
    return await patiently(check_batch, current(), batch_id)


@DBOS.step(name="advance_batch", **_RETRIES)
async def _advance(batch_id: str, offset: int) -> State:
    turn = Turn(worker=current(), door=door())
    return await patiently(turn.advance, batch_id, offset)


@DBOS.step(name="collect_batch", **_RETRIES)
async def _collect(batch_id: str) -> None:
    await patiently(collect, current(), door(), batch_id)


@DBOS.step(name="clear_batch", **_RETRIES)
async def _clear(batch_id: str) -> None:
    await patiently(clear_batch, current(), batch_id)


def check_batch(worker: Worker, batch_id: str) -> bool:
    """Copy and check the input; the batch is then ``in_progress`` or ``failed``.

    Raises:
        OutputError: the store can't be used now.
    """
    with worker.database.read() as connection:
        batch = batches.find(connection, batch_id)
        source = None if batch is None else files.find(connection, batch.input_file_id)
    if batch is None or batch.status not in ("validating", "cancelling"):
        return batch is not None and batch.status not in batches.TERMINAL
    if source is None or worker.blobs.info(source.blob_key) is None:
        fault = Fault(code="file_not_found", message="The input file was deleted.")
        checked = Checked(total=0, model=None, faults=[fault])
    else:
        with blob_on_disk(worker.blobs, source.blob_key) as path:
            worker.blobs.put_file(input_key(batch_id), path)
        checked = _checked(worker, batch)
    with worker.database.begin() as connection:
        now = time.time()
        if checked.faults:
            _fail(connection, worker, batch, checked.faults, now)
            return False
        batches.update(connection, batch_id, total=checked.total, model=checked.model)
        batches.update(
            connection,
            batch_id,
            unless=(*batches.TERMINAL, "cancelling"),
            status="in_progress",
            in_progress_at=now,
        )
    return True


def _checked(worker: Worker, batch: BatchRow) -> Checked:
    lines = (line for line, _ in read_lines(worker.blobs, input_key(batch.id)))
    try:
        return check_lines(lines, endpoint=batch.endpoint)
    except InputError as error:
        fault = Fault(code="invalid_json_line", message=error.message)
        return Checked(total=0, model=None, faults=[fault])


def _fail(
    connection: Any, worker: Worker, batch: BatchRow, faults: list[Fault], now: float
) -> None:
    failed = batches.update(
        connection,
        batch.id,
        status="failed",
        failed_at=now,
        errors_json=json.dumps([asdict(fault) for fault in faults]),
    )
    if failed:
        announce(
            connection,
            worker.queue,
            project_id=batch.project_id,
            kind="batch.failed",
            object_id=batch.id,
            at=now,
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """One look at a batch."""

    worker: Worker
    door: BatchDoor

    def advance(self, batch_id: str, offset: int) -> State:
        """Make videos of the lines from ``offset`` on while there is room.

        Safe to repeat: lines that have a video are passed over.

        Raises:
            OutputError: the store can't be used now.
        """
        with self.worker.database.read() as connection:
            batch = batches.find(connection, batch_id)
            counts = batches.count_videos(connection, batch_id)
        if batch is None or batch.status in batches.TERMINAL:
            return State(offset=offset, ended=True, wait=0.0)
        now = time.time()
        if batch.status == "cancelling" or now >= batch.expires_at:
            self._stop_videos(batch_id)
            return State(offset=offset, ended=True, wait=0.0)
        active = sum(counts.get(status, 0) for status in videos.ACTIVE)
        with self.worker.database.begin() as connection:
            batches.update(
                connection,
                batch_id,
                completed=counts.get("completed", 0),
                failed=counts.get("failed", 0) + counts.get("cancelled", 0),
            )
        age = now - batch.created_at
        wait = min(max(SHARE * age, SHORTEST_WAIT), LONGEST_WAIT)
        room = min(WINDOW, max(1, self.worker.settings.max_queued // 2)) - active
        made = self._create(batch, offset, room) if room > 0 else offset
        size = self.worker.blobs.info(input_key(batch_id))
        at_end = size is None or made >= size.bytes
        nothing_new = made == offset
        return State(offset=made, ended=at_end and nothing_new and active == 0, wait=wait)

    def _create(self, batch: BatchRow, offset: int, room: int) -> int:
        """Make up to ``room`` videos; returns where the next line begins."""
        with self.worker.database.read() as connection:
            known = batches.video_ids(connection, batch.id)
        refused: dict[str, Any] = {}
        position = offset
        for text, end in read_lines(self.worker.blobs, input_key(batch.id), start=offset):
            line = read_line(text, endpoint=batch.endpoint) if text.strip() else None
            if isinstance(line, Line) and line.custom_id not in known:
                if room <= 0:
                    break
                room -= 1
                try:
                    self.door.create(batch, line.custom_id, line.body)
                except LimitError:
                    break  # the line waits for the next turn
                except OutputError:
                    raise
                except KinoraError as error:
                    status, body = self.door.refuse(error)
                    refused[line.custom_id] = {"status_code": status, "body": body}
            position = end
        if refused:
            key = refused_key(batch.id, offset)
            self.worker.blobs.put_bytes(key, json.dumps(refused).encode())
        return position

    def _stop_videos(self, batch_id: str) -> None:
        """Cancel what hasn't ended."""
        with self.worker.database.read() as connection:
            active = batches.video_ids(connection, batch_id, statuses=videos.ACTIVE)
        for video_id in active.values():
            with self.worker.database.begin() as connection:
                changed = videos.update(connection, video_id, status="cancelled")
            if changed:
                self.worker.queue.cancel(video_id)


def clear_batch(worker: Worker, batch_id: str) -> None:
    """Remove the batch's working files."""
    for key, _ in list(worker.blobs.keys(f"batches/{batch_id}")):
        worker.blobs.delete(key)
