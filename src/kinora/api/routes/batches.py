"""``/batches``: many videos from one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from kinora.api import threads
from kinora.api.auth import caller
from kinora.api.bodies import read_fields
from kinora.api.described import EXPIRY, JSON, body, identifier, text
from kinora.api.fields import Fields
from kinora.api.pages import After, Listing, listing
from kinora.api.reading import read_text, refuse_unknown
from kinora.records.batches import BatchRow, BatchStatus
from kinora.service import batches
from kinora.service.context import Service
from kinora.service.files import read_expiry
from kinora.types.account import Caller
from kinora.wire.refusals import invalid_type

router = APIRouter(tags=["Batches"])

_FIELDS = ("input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after")


class Fault(BaseModel):
    """What is wrong with a line of the input file, or with the file."""

    code: str
    message: str
    line: int | None
    param: str | None


class Faults(BaseModel):
    """Why a batch failed."""

    object: Literal["list"] = "list"
    data: list[Fault]


class Counts(BaseModel):
    """How far a batch is."""

    total: int
    completed: int
    failed: int


class Batch(BaseModel):
    """A batch, as clients know it. Times are unix seconds."""

    id: str
    object: Literal["batch"] = "batch"
    endpoint: str
    model: str | None
    errors: Faults | None
    input_file_id: str
    completion_window: str
    status: BatchStatus
    output_file_id: str | None
    error_file_id: str | None
    created_at: int
    in_progress_at: int | None
    expires_at: int | None
    finalizing_at: int | None
    completed_at: int | None
    failed_at: int | None
    expired_at: int | None
    cancelling_at: int | None
    cancelled_at: int | None
    request_counts: Counts
    metadata: dict[str, str] | None = Field(description="as given")


@router.post(
    "/batches",
    summary="Create a batch",
    openapi_extra=body(
        {
            "input_file_id": identifier("a file with one request per line"),
            "endpoint": text("what the lines ask for", enum=[batches.ENDPOINT]),
            "completion_window": text("how long it may take", enum=[batches.WINDOW]),
            "metadata": {
                "type": ["object", "null"],
                "additionalProperties": {"type": "string", "maxLength": batches.MAX_VALUE},
                "maxProperties": batches.MAX_PAIRS,
            },
            "output_expires_after": EXPIRY,
        },
        required=["input_file_id", "endpoint", "completion_window"],
        encodings=[JSON],
    ),
)
async def create_batch(request: Request, who: Annotated[Caller, Depends(caller)]) -> Batch:
    """Each line is a JSON body of `POST /v1/videos`, with an id; results come in a file."""
    service: Service = request.app.state.service
    fields = await read_fields(request)
    refuse_unknown(fields, _FIELDS)
    expiry = read_expiry(fields.get("output_expires_after"), param="output_expires_after")
    new = batches.NewBatch(
        input_file_id=read_text(fields, "input_file_id"),
        endpoint=read_text(fields, "endpoint"),
        completion_window=read_text(fields, "completion_window"),
        metadata=_read_metadata(fields),
        output_expires_seconds=expiry,
    )
    return _show(await threads.write(service, batches.create_batch, service, who, new))


@router.get("/batches", summary="List the batches")
async def list_batches(
    request: Request,
    who: Annotated[Caller, Depends(caller)],
    *,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Listing[Batch]:
    """The project's batches, newest first."""
    service: Service = request.app.state.service
    page = await threads.run(service, batches.list_batches, service, who, after=after, limit=limit)
    return listing(page, _show)


@router.get("/batches/{batch_id}", summary="Retrieve a batch")
async def retrieve_batch(
    batch_id: str, request: Request, who: Annotated[Caller, Depends(caller)]
) -> Batch:
    """How far a batch is, and the ids of its files at the end."""
    service: Service = request.app.state.service
    return _show(await threads.run(service, batches.get_batch, service, who, batch_id))


@router.post("/batches/{batch_id}/cancel", summary="Cancel a batch")
async def cancel_batch(
    batch_id: str, request: Request, who: Annotated[Caller, Depends(caller)]
) -> Batch:
    """What is done stays and is in the output file; the rest is stopped within seconds."""
    service: Service = request.app.state.service
    return _show(await threads.write(service, batches.cancel_batch, service, who, batch_id))


def _read_metadata(fields: Fields) -> dict[str, str]:
    value: Any = fields.get("metadata")
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
        raise invalid_type(value, param="metadata", expected="an object with string values")
    return dict(value)


def _show(row: BatchRow) -> Batch:
    faults = None if row.errors_json is None else Faults(data=json.loads(row.errors_json))
    return Batch(
        id=row.id,
        endpoint=row.endpoint,
        model=row.model,
        errors=faults,
        input_file_id=row.input_file_id,
        completion_window=row.completion_window,
        status=row.status,
        output_file_id=row.output_file_id,
        error_file_id=row.error_file_id,
        created_at=int(row.created_at),
        in_progress_at=_whole(row.in_progress_at),
        expires_at=_whole(row.expires_at),
        finalizing_at=_whole(row.finalizing_at),
        completed_at=_whole(row.completed_at),
        failed_at=_whole(row.failed_at),
        expired_at=_whole(row.expired_at),
        cancelling_at=_whole(row.cancelling_at),
        cancelled_at=_whole(row.cancelled_at),
        request_counts=Counts(total=row.total, completed=row.completed, failed=row.failed),
        metadata=None if row.metadata_json is None else json.loads(row.metadata_json),
    )


def _whole(moment: float | None) -> int | None:
    return None if moment is None else int(moment)
