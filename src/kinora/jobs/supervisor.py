"""Run one render in a child process: watch it, hear how far it is, end it, never leave it behind.

A child, because killing it is a real cancel, its crash or memory is its own, and its work can't
keep the worker from its heartbeats.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from kinora.settings import Settings

#: Seconds between two reports of progress.
REPORT_EVERY = 0.5
#: Lines of the child's standard error kept for the log.
_KEPT_LINES = 40

#: Told the percentage; answers False when nobody wants the video any more.
Report = Callable[[int], Awaitable[bool]]
End = Literal["exited", "timeout", "withdrawn"]

#: Where each stage starts and ends, percent of the whole.
_STAGES = {"plan": (0, 1), "scene": (1, 20), "render": (20, 99)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended.

    ``error`` is what it said of its own failure: ``{"branch", "code", "message", "param"}``.
    """

    how: End
    returncode: int  # negative: killed by that signal
    error: dict[str, Any] | None
    stderr: str  # the last lines; for logs, never for users


@dataclass(slots=True)
class _Heard:
    percent: int = 0
    error: dict[str, Any] | None = None
    stderr: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_LINES))


def percent_of(stage: str, done: int, total: int) -> int:
    """How far the whole is, 0 to 99, when ``stage`` has done ``done`` of ``total`` units."""
    start, end = _STAGES.get(stage, (0, 0))
    share = min(max(done / total, 0.0), 1.0) if total > 0 else 0.0
    return min(int(start + (end - start) * share), 99)


async def run_child(
    task: Path, result: Path, *, settings: Settings, report: Report, maker: str | None = None
) -> Ended:
    """Run ``python -m kinora.jobs.child`` until it ends, takes too long or isn't wanted any more.

    When this returns or raises — a cancelled step raises `asyncio.CancelledError` — the child and
    all that it started are gone.

    Args:
        task: the task's JSON file.
        result: where the child writes what it made.
        settings: its caches and threads, and ``job_timeout``.
        report: told the percentage, at most every `REPORT_EVERY` seconds and only when it rose.
        maker: ``module:function`` instead of `kinora.jobs.making.make_video`.
    """
    # -P: a file in the folder that the server was started in must not pass for a module of ours.
    command = [sys.executable, "-P", "-m", "kinora.jobs.child", str(task), str(result)]
    if maker is not None:
        command += ["--maker", maker]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=PIPE,  # held open and never written: its end tells the child that we are gone
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,  # one group for the child and whatever it starts
        env=os.environ | _environment(settings),
    )
    heard = _Heard()
    listening = asyncio.gather(_hear_lines(process, heard), _hear_errors(process, heard))
    try:
        how = await _watch(process, heard, timeout=settings.job_timeout, report=report)
    finally:
        try:
            await _end(process)
            await listening
        finally:
            # By hand, because the loop may stop before its own turn to do so comes; and where a
            # second cancel cut the wait short, the killed child is waited for here.
            transport = process._transport  # type: ignore[attr-defined]
            if process.returncode is None:
                transport.get_extra_info("subprocess").wait()
            transport.close()
    return Ended(
        how=how,
        returncode=process.returncode or 0,
        error=heard.error,
        stderr="".join(heard.stderr),
    )


def _environment(settings: Settings) -> dict[str, str]:
    threads = max(1, settings.threads // settings.concurrency)
    return {
        "KINORA_CACHE_DIR": str(settings.cache_dir),
        "KINORA_DATA_DIR": str(settings.data_dir),
        "KINORA_THREADS": str(threads),
    }


async def _watch(process: Process, heard: _Heard, *, timeout: float, report: Report) -> End:
    ended = asyncio.create_task(process.wait())
    reporting = asyncio.create_task(_report(heard, report))
    try:
        done, _ = await asyncio.wait(
            {ended, reporting}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        if ended in done:
            return "exited"
        if reporting in done:
            reporting.result()  # raises what the report raised
            return "withdrawn"
        return "timeout"
    finally:
        for task in (ended, reporting):
            task.cancel()
        await asyncio.gather(ended, reporting, return_exceptions=True)


async def _report(heard: _Heard, report: Report) -> None:
    """Returns when the video isn't wanted any more."""
    said = 0
    while True:
        await asyncio.sleep(REPORT_EVERY)
        if heard.percent > said:
            said = heard.percent
            if not await report(said):
                return


async def _hear_lines(process: Process, heard: _Heard) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        try:
            message = json.loads(line)
        except ValueError:
            heard.stderr.append(line.decode(errors="replace"))  # a library that prints
            continue
        match message:
            case {"progress": [str(stage), int(done), int(total)]}:
                heard.percent = max(heard.percent, percent_of(stage, done, total))
            case {"error": dict(error)}:
                heard.error = error


async def _hear_errors(process: Process, heard: _Heard) -> None:
    assert process.stderr is not None
    async for line in process.stderr:
        heard.stderr.append(line.decode(errors="replace"))


async def _end(process: Process) -> None:
    """Kill the child's group if it still runs, and wait: an unwaited child stays as a zombie."""
    if process.returncode is None:
        with suppress(ProcessLookupError):  # it ended between the look and the kill
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
