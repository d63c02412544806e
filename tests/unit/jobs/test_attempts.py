from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from tests.support.jobs import Bench

from kinora.errors import InputError
from kinora.jobs.attempts import Begun, Poisoned, begin, give_back, note_progress
from kinora.jobs.current import Worker, current
from kinora.jobs.planned import write_planned
from kinora.prompt import read_prompt
from kinora.records import videos
from kinora.records.tables import events
from kinora.types.report import Report
from kinora.types.video import VideoSpec


def worker(bench: Bench) -> Worker:
    """What these functions use of a worker."""
    service = bench.service
    return SimpleNamespace(  # type: ignore[return-value]
        settings=service.settings, database=service.database, queue=service.queue
    )


def change(bench: Bench, name: str, **values: object) -> None:
    with bench.service.database.begin() as connection:
        assert videos.update(connection, name, unless=(), **values)


def test_each_start_is_counted(bench: Bench) -> None:
    name = bench.submit("")
    for count in (1, 2):
        begun = begin(worker(bench), name)
        assert isinstance(begun, Begun)
        assert begun.video.attempts == count - 1  # as it was
        assert bench.video(name).attempts == count
    assert bench.video(name).status == "in_progress"
    assert bench.video(name).started_at is not None


def test_beyond_the_limit_the_job_is_poisonous(bench: Bench) -> None:
    bench.set(max_attempts=2)
    name = bench.submit("")
    begin(worker(bench), name)
    begin(worker(bench), name)
    assert begin(worker(bench), name) == Poisoned(2)


def test_a_start_that_our_own_end_cuts_short_isnt_counted(bench: Bench) -> None:
    name = bench.submit("")
    begin(worker(bench), name)
    give_back(worker(bench), name)
    assert bench.video(name).attempts == 0


@pytest.mark.parametrize("status", ["cancelled", "completed", "failed"])
def test_what_has_ended_isnt_begun_again(bench: Bench, tmp_path: Path, status: str) -> None:
    name = bench.submit("")
    change(bench, name, status=status)
    assert begin(worker(bench), name) is None
    assert bench.video(name).attempts == 0
    assert note_progress(worker(bench), bench.video(name), 50, folder=tmp_path) is False


def test_what_is_gone_isnt_begun(bench: Bench) -> None:
    assert begin(worker(bench), "video_0") is None


def test_progress_never_goes_back(bench: Bench, tmp_path: Path) -> None:
    name = bench.submit("")
    begin(worker(bench), name)
    for percent, shown in [(30, 30), (10, 30), (31, 31)]:
        assert note_progress(worker(bench), bench.video(name), percent, folder=tmp_path)
        assert bench.video(name).progress == shown


def test_what_is_planned_is_shown_while_the_job_runs(bench: Bench, tmp_path: Path) -> None:
    name = bench.submit("")
    begin(worker(bench), name)
    assert note_progress(worker(bench), bench.video(name), 1, folder=tmp_path)
    assert bench.video(name).report_json is None
    reading = read_prompt("pan left")
    write_planned(tmp_path, reading.plan, reading.report)
    assert note_progress(worker(bench), bench.video(name), 1, folder=tmp_path)
    video = bench.video(name)
    assert (video.status, video.progress, video.plan) == ("in_progress", 1, reading.plan)
    assert video.report_json == reading.report.model_dump_json()


def test_what_has_no_plan_has_a_report(bench: Bench, tmp_path: Path) -> None:
    name = bench.submit("")
    begin(worker(bench), name)
    write_planned(tmp_path, None, Report(lang="fr"))
    assert note_progress(worker(bench), bench.video(name), 1, folder=tmp_path)
    video = bench.video(name)
    assert (video.plan_json, video.report_json) == (None, Report(lang="fr").model_dump_json())


def test_no_progress_is_told_unless_the_settings_say_so(bench: Bench, tmp_path: Path) -> None:
    name = bench.submit("")
    note_progress(worker(bench), bench.video(name), 60, folder=tmp_path)
    with bench.service.database.read() as connection:
        assert connection.execute(sa.select(events.c.id)).all() == []


@pytest.mark.parametrize("status", ["deleted", "cancelled"])
def test_a_source_that_was_deleted_is_an_error_of_the_request(bench: Bench, status: str) -> None:
    source = bench.submit("")
    name = bench.submit("")
    spec = VideoSpec(model="m", engine="e", kind="remix", source_ids=(source,))
    change(bench, name, spec_json=spec.model_dump_json())
    if status == "cancelled":
        change(bench, source, status="cancelled")
    else:
        with bench.service.database.begin() as connection:
            videos.delete(connection, source)
    with pytest.raises(InputError, match="was deleted"):
        begin(worker(bench), name)


def test_outside_of_a_worker_nothing_is_current() -> None:
    with pytest.raises(RuntimeError, match="No worker runs"):
        current()
