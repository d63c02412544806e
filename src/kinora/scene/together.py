"""Independent steps of the analysis side by side: on the calling thread and on a helper."""

from __future__ import annotations

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

    @property
    def done(self) -> bool:
        """Whether its result is there."""
        return self._future.done()

    def result(self) -> Made:
        """What the step returned; what it raised is raised.

        Steps may wait for steps: each that is waited for is being worked on.
        """
        return self._step() if self._future.cancel() else self._future.result()


def side_by_side(work: Callable[[Part], Made], parts: Iterable[Part]) -> list[Made]:
    """``work`` of each of the parts, in their order; the helper begins with the first."""
    later = [Later(partial(work, part)) for part in parts]
    return [each.result() for each in reversed(later)][::-1]
