"""``/webhook_endpoints`` and ``/webhook_event_types``: who is told of what."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from kinora.api import threads
from kinora.api.auth import caller
from kinora.api.bodies import read_fields
from kinora.api.described import JSON, body, text
from kinora.api.pages import After, Listing, listing
from kinora.api.reading import (
    read_flag,
    read_optional_text,
    read_text,
    read_texts,
    refuse_unknown,
)
from kinora.errors import FieldError
from kinora.records.webhooks import DeliveryRow, EndpointRow
from kinora.service import webhooks
from kinora.service.context import Service
from kinora.types.account import Caller
from kinora.wire.refusals import missing

router = APIRouter(tags=["Webhooks"])

Limit = Annotated[int, Query(ge=1, le=100)]
_FIELDS = ("name", "url", "event_types")
_EVENT_TYPE = text(
    f"what happened; also {webhooks.PROGRESS_EVENT} where the installation allows it",
    enum=webhooks.EVENT_TYPES,
)
_PROPERTIES = {
    "name": text("for people", minLength=1, maxLength=webhooks.MAX_NAME),
    "url": text(
        "where events are posted; https", maxLength=webhooks.MAX_URL, pattern="^https://[^/?#]"
    ),
    "event_types": {"type": "array", "items": _EVENT_TYPE, "minItems": 1},
}
_DELIVERY_ID = re.compile(r"whd_([0-9]{1,18})")


class Endpoint(BaseModel):
    """A webhook endpoint, as clients know it."""

    id: str
    object: Literal["webhook_endpoint"] = "webhook_endpoint"
    name: str
    url: str
    event_types: list[str]
    created_at: int = Field(description="unix seconds")
    updated_at: int | None = Field(description="unix seconds of the last change")
    signing_secret_hint: str = Field(description="its last characters")


class EndpointWithSecret(Endpoint):
    """The same with its secret, shown when it is new and never again."""

    signing_secret: str


class DeletedEndpoint(BaseModel):
    """What a delete answers."""

    id: str
    object: Literal["webhook_endpoint.deleted"] = "webhook_endpoint.deleted"
    deleted: Literal[True] = True


class TestResult(BaseModel):
    """What came of a test call."""

    object: Literal["webhook_endpoint.test"] = "webhook_endpoint.test"
    event_type: str
    status_code: int = Field(description="what the endpoint answered")
    success: Literal[True] = Field(default=True, description="that it answered at all")
    webhook_endpoint_id: str


class Delivery(BaseModel):
    """One attempt to tell an endpoint of an event."""

    id: str
    object: Literal["webhook_endpoint.delivery"] = "webhook_endpoint.delivery"
    webhook_endpoint_id: str
    event_id: str
    attempt: int
    created_at: int = Field(description="unix seconds")
    status_code: int | None = Field(description="null: no answer")
    error: str | None
    duration_ms: int


class EventTypes(BaseModel):
    """What endpoints can subscribe to."""

    object: Literal["list"] = "list"
    data: list[str]


@router.get("/webhook_event_types", summary="List the event types")
async def list_event_types(request: Request, _: Annotated[Caller, Depends(caller)]) -> EventTypes:
    """The names that `event_types` takes here."""
    service: Service = request.app.state.service
    return EventTypes(data=list(webhooks.event_types(service.settings)))


@router.post(
    "/webhook_endpoints",
    summary="Create a webhook endpoint",
    openapi_extra=body(_PROPERTIES, required=_FIELDS, encodings=[JSON]),
)
async def create_endpoint(
    request: Request, who: Annotated[Caller, Depends(caller)]
) -> EndpointWithSecret:
    """The answer holds the signing secret; it is not shown again."""
    service: Service = request.app.state.service
    fields = await read_fields(request)
    refuse_unknown(fields, _FIELDS)
    kinds = read_texts(fields, "event_types")
    if kinds is None:
        raise missing("event_types")
    row = await threads.block(
        webhooks.create_endpoint,
        service,
        who,
        name=read_text(fields, "name"),
        url=read_text(fields, "url"),
        event_types=kinds,
    )
    return _show_with_secret(row)


@router.get("/webhook_endpoints", summary="List the webhook endpoints")
async def list_endpoints(
    request: Request,
    who: Annotated[Caller, Depends(caller)],
    *,
    after: After = None,
    limit: Limit = 20,
) -> Listing[Endpoint]:
    """The project's endpoints, newest first."""
    service: Service = request.app.state.service
    page = await threads.run(
        service, webhooks.list_endpoints, service, who, after=after, limit=limit
    )
    return listing(page, _show)


@router.get("/webhook_endpoints/{endpoint_id}", summary="Retrieve a webhook endpoint")
async def retrieve_endpoint(
    endpoint_id: str, request: Request, who: Annotated[Caller, Depends(caller)]
) -> Endpoint:
    """One endpoint, with a hint of its secret."""
    service: Service = request.app.state.service
    return _show(await threads.run(service, webhooks.get_endpoint, service, who, endpoint_id))


