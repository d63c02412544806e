"""Batches: many requests in one file, made within a day."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from kinora.errors import FieldError, MissingError, StateError
from kinora.jobs.queue import BATCH, CONTROL_QUEUE, Job
from kinora.records import batches as rows
from kinora.records.batches import BatchRow
from kinora.records.ids import new_id
from kinora.service.context import Service
from kinora.service.files import MAX_BATCH_FILE, get_file
from kinora.service.paging import Page, cursor, cut
from kinora.types.account import Caller
from kinora.wire.scalars import is_identifier

ENDPOINT = "/v1/videos"
WINDOW, WINDOW_SECONDS = "24h", 86_400.0
MAX_PAIRS, MAX_KEY, MAX_VALUE = 16, 64, 512


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """A batch that may be accepted."""

    input_file_id: str
    endpoint: str
    completion_window: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    output_expires_seconds: int | None = None  # of its files; None: 30 days


def create_batch(service: Service, caller: Caller, new: NewBatch) -> BatchRow:
    """Accept a batch; its file is checked by the worker.

    Raises:
        FieldError: another endpoint or window, too much metadata, or a file that can't be one.
    """
    if new.endpoint != ENDPOINT:
        raise FieldError(
            f"Invalid value: '{new.endpoint[:80]}'. Supported values are: '{ENDPOINT}'.",
            param="endpoint",
        )
    if new.completion_window != WINDOW:
        raise FieldError(
            f"Invalid value: '{new.completion_window[:80]}'. Supported values are: '{WINDOW}'.",
            param="completion_window",
        )
    _check_metadata(new.metadata)
    _check_file(service, caller, new.input_file_id)
    now = time.time()
    row = BatchRow(
        id=new_id("batch_"),
        project_id=caller.project_id,
        key_id=caller.key_id,
        endpoint=new.endpoint,
        status="validating",
        input_file_id=new.input_file_id,
        completion_window=new.completion_window,
        created_at=now,
        expires_at=now + WINDOW_SECONDS,
        metadata_json=json.dumps(dict(new.metadata)) if new.metadata else None,
        output_expires_seconds=new.output_expires_seconds,
    )
    with service.database.begin() as connection:
        rows.insert(connection, row)
        service.queue.enqueue(
            connection,
            Job(id=row.id, workflow=BATCH, queue=CONTROL_QUEUE, arguments=(row.id,)),
        )
    return row


def _check_metadata(metadata: Mapping[str, str]) -> None:
    if len(metadata) > MAX_PAIRS:
        raise FieldError(
            f"Invalid 'metadata': at most {MAX_PAIRS} pairs are allowed.", param="metadata"
        )
    for key, value in metadata.items():
        if len(key) > MAX_KEY or len(value) > MAX_VALUE:
            raise FieldError(
                f"Invalid 'metadata': keys have at most {MAX_KEY} and values at most {MAX_VALUE} "
                "characters.",
                param="metadata",
            )


def _check_file(service: Service, caller: Caller, file_id: str) -> None:
    try:
        found = get_file(service, caller, file_id)
    except MissingError as error:
        raise FieldError(error.message, param="input_file_id", code="file_not_found") from error
    if found.bytes > MAX_BATCH_FILE:
        raise FieldError(
            f"The input file is larger than the allowed {MAX_BATCH_FILE} bytes.",
            param="input_file_id",
        )


def get_batch(service: Service, caller: Caller, batch_id: str) -> BatchRow:
    """A batch of the caller.

    Raises:
        MissingError: there is none, or it is somebody else's.
    """
    row = None
    if is_identifier(batch_id):
        with service.database.read() as connection:
            row = rows.find(connection, batch_id)
    if row is None or row.project_id != caller.project_id:
        raise MissingError(f"No batch found with id '{batch_id[:80]}'.", param="batch_id")
    return row


def list_batches(
    service: Service, caller: Caller, *, after: str | None = None, limit: int = 20
) -> Page[BatchRow]:
    """The caller's batches, newest first.

    Raises:
        FieldError: ``after`` isn't one of them.
    """
    with service.database.read() as connection:
        start = cursor(after, partial(rows.find, connection), project_id=caller.project_id)
        found = rows.page(
            connection, project_id=caller.project_id, after=start, limit=limit + 1, order="desc"
        )
    return cut(found, limit)


def cancel_batch(service: Service, caller: Caller, batch_id: str) -> BatchRow:
    """Stop a batch: what is done stays, the rest is cancelled within seconds.

    Raises:
        MissingError: there is none, or it is somebody else's.
        StateError: it has ended already.
    """
    batch = get_batch(service, caller, batch_id)
    with service.database.begin() as connection:
        rows.update(
            connection,
            batch_id,
            unless=(*rows.TERMINAL, "finalizing", "cancelling"),
            status="cancelling",
            cancelling_at=time.time(),
        )
    batch = get_batch(service, caller, batch_id)
    if batch.status not in ("cancelling", "cancelled"):
        raise StateError(
            f"Cannot cancel a batch with status '{batch.status}'.", code="batch_not_cancellable"
        )
    return batch
