"""The jobs that this process executes at this moment."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class ActiveJobs:
    """A set of job ids, safe to use from any thread; a job may be in it twice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self.stopping = threading.Event()  # set once the process is told to end

    @contextmanager
    def executing(self, job_id: str) -> Iterator[None]:
        """The job is executed here while the block runs."""
        with self._lock:
            self._counts[job_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._counts[job_id] -= 1
                if not self._counts[job_id]:
                    del self._counts[job_id]

    def ids(self) -> frozenset[str]:
        """Ids of the jobs that run now."""
        with self._lock:
            return frozenset(self._counts)
