"""Webhook endpoints of a project: where its events are sent, and the secrets that sign them."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kinora.errors import FieldError, InputError, MissingError, OutputError
from kinora.jobs.signing import call, new_secret
from kinora.net.addresses import checked_addresses, parse_url
from kinora.records import webhooks as rows
from kinora.records.ids import new_id
from kinora.records.sealing import seal_of
from kinora.records.webhooks import DeliveryRow, EndpointRow
from kinora.service.context import Service
from kinora.service.paging import Page, cursor, cut
from kinora.settings import Settings
from kinora.types.account import Caller
from kinora.wire.scalars import is_identifier

MAX_NAME, MAX_URL = 200, 2048
#: How long the old secret signs beside the new one, in seconds, where that is asked for.
OVERLAP = 24 * 3600.0
_TEST_TIMEOUT = 10.0
EVENT_TYPES = (
    "video.completed",
    "video.failed",
    "batch.completed",
    "batch.failed",
    "batch.expired",
    "batch.cancelled",
)
PROGRESS_EVENT = "video.progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointChange:
    """What an endpoint is or becomes; None leaves it as it is."""

    name: str | None = None
    url: str | None = None
    event_types: Sequence[str] | None = None


def event_types(settings: Settings) -> tuple[str, ...]:
    """What can be subscribed to on this installation."""
    return (*EVENT_TYPES, PROGRESS_EVENT) if settings.progress_events else EVENT_TYPES


def create_endpoint(
    service: Service, caller: Caller, *, name: str, url: str, event_types: Sequence[str]
) -> EndpointRow:
    """A new endpoint; its secret is in the row in clear, to be shown this once.

    Raises:
        FieldError: the name, the URL or an event type can't be used.
    """
    wanted = _checked(service, EndpointChange(name=name, url=url, event_types=event_types))
    now = time.time()
    row = EndpointRow(
        id=new_id("whe_"),
        project_id=caller.project_id,
        name=str(wanted["name"]),
        url=str(wanted["url"]),
        event_types=tuple(wanted["event_types"]),
        secret=new_secret(),
        created_at=now,
        updated_at=now,
    )
    sealed = replace(row, secret=seal_of(service.settings).close(row.secret))
    with service.database.begin() as connection:
        rows.insert(connection, sealed)
    return row


def update_endpoint(
    service: Service, caller: Caller, endpoint_id: str, *, change: EndpointChange
) -> EndpointRow:
    """Change an endpoint; deliveries under way go to the new URL.

    Raises:
        MissingError: there is none, or it is somebody else's.
        FieldError: the name, the URL or an event type can't be used.
    """
    known = get_endpoint(service, caller, endpoint_id)
    wanted = _checked(service, change)
    news = {key: value for key, value in wanted.items() if getattr(known, key) != value}
    if not news:
        return known
    now = time.time()
    with service.database.begin() as connection:
        rows.update(connection, endpoint_id, updated_at=now, **news)
    return replace(known, updated_at=now, **news)


def rotate_secret(
    service: Service, caller: Caller, endpoint_id: str, *, keep_old: bool
) -> EndpointRow:
    """Give an endpoint a new secret; with ``keep_old`` the old one signs too for 24 hours.

    Raises:
        MissingError: there is none, or it is somebody else's.
    """
    known = _stored(service, caller, endpoint_id)
    now = time.time()
    secret = new_secret()
    news: dict[str, Any] = {
        "secret": seal_of(service.settings).close(secret),
        "old_secret": known.secret if keep_old else None,
        "old_secret_until": now + OVERLAP if keep_old else None,
        "updated_at": now,
    }
    with service.database.begin() as connection:
        rows.update(connection, endpoint_id, **news)
    return replace(known, **{**news, "secret": secret, "old_secret": None})


def get_endpoint(service: Service, caller: Caller, endpoint_id: str) -> EndpointRow:
    """An endpoint of the caller's project, its secret in clear.

    Raises:
        MissingError: there is none, or it is somebody else's.
    """
    return _readable(service, _stored(service, caller, endpoint_id))


def _readable(service: Service, row: EndpointRow) -> EndpointRow:
    """The row with its secrets in clear; without, where they can't be opened."""
    try:
        return row.opened(seal_of(service.settings))
    except OutputError:
        return replace(row, secret="", old_secret=None)


def _stored(service: Service, caller: Caller, endpoint_id: str) -> EndpointRow:
    """The row as it is.

    Raises:
        MissingError: there is none, or it is somebody else's.
    """
    row = None
    if is_identifier(endpoint_id):
        with service.database.read() as connection:
            row = rows.find(connection, endpoint_id)
    if row is None or row.project_id != caller.project_id:
        raise MissingError(f"Webhook endpoint with id '{endpoint_id[:80]}' not found.", param="id")
    return row