@router.post(
    "/webhook_endpoints/{endpoint_id}",
    summary="Change a webhook endpoint",
    openapi_extra=body(_PROPERTIES, encodings=[JSON]),
)
async def update_endpoint(
    endpoint_id: str, request: Request, who: Annotated[Caller, Depends(caller)]
) -> Endpoint:
    """What isn't named stays."""
    service: Service = request.app.state.service
    fields = await read_fields(request)
    refuse_unknown(fields, _FIELDS)
    change = webhooks.EndpointChange(
        name=read_optional_text(fields, "name"),
        url=read_optional_text(fields, "url"),
        event_types=read_texts(fields, "event_types"),
    )
    row = await threads.block(webhooks.update_endpoint, service, who, endpoint_id, change=change)
    return _show(row)


@router.delete("/webhook_endpoints/{endpoint_id}", summary="Delete a webhook endpoint")
async def delete_endpoint(
    endpoint_id: str, request: Request, who: Annotated[Caller, Depends(caller)]
) -> DeletedEndpoint:
    """Nothing is sent to it any more, repeated deliveries neither."""
    service: Service = request.app.state.service
    await threads.write(service, webhooks.delete_endpoint, service, who, endpoint_id)
    return DeletedEndpoint(id=endpoint_id)


@router.post(
    "/webhook_endpoints/{endpoint_id}/rotate_secret",
    summary="Give a webhook endpoint a new secret",
    openapi_extra=body(
        {"keep_old_secret_active_for_24_hours": {"type": "boolean", "default": False}},
        encodings=[JSON],
    ),
)
async def rotate_secret(
    endpoint_id: str, request: Request, who: Annotated[Caller, Depends(caller)]
) -> EndpointWithSecret:
    """While the old secret is active, deliveries carry two signatures."""
    service: Service = request.app.state.service
    fields = await read_fields(request)
    refuse_unknown(fields, ("keep_old_secret_active_for_24_hours",))
    keep_old = read_flag(fields, "keep_old_secret_active_for_24_hours")
    row = await threads.write(
        service, webhooks.rotate_secret, service, who, endpoint_id, keep_old=keep_old
    )
    return _show_with_secret(row)


@router.post(
    "/webhook_endpoints/{endpoint_id}/test",
    summary="Send a test event",
    openapi_extra=body({"event_type": _EVENT_TYPE}, required=["event_type"], encodings=[JSON]),
)
async def send_test(
    endpoint_id: str, request: Request, who: Annotated[Caller, Depends(caller)]
) -> TestResult:
    """Posts an invented event, signed like any other, and answers what the endpoint answered."""
    service: Service = request.app.state.service
    fields = await read_fields(request)
    refuse_unknown(fields, ("event_type",))
    kind = read_text(fields, "event_type")
    status = await threads.block(webhooks.send_test, service, who, endpoint_id, event_type=kind)
    return TestResult(event_type=kind, status_code=status, webhook_endpoint_id=endpoint_id)


@router.get(
    "/webhook_endpoints/{endpoint_id}/deliveries",
    summary="List the deliveries to a webhook endpoint (extension)",
)
async def list_deliveries(
    endpoint_id: str,
    request: Request,
    who: Annotated[Caller, Depends(caller)],
    *,
    after: Annotated[
        str | None,
        Query(
            description="id of the last thing of the page before",
            json_schema_extra={"pattern": f"^{_DELIVERY_ID.pattern}$"},
        ),
    ] = None,
    limit: Limit = 20,
) -> Listing[Delivery]:
    """Every attempt with what came of it, newest first."""
    service: Service = request.app.state.service
    page = await threads.run(
        service,
        webhooks.list_deliveries,
        service,
        who,
        endpoint_id,
        after=_read_delivery_id(after),
        limit=limit,
    )
    return listing(page, _show_delivery)


def _read_delivery_id(after: str | None) -> int | None:
    if after is None:
        return None
    matched = _DELIVERY_ID.fullmatch(after)
    if matched is None:
        raise FieldError(
            f"Invalid value for 'after': there is no {after[:80]!r} to go on from.", param="after"
        )
    return int(matched[1])


def _show(row: EndpointRow) -> Endpoint:
    return Endpoint(
        id=row.id,
        name=row.name,
        url=row.url,
        event_types=list(row.event_types),
        created_at=int(row.created_at),
        updated_at=None if row.updated_at is None else int(row.updated_at),
        signing_secret_hint=f"whsec_…{row.secret[-4:]}",
    )


def _show_with_secret(row: EndpointRow) -> EndpointWithSecret:
    return EndpointWithSecret(**_show(row).model_dump(), signing_secret=row.secret)


def _show_delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=f"whd_{row.seq}",
        webhook_endpoint_id=row.endpoint_id,
        event_id=row.event_id,
        attempt=row.attempt,
        created_at=int(row.at),
        status_code=row.status_code,
        error=row.error,
        duration_ms=row.duration_ms,
    )
