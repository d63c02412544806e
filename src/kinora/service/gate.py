"""Admissions that arrive together commit together.

A commit waits for the disk, and SQLite has one writer: fifty commits in a row would be fifty waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock

import sqlalchemy as sa

from kinora.errors import KinoraError
from kinora.records import audit, videos
from kinora.records.database import Database
from kinora.types.video import Video

#: Most admissions of one transaction: others must not wait for long.
MOST = 32

#: Held until the transaction ends; any number that nobody else locks on.
_LOCK = sa.select(sa.func.pg_advisory_xact_lock(7_203_118))


@dataclass(slots=True)
class Turn:
    """One transaction in which videos are accepted, and what it needn't count again."""

    connection: sa.Connection
    _is_locked: bool = False
    _queued: int | None = None
    _newest: int | None = None
    _head: audit.Head | None = None

    def lock(self) -> None:
        """From now on nobody else accepts videos under limits: what is counted stays true.

        SQLite has one writer anyway.
        """
        if not self._is_locked and self.connection.dialect.name != "sqlite":
            self.connection.execute(_LOCK)
            self._queued = self._newest = None
        self._is_locked = True

    def queued(self) -> int:
        """Videos that wait, those of this turn included."""
        if self._queued is None:
            self._queued = videos.count_queued(self.connection)
        return self._queued

    def newest(self) -> int:
        """The sequence number of the newest video, so no fewer than there are videos."""
        if self._newest is None:
            self._newest = videos.newest_seq(self.connection)
        return self._newest

    def note(self, entry: audit.Entry) -> None:
        """Append to the audit log; what it ends with is looked up once."""
        self._head = audit.append(self.connection, entry, after=self._head)

    def add(self, seq: int) -> None:
        """Count a video that was written."""
        self._queued = self.queued() + 1
        self._newest = seq


#: Accepts one video within a transaction.
Admission = Callable[[Turn], Video]
_Waiting = tuple[Admission, Future[Video]]


@dataclass(slots=True)
class Gate:
    """Admissions that wait for the next transaction; safe to use from any thread."""

    _waiting: deque[_Waiting] = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)
    _is_opening: bool = False

    def enter(self, admission: Admission) -> Future[Video]:
        """Wait in line until somebody calls `open`."""
        future: Future[Video] = Future()
        self._waiting.append((admission, future))
        return future

    def claim(self) -> bool:
        """Whether the caller, who has entered, must see to it that the gate is opened.

        False: somebody has claimed that already, and opens it until `is_done`.
        """
        with self._lock:
            claimed, self._is_opening = not self._is_opening, True
        return claimed

    def is_done(self) -> bool:
        """Whether nobody waits any more, which ends the claim; asked after each opening."""
        with self._lock:
            self._is_opening = bool(self._waiting)
        return not self._is_opening

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
            turn = Turn(connection)
            accepted = [admission(turn) for admission, _ in taken]
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
