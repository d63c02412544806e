"""The programs in ``examples/`` run as their first lines say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.clients.environments import NODE_CLIENTS, node_environment
from tests.e2e.clients.inputs import Inputs
from tests.e2e.clients.journeying import installed
from tests.e2e.clients.media import Decoded, decoded

EXAMPLES = Path(__file__).parents[3] / "examples"
PROMPT = "truck left 5 %"
SMALL = ("--model", "kinora-parallax-draft", "--size", "320x180")
SMALL_BY_VARIABLES = {
    "VIDEO_MODEL": "kinora-parallax-draft",
    "VIDEO_SIZE": "320x180",
    "VIDEO_SECONDS": "1",
}


@pytest.fixture(scope="module")
def variables(server: Any) -> dict[str, str]:
    """The environment that the examples ask for."""
    return {
        **os.environ,
        **SMALL_BY_VARIABLES,
        "OPENAI_BASE_URL": server.base_url,
        "OPENAI_API_KEY": server.new_key("examples"),
    }


def run(command: list[str | Path], folder: Path, variables: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_create_video_in_python(inputs: Inputs, tmp_path: Path, variables: dict[str, str]) -> None:
    program = EXAMPLES / "create_video.py"
    run(
        [sys.executable, program, inputs.png, PROMPT, *SMALL, "--seconds", "1"], tmp_path, variables
    )
    assert decoded(tmp_path / "clip.mp4") == Decoded((320, 180), 30, 1)


def test_create_video_in_javascript(
    inputs: Inputs, tmp_path: Path, variables: dict[str, str]
) -> None:
    environment = installed(node_environment, NODE_CLIENTS[-1])
    (tmp_path / "node_modules").symlink_to(environment.folder / "node_modules")
    shutil.copy(EXAMPLES / "create_video.mjs", tmp_path)
    run([environment.node, "create_video.mjs", inputs.png, PROMPT], tmp_path, variables)
    assert decoded(tmp_path / "clip.mp4") == Decoded((320, 180), 30, 1)


def test_create_video_by_curl(inputs: Inputs, tmp_path: Path, variables: dict[str, str]) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl isn't installed")
    run(["bash", EXAMPLES / "create_video.sh", inputs.png, PROMPT], tmp_path, variables)
    assert decoded(tmp_path / "clip.mp4") == Decoded((320, 180), 30, 1)


def test_receive_webhooks(inputs: Inputs, tmp_path: Path, variables: dict[str, str]) -> None:
    receiver = subprocess.Popen(
        [sys.executable, EXAMPLES / "receive_webhooks.py", "--events", "1"],
        env=variables,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert receiver.stdout is not None
        assert receiver.stdout.readline().startswith("listening as whe_")
        told = run(["bash", EXAMPLES / "create_video.sh", inputs.png, PROMPT], tmp_path, variables)
        rest, _ = receiver.communicate(timeout=120)
    finally:
        receiver.kill()
        receiver.communicate()
    assert rest.split() == ["video.completed", told.split(":")[0]]


def test_beyond_sora(inputs: Inputs, tmp_path: Path, variables: dict[str, str]) -> None:
    program = EXAMPLES / "beyond_sora.py"
    told = run([sys.executable, program, inputs.png, *SMALL], tmp_path, variables)
    assert "pan left (6°)" in told
    assert "man walks" in told.split("not_supported:")[1]
    clip = decoded(tmp_path / "joined.mp4")
    assert clip.size == (320, 180)
    seconds = re.search(r": ([\d.]+) s, saved", told)
    assert seconds is not None
    assert float(clip.seconds) == pytest.approx(float(seconds[1]), abs=0.05)
    assert clip.seconds > 3
