"""One server per SQLite file: a lock that ends with the process, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kinora.errors import OutputError


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` while the block runs; the file stays, only the lock goes.

    Raises:
        OutputError: another process holds it, or it can't be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise OutputError(
            f"The data folder {path.parent} can't be used: {error.strerror or error}.",
            param="KINORA_DATA_DIR",
        ) from error
    try:
        if not _take(handle):
            holder = os.pread(handle, 20, 0).decode(errors="replace").strip()
            raise OutputError(
                f"The data folder {path.parent} is in use by another server"
                + (f" (process {holder})." if holder else "."),
                param="KINORA_DATA_DIR",
                hint="Stop that one, give this one another --data-dir, or use PostgreSQL for both.",
            )
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
