"""A real server for tests: ``python -m kinora serve`` on a free port, in a folder of the test's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class RunningServer:
    """Where it answers, the key to use, and its process."""

    base_url: str  # http://127.0.0.1:PORT/v1
    api_key: str | None  # None: another start in this folder printed it, or the server is open
    process: subprocess.Popen[str]
    data_dir: Path
    log: Path  # what it wrote to standard error

    @property
    def root(self) -> str:
        """The server without the version prefix."""
        return self.base_url.removesuffix("/v1")


@contextmanager
def running_server(
    data_dir: Path, *arguments: str, patience: float = 60.0, **environment: str
) -> Iterator[RunningServer]:
    """Start ``kinora serve``, wait until it answers, stop it with SIGTERM after the block.

    Args:
        data_dir: database and files; start again in the same folder to test a restart.
        arguments: more of the command line: ``"--open"``, ``"--workers-off"``.
        patience: seconds that it may take to start.
        environment: variables such as ``KINORA_RETENTION="60"``.
    """
    log = data_dir.with_name(f"{data_dir.name}.log")
    command = [sys.executable, "-m", "kinora", "serve", "--port", "0", "--json"]
    with log.open("a") as errors:
        process = subprocess.Popen(
            [*command, "--data-dir", str(data_dir), *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        facts = _first_line(process, log=log, patience=patience)
        yield RunningServer(
            base_url=facts["base_url"],
            api_key=facts["api_key"],
            process=process,
            data_dir=data_dir,
            log=log,
        )
    finally:
        _stop(process)


def _first_line(
    process: subprocess.Popen[str], *, log: Path, patience: float
) -> dict[str, str | None]:
    assert process.stdout is not None
    alarm = threading.Timer(patience, process.kill)
    alarm.start()
    try:
        line = process.stdout.readline()
    finally:
        alarm.cancel()
    if not line.startswith('{"base_url"'):
        raise AssertionError(f"The server didn't start: {line}{log.read_text()}")
    facts: dict[str, str | None] = json.loads(line)
    return facts


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
