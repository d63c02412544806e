"""Whole processes: time of the first and second `kinora animate`, and peak memory.

    python -m benchmarks.process [PHOTO] [--repeats 3] [--sound-only] [--json]

The first run starts with empty caches: no kernel and no module compiled, no photo analysed. Memory
is the peak resident set of the process, as the operating system counts it, at 1080p: with the photo
analysed in it for a clip of 4 seconds, and for clips of 4 and of 20 seconds with it remembered,
silent and with five sounds and speech.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.common import EXAMPLE, Process, own_bytecode, report, run_process

PROMPT = "truck left 6 %, then dolly in 12 %"
SOUND = (
    '. She says: "This is how it sounds." '
    "Audio: rain on a tin roof, distant traffic, birds, soft guitar, a bell."
)


def animate(photo: Path, folder: Path, *, size: str, seconds: int, sound: str = "") -> Process:
    """Run the command line once, its caches in ``folder``; ``sound``: more of the prompt."""
    command = [sys.executable, "-m", "kinora", "animate", str(photo), PROMPT + sound]
    command += ["--size", size, "--seconds", str(seconds), "-o", str(folder / "clip.mp4")]
    env = {"KINORA_CACHE_DIR": str(folder / "cache"), "NUMBA_CACHE_DIR": ""}
    return run_process(command, env={**env, **own_bytecode(folder / "bytecode")})


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sound-only", action="store_true", help="only the memory with sound")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = [] if args.sound_only else silent(args.photo, args.repeats)
    rows += sounding(args.photo)
    report(f"Whole processes, {args.photo.name}", rows, as_json=args.json)


def sounding(photo: Path) -> list[dict[str, object]]:
    """Peak memory with five sounds and speech; the photo is remembered from a run before."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        animate(photo, folder, size="1920x1080", seconds=1)
        peaks = {
            seconds: animate(
                photo, folder, size="1920x1080", seconds=seconds, sound=SOUND
            ).peak_megabytes
            for seconds in (4, 20)
        }
    return [
        {"what": f"peak memory with sound, {seconds} s at 1080p, MB", "value": round(peak)}
        for seconds, peak in peaks.items()
    ]


def silent(photo: Path, repeats: int) -> list[dict[str, object]]:
    """Times and peak memory without sound."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = animate(photo, folder, size="1280x720", seconds=4)
        later = [animate(photo, folder, size="1280x720", seconds=4) for _ in range(repeats)]
        analysed, short, long = (
            animate(photo, folder, size="1920x1080", seconds=seconds) for seconds in (4, 4, 20)
        )
    return [
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


if __name__ == "__main__":
    main()
