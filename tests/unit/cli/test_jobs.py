from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.jobs import Bench
from typer.testing import CliRunner, Result

from kinora.cli.main import app
from kinora.service import keys
from kinora.service.context import open_service
from kinora.settings import Settings
from kinora.types.video import blob_key


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with open_service(Settings(data_dir=tmp_path, cache_dir=tmp_path / "cache")) as service:
        yield Bench(service)


def run(bench: Bench, *arguments: str) -> Result:
    folder = str(bench.service.settings.data_dir)
    return CliRunner().invoke(app, [*arguments, "--data-dir", folder], env={"COLUMNS": "200"})


def test_jobs_of_all_projects_are_listed_newest_first_without_prompts(bench: Bench) -> None:
    first = bench.submit("secret words")
    second = bench.submit("", project_id="other", status="failed", error_code="timeout")
    listed = json.loads(run(bench, "jobs", "list", "--json").stdout)
    assert [job["id"] for job in listed] == [second, first]
    assert listed[0]["error"] == {"code": "timeout", "message": None}
    table = run(bench, "jobs", "list").stdout
    assert first in table
    assert "timeout" in table
    assert "secret" not in table + json.dumps(listed)


def test_a_list_can_be_of_one_status_or_several(bench: Bench) -> None:
    first = bench.submit("")
    failed = bench.submit("", status="failed")
    listed = json.loads(run(bench, "jobs", "list", "--status", "failed", "--json").stdout)
    assert [job["id"] for job in listed] == [failed]
    waiting = bench.submit("")
    bench.submit("", status="completed")
    listed = json.loads(run(bench, "jobs", "list", "--status", "queued,failed", "--json").stdout)
    assert {job["id"] for job in listed} == {first, failed, waiting}
    wrong = run(bench, "jobs", "list", "--status", "queued,cancelled")
    assert wrong.exit_code == 2
    assert "choose of queued" in wrong.stderr


def test_keys_are_listed_with_whole_ids_however_narrow_the_terminal(bench: Bench) -> None:
    key, _ = keys.create(bench.service.database, "a name")
    folder = str(bench.service.settings.data_dir)
    arguments = ["keys", "list", "--data-dir", folder]
    assert key.id in CliRunner().invoke(app, arguments, env={"COLUMNS": "60"}).stdout


def test_one_job_is_shown_with_what_was_asked_for(bench: Bench) -> None:
    name = bench.submit("slow dolly in")
    shown = json.loads(run(bench, "jobs", "show", name, "--json").stdout)
    assert (shown["status"], shown["spec"]["prompt"]) == ("queued", "slow dolly in")
    assert "slow dolly in" in run(bench, "jobs", "show", name).stdout


def test_a_job_that_isnt_there_is_an_error(bench: Bench) -> None:
    for command in ("show", "cancel"):
        answer = run(bench, "jobs", command, "video_0")
        assert answer.exit_code == 2
        assert "video_0" in answer.stderr


def test_a_waiting_job_is_cancelled_once(bench: Bench) -> None:
    name = bench.submit("", project_id="other")
    assert json.loads(run(bench, "jobs", "cancel", name, "--json").stdout)["cancelled"] is True
    assert bench.video(name).status == "cancelled"
    assert bench.job(name) == ("make_video", "CANCELLED")
    assert run(bench, "jobs", "cancel", name).exit_code == 2


def test_an_ended_job_cant_be_cancelled(bench: Bench) -> None:
    name = bench.submit("", status="completed")
    answer = run(bench, "jobs", "cancel", name)
    assert answer.exit_code == 2
    assert "has ended" in answer.stderr
    assert bench.video(name).status == "completed"


def test_gc_removes_what_its_dry_run_counts(bench: Bench) -> None:
    name = bench.submit("", status="completed", expires_at=time.time() - 1)
    key = blob_key(name, "video")
    bench.service.blobs.put_bytes(key, b"video")
    dry = json.loads(run(bench, "gc", "--dry-run", "--json").stdout)
    assert dry["expired_videos"] == 1
    assert bench.service.blobs.info(key) is not None
    wet = json.loads(run(bench, "gc", "--json").stdout)
    assert wet == {**dry, "dry_run": False}
    assert bench.service.blobs.info(key) is None
    assert "expired" in run(bench, "gc").stdout


def test_a_worker_says_what_it_serves_and_ends_by_sigterm(bench: Bench) -> None:
    command = ["worker", "--queues", "cpu,control", "--data-dir"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "kinora", *command, str(bench.service.settings.data_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert worker.stdout is not None
    with worker.stdout:
        assert "serves cpu, control" in worker.stdout.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=60) == 0


def test_a_worker_refuses_queues_that_arent_there(bench: Bench) -> None:
    answer = run(bench, "worker", "--queues", "gpu")
    assert answer.exit_code == 2
    assert "no queue gpu" in answer.stderr
