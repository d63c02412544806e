"""Where blocking calls of async handlers run.

A read of SQLite takes less time than a change of threads, so it runs in place. Writes to SQLite
take turns on one thread: there is one write lock, and threads that wait for it poll. PostgreSQL is
a network away: both go to the thread pool.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from anyio import to_thread

from kinora.errors import KinoraError
from kinora.service.audit import note_refusal
from kinora.service.context import Service
from kinora.service.gate import Admission
from kinora.types.account import Caller
from kinora.types.video import Video

T = TypeVar("T")

_writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kinora-writer")


async def run(service: Service, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Call a function that only reads, quickly: a query by key, one page of a list."""
    if service.database.is_sqlite:
        return function(*args, **kwargs)
    return await to_thread.run_sync(partial(function, *args, **kwargs))


async def write(service: Service, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Call a function that opens a transaction (``database.begin()``)."""
    call = partial(function, *args, **kwargs)
    if service.database.is_sqlite:
        return await asyncio.get_running_loop().run_in_executor(_writer, call)
    return await to_thread.run_sync(call)


async def admit(service: Service, who: Caller, admission: Admission) -> Video:
    """Accept a video together with those that others ask for at this moment.

    Raises:
        KinoraError: the admission's refusal; one by policy is in the audit log then.
    """
    admitted = service.gate.enter(admission)
    if service.gate.claim():
        _writer.submit(_open_gate, service)
    try:
        return await asyncio.wrap_future(admitted)
    except KinoraError as refusal:
        await write(service, note_refusal, service, who, refusal)
        raise


def _open_gate(service: Service) -> None:
    try:
        service.gate.open(service.database)
    finally:
        if not service.gate.is_done():
            _writer.submit(_open_gate, service)  # behind other writes that wait


async def block(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Call a function that takes long without the database: copying, hashing, fetching."""
    return await to_thread.run_sync(partial(function, *args, **kwargs))
