from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kinora.jobs.supervisor import Ended, percent_of, run_child
from kinora.settings import Settings
from kinora.testing.maker import MAKER
from kinora.types.video import VideoSpec


@pytest.mark.parametrize(
    ("stage", "done", "total", "percent"),
    [
        ("plan", 1, 1, 1),
        ("scene", 0, 4, 1),
        ("scene", 4, 4, 20),
        ("render", 0, 120, 20),
        ("render", 60, 120, 59),
        ("render", 120, 120, 99),
        ("render", 130, 120, 99),
        ("render", 1, 0, 20),
        ("something new", 1, 1, 0),
    ],
)
def test_stages_share_the_way_to_99_percent(
    stage: str, done: int, total: int, percent: int
) -> None:
    assert percent_of(stage, done, total) == percent


class Listener:
    """Keeps what was reported; refuses from ``refuse_at`` percent on."""

    def __init__(self, refuse_at: int = 100) -> None:
        self.heard: list[int] = []
        self._refuse_at = refuse_at

    async def __call__(self, percent: int) -> bool:
        self.heard.append(percent)
        return percent < self._refuse_at


def run(
    folder: Path, prompt: str, listener: Listener, *, timeout: float = 300, after: float = 0
) -> Ended:
    """Run a child; with ``after`` cancel it that many seconds later."""
    spec = VideoSpec(model="sora-2", engine="parallax", prompt=prompt)
    task = folder / "task.json"
    task.write_text(json.dumps({"spec": json.loads(spec.model_dump_json())}))
    settings = Settings(data_dir=folder, cache_dir=folder, job_timeout=timeout)

    async def main() -> Ended:
        running = asyncio.ensure_future(
            run_child(task, folder / "result.json", settings=settings, report=listener, maker=MAKER)
        )
        if after:
            await asyncio.sleep(after)
            running.cancel()
        return await running

    return asyncio.run(main())


def children() -> set[str]:
    """Process ids and commands of this process's children, zombies too."""
    ps = ["ps", "-o", "pid=,stat=,args=", "--ppid", str(os.getpid())]
    listed = subprocess.run(ps, capture_output=True, text=True, check=False).stdout.splitlines()
    return {line.strip() for line in listed if "ps -o" not in line}


@pytest.fixture
def leaves_no_child() -> Iterator[None]:
    """After the test there is no child, running or unwaited, that wasn't there before it."""
    before = {line.split()[0] for line in children()}
    yield
    assert [line for line in children() if line.split()[0] not in before] == []


def test_progress_only_rises_and_ends_before_100(tmp_path: Path) -> None:
    listener = Listener()
    ended = run(tmp_path, "steps=20 pause=0.15", listener)
    assert (ended.how, ended.returncode, ended.error) == ("exited", 0, None)
    assert listener.heard == sorted(set(listener.heard))
    assert listener.heard
    assert listener.heard[-1] <= 99
    assert (tmp_path / "result.json").is_file()


@pytest.mark.usefixtures("leaves_no_child")
def test_one_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    ended = run(tmp_path, "steps=1000 pause=0.1", Listener(), timeout=1.5)
    assert (ended.how, ended.returncode) == ("timeout", -9)


@pytest.mark.usefixtures("leaves_no_child")
def test_one_that_nobody_wants_any_more_is_killed(tmp_path: Path) -> None:
    ended = run(tmp_path, "steps=1000 pause=0.01", Listener(refuse_at=1))
    assert (ended.how, ended.returncode) == ("withdrawn", -9)


@pytest.mark.usefixtures("leaves_no_child")
@pytest.mark.parametrize("after", [0.001, 2.0])
def test_a_cancelled_step_leaves_no_child(tmp_path: Path, after: float) -> None:
    with pytest.raises(asyncio.CancelledError):
        run(tmp_path, "steps=1000 pause=0.1", Listener(), after=after)


def test_what_it_said_of_its_failure_is_kept(tmp_path: Path) -> None:
    ended = run(tmp_path, "fail=fault", Listener())
    assert ended.error is not None
    assert ended.error["branch"] == "fault"
    assert "ZeroDivisionError" in ended.stderr


def test_a_crash_says_nothing(tmp_path: Path) -> None:
    ended = run(tmp_path, "die", Listener())
    assert (ended.how, ended.returncode, ended.error) == ("exited", -9, None)


@pytest.mark.usefixtures("leaves_no_child")
def test_a_report_that_fails_fails_the_step_and_kills_the_child(tmp_path: Path) -> None:
    class Broken(Listener):
        async def __call__(self, percent: int) -> bool:
            raise LookupError("no row")

    with pytest.raises(LookupError):
        run(tmp_path, "steps=1000 pause=0.01", Broken())
