"""Call a webhook at a URL that somebody else wrote."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import httpcore2

from kinora.errors import InputError
from kinora.net.addresses import Resolver, parse_url, resolve
from kinora.net.connect import Deadline, GuardedBackend, host_header, open_pool, raw

#: What is read of the answer's body, so that the receiver can end in peace; the rest is not.
MAX_ANSWER = 64 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of a POST."""

    status: int | None  # None: no answer
    error: str | None  # why there was none
    seconds: float

    @property
    def accepted(self) -> bool:
        """A status of 200 to 299; a redirect is none."""
        return self.status is not None and 200 <= self.status < 300


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    allow_private: bool,
    timeout: float = 10.0,
    resolver: Resolver = resolve,
) -> Reply:
    """POST ``body`` to ``url``; redirects are not followed, and failures are answers.

    Args:
        url: ``https://``, or ``http://`` too where ``allow_private`` is on.
        body: sent as it is.
        headers: besides ``Host`` and ``Content-Length``.
        allow_private: let addresses pass that aren't public.
        timeout: seconds for everything together.
        resolver: finds the addresses of a host.
    """
    begun = time.monotonic()
    status, error = None, None
    try:
        status = _status(
            url,
            body,
            headers=headers,
            backend=GuardedBackend(
                Deadline(timeout), allow_private=allow_private, resolver=resolver
            ),
            schemes=("https", "http") if allow_private else ("https",),
        )
    except InputError as refusal:
        error = refusal.message
    except httpcore2.TimeoutException:
        error = f"No answer within {timeout:g} s."
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as failure:
        error = f"No connection: {failure or type(failure).__name__}."
    return Reply(status=status, error=error, seconds=time.monotonic() - begun)


def _status(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    backend: GuardedBackend,
    schemes: tuple[str, ...],
) -> int:
    target = parse_url(url, schemes=schemes, param="url")
    fields = [
        (b"Host", host_header(target)),
        (b"Content-Length", str(len(body)).encode()),
        (b"Connection", b"close"),
        *((name.encode(), value.encode()) for name, value in headers.items()),
    ]
    with (
        open_pool(backend) as pool,
        pool.stream("POST", raw(target), headers=fields, content=body) as response,
    ):
        # The status is the answer: a body that breaks off changes nothing.
        with suppress(httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError):
            received = 0
            for chunk in response.iter_stream():
                received += len(chunk)
                if received >= MAX_ANSWER:
                    break
        return int(response.status)
