"""The official JavaScript client, old and new, unmodified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.e2e.clients.environments import NODE_CLIENTS, node_environment
from tests.e2e.clients.inputs import Inputs
from tests.e2e.clients.journeying import JOURNEYS, installed, run_journey
from tests.e2e.clients.media import Decoded, decoded

#: To install a client may take long, and so may its journey beside other work.
pytestmark = pytest.mark.timeout(1200)


@pytest.mark.parametrize("version", NODE_CLIENTS)
def test_openai_node(
    version: str, server: Any, accepting: Any, inputs: Inputs, tmp_path: Path
) -> None:
    environment = installed(node_environment, version)
    found = run_journey(
        environment.node,
        JOURNEYS / "journey.cjs",
        "{settings}",
        environment.folder,
        rendering=server.access(f"node-{version}"),
        accepting=accepting.access(f"node-{version}"),
        inputs=inputs,
        out=tmp_path,
    )
    found.check(version)
    for name in ("video.mp4", "remixed.mp4"):
        assert decoded(tmp_path / name) == Decoded((320, 180), 30, 1)
    assert decoded(tmp_path / "extended.mp4") == Decoded((320, 180), 60, 2)
