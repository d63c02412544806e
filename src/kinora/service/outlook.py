"""Where jobs stand in the queue and when they will be done: estimates, cheap enough to poll."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from kinora.records import videos
from kinora.records.database import Database
from kinora.settings import Settings
from kinora.types.video import TERMINAL, Video
from kinora.wire.video import NOWHERE, Place

#: How long a look at the queue is believed, seconds.
TTL = 1.0
#: Bounds of the interval that clients are told to poll at, and where nothing is known, ms.
MIN_POLL_MS, MAX_POLL_MS, DEFAULT_POLL_MS = 500, 10_000, 1000
#: Polls during the time that is left: the last wait adds an eighth of it at most.
_POLLS = 8


@dataclass(frozen=True, slots=True)
class _Look:
    """The queue at one moment."""

    queued: list[tuple[int, int]]  # (priority, seq), in the order in which they will be taken
    running: int
    mean: float | None  # seconds of a render
    until: float


class Outlook:
    """A look at the queue, taken anew when it is older than `TTL`."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Args:
        clock: seconds, ever growing.
        """
        self._clock = clock
        self._look: _Look | None = None

    def place(self, database: Database, settings: Settings, video: Video) -> Place:
        """Where the job of ``video`` stands; a job that just came counts as the last in line."""
        if video.status in TERMINAL:
            return NOWHERE
        look = self._fresh(database)
        if video.status == "in_progress":
            return Place(eta_seconds=_left(video, look.mean))
        position = bisect_left(look.queued, (video.priority, video.seq)) + 1
        if look.mean is None:
            return Place(queue_position=position)
        # Jobs that run are half done, on average.
        rounds = (position + look.running / 2) / settings.concurrency
        return Place(queue_position=position, eta_seconds=look.mean * max(1.0, rounds))

    def _fresh(self, database: Database) -> _Look:
        look, now = self._look, self._clock()
        if look is None or now >= look.until:
            with database.read() as connection:
                look = _Look(
                    queued=videos.queue_order(connection),
                    running=videos.count_running(connection),
                    mean=videos.mean_render_seconds(connection),
                    until=now + TTL,
                )
            self._look = look
        return look


def poll_after_ms(place: Place) -> int:
    """When a client should ask again, in whole milliseconds."""
    if place.eta_seconds is None:
        return DEFAULT_POLL_MS
    return min(MAX_POLL_MS, max(MIN_POLL_MS, round(place.eta_seconds * 1000 / _POLLS)))


def _left(video: Video, mean: float | None) -> float | None:
    """Seconds that a running job still takes.

    None before the first render has ended: a job's own first percent say nothing, least of all
    while kernels are compiled.
    """
    return None if mean is None else mean * (100 - video.progress) / 100
