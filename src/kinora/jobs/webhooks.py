"""Deliver events: each attempt at each endpoint is a durable job of its own.

An attempt that fails enqueues the next one with a delay, so that an endpoint that is down for days
costs rows and no memory, and never holds up another.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dbos import DBOS

from kinora.errors import OutputError
from kinora.jobs.current import Worker, current
from kinora.jobs.patience import patiently
from kinora.jobs.queue import DELIVER, EVENTS_QUEUE, VERSION
from kinora.jobs.signing import call
from kinora.net.post import Reply
from kinora.records import webhooks as rows
from kinora.records.sealing import seal_of
from kinora.records.webhooks import DeliveryRow, EndpointRow, EventRow
from kinora.settings import Settings

ATTEMPT = "deliver_once"

#: Longest wait for a receiver's answer, in seconds.
TIMEOUT = 10.0
#: Seconds before the second attempt; doubled for each further one, up to the cap.
FIRST_DELAY, LONGEST_DELAY = 5.0, 4 * 3600.0
JITTER = 0.2  # of the delay, up or down
#: Seconds after the event when no further attempt is made.
GIVE_UP_AFTER = 72 * 3600.0
GONE = 410

#: Receivers may be slow; they must not take the threads that heartbeats and databases need.
_posts = ThreadPoolExecutor(max_workers=16, thread_name_prefix="kinora-webhook")


def delay_before(attempt: int, *, message: str) -> float:
    """Seconds between attempt ``attempt`` - 1 and attempt ``attempt`` (from 2).

    The jitter comes from the message, not from chance: a repeated step waits as long.
    """
    digest = hashlib.sha256(f"{message} {attempt}".encode()).digest()
    fraction = int.from_bytes(digest[:4]) / 2**32  # 0 to 1
    delay = min(FIRST_DELAY * 2.0 ** (attempt - 2), LONGEST_DELAY)
    return delay * (1 + JITTER * (2 * fraction - 1))


@DBOS.workflow(name=DELIVER)
async def deliver(event_id: str) -> None:
    """Start the delivery of an event to each endpoint of its project that wants it."""
    for endpoint_id in await _find_endpoints(event_id):
        await _enqueue(event_id, endpoint_id, attempt=1, delay=0.0)


@DBOS.workflow(name=ATTEMPT)
async def deliver_once(event_id: str, endpoint_id: str, attempt: int) -> None:
    """One attempt, and another job for the next where it fails."""
    delay = await _attempt(event_id, endpoint_id, attempt)
    if delay is not None:
        await _enqueue(event_id, endpoint_id, attempt=attempt + 1, delay=delay)


async def _enqueue(event_id: str, endpoint_id: str, *, attempt: int, delay: float) -> None:
    options: Any = {
        "workflow_name": ATTEMPT,
        "queue_name": EVENTS_QUEUE,
        "workflow_id": f"{event_id}:{endpoint_id}:{attempt}",
        "app_version": VERSION,
    }
    if delay > 0:
        options["delay_seconds"] = delay
    await DBOS.enqueue_workflow_with_options_async(options, event_id, endpoint_id, attempt)


@DBOS.step(name="find_endpoints")
async def _find_endpoints(event_id: str) -> list[str]:
    return await patiently(_endpoint_ids, current(), event_id)


def _endpoint_ids(worker: Worker, event_id: str) -> list[str]:
    with worker.database.read() as connection:
        event = rows.find_event(connection, event_id)
        if event is None:
            return []
        found = rows.subscribers(connection, project_id=event.project_id, kind=event.type)
    return [endpoint.id for endpoint in found]


@DBOS.step(name="attempt")
async def _attempt(event_id: str, endpoint_id: str, attempt: int) -> float | None:
    """Seconds until the next attempt; None: the event is delivered or given up."""
    worker = current()
    target = await patiently(_target, worker, event_id, endpoint_id)
    if target is None:
        return None
    event, endpoint = target
    now = time.time()
    reply = await asyncio.get_running_loop().run_in_executor(
        _posts, _call, endpoint, event, now, worker.settings
    )
    await patiently(
        _log,
        worker,
        DeliveryRow(
            event_id=event_id,
            endpoint_id=endpoint_id,
            attempt=attempt,
            at=now,
            status_code=reply.status,
            error=reply.error,
            duration_ms=round(1000 * reply.seconds),
        ),
    )
    if reply.accepted or reply.status == GONE:
        return None
    delay = delay_before(attempt + 1, message=f"{event_id}:{endpoint_id}")
    too_late = time.time() + delay > event.created_at + GIVE_UP_AFTER
    return None if too_late else delay


def _target(worker: Worker, event_id: str, endpoint_id: str) -> tuple[EventRow, EndpointRow] | None:
    """The event and the endpoint, if both are there still and the one wants the other."""
    with worker.database.read() as connection:
        event = rows.find_event(connection, event_id)
        endpoint = rows.find(connection, endpoint_id)
    if event is None or endpoint is None or event.type not in endpoint.event_types:
        return None
    return event, endpoint


def _call(endpoint: EndpointRow, event: EventRow, now: float, settings: Settings) -> Reply:
    try:
        endpoint = endpoint.opened(seal_of(settings))
    except OutputError as error:  # another worker may have the key, or this one after a restart
        return Reply(status=None, error=error.message, seconds=0.0)
    return call(
        endpoint,
        event.payload,
        event_id=event.id,
        now=now,
        timeout=TIMEOUT,
        allow_private=settings.allow_private_addresses,
    )


def _log(worker: Worker, row: DeliveryRow) -> None:
    with worker.database.begin() as connection:
        rows.log_delivery(connection, row)
