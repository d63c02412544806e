"""Standard Webhooks: what an endpoint gets, and how it knows that it comes from here.

The specification: https://www.standardwebhooks.com, as ``client.webhooks.unwrap`` checks it.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from standardwebhooks import Webhook

from kinora.net.post import Reply, post
from kinora.records.ids import derived_id
from kinora.records.webhooks import EndpointRow

_PREFIX = "whsec_"
#: The specification wants 24 to 64 random bytes.
_SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh signing secret: ``whsec_`` and 32 random bytes in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def message_id(event_id: str, endpoint_id: str) -> str:
    """``webhook-id``: the same for every attempt, so that receivers can drop duplicates."""
    return derived_id("wh_", event_id, endpoint_id)


def signed_headers(
    payload: str, *, message: str, now: float, keys: Sequence[str]
) -> dict[str, str]:
    """The headers of a delivery.

    Args:
        payload: the exact body.
        message: the ``webhook-id``.
        now: unix seconds; receivers refuse a delivery more than five minutes off.
        keys: secrets; each signs, so that a receiver may know either during a rotation.
    """
    moment = datetime.fromtimestamp(int(now), tz=UTC)
    signatures = [Webhook(key).sign(message, moment, payload) for key in keys]
    return {
        "Content-Type": "application/json",
        "User-Agent": _user_agent(),
        "webhook-id": message,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": " ".join(signatures),
    }


def call(
    endpoint: EndpointRow,
    payload: str,
    *,
    event_id: str,
    now: float,
    timeout: float,
    allow_private: bool,
) -> Reply:
    """Tell ``endpoint`` of an event, once; never raises for what the receiver does.

    Args:
        endpoint: who is told.
        payload: the exact body.
        event_id: of the event.
        now: unix seconds.
        timeout: seconds for everything together.
        allow_private: let endpoints on private networks be called.
    """
    headers = signed_headers(
        payload,
        message=message_id(event_id, endpoint.id),
        now=now,
        keys=endpoint.secrets(now),
    )
    return post(
        endpoint.url,
        payload.encode(),
        headers=headers,
        timeout=timeout,
        allow_private=allow_private,
    )


@cache
def _user_agent() -> str:
    from importlib.metadata import version

    return f"Kinora/{version('kinora')} (webhooks)"
