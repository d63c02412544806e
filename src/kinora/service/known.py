"""Pictures that this process checked and stored lately: seen again, they cost a look-up."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from kinora.types.geometry import Size

#: Far below the time after which unused blobs are collected (a day), so that what is known here is
#: still stored when the video that needs it is accepted.
TTL = 3600.0
_MOST = 4096


class KnownPictures:
    """SHA-256 → size; safe to use from any thread."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Args:
        clock: seconds, ever growing.
        """
        self._clock = clock
        self._lock = Lock()
        self._known: OrderedDict[str, tuple[Size, float]] = OrderedDict()

    def find(self, sha256: str) -> Size | None:
        """Its upright size, if it was stored less than `TTL` ago."""
        size, until = self._known.get(sha256, (None, 0.0))
        return size if self._clock() < until else None

    def keep(self, sha256: str, size: Size) -> None:
        """Remember a picture that was stored just now."""
        with self._lock:
            self._known[sha256] = (size, self._clock() + TTL)
            self._known.move_to_end(sha256)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
