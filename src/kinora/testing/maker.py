"""A maker of videos that renders nothing: for tests of what surrounds the rendering.

Hand ``kinora.testing.maker:make_video`` to `kinora.jobs.runtime.running` as its ``maker``. The
prompt says what happens; words that it doesn't know are ignored::

    steps=8 pause=0.1     eight units of progress, 0.1 s each (the default is 2 and 0)
    plan                  tell its plan before the first step
    wait=/a/file          after the first step wait until that file is there
    bytes=100000          length of the video file
    fail=image            end with an error: image, policy, output, engine or fault
    die                   kill -9 of the child itself
    kill-worker           kill -9 of the worker
    full-disk             write until the disk says that it is full
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from kinora.errors import EngineError, ImageError, KinoraError, OutputError, PolicyError
from kinora.jobs.planned import write_planned
from kinora.prompt import read_prompt
from kinora.types.geometry import Size
from kinora.types.plan import ShotPlan
from kinora.types.policy import Verdict
from kinora.types.report import Report
from kinora.types.request import Progress
from kinora.types.video import MIME, Variant

MAKER = "kinora.testing.maker:make_video"

_ERRORS: dict[str, KinoraError] = {
    "image": ImageError("The picture is not a picture.", param="input_reference"),
    "policy": PolicyError("This may not be made."),
    "output": OutputError("Can't write /secret/path: the disk is full."),
    "engine": EngineError("Internal detail of /secret/path."),
}
_NAMES: dict[Variant, str] = {
    "video": "video.mp4",
    "thumbnail": "thumbnail.webp",
    "spritesheet": "spritesheet.jpg",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeFile:
    """A file without a codec behind it."""

    path: Path
    mime: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeVideo:
    """What `make_video` answers."""

    made: dict[Variant, FakeFile]
    plan: ShotPlan | None
    report: Report
    size: Size
    duration: Fraction
    checks: tuple[Verdict, ...] = ()
    clip_id: str | None = None

    def files(self) -> dict[Variant, FakeFile]:
        """The files by their names on the wire."""
        return self.made


def make_video(task: str, folder: Path, progress: Progress) -> FakeVideo:
    """Write three files whose bytes depend on the prompt alone, doing what the prompt says.

    Raises:
        KinoraError: where the prompt asks for one.
    """
    spec = json.loads(task)["spec"]
    words = spec["prompt"].split()
    asked = dict(word.split("=", 1) for word in words if "=" in word)
    steps, pause = int(asked.get("steps", 2)), float(asked.get("pause", 0))
    if "plan" in words:
        reading = read_prompt(spec["prompt"])
        write_planned(folder, reading.plan, reading.report)
    progress("plan", 1, 1)
    for step in range(steps):
        time.sleep(pause)
        progress("render", step + 1, steps)
        if step == 0:
            _misbehave(words, asked, folder)
            _wait(asked.get("wait"))
    length = int(asked.get("bytes", 1000))
    return FakeVideo(
        made={v: _write(folder / n, spec["prompt"], v, length) for v, n in _NAMES.items()},
        plan=None,
        report=Report(),
        size=Size(64, 64),
        duration=Fraction(4),
        clip_id=hashlib.sha256(spec["prompt"].encode()).hexdigest()[:12],
    )


def _misbehave(words: list[str], asked: dict[str, str], folder: Path) -> None:
    if "die" in words:
        os.kill(os.getpid(), signal.SIGKILL)
    if "kill-worker" in words:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)  # until the worker's end is noticed
    if "full-disk" in words:
        _fill(folder / "filler")
    if asked.get("fail") == "fault":
        raise ZeroDivisionError("Internal detail of /secret/path.")
    if "fail" in asked:
        raise _ERRORS[asked["fail"]]


def _wait(file: str | None) -> None:
    while file is not None and not Path(file).exists():
        time.sleep(0.05)


def _fill(path: Path) -> None:
    try:
        with path.open("wb") as file:
            while True:
                file.write(bytes(1 << 20))
                file.flush()
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise OutputError(f"Can't write {path}: the disk is full.") from error


def _write(path: Path, prompt: str, variant: Variant, length: int) -> FakeFile:
    seed = hashlib.sha256(f"{variant} {prompt}".encode()).digest()
    data = (seed * (length // len(seed) + 1))[:length]
    path.write_bytes(data)
    return FakeFile(
        path=path,
        mime=MIME[variant],
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
