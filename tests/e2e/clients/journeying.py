"""Runs a journey in a client's own interpreter and reads what it found."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.e2e.clients.environments import UnavailableError
from tests.e2e.clients.inputs import Inputs

JOURNEYS = Path(__file__).parent / "journeys"
TIMEOUT = 800.0  # for a machine with other work to do
T = TypeVar("T")


@dataclass(frozen=True)
class Found:
    """A journey's steps and the tracebacks of those that failed."""

    version: str
    steps: list[str]
    failures: dict[str, str]

    def check(self, version: str) -> None:
        """All passed, with the client that was meant."""
        assert self.version == version
        told = "\n".join(f"--- {step}\n{trace}" for step, trace in self.failures.items())
        assert not self.failures, f"{list(self.failures)} failed with {version}:\n{told}"
        assert self.steps


@dataclass(frozen=True)
class Access:
    """A server and a key of it."""

    base_url: str
    api_key: str


def run_journey(
    *command: str | Path, rendering: Access, accepting: Access, inputs: Inputs, out: Path
) -> Found:
    """Run ``command`` with a settings file in place of ``{settings}``.

    Args:
        command: the client's interpreter and its arguments.
        rendering: the server that the journey goes through.
        accepting: one that renders nothing, for the many jobs that nobody waits for.
        inputs: what is handed in.
        out: where the journey leaves its files.
    """
    settings: dict[str, Any] = {name: str(path) for name, path in asdict(inputs).items()}
    settings |= {**asdict(rendering), "accepting": asdict(accepting)}
    settings |= {"out": str(out), "photo_size": inputs.photo_size}
    file = out / "settings.json"
    file.write_text(json.dumps(settings))
    done = subprocess.run(
        [str(file) if part == "{settings}" else str(part) for part in command],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    result = out / "result.json"
    assert result.exists(), f"ended with {done.returncode}: {done.stderr[-2000:]}"
    return Found(**json.loads(result.read_text()))


def installed(make: Callable[[str], T], name: str) -> T:
    """The client's environment, or skip with the reason."""
    try:
        return make(name)
    except UnavailableError as error:
        pytest.skip(str(error))


def _environment() -> dict[str, str]:
    """Ours without what would point a client or its interpreter elsewhere."""
    ours = ("OPENAI_", "PYTHON", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
