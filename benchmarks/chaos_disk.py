"""Fill the disk while jobs run; every job must end once, and the next one must work again.

    python -m benchmarks.chaos_disk --jobs 20

Database, store and scratch folders lie on a tiny tmpfs, so root is needed to mount it. Some jobs
write until the disk is full themselves; meanwhile a file takes what is left, for seconds at a
time. Exits with 1 if a job was lost or ended twice, with 3 where nothing can be mounted.
"""

from __future__ import annotations

import argparse
import errno
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.chaos_crew import Crew
from benchmarks.chaos_ledger import Ledger
from kinora.service.context import open_service
from kinora.settings import Settings
from kinora.types.video import TERMINAL

SIZE = "24m"
CANT_MOUNT = 3


class MountError(Exception):
    """This process may not mount a file system."""


@contextmanager
def tiny_disk() -> Iterator[Path]:
    """A folder that holds `SIZE` bytes.

    Raises:
        MountError: not allowed here.
    """
    with tempfile.TemporaryDirectory(prefix="kinora-disk-") as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        except FileNotFoundError as error:
            raise MountError("There is no command 'mount'.") from error
        if done.returncode != 0:
            raise MountError(done.stderr.strip() or "The mount failed.")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def fill(path: Path) -> None:
    """Write until the disk says that it is full."""
    try:
        with path.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def run(jobs: int, *, patience: float) -> dict[str, Any]:
    """Counts, and ``ok``.

    Raises:
        MountError: not allowed here.
    """
    with tiny_disk() as disk:
        settings = Settings(data_dir=disk, max_attempts=1000)
        with open_service(settings) as service:
            ledger = Ledger(service)
            ledger.watch_completions()
            greedy = max(2, jobs // 10)
            ids = [
                ledger.submit(f"job={n} steps=6 pause=0.1 bytes=100000")
                for n in range(jobs - greedy)
            ]
            ids += [ledger.submit(f"job={n} full-disk") for n in range(greedy)]
            with Crew.hired(settings, size=2) as crew:
                times_full = _squeeze(disk / "filler", ledger, crew, ids, patience=patience)
                after = ledger.submit("bytes=100000")
                _wait(ledger, crew, [after], patience=patience)
                crew.dismiss()
                left = crew.left_behind()
            return _judge(ledger, ids, after, left, times_full)


def _squeeze(filler: Path, ledger: Ledger, crew: Crew, ids: list[str], *, patience: float) -> int:
    """Take all room for three seconds in every eight until the jobs have ended."""
    deadline, times = time.monotonic() + patience, 0
    while time.monotonic() < deadline and not ledger.all_ended(ids):
        fill(filler)
        times += 1
        time.sleep(3)
        filler.unlink()
        for _ in range(25):
            crew.replace_dead()
            time.sleep(0.2)
    return times


def _wait(ledger: Ledger, crew: Crew, ids: list[str], *, patience: float) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not ledger.all_ended(ids):
        crew.replace_dead()
        time.sleep(0.2)


def _judge(
    ledger: Ledger, ids: list[str], after: str, left: int, times_full: int
) -> dict[str, Any]:
    everything = [*ids, after]
    facts = ledger.facts(everything)
    rows = ledger.rows(everything)
    reasons = sorted({row.error_code or "none" for row in rows if row.status == "failed"})
    result = {
        "jobs": len(ids),
        "times_full": times_full,
        **facts,
        "unfinished": [
            f"{row.prompt}: {row.status}, {row.attempts} starts"
            for row in rows
            if row.status not in TERMINAL
        ],
        "reasons": reasons,
        "next_job": rows[-1].status,
        "processes_left": left,
    }
    result["ok"] = (
        facts["completed"] + facts["failed"] == len(everything)
        and facts["completions"] == facts["completed"] == facts["files_right"]
        and facts["outbox"] == len(everything)
        and "none" not in reasons
        and rows[-1].status == "completed"
        and left == 0
    )
    return result


def main() -> int:
    """Print the counts as JSON; the exit code says whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=20)
    parser.add_argument("--patience", type=float, default=240.0)
    given = parser.parse_args()
    try:
        result = run(given.jobs, patience=given.patience)
    except MountError as error:
        print(f"No tiny disk can be mounted: {error}", file=sys.stderr)
        return CANT_MOUNT
    print(json.dumps(result, indent=2))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
