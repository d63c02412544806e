"""Admissions that arrive together commit together.

A commit waits for the disk, and SQLite has one writer: fifty commits in a row would be fifty waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

import sqlalchemy as sa

from kinora.errors import KinoraError
from kinora.records.database import Database
from kinora.types.video import Video

#: Most admissions of one transaction: others must not wait for long.
MOST = 32

#: Accepts one video within a transaction.
Admission = Callable[[sa.Connection], Video]
_Waiting = tuple[Admission, Future[Video]]


@dataclass(slots=True)
class Gate:
    """Admissions that wait for the next transaction; safe to use from any thread."""

    _waiting: deque[_Waiting] = field(default_factory=deque)

    def enter(self, admission: Admission) -> Future[Video]:
        """Wait in line; whoever enters also calls `open`, which ends the wait."""
        future: Future[Video] = Future()
        self._waiting.append((admission, future))
        return future

    def open(self, database: Database) -> None:
        """Run what waits, up to `MOST`, in one transaction; blocks.

        Each admission is refused or accepted by itself. A fault of the database is everybody's.
        """
        taken = self._take()
        if taken and not _settle(database, taken):
            for one in taken:
                _settle(database, [one])

    def _take(self) -> list[_Waiting]:
        taken: list[_Waiting] = []
        while self._waiting and len(taken) < MOST:
            try:
                taken.append(self._waiting.popleft())
            except IndexError:  # another thread was quicker
                break
        return taken


def _settle(database: Database, taken: list[_Waiting]) -> bool:
    """Accept all in one transaction; False: one of several is refused, so nothing was done.

    No savepoint around each: refusals are rare, and it would cost every admission two statements.
    """
    try:
        with database.begin() as connection:
            accepted = [admission(connection) for admission, _ in taken]
    except KinoraError as refusal:
        if len(taken) > 1:
            return False
        taken[0][1].set_exception(refusal)
    except Exception as fault:  # handed on to everybody who waits, not swallowed
        for _, future in taken:
            future.set_exception(fault)
    else:  # only now: before the commit nothing is certain
        for (_, future), video in zip(taken, accepted, strict=True):
            future.set_result(video)
    return True
