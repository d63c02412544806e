from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.e2e.clients.inputs import Inputs, make_inputs
from tests.e2e.clients.journeying import Access
from tests.support.server import RunningServer, running_server


@dataclass(frozen=True)
class Server:
    """The server that all clients of this run talk to."""

    running: RunningServer

    @property
    def base_url(self) -> str:
        return self.running.base_url

    def new_key(self, project: str) -> str:
        """A key of a project of its own, so that nobody sees another's videos."""
        make = [sys.executable, "-m", "kinora", "keys", "create", project, "--project", project]
        where = ["--data-dir", str(self.running.data_dir), "--json"]
        done = subprocess.run([*make, *where], capture_output=True, text=True, check=True)
        return str(json.loads(done.stdout)["key"])

    def access(self, project: str) -> Access:
        """This server and such a key."""
        return Access(self.base_url, self.new_key(project))


# Two small clips at once, each on one core. Webhook receivers and pictures of these tests lie on
# this machine: let the server reach them.
RENDERING = {
    "KINORA_ALLOW_PRIVATE_ADDRESSES": "true",
    "KINORA_CONCURRENCY": "2",
    "KINORA_THREADS": "1",
}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("clients") / "data"
    with running_server(folder, **RENDERING) as running:
        yield Server(running)


@pytest.fixture(scope="session")
def accepting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that renders nothing, for what is only accepted and deleted again."""
    folder = tmp_path_factory.mktemp("accepting") / "data"
    with running_server(folder, "--workers-off") as running:
        yield Server(running)


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return make_inputs(tmp_path_factory.mktemp("inputs"))
