"""One process per SQLite file may be the embedded executor."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kinora.records.database import Database


@contextmanager
def sole_holder(database: Database) -> Iterator[bool]:
    """Hold the lock beside the database's file while the block runs; False: somebody else does.

    The kernel frees the lock when its process ends, however it ends.
    """
    if sys.platform == "win32":
        yield False
        return
    import fcntl

    with open(f"{database.url.database}.lock", "w", encoding="utf-8") as file:  # noqa: PTH123
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
