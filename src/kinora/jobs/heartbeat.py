"""Say "I live" every few seconds; leave at once when told that one is dead."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from kinora.records import workers
from kinora.records.database import open_database

#: EX_TEMPFAIL of sysexits.h: start me again, under another id.
DECLARED_DEAD = 75

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How fast a dead worker is noticed; seconds.

    From a kill to the next start of its jobs it takes at most about ``ttl`` + 1.3 ``reap`` + a
    poll of the queue.
    """

    beat: float = 5.0
    ttl: float = 30.0  # silent for longer: dead. At least four beats
    reap: float = 6.0  # between two rounds of the reaper
    lease: float = 15.0  # of the leading reaper; at least two rounds
    settle: float = 1.0  # beyond ``ttl``, after an outage, before anybody is judged

    @property
    def longest_pause(self) -> float:
        """A host that stalls for longer makes living workers look dead."""
        return self.ttl - self.beat


class Heartbeat:
    """The beats of one worker, on a thread and a connection of their own."""

    def __init__(
        self,
        url: str,
        worker_id: str,
        *,
        queues: tuple[str, ...],
        timing: Timing,
        leave: Callable[[int], object] = os._exit,
    ) -> None:
        """Args:
        url: of the database.
        worker_id: whose beats.
        queues: what it serves; shown to operators.
        timing: how often.
        leave: ends the process at once, without any clean-up: nothing more may be written under
            an id that others hold for dead.
        """
        self._database = open_database(url)
        self._id = worker_id
        self._queues = queues
        self._timing = timing
        self._leave = leave
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._ok_since: float | None = None
        self._last: float = 0.0

    def start(self, *, revive: bool = False) -> None:
        """Commit the first beat, then go on in the background.

        To be called before any job can be claimed: no claim by an id that isn't known to live.
        """
        self._beat(revive=revive)
        self._thread.start()

    def stop(self, *, retire: bool = True) -> None:
        """End the beats; with ``retire`` tell the others to take over without waiting."""
        self._stop.set()
        self._thread.join()
        if retire:
            try:
                with self._database.begin() as connection:
                    workers.retire(connection, self._id)
            except SQLAlchemyError as error:  # the others find out by the silence
                _log.warning("retire_failed", worker=self._id, error=str(error))
        self._database.close()

    def steady(self) -> bool:
        """Whether this worker's beats have succeeded for long enough to judge others.

        After an outage, or after the host or the process slept, everybody's last beat is old.
        The host's clock tells a sleep, the monotonic one doesn't.
        """
        now = time.time()
        if self._ok_since is None or now - self._last > self._timing.longest_pause:
            return False
        return now - self._ok_since > self._timing.ttl + self._timing.settle

    def _run(self) -> None:
        while not self._stop.wait(self._timing.beat):
            try:
                self._beat()
            except SQLAlchemyError as error:
                self._ok_since = None
                _log.warning("beat_failed", worker=self._id, error=str(error))

    def _beat(self, *, revive: bool = False) -> None:
        with self._database.begin() as connection:
            dead = workers.beat(connection, self._id, queues=self._queues, revive=revive)
        if dead:
            _log.error("declared_dead", worker=self._id)
            self._leave(DECLARED_DEAD)
        now = time.time()
        if self._ok_since is None or now - self._last > self._timing.longest_pause:
            self._ok_since = now
        self._last = now
