"""What the README and the tutorial tell a reader to run, runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "docs" / "tutorial.md")


def _blocks(language: str) -> list[str]:
    fence = re.compile(rf"^```{language}\n(.*?)^```", re.M | re.S)
    return [block for page in PAGES for block in fence.findall(page.read_text())]


COMMANDS = [
    line.removeprefix("$ kinora ")
    for block in _blocks("console")
    for line in block.splitlines()
    if line.startswith("$ kinora ")
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the clone's top to the snippets, shared as a reader's would be."""
    path = tmp_path_factory.mktemp("reader")
    (path / "examples").symlink_to(ROOT / "examples")
    return path


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("snippet", _blocks("python"))
def test_python(snippet: str, folder: Path) -> None:
    _run([sys.executable, "-W", "error", "-c", snippet], folder)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command: str, folder: Path) -> None:
    assert _run([sys.executable, "-m", "kinora", *shlex.split(command)], folder)


def test_there_is_something_to_run() -> None:
    assert len(COMMANDS) >= 5
    assert len(_blocks("python")) >= 2


def test_the_clip_of_the_first_command_is_made(folder: Path) -> None:
    (line,) = {
        line.split("&& .venv/bin/kinora ")[1]
        for block in _blocks("console")
        for line in block.splitlines()
        if "&& .venv/bin/kinora " in line
    }
    _run([sys.executable, "-m", "kinora", *shlex.split(line)], folder)
    assert (folder / "clip.mp4").stat().st_size > 10_000
