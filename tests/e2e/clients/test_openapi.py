"""The served OpenAPI document against the server, by schemathesis: a bounded, seeded run."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.server import RunningServer, running_server

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "ignored_auth",
    "use_after_free",
)
EXAMPLES = "8"  # per operation and phase
SEED = "20261125"


@pytest.fixture(scope="module")
def idle_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server of its own that renders nothing, for what the run creates is never looked at."""
    folder = tmp_path_factory.mktemp("openapi") / "data"
    with running_server(folder, "--workers-off", KINORA_MAX_QUEUED="1000000") as running:
        yield running


@pytest.mark.timeout(900)
def test_schemathesis_finds_nothing(idle_server: RunningServer, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{idle_server.root}/openapi.json"),
            *("--header", f"Authorization: Bearer {idle_server.api_key}"),
            *("--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
            *("--max-examples", EXAMPLES, "--seed", SEED, "--no-shrink", "--warnings", "off"),
            "--continue-on-failure",
        ],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    assert idle_server.process.poll() is None


def test_every_operation_of_the_videos_api_is_described(idle_server: RunningServer) -> None:
    with urllib.request.urlopen(f"{idle_server.root}/openapi.json") as response:
        document = json.load(response)
    described = {
        (method, path)
        for path, operations in document["paths"].items()
        for method in operations
        if method in ("get", "post", "delete")
    }
    wanted = {
        ("post", "/v1/videos"),
        ("get", "/v1/videos"),
        ("get", "/v1/videos/{video_id}"),
        ("delete", "/v1/videos/{video_id}"),
        ("get", "/v1/videos/{video_id}/content"),
        ("post", "/v1/videos/{video_id}/remix"),
        ("post", "/v1/videos/edits"),
        ("post", "/v1/videos/extensions"),
        ("post", "/v1/videos/characters"),
        ("get", "/v1/videos/characters/{character_id}"),
        ("post", "/v1/videos/stitch"),
        ("post", "/v1/videos/plan"),
        ("get", "/v1/videos/{video_id}/plan"),
        ("get", "/v1/videos/{video_id}/events"),
        ("post", "/v1/files"),
        ("get", "/v1/files"),
        ("post", "/v1/batches"),
        ("get", "/v1/models"),
        ("post", "/v1/webhook_endpoints"),
        ("post", "/v1/moderations"),
        ("post", "/v1/content_provenance_checks"),
    }
    assert wanted <= described, wanted - described
