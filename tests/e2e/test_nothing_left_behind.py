"""A render that doesn't finish leaves no file: Ctrl-C, a kill, a full disk."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

LONG = ("animate", "photo.png", "pan left 60 s", "--seconds", "60", "--size", "1280x720")


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts ``kinora …``; ended after the test, whatever became of it."""
    started = []

    def run(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "kinora", *arguments]
        started.append(
            subprocess.Popen(
                command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        )
        return started[-1]

    yield run
    for process in started:
        with process:  # closes its pipes
            process.kill()


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def _bytes_beside(photo: Path) -> int:
    others = [path for path in photo.parent.rglob("*") if path.is_file() and path != photo]
    return sum(path.stat().st_size for path in others)


@pytest.mark.parametrize(
    ("sent", "code", "says"),
    [(signal.SIGINT, 130, "Stopped"), (signal.SIGTERM, 143, "")],
    ids=["ctrl-c", "kill"],
)
def test_a_stopped_render(
    start: Start, photo: Path, sent: signal.Signals, code: int, says: str
) -> None:
    process = start(*LONG, cwd=photo.parent)
    while process.poll() is None and _bytes_beside(photo) == 0:  # until it really writes
        time.sleep(0.02)
    assert process.poll() is None, process.communicate()
    process.send_signal(sent)
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, err
    assert says in err
    assert "Traceback" not in err
    assert out == ""
    assert _files(photo.parent) == {"photo.png"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KB; skipped where it can't be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(start: Start, photo: Path, small_disk: Path) -> None:
    process = start(*LONG, "-o", str(small_disk / "clip.mp4"), cwd=photo.parent)
    _, err = process.communicate()
    assert process.returncode == 5, err
    assert "the disk is full" in err
    assert "Traceback" not in err
    assert _files(small_disk) == set()


def test_a_file_that_may_not_grow(photo: Path) -> None:
    """The same failure where nothing can be mounted: the process's limit on file sizes."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = subprocess.run(
        [sys.executable, "-m", "kinora", *LONG],
        cwd=photo.parent,
        env={**os.environ, "NUMBA_DISABLE_CACHING": "1"},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5, done.stderr
    assert "clip.mp4" in done.stderr
    assert _files(photo.parent) == {"photo.png"}


def test_a_failed_render_keeps_the_clip_that_was_there(start: Start, photo: Path) -> None:
    clip = photo.parent / "clip.mp4"
    clip.write_bytes(b"an older clip")
    process = start(*LONG, cwd=photo.parent)
    while process.poll() is None and _bytes_beside(photo) <= len(b"an older clip"):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert clip.read_bytes() == b"an older clip"
    assert _files(photo.parent) == {"photo.png", "clip.mp4"}
