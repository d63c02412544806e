from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa
from tests.support.postgres import postgres  # noqa: F401 — a fixture

from kinora.errors import LimitError
from kinora.records import videos
from kinora.records.ids import new_id
from kinora.service import gate as module
from kinora.service import keys
from kinora.service.admission import NewVideo, admit_within
from kinora.service.context import Service, open_service
from kinora.service.gate import Gate, Turn
from kinora.settings import Settings
from kinora.testing.postgres import PostgresServer
from kinora.types.account import Caller
from kinora.types.video import Video, VideoSpec

NEW = NewVideo(spec=VideoSpec(model="sora-2", engine="parallax"), size="720x1280", seconds="4")


@pytest.fixture(params=["sqlite", "postgres"])
def service(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Service]:
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create(new_id("test_"))
        settings = settings.model_copy(update={"database_url": url})
    with open_service(settings) as opened:
        yield opened


def admission(service: Service) -> module.Admission:
    caller = Caller(project_id="p", key=None)
    return partial(admit_within, service=service, caller=caller, new=NEW, attempt=None)


def refuse(turn: Turn) -> Video:
    turn.connection.execute(sa.text("DELETE FROM videos"))
    raise LimitError("No.", code="queue_full", retry_after=1.0)


def break_down(turn: Turn) -> Video:
    raise RuntimeError("the disk is gone")


def stored(service: Service) -> set[str]:
    with service.database.read() as connection:
        page = videos.page(connection, project_id="p", after=None, limit=1000, order="asc")
    return {video.id for video in page}


def test_one_opening_settles_all_who_wait(service: Service) -> None:
    gate = Gate()
    waiting = [gate.enter(admission(service)) for _ in range(3)]
    gate.open(service.database)
    assert {f.result(timeout=0).id for f in waiting} == stored(service)
    gate.open(service.database)
    assert len(stored(service)) == 3


def test_a_refusal_is_that_of_one_alone(service: Service) -> None:
    gate = Gate()
    first, refused, last = (gate.enter(a) for a in (admission(service), refuse, admission(service)))
    gate.open(service.database)
    with pytest.raises(LimitError):
        refused.result(timeout=0)
    assert stored(service) == {first.result(timeout=0).id, last.result(timeout=0).id}


def test_a_fault_is_everybodys(service: Service) -> None:
    gate = Gate()
    waiting = [gate.enter(a) for a in (admission(service), break_down, admission(service))]
    gate.open(service.database)
    for future in waiting:
        with pytest.raises(RuntimeError, match="disk"):
            future.result(timeout=0)
    assert stored(service) == set()


def test_a_long_line_takes_more_openings(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    gate = Gate()
    waiting = [gate.enter(admission(service)) for _ in range(5)]
    for done in (2, 4, 5):
        gate.open(service.database)
        assert [f.done() for f in waiting] == [n < done for n in range(5)]


def test_one_opens_for_all_until_nobody_waits(service: Service) -> None:
    gate = Gate()
    gate.enter(admission(service))
    assert gate.claim()
    gate.enter(admission(service))
    assert not gate.claim()
    gate.open(service.database)
    late = gate.enter(admission(service))
    assert not gate.is_done()  # so it is opened again
    gate.open(service.database)
    assert late.done()
    assert gate.is_done()
    gate.enter(admission(service))
    assert gate.claim()


def test_a_turn_counts_its_own_videos(service: Service) -> None:
    with service.database.begin() as connection:
        turn = Turn(connection)
        turn.lock()
        assert (turn.queued(), turn.newest()) == (0, 0)
        made = [admission(service)(turn) for _ in range(3)]
        assert (turn.queued(), turn.newest()) == (3, made[-1].seq)
        assert (videos.count_queued(connection), videos.newest_seq(connection)) == (3, made[-1].seq)


def test_the_queue_is_never_fuller_than_allowed(service: Service) -> None:
    gate = Gate()
    few = replace(service, settings=service.settings.model_copy(update={"max_queued": 2}))
    waiting = [gate.enter(admission(few)) for _ in range(4)]
    gate.open(service.database)
    assert [f.exception(timeout=0) is None for f in waiting] == [True, True, False, False]
    assert len(stored(service)) == 2


def test_many_threads_lose_and_double_nothing(service: Service) -> None:
    gate = Gate()

    def one(_: int) -> str:
        future = gate.enter(admission(service))
        gate.open(service.database)
        return future.result(timeout=60).id

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(one, range(60)))
    assert len(set(ids)) == 60
    assert set(ids) == stored(service)


def test_limits_hold_when_many_ask_at_once(service: Service) -> None:
    key, _ = keys.create(service.database, "test", limits={"max_active": 5})
    caller = Caller(project_id="p", key=key)
    ask = partial(admit_within, service=service, caller=caller, new=NEW, attempt=None)
    gates = [Gate() for _ in range(4)]  # as of four processes

    def one(number: int) -> bool:
        gate = gates[number % 4]
        future = gate.enter(ask)
        gate.open(service.database)
        return future.exception(timeout=60) is None

    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(one, range(40)))
    assert sum(accepted) == 5
    assert len(stored(service)) == 5
