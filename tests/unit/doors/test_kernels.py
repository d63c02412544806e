from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from kinora import kernels


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands of the processes that would have been started."""
    commands: list[list[str]] = []

    def popen(command: list[str], **_: object) -> object:
        commands.append(command)
        return SimpleNamespace(terminate=lambda: None)

    monkeypatch.setattr(kernels, "_child", None)
    monkeypatch.setattr(subprocess, "Popen", popen)
    return commands


def test_an_empty_cache_is_filled_by_one_second_process(
    started: list[list[str]], tmp_path: Path
) -> None:
    kernels.compile_beside(tmp_path)
    kernels.compile_beside(tmp_path)
    assert started == [[sys.executable, "-m", "kinora.engines.parallax.warmup"]]


@pytest.mark.parametrize(("age", "processes"), [(10, 0), (-10, 1)])
def test_kernels_newer_than_their_source_are_taken(
    started: list[list[str]], tmp_path: Path, age: int, processes: int
) -> None:
    index = tmp_path / "parallax_0" / "_kernels.compose-1.py311.nbi"
    index.parent.mkdir()
    index.touch()
    source = Path(kernels.__file__).parent / "engines" / "parallax" / "_kernels.py"
    written = source.stat().st_mtime + age
    os.utime(index, (written, written))
    kernels.compile_beside(tmp_path)
    assert len(started) == processes


def test_without_a_python_to_start_kernels_are_left_for_later(
    started: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/bin/uwsgi")
    kernels.compile_beside(tmp_path)
    assert not started


def test_where_no_process_can_be_had_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def popen(*_: object, **__: object) -> object:
        raise PermissionError("no more processes")

    monkeypatch.setattr(kernels, "_child", None)
    monkeypatch.setattr(subprocess, "Popen", popen)
    kernels.compile_beside(tmp_path)
    kernels.wait_for_compiled()
