"""Blobs as files of this machine."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from kinora.errors import InputError
from kinora.storage.blobs import Blobs

#: Longer than any line that makes sense: a data URL of 20 MiB fits.
MAX_LINE = 32 << 20


@contextmanager
def blob_on_disk(blobs: Blobs, key: str) -> Iterator[Path]:
    """A path to a blob while the block runs: its own, or a copy's where the store isn't a disk.

    Raises:
        OutputError: the store can't be read.
    """
    local = blobs.local_path(key)
    if local is not None:
        yield local
        return
    with tempfile.TemporaryDirectory(prefix="kinora-") as folder:
        path = Path(folder) / "blob"
        blobs.fetch(key, path)
        yield path


def read_lines(blobs: Blobs, key: str, *, start: int = 0) -> Iterator[tuple[bytes, int]]:
    """Lines of a blob from the byte ``start``, each without its end, and where the next begins.

    Only what is looked at is read: a reader may stop after any line. For threads without an event
    loop.

    Raises:
        InputError: a line is longer than `MAX_LINE`.
    """
    rest, position = b"", start
    with asyncio.Runner() as runner:
        stream = blobs.stream(key, start=start)
        while chunk := runner.run(_next(stream)):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                position += len(line) + 1
                yield line, position
            if len(rest) > MAX_LINE:
                raise InputError(f"A line is longer than the allowed {MAX_LINE} bytes.")
    if rest:
        yield rest, position + len(rest)


async def _next(stream: AsyncIterator[bytes]) -> bytes:
    return await anext(stream, b"")
