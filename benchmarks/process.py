"""Whole processes: time of the first and second `kinora animate`, and peak memory.

    python -m benchmarks.process [PHOTO] [--repeats 3] [--json]

The first run starts with empty caches: no kernel and no module compiled, no photo analysed. Memory
is the peak resident set of the process, as the operating system counts it, at 1080p: with the photo
analysed in it for a clip of 4 seconds, and for clips of 4 and of 20 seconds with it remembered.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.common import EXAMPLE, Process, own_bytecode, report, run_process

PROMPT = "truck left 6 %, then dolly in 12 %"


def animate(photo: Path, folder: Path, *, size: str, seconds: int) -> Process:
    """Run the command line once, its caches in ``folder``."""
    command = [sys.executable, "-m", "kinora", "animate", str(photo), PROMPT]
    command += ["--size", size, "--seconds", str(seconds), "-o", str(folder / "clip.mp4")]
    env = {"KINORA_CACHE_DIR": str(folder / "cache"), "NUMBA_CACHE_DIR": ""}
    return run_process(command, env={**env, **own_bytecode(folder / "bytecode")})


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = animate(args.photo, folder, size="1280x720", seconds=4)
        later = [
            animate(args.photo, folder, size="1280x720", seconds=4) for _ in range(args.repeats)
        ]
        analysed, short, long = (
            animate(args.photo, folder, size="1920x1080", seconds=seconds) for seconds in (4, 4, 20)
        )
    rows = [
        {"what": "first run, 4 s at 720p, seconds", "value": first.seconds},
        {
            "what": "later run, 4 s at 720p, seconds (median)",
            "value": statistics.median(run.seconds for run in later),
        },
        {
            "what": "peak memory, 4 s at 1080p, photo analysed, MB",
            "value": round(analysed.peak_megabytes),
        },
        {"what": "peak memory, 4 s at 1080p, MB", "value": round(short.peak_megabytes)},
        {"what": "peak memory, 20 s at 1080p, MB", "value": round(long.peak_megabytes)},
        {"what": "ratio of the last two", "value": long.peak_megabytes / short.peak_megabytes},
    ]
    report(f"Whole processes, {args.photo.name}", rows, as_json=args.json)


if __name__ == "__main__":
    main()
