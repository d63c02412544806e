"""Connections that go to checked addresses only and end in time."""

from __future__ import annotations

import queue
import ssl
import threading
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore2
import httpx2

from kinora.errors import InputError
from kinora.net.addresses import Resolver, checked_addresses, resolve

#: Longest wait for one of a host's addresses before the next is tried, in seconds.
_CONNECT_TIMEOUT = 5.0


class Deadline:
    """A moment after which nothing may go on."""

    def __init__(self, seconds: float) -> None:
        """Args:
        seconds: from now on.
        """
        self._end = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Seconds that are left, at most ``at_most``.

        Raises:
            httpcore2.ReadTimeout: none are.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("The time limit has passed.")
        return left if at_most is None else min(left, at_most)


class GuardedBackend(httpcore2.NetworkBackend):
    """Resolves a host, checks what it finds, and connects to exactly that.

    The name stays in the ``Host`` header and in TLS (SNI and the certificate's check), because
    both come from the URL; only the socket gets the address.
    """

    def __init__(
        self, deadline: Deadline, *, allow_private: bool, resolver: Resolver = resolve
    ) -> None:
        """Args:
        deadline: ends every look-up, connection, read and write.
        allow_private: let addresses pass that aren't public.
        resolver: finds the addresses of a host.
        """
        self._deadline = deadline
        self._allow_private = allow_private
        self._resolver = resolver
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A stream to the first address of ``host`` that answers.

        Raises:
            InputError: the host isn't public.
            httpcore2.ConnectError, httpcore2.TimeoutException: it can't be reached in time.
        """
        failure: Exception = httpcore2.ConnectError("The host is not known.")
        for address in self._look_up(host, port):
            limit = self._deadline.left(_CONNECT_TIMEOUT)
            try:
                stream = self._sockets.connect_tcp(
                    address, port, limit, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure

    def _look_up(self, host: str, port: int) -> list[str]:
        """The system's resolver takes no time limit, so it runs in a thread that may be left."""
        answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

        def work() -> None:
            try:
                answer.put(
                    checked_addresses(
                        host, port, allow_private=self._allow_private, resolver=self._resolver
                    )
                )
            except (OSError, UnicodeError, InputError) as error:
                answer.put(error)  # raised in the caller's thread

        threading.Thread(target=work, daemon=True, name="resolve").start()
        try:
            found = answer.get(timeout=self._deadline.left())
        except queue.Empty as error:
            raise httpcore2.ConnectTimeout("The host's name took too long to resolve.") from error
        if isinstance(found, InputError):
            raise found
        if isinstance(found, Exception):
            raise httpcore2.ConnectError("The host is not known.") from found
        return found


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose every wait also ends at the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        limit = self._deadline.left(timeout)
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, limit), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


@cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates takes tens of milliseconds: once per process."""
    return httpx2.create_ssl_context()


def open_pool(backend: GuardedBackend) -> httpcore2.ConnectionPool:
    """Connections for one use: no proxy from the environment, no cookies, no HTTP/2."""
    return httpcore2.ConnectionPool(ssl_context=_tls(), network_backend=backend)


def raw(url: httpx2.URL) -> httpcore2.URL:
    """The same URL for httpcore."""
    return httpcore2.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def host_header(url: httpx2.URL) -> bytes:
    """The value of ``Host``: the name as written in the URL, with a port other than usual."""
    return url.netloc
