"""``kinora serve``: one process that answers requests and, unless told not to, renders."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy.engine import make_url

from kinora.api.app import create_app
from kinora.api.logs import set_up_logs
from kinora.errors import InputError
from kinora.service import keys
from kinora.service.context import Service, open_service
from kinora.service.lock import locked
from kinora.settings import Settings

_GRACE = 10  # seconds for running requests when the server stops
#: Longer than clients keep idle connections, so that none is closed under a request.
_KEEP_ALIVE = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What to tell people once the server answers."""

    url: str  # http://HOST:PORT
    first_key: str | None  # made just now; shown this once


def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    open_access: bool,
    workers: bool,
    on_ready: Callable[[Ready], None],
) -> None:
    """Serve until a signal; then finish running requests and stop.

    Args:
        settings: where data lies, and the limits.
        host, port: where to listen; port 0 takes a free one.
        open_access: let in requests without a key; loopback only.
        workers: also execute jobs.
        on_ready: called once requests are answered.

    Raises:
        InputError: ``open_access`` beyond loopback, or an address that can't be listened on.
        OutputError: the data folder can't be used, or another server uses it.
    """
    if open_access and not _is_loopback(host):
        raise InputError(
            f"--open lets anybody in: it needs a loopback address such as 127.0.0.1, not {host}.",
            param="open",
        )
    set_up_logs()
    with ExitStack() as stack:
        listener = stack.enter_context(_listen(host, port))
        if lock := _lock_of(settings):
            stack.enter_context(locked(lock))
        service = stack.enter_context(open_service(settings))
        _remove_stale_uploads(settings)
        first_key = None if open_access else keys.create_first(service.database)
        if workers:
            stack.enter_context(_working(service))
        ready = Ready(url=_url(host, listener), first_key=first_key)
        app = create_app(service, open_access=open_access)
        _Server(_config(app), announce=lambda: on_ready(ready)).run(sockets=[listener])


@contextmanager
def _working(service: Service) -> Iterator[None]:
    """Execute jobs in this process while the block runs."""
    from kinora.api.batch_door import ServiceDoor
    from kinora.jobs import batch_door
    from kinora.jobs.runtime import running

    batch_door.install(ServiceDoor(service))
    with running(service.settings, service.database, service.blobs, service.queue):
        yield


class _Server(uvicorn.Server):
    """Tells when it has started."""

    def __init__(self, config: uvicorn.Config, *, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # the middleware writes a better one
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise InputError(
            f"The server can't listen on {host}, port {port}: {error.strerror or error}.",
            param="port",
            hint="Choose another --port; 0 takes a free one.",
        ) from error


def _url(host: str, listener: socket.socket) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{listener.getsockname()[1]}"


def _lock_of(settings: Settings) -> Path | None:
    """The lock beside the SQLite file; None for a database that many may share."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(f"{url.database}.server.lock")  # another than the worker's, beside it


def _remove_stale_uploads(settings: Settings) -> None:
    """What a killed process left of its requests."""
    oldest = time.time() - 2 * settings.request_timeout
    for path in (settings.data_dir / "uploads").glob("*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
