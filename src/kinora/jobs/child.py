"""``python -m kinora.jobs.child TASK RESULT``: make one video, apart from the worker.

Standard output carries one JSON object a line: ``{"progress": [stage, done, total]}`` and, at a
failure, ``{"error": {"branch", "code", "message", "param"}}``. RESULT is written whole or not at
all. The exit code is that of the command line: 0 made, 2 to 6 a failure of Kinora's own words, 70
a fault, 143 terminated.

The child never outlives its worker: the kernel kills it when the thread that started it ends
(Linux), and a thread that waits for the end of standard input kills its group everywhere.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from kinora.errors import (
    EngineError,
    InputError,
    KinoraError,
    NotSupportedError,
    OutputError,
    PolicyError,
    exit_code,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from kinora.types.geometry import Size
    from kinora.types.plan import ShotPlan
    from kinora.types.policy import Verdict
    from kinora.types.report import Report
    from kinora.types.request import Progress
    from kinora.types.video import Variant

TERMINATED = 128 + signal.SIGTERM
FAULT = 70

#: Seconds between two lines of progress of one stage.
_EVERY = 0.1
_PR_SET_PDEATHSIG = 1
_BRANCHES: tuple[tuple[type[KinoraError], str], ...] = (
    (InputError, "input"),
    (NotSupportedError, "unsupported"),
    (PolicyError, "policy"),
    (OutputError, "output"),
    (EngineError, "engine"),
)


class MadeFile(Protocol):
    """One of its files."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    @property
    def mime(self) -> str:
        """Its media type."""

    @property
    def bytes(self) -> int:
        """Its length."""

    @property
    def sha256(self) -> str:
        """Of its bytes, hexadecimal."""


class Made(Protocol):
    """What a maker answers; `kinora.jobs.making.MadeVideo` is one."""

    @property
    def plan(self) -> ShotPlan | None:
        """What was done."""

    @property
    def report(self) -> Report:
        """What was understood, and what became of it."""

    @property
    def size(self) -> Size:
        """Of the frames."""

    @property
    def duration(self) -> Fraction:
        """Seconds."""

    @property
    def checks(self) -> Sequence[Verdict]:
        """What the checks of pictures said."""

    @property
    def clip_id(self) -> str | None:
        """The number in its invisible mark."""

    def files(self) -> Mapping[Variant, MadeFile]:
        """The files in the task's folder."""


#: (task as JSON, folder, progress) → what was made
Maker = Callable[[str, Path, "Progress"], Made]


def main(arguments: list[str] | None = None) -> int:
    """Make the video of a task file; the exit code."""
    parent = os.getppid()
    _die_with_parent(parent)
    signal.signal(signal.SIGTERM, _terminate)
    parser = argparse.ArgumentParser(prog="kinora.jobs.child")
    parser.add_argument("task", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--maker", default=None)
    given = parser.parse_args(arguments)
    try:
        make = _maker(given.maker)
        made = make(given.task.read_text(encoding="utf-8"), given.result.parent, _Reporter())
        _write_result(given.result, made)
    except KinoraError as error:
        _tell_error(error)
        if isinstance(error, (OutputError, EngineError)):  # ours, not the caller's
            traceback.print_exc()
        return exit_code(error)
    except Exception as error:  # the outermost door: the worker needs a word, whatever happened
        _say({"error": {"branch": "fault", "code": type(error).__name__, "message": str(error)}})
        traceback.print_exc()
        return FAULT
    return 0


def _maker(name: str | None) -> Maker:
    if name is None:
        return _make
    module, _, function = name.partition(":")
    maker: Maker = getattr(importlib.import_module(module), function)
    return maker


def _make(task: str, folder: Path, progress: Progress) -> Made:
    from dataclasses import replace

    from kinora.jobs.looking import look_at_inputs, look_at_output
    from kinora.jobs.making import make_video
    from kinora.jobs.reading import RenderTask

    asked = RenderTask.model_validate_json(task)
    checks = look_at_inputs(asked)
    made = make_video(asked, folder, progress)
    checks += look_at_output(asked, made.video.path, made.video.sha256)
    return replace(made, checks=checks)


class _Reporter:
    """Progress as lines, not more often than anybody looks."""

    def __init__(self) -> None:
        self._stage = ""
        self._next = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage == self._stage and done < total and now < self._next:
            return
        self._stage, self._next = stage, now + _EVERY
        _say({"progress": [stage, done, total]})


def _write_result(path: Path, made: Made) -> None:
    result = {
        "files": {
            variant: {
                "name": file.path.name,
                "bytes": file.bytes,
                "sha256": file.sha256,
                "mime": file.mime,
            }
            for variant, file in made.files().items()
        },
        "plan": None if made.plan is None else made.plan.model_dump_json(),
        "report": made.report.model_dump_json(),
        "size": str(made.size),
        "seconds": str(made.duration),
        "checks": [verdict.record() for verdict in made.checks],
        "clip_id": made.clip_id,
    }
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(result), encoding="utf-8")
    beside.replace(path)


def _tell_error(error: KinoraError) -> None:
    branch = next((name for cls, name in _BRANCHES if isinstance(error, cls)), "fault")
    facts: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "param": error.param,
    }
    if isinstance(error, PolicyError):
        facts |= {"hint": error.hint, "checks": list(error.records)}
    _say({"error": {"branch": branch, **facts}})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _terminate(signum: int, frame: FrameType | None) -> NoReturn:
    # An exception, so that unfinished files are removed on the way out.
    sys.exit(TERMINATED)


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        _kill_group()  # it died before the request
    threading.Thread(target=_wait_for_end_of_input, name="watchdog", daemon=True).start()


def _wait_for_end_of_input() -> None:
    while os.read(0, 4096):
        pass
    _kill_group()


def _kill_group() -> None:
    """End this process and all that it started."""
    if os.getpgrp() == os.getpid():  # as the worker starts it; by hand the group is the shell's
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(TERMINATED)


if __name__ == "__main__":
    sys.exit(main())
