"""The workers of a crash test: hired, killed, frozen, replaced."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kinora.jobs.heartbeat import DECLARED_DEAD
from kinora.settings import Settings

ROOT = Path(__file__).parents[1]


@dataclass(slots=True)
class Crew:
    """Worker processes, always ``size`` of them."""

    environment: dict[str, str]
    size: int
    log: Any
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    thaw_at: dict[int, float] = field(default_factory=dict)  # pid → time
    children: set[int] = field(default_factory=set)  # ever seen
    fenced: int = 0  # left because they were declared dead

    @classmethod
    @contextmanager
    def hired(cls, settings: Settings, *, size: int) -> Iterator[Crew]:
        """Workers on the settings' data; none survives the block."""
        path = settings.data_dir / "workers.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as log:
            crew = cls(environment={**os.environ, **variables(settings)}, size=size, log=log)
            crew.replace_dead()
            try:
                yield crew
            finally:
                for worker in crew.workers:
                    worker.kill()
                    worker.wait()

    def replace_dead(self) -> None:
        """Wake who has slept enough, and hire anew for each who is gone."""
        now = time.monotonic()
        for pid, at in list(self.thaw_at.items()):
            if now >= at:
                os.kill(pid, signal.SIGCONT)
                del self.thaw_at[pid]
        gone = [worker for worker in self.workers if worker.poll() is not None]
        self.fenced += sum(worker.returncode == DECLARED_DEAD for worker in gone)
        self.workers = [worker for worker in self.workers if worker not in gone]
        while len(self.workers) < self.size:
            self.workers.append(self._hire())
        self.children |= {child for worker in self.workers for child in _children(worker.pid)}

    def kill_one(self, chance: random.Random) -> bool:
        """kill -9 of a worker that is awake."""
        awake = [worker for worker in self.workers if worker.pid not in self.thaw_at]
        if not awake:
            return False
        worker = chance.choice(awake)
        worker.kill()
        worker.wait()
        return True

    def kill_child(self, chance: random.Random) -> bool:
        """kill -9 of a render child; False where none runs."""
        children = [child for worker in self.workers for child in _children(worker.pid)]
        if not children:
            return False
        try:
            os.kill(chance.choice(children), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def freeze_one(self, chance: random.Random, *, seconds: float) -> bool:
        """SIGSTOP of a worker; `replace_dead` wakes it when the time has come."""
        awake = [worker for worker in self.workers if worker.pid not in self.thaw_at]
        if len(awake) < 2:
            return False
        worker = chance.choice(awake)
        worker.send_signal(signal.SIGSTOP)
        self.thaw_at[worker.pid] = time.monotonic() + seconds
        return True

    def dismiss(self) -> None:
        """End all workers politely."""
        for pid in self.thaw_at:
            os.kill(pid, signal.SIGCONT)
        self.thaw_at.clear()
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            worker.wait(timeout=60)

    def left_behind(self) -> int:
        """Render children that still live though every worker is gone."""
        return sum(_is_render_child(pid) for pid in self.children)

    def _hire(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            # One of them is the embedded executor, as in a server's own process.
            [sys.executable, "-m", "benchmarks.chaos_worker", "--embedded"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )


_HANDED_ON = {
    "data_dir",
    "database_url",
    "store_url",
    "cache_dir",
    "max_attempts",
    "concurrency",
    "job_timeout",
    "allow_private_addresses",
}


def variables(settings: Settings) -> dict[str, str]:
    """The settings that processes of a crash test share, as environment."""
    return {
        f"KINORA_{name.upper()}": str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in settings.model_dump(include=_HANDED_ON).items()
        if value is not None
    }


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        text = " ".join((task / "children").read_text() for task in tasks)
    except OSError:
        return []
    return [int(word) for word in text.split() if _is_render_child(int(word))]


def _is_render_child(pid: int) -> bool:
    try:
        return b"kinora.jobs.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