def list_endpoints(
    service: Service, caller: Caller, *, after: str | None = None, limit: int = 20
) -> Page[EndpointRow]:
    """The endpoints of the caller's project, newest first.

    Raises:
        FieldError: ``after`` isn't one of them.
    """
    with service.database.read() as connection:
        start = cursor(after, partial(rows.find, connection), project_id=caller.project_id)
        found = rows.page(connection, project_id=caller.project_id, after=start, limit=limit + 1)
    return cut([_readable(service, row) for row in found], limit)


def delete_endpoint(service: Service, caller: Caller, endpoint_id: str) -> None:
    """Remove an endpoint; deliveries under way end.

    Raises:
        MissingError: there is none, or it is somebody else's.
    """
    get_endpoint(service, caller, endpoint_id)
    with service.database.begin() as connection:
        rows.delete(connection, endpoint_id)


def list_deliveries(
    service: Service, caller: Caller, endpoint_id: str, *, after: int | None, limit: int
) -> Page[DeliveryRow]:
    """The log of attempts at an endpoint, newest first; ``after`` is a ``seq``.

    Raises:
        MissingError: there is no such endpoint, or it is somebody else's.
    """
    get_endpoint(service, caller, endpoint_id)
    with service.database.read() as connection:
        found = rows.page_deliveries(
            connection, endpoint_id=endpoint_id, after=after, limit=limit + 1
        )
    return cut(found, limit)


def send_test(service: Service, caller: Caller, endpoint_id: str, *, event_type: str) -> int:
    """Send an endpoint an invented event; returns the status of its answer.

    Raises:
        MissingError: there is no such endpoint, or it is somebody else's.
        FieldError: an unknown event type, or the endpoint didn't answer.
        OutputError: its secret can't be opened.
    """
    endpoint = _stored(service, caller, endpoint_id).opened(seal_of(service.settings))
    _check_types(service.settings, [event_type], param="event_type")
    now = time.time()
    event_id = new_id("evt_")
    payload = {
        "id": event_id,
        "object": "event",
        "created_at": int(now),
        "type": event_type,
        "data": {"id": f"{event_type.partition('.')[0]}_test"},
    }
    reply = call(
        endpoint,
        json.dumps(payload, separators=(",", ":")),
        event_id=event_id,
        now=now,
        timeout=_TEST_TIMEOUT,
        allow_private=service.settings.allow_private_addresses,
    )
    if reply.status is None:
        raise FieldError(
            f"The endpoint gave no answer: {reply.error}", param="url", code="webhook_test_failed"
        )
    return reply.status


def _checked(service: Service, change: EndpointChange) -> dict[str, Any]:
    """The values that are given, each checked."""
    values: dict[str, Any] = {}
    if change.name is not None:
        values["name"] = change.name.strip()
        if not 1 <= len(values["name"]) <= MAX_NAME:
            raise FieldError(
                f"Invalid value for 'name': expected 1 to {MAX_NAME} characters.", param="name"
            )
    if change.url is not None:
        values["url"] = _checked_url(change.url, service.settings)
    if change.event_types is not None:
        values["event_types"] = tuple(dict.fromkeys(change.event_types))
        _check_types(service.settings, values["event_types"], param="event_types")
    return values


def _checked_url(url: str, settings: Settings) -> str:
    """Refused at once where that is possible; each delivery checks the address it connects to."""
    private = settings.allow_private_addresses
    if len(url) > MAX_URL:
        raise FieldError(f"Invalid value for 'url': longer than {MAX_URL} characters.", param="url")
    if url.strip().lower().startswith("http://") and not private:
        raise FieldError(
            "Invalid URL in 'url': expected an https:// URL.",
            param="url",
            hint="For a receiver on your own network, start the server with "
            "KINORA_ALLOW_PRIVATE_ADDRESSES=true.",
        )
    parsed = parse_url(url, schemes=("https", "http") if private else ("https",), param="url")
    try:
        checked_addresses(parsed.host, parsed.port or 443, allow_private=private)
    except InputError as error:
        raise FieldError(error.message, param="url") from error
    except (OSError, UnicodeError):  # a name that is to be set up later
        return str(parsed)
    return str(parsed)


def _check_types(settings: Settings, kinds: Sequence[str], *, param: str) -> None:
    known = event_types(settings)
    if not kinds:
        raise FieldError(f"Invalid value for '{param}': name at least one.", param=param)
    for kind in kinds:
        if kind not in known:
            names = ", ".join(f"'{name}'" for name in known[:-1])
            raise FieldError(
                f"Invalid value: '{kind[:80]}'. Supported values are: {names}, and '{known[-1]}'.",
                param=param,
            )
