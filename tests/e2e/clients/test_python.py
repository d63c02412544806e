"""The official Python client, old and new, unmodified, each in its own interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.e2e.clients.environments import LITELLM, PYTHON_CLIENTS, python_environment
from tests.e2e.clients.inputs import Inputs
from tests.e2e.clients.journeying import JOURNEYS, installed, run_journey
from tests.e2e.clients.media import Decoded, decoded

#: To install a client may take long, and so may its journey beside other work.
pytestmark = pytest.mark.timeout(1200)


@pytest.mark.parametrize("version", PYTHON_CLIENTS)
def test_openai_python(
    version: str, server: Any, accepting: Any, inputs: Inputs, tmp_path: Path
) -> None:
    python = installed(python_environment, f"openai=={version}")
    found = run_journey(
        python,
        JOURNEYS / "journey.py",
        "{settings}",
        rendering=server.access(f"python-{version}"),
        accepting=accepting.access(f"python-{version}"),
        inputs=inputs,
        out=tmp_path,
    )
    found.check(version)
    for name in ("video.mp4", "remixed.mp4"):
        assert decoded(tmp_path / name) == Decoded((320, 180), 30, 1)
    assert decoded(tmp_path / "extended.mp4") == Decoded((320, 180), 60, 2)


def test_litellm(server: Any, accepting: Any, inputs: Inputs, tmp_path: Path) -> None:
    python = installed(python_environment, f"litellm=={LITELLM}")
    found = run_journey(
        python,
        JOURNEYS / "litellm_journey.py",
        "{settings}",
        rendering=server.access("litellm"),
        accepting=accepting.access("litellm"),
        inputs=inputs,
        out=tmp_path,
    )
    found.check(LITELLM)
    assert decoded(tmp_path / "video.mp4") == Decoded((320, 180), 30, 1)
