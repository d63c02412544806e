"""Render scenes in the background, for as long as a GPU trains.

``python -m training.gpu.scenes --processes 5 --minutes 20`` fills ``stream/`` beside the packs of
``training.prepare`` with packs of a few dozen scenes each; trainers take them as they appear.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from multiprocessing import Process
from pathlib import Path
from typing import Final

import cv2

from training.common.pack import Pack
from training.gpu.bank import Entry
from training.prepare import folder, supplies, write_scenes

_COUNT: Final = 32  # scenes of one pack
_LAST: Final = "-regions.json"  # what is written last of a pack


def stream() -> Path:
    """Where the packs lie."""
    return folder() / "stream"


class Arrivals:
    """Packs that weren't there before."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def take(self, most: int) -> Iterator[Entry]:
        """Scenes of at most so many new packs, the oldest first."""
        found = {path.name for path in stream().glob(f"*{_LAST}")} - self._known
        for name in sorted(found, key=lambda name: name.split("-")[1])[:most]:
            self._known.add(name)
            base = stream() / name.removesuffix(_LAST)
            parts = [
                Pack(base.with_name(base.name + end)) for end in ("", "-disparity", "-regions")
            ]
            for index in range(len(parts[0])):
                rgb, disparity, regions = (part[index] for part in parts)
                yield Entry(rgb=rgb, disparity=disparity, regions=regions)


def render_for(minutes: float, *, seed: int) -> None:
    """Write packs until the time is over; the seed is one process's own."""
    cv2.setNumThreads(1)
    made_of = supplies(folder(), seed=seed)
    end = time.monotonic() + 60.0 * minutes
    number = 0
    while time.monotonic() < end:
        write_scenes(stream() / f"{seed}-{number:05d}", made_of, count=_COUNT)
        number += 1


def main(arguments: list[str] | None = None) -> int:
    """Start the processes and wait for them."""
    parser = argparse.ArgumentParser(description="Render scenes while a GPU trains.")
    parser.add_argument("--processes", type=int, default=max((os.cpu_count() or 2) - 2, 1))
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--seed", type=int, default=100, help="of the first process")
    options = parser.parse_args(arguments)
    stream().mkdir(parents=True, exist_ok=True)
    processes = [
        Process(target=render_for, args=(options.minutes,), kwargs={"seed": options.seed + index})
        for index in range(options.processes)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
