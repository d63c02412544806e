"""A database and a data folder of an earlier version, with jobs in them, under this one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from tests.support.jobs import Bench, until

from kinora.jobs import queue, runtime, takeover, webhooks, workflows
from kinora.jobs.active import ActiveJobs
from kinora.jobs.heartbeat import Timing
from kinora.jobs.outbox import announce
from kinora.jobs.queue import EARLIER, RENDER, VERSION
from kinora.jobs.reaper import Reaper
from kinora.records import migrate as migrations
from kinora.records import workers
from kinora.records.database import Database, open_database
from kinora.records.ids import new_id
from kinora.records.tables import events
from kinora.service import context
from kinora.service import videos as use_cases
from kinora.service.context import open_service
from kinora.settings import Settings
from kinora.testing.postgres import PostgresServer
from kinora.types.account import Caller
from kinora.types.video import blob_key

ANYBODY = Caller(project_id="default", key=None)
OLD = EARLIER[-1]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    if request.param == "sqlite":
        return settings
    server: PostgresServer = request.getfixturevalue("postgres")
    return settings.model_copy(update={"database_url": server.create(new_id("test_"))})


def script() -> Config:
    config = Config()
    folder = Path(migrations.__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder))
    return config


def revisions() -> list[str]:
    """All of them, the newest first."""
    return [step.revision for step in ScriptDirectory.from_config(script()).walk_revisions()]


def migrate_to_the_one_before(database: Database) -> None:
    config = script()
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revisions()[1])


def revision_of(settings: Settings) -> str:
    database = open_database(settings.database)
    with database.read() as connection:
        found = connection.execute(sa.text("SELECT version_num FROM kinora_schema")).scalar_one()
    database.close()
    return str(found)


@contextmanager
def earlier(place: Settings, patch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A service of the version before this one: its tables and its workflow schema."""
    patch.setattr(context, "migrate", migrate_to_the_one_before)
    patch.setattr(workflows, "_mark", lambda *_: None)  # a table that it didn't have
    patch.setattr(queue, "EARLIER", ("none",))
    for module in (queue, runtime, webhooks):
        patch.setattr(module, "VERSION", OLD)
    with open_service(place) as service:
        yield Bench(service)
    patch.undo()


def subscribe(bench: Bench) -> None:
    with bench.service.database.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO webhook_endpoints (id, project_id, name, url, event_types, secret,"
                " created_at) VALUES ('whe_1', 'default', 'test', 'http://127.0.0.1:9/',"
                " :types, :secret, 1.0)"
            ),
            {"types": json.dumps(["video.completed"]), "secret": "whsec_" + "A" * 32},
        )


def version_of(bench: Bench, job_id: str) -> str:
    schema = "" if bench.service.database.is_sqlite else "dbos."
    query = f"SELECT application_version FROM {schema}workflow_status WHERE workflow_uuid = :id"
    with bench.service.database.read() as connection:
        return str(connection.execute(sa.text(query), {"id": job_id}).scalar_one())


def told(bench: Bench, name: str) -> int:
    with bench.service.database.read() as connection:
        query = sa.select(sa.func.count()).where(events.c.object_id == name)
        return int(connection.execute(query).scalar_one())


def test_jobs_of_an_earlier_version_go_on_after_an_upgrade(
    place: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    with earlier(place, monkeypatch) as bench:
        subscribe(bench)
        with bench.working():
            done = bench.submit("bytes=2000")
            assert bench.ended(done).status == "completed"
            running = bench.submit(f"wait={go}")
            until(lambda: bench.video(running).progress > 0)
            waiting = [bench.submit(f"number={n}") for n in range(3)]
            deleted = bench.submit("deleted")
            use_cases.delete(bench.service, ANYBODY, deleted)
        assert {bench.job(name) for name in waiting} == {(RENDER, "ENQUEUED")}
        assert bench.job(running) == (RENDER, "PENDING")
        assert {version_of(bench, name) for name in (*waiting, running)} == {OLD}
    assert revision_of(place) == revisions()[1]
    go.touch()
    with open_service(place) as service:
        assert revision_of(place) == revisions()[0]
        bench = Bench(service)
        with bench.working():
            for name in (*waiting, running):
                video = bench.ended(name)
                assert (video.status, video.attempts) == ("completed", 1)
                assert version_of(bench, name) == VERSION
            new = bench.submit("new")
            assert bench.ended(new).status == "completed"
        for name in (done, *waiting, running, new):
            assert told(bench, name) == 1
            assert service.blobs.info(blob_key(name, "video")) is not None
        assert bench.video(deleted).status == "cancelled"
        assert service.blobs.info(blob_key(deleted, "video")) is None


def test_a_takeover_that_was_cut_short_is_finished(
    place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with earlier(place, monkeypatch) as bench:
        subscribe(bench)
        name, deleted = bench.submit("a"), bench.submit("b")
        use_cases.delete(bench.service, ANYBODY, deleted)
        with bench.service.database.begin() as connection:
            event = announce(
                connection,
                bench.service.queue,
                project_id="default",
                kind="video.completed",
                object_id="video_0",
                at=time.time(),
            )
        for job in (name, event):
            bench.service.queue.cancel(job)  # as far as the takeover came
    with open_service(place) as service:
        bench = Bench(service)
        taken = takeover.take_over(service.database, service.queue, working=())
        assert sorted(taken) == sorted([name, event])
        states = {job: (bench.job(job) or ("", ""))[1] for job in (name, event, deleted)}
        assert states == {name: "ENQUEUED", event: "ENQUEUED", deleted: "CANCELLED"}
        with bench.working():
            assert bench.ended(name).status == "completed"
        assert bench.video(deleted).status == "cancelled"


def test_what_an_old_worker_runs_is_left_to_it(
    place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        earlier(place, monkeypatch) as bench,
        bench.working(embedded=False, timing=Timing()) as worker,
    ):
        running = bench.submit("steps=1000 pause=0.1")
        until(lambda: bench.video(running).progress > 0)
        monkeypatch.undo()  # what follows is this version, beside the old worker
        database, jobs = bench.service.database, bench.service.queue
        assert takeover.take_over(database, jobs, working=[worker.id]) == []
        assert bench.job(running) == (RENDER, "PENDING")
        use_cases.delete(bench.service, ANYBODY, running)


def test_beside_others_a_worker_that_cant_judge_yet_doesnt_lead(
    place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with earlier(place, monkeypatch) as bench:
        name = bench.submit("")
    with open_service(place) as service:
        with service.database.begin() as connection:
            for worker in ("w-me", "w-other"):
                workers.beat(connection, worker, queues=[])
        reaper = Reaper(
            worker_id="w-me",
            database=service.database,
            queue=service.queue,
            heartbeat=SimpleNamespace(steady=lambda: False),  # type: ignore[arg-type]
            jobs=ActiveJobs(),
            timing=Timing(),
        )
        assert reaper.take_over() == []
        with service.database.begin() as connection:
            workers.retire(connection, "w-other")
        assert reaper.take_over() == [name]


def test_later_versions_are_left_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "VERSION", "wf1000")
    name = bench.submit("")
    monkeypatch.undo()
    assert takeover.take_over(bench.service.database, bench.service.queue, working=()) == []
    assert (bench.job(name), version_of(bench, name)) == ((RENDER, "ENQUEUED"), "wf1000")
