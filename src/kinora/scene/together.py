"""Independent steps of the analysis side by side: on the calling thread and on a helper."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final, Generic, TypeVar

Part = TypeVar("Part")
Made = TypeVar("Made")

#: Threads that work for one caller, its own with them. Fixed, as are the parts into which work is
#: cut; results depend on neither.
THREADS: Final = 2

_HELPERS: Final = ThreadPoolExecutor(THREADS - 1, thread_name_prefix="kinora-scene")


class Later(Generic[Made]):
    """A step that a helper may do meanwhile; if none has begun, who asks for its result does it."""

    def __init__(self, step: Callable[[], Made]) -> None:
        """Args:
        step: neither writes what others read meanwhile nor reads what they write.
        """
        self._step = step
        self._future: Future[Made] = _HELPERS.submit(step)
        self._asking = threading.Lock()
        self._own: tuple[Made] | None = None

    def result(self) -> Made:
        """What the step returned, however often it is asked for; what it raised is raised.

        Steps may wait for steps: each that is waited for is being worked on.
        """
        with self._asking:  # who asks meanwhile waits, too
            if self._own is None and self._future.cancel():
                self._own = (self._step(),)
        return self._future.result() if self._own is None else self._own[0]


def side_by_side(work: Callable[[Part], Made], parts: Iterable[Part]) -> list[Made]:
    """``work`` of each of the parts, in their order; the helper begins with the first."""
    later = [Later(partial(work, part)) for part in parts]
    return [each.result() for each in reversed(later)][::-1]
