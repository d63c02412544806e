"""Fetch a picture from a URL that somebody else wrote."""

from __future__ import annotations

import httpcore2
import httpx2

from kinora.errors import FieldError, InputError
from kinora.net.addresses import Resolver, parse_url, resolve
from kinora.net.connect import Deadline, GuardedBackend, host_header, open_pool, raw

PARAM = "input_reference"
MAX_REDIRECTS = 3
_SCHEMES = ("https", "http")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: No compression: what is counted while it streams is what arrives.
_HEADERS = [
    (b"User-Agent", b"Kinora"),
    (b"Accept", b"image/*,*/*;q=0.5"),
    (b"Accept-Encoding", b"identity"),
    (b"Connection", b"close"),
]


def fetch_image(
    url: str,
    *,
    max_bytes: int,
    allow_private: bool,
    timeout: float = 20.0,
    resolver: Resolver = resolve,
) -> bytes:
    """The bytes at ``url``; what they are is for the caller to find out.

    Each redirect (at most three) is checked like the first URL; no credentials, cookies or proxy
    settings are used.

    Args:
        url: ``http://`` or ``https://``.
        max_bytes: largest body.
        allow_private: let addresses pass that aren't public.
        timeout: seconds for everything together.
        resolver: finds the addresses of a host.

    Raises:
        FieldError: param ``input_reference``; the URL can't be used, isn't public, or its host
            doesn't answer with a body of that size in that time.
    """
    target = parse_url(url, schemes=_SCHEMES, param=PARAM)
    backend = GuardedBackend(Deadline(timeout), allow_private=allow_private, resolver=resolver)
    try:
        with open_pool(backend) as pool:
            for _ in range(MAX_REDIRECTS + 1):
                answer = _get(pool, target, max_bytes)
                if isinstance(answer, bytes):
                    return answer
                target = answer
    except httpcore2.TimeoutException as error:
        raise _failed(target, f"did not answer within {timeout:g} s") from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise _failed(target, "could not be reached") from error
    except FieldError:
        raise
    except InputError as error:
        raise FieldError(error.message, param=PARAM) from error
    raise _failed(target, f"redirects more than {MAX_REDIRECTS} times")


def _get(pool: httpcore2.ConnectionPool, target: httpx2.URL, max_bytes: int) -> bytes | httpx2.URL:
    """The body, or where it is said to be."""
    headers = [(b"Host", host_header(target)), *_HEADERS]
    with pool.stream("GET", raw(target), headers=headers) as response:
        fields = {name.lower(): value for name, value in response.headers}
        if response.status in _REDIRECTS and b"location" in fields:
            return _next(target, fields[b"location"])
        if response.status != 200:
            raise _failed(target, f"answered with status {response.status}")
        declared = fields.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > max_bytes:
            raise _too_large(target, max_bytes)
        body = bytearray()
        for chunk in response.iter_stream():
            body += chunk
            if len(body) > max_bytes:
                raise _too_large(target, max_bytes)
        return bytes(body)


def _next(target: httpx2.URL, location: bytes) -> httpx2.URL:
    try:
        joined = target.join(location.decode("latin-1"))
    except httpx2.InvalidURL as error:
        raise _failed(target, "redirects to something that isn't a URL") from error
    return parse_url(str(joined), schemes=_SCHEMES, param=PARAM)


def _failed(target: httpx2.URL, what: str) -> FieldError:
    return FieldError(
        f"The picture at {target.host!r} can't be fetched: the host {what}.", param=PARAM
    )


def _too_large(target: httpx2.URL, max_bytes: int) -> FieldError:
    return FieldError(
        f"The picture at {target.host!r} is larger than the allowed {max_bytes} bytes.",
        param=PARAM,
    )
