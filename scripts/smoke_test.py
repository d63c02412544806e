"""Check an installed Kinora from outside: doctor, then one tiny clip, opened again.

Run with the Python of the environment to check, beside a ``photo.jpg``:
``python -I smoke_test.py``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from kinora.testing.checks import probe
from kinora.types.geometry import Size


def kinora(*arguments: str) -> dict[str, object]:
    """Run ``kinora … --json`` and return what it printed."""
    command = [sys.executable, "-I", "-m", "kinora", *arguments, "--json"]
    print("+", *command, flush=True)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def main() -> None:
    """Run the checks; any failure ends with a message and a non-zero exit code."""
    health = kinora("doctor")
    print(json.dumps(health, indent=2))
    made = kinora(
        "animate", "photo.jpg", "push in 1 s, then pan left", "-o", "clip.mp4",
        "--seconds", "2", "--size", "320x240", "--fps", "25",
    )  # fmt: skip
    found = probe(Path("clip.mp4"))
    print(found)
    assert (found.size, found.fps, found.frame_count) == (Size(320, 240), 25, 50), found
    assert found.faststart, found
    assert made["clip"], made


if __name__ == "__main__":
    main()
