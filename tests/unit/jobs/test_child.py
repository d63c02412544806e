"""The render child by itself: what it says, and that it never outlives its worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.jobs import until

from kinora.jobs.child import FAULT, TERMINATED
from kinora.testing.maker import MAKER
from kinora.types.video import VideoSpec


def task(folder: Path, prompt: str) -> Path:
    spec = VideoSpec(model="sora-2", engine="parallax", prompt=prompt)
    path = folder / "task.json"
    path.write_text(json.dumps({"spec": json.loads(spec.model_dump_json()), "sources": []}))
    return path


def command(folder: Path, prompt: str, *, maker: str | None = MAKER) -> list[str]:
    given = [str(task(folder, prompt)), str(folder / "result.json")]
    swap = [] if maker is None else ["--maker", maker]
    return [sys.executable, "-P", "-m", "kinora.jobs.child", *given, *swap]


def start(folder: Path, prompt: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(folder, prompt),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def close(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        assert pipe is not None
        pipe.close()


def finish(folder: Path, prompt: str) -> tuple[int, list[dict[str, object]], str]:
    process = start(folder, prompt)
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = process.stdout.read(), process.stderr.read()
    process.wait()
    close(process)
    return process.returncode, [json.loads(line) for line in out.splitlines()], err


def is_gone(pid: int) -> bool:
    try:
        return "Z" in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1][:3]
    except OSError:
        return True


def test_it_says_how_far_it_is_and_writes_what_it_made(tmp_path: Path) -> None:
    code, said, err = finish(tmp_path, "steps=3 bytes=77")
    assert (code, err) == (0, "")
    assert said[0] == {"progress": ["plan", 1, 1]}
    assert said[-1] == {"progress": ["render", 3, 3]}
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["files"]["video"]["bytes"] == 77
    assert (result["size"], result["seconds"]) == ("64x64", "4")
    assert not (tmp_path / "result.part").exists()


@pytest.mark.parametrize(
    ("prompt", "code", "branch"),
    [("fail=image", 2, "input"), ("fail=policy", 4, "policy"), ("fail=engine", 6, "engine")],
)
def test_its_own_failures_have_a_branch(
    tmp_path: Path, prompt: str, code: int, branch: str
) -> None:
    found, said, _ = finish(tmp_path, prompt)
    error = said[-1]["error"]
    assert isinstance(error, dict)
    assert (found, error["branch"]) == (code, branch)
    assert not (tmp_path / "result.json").exists()


def test_a_refused_picture_leaves_no_traceback_which_might_quote_the_prompt(
    tmp_path: Path,
) -> None:
    assert finish(tmp_path, "fail=image secret-words")[2] == ""


def test_a_fault_is_told_with_a_traceback_for_the_log(tmp_path: Path) -> None:
    code, said, err = finish(tmp_path, "fail=fault")
    assert code == FAULT
    assert said[-1]["error"]["branch"] == "fault"  # type: ignore[index]
    assert "ZeroDivisionError" in err


def test_the_end_of_its_input_ends_it(tmp_path: Path) -> None:
    process = start(tmp_path, "steps=1000 pause=0.1")
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline()
    process.stdin.close()
    assert process.wait(timeout=90) == -signal.SIGKILL
    close(process)


def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    process = start(tmp_path, "steps=1000 pause=0.1")
    assert process.stdout is not None
    assert process.stdout.readline()
    process.terminate()
    assert process.wait(timeout=90) == TERMINATED
    close(process)


@pytest.mark.parametrize("keep_pipe", [False, True], ids=["by its input", "by the kernel"])
def test_the_kill_of_its_parent_ends_it(tmp_path: Path, keep_pipe: bool) -> None:
    if keep_pipe and sys.platform != "linux":
        pytest.skip("only Linux tells a child of its parent's death")
    script = (
        "import os, subprocess, sys, time\n"
        f"p = subprocess.Popen({command(tmp_path, 'steps=1000 pause=0.1')!r},"
        " stdin=int(sys.argv[1]) if sys.argv[1] != '-' else subprocess.PIPE,"
        " stdout=subprocess.PIPE, start_new_session=True)\n"
        "p.stdout.readline()\n"
        "print(p.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    read, write = os.pipe()
    handle = str(read) if keep_pipe else "-"
    parent = subprocess.Popen(
        [sys.executable, "-c", script, handle], stdout=subprocess.PIPE, pass_fds=[read]
    )
    try:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        until(lambda: is_gone(pid))
    finally:
        os.close(read)
        os.close(write)  # held open until now: with it, only the kernel can have ended the child
        assert parent.stdout is not None
        parent.stdout.close()
