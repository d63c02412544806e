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


@dataclass(slots=True)
class Gate:
    """Admissions that wait for the next transaction; safe to use from any thread."""

    _waiting: deque[tuple[Admission, Future[Video]]] = field(default_factory=deque)

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
        if not taken:
            return  # somebody else's call took them all
        settled: list[tuple[Future[Video], Video]] = []
        try:
            with database.begin() as connection:
                for admission, future in taken:
                    try:
                        with connection.begin_nested():
                            settled.append((future, admission(connection)))
                    except KinoraError as refusal:
                        future.set_exception(refusal)
        except Exception as fault:  # handed on to everybody who waits, not swallowed
            for _, future in taken:
                if not future.done():
                    future.set_exception(fault)
            return
        for future, video in settled:  # only now: before the commit nothing is certain
            future.set_result(video)

    def _take(self) -> list[tuple[Admission, Future[Video]]]:
        taken: list[tuple[Admission, Future[Video]]] = []
        while self._waiting and len(taken) < MOST:
            try:
                taken.append(self._waiting.popleft())
            except IndexError:  # another thread was quicker
                break
        return taken
