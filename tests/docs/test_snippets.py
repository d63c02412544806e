"""What the README and the tutorial tell a reader to run, runs."""

from __future__ import annotations

import os
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


def _commands() -> list[tuple[str, str]]:
    """Each ``$ kinora …`` of the pages with the output shown below it, often none."""
    session = re.compile(r"^\$ kinora (.*)\n((?:(?!\$ ).*\n)*)", re.M)
    return [found for block in _blocks("console") for found in session.findall(block)]


COMMANDS = _commands()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the clone's top to the snippets, shared as a reader's would be."""
    path = tmp_path_factory.mktemp("reader")
    (path / "examples").symlink_to(ROOT / "examples")
    return path


def _run(command: list[str], folder: Path) -> str:
    wide = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(
        command, cwd=folder, env=wide, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("snippet", _blocks("python"))
def test_python(snippet: str, folder: Path) -> None:
    _run([sys.executable, "-W", "error", "-c", snippet], folder)


@pytest.mark.parametrize(("command", "shown"), COMMANDS)
def test_commands(command: str, shown: str, folder: Path) -> None:
    printed = _run([sys.executable, "-m", "kinora", *shlex.split(command)], folder)
    assert printed
    if shown:
        assert [line.rstrip() for line in printed.splitlines()] == shown.splitlines()


def test_there_is_something_to_run() -> None:
    assert len(COMMANDS) >= 5
    assert len(_blocks("python")) >= 2


def test_the_clip_of_the_first_command_is_made(folder: Path) -> None:
    (line,) = set(re.findall(r"&& \.venv/bin/kinora (.*)", "".join(_blocks("console"))))
    _run([sys.executable, "-m", "kinora", *shlex.split(line)], folder)
    assert (folder / "clip.mp4").stat().st_size > 10_000
