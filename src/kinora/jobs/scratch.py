"""Folders of running jobs, on the worker's own disk: ``work/<worker>/<video>``."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from kinora.jobs.current import Worker
from kinora.settings import Settings


def scratch_root(settings: Settings) -> Path:
    """Where the folders of this host's workers are."""
    return settings.data_dir / "work"


@contextmanager
def job_folder(worker: Worker, video_id: str) -> Iterator[Path]:
    """A new, empty folder for one attempt, removed at the end of the block."""
    parent = scratch_root(worker.settings) / worker.id
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{video_id}-", dir=parent))
    try:
        yield folder
    finally:
        clear(folder)


def left_behind(settings: Settings, *, living: Collection[str]) -> Iterator[Path]:
    """Folders of workers that live no more."""
    root = scratch_root(settings)
    if root.is_dir():
        yield from (folder for folder in root.iterdir() if folder.name not in living)


def clear(folder: Path) -> None:
    """Remove a folder and what is in it; one that is half gone already is no error."""
    shutil.rmtree(folder, ignore_errors=True)
