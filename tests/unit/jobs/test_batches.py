from __future__ import annotations

import base64
import hashlib
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.support.jobs import Bench, until

from kinora.api.batch_door import ServiceDoor
from kinora.jobs import batch_door, batches
from kinora.jobs.batch_lines import check_lines
from kinora.jobs.batches import Turn, check_batch
from kinora.records import batches as rows
from kinora.records.batches import TERMINAL, BatchRow
from kinora.records.tables import batches as table
from kinora.records.tables import events, videos
from kinora.service import batches as use_cases
from kinora.service.admission import BATCH_PRIORITY
from kinora.service.files import Incoming, create_file, delete_file, open_file
from kinora.types.account import Caller

CALLER = Caller(project_id="default", key=None)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Looks at batches every tenth of a second."""
    monkeypatch.setattr(batches, "SHORTEST_WAIT", 0.1)
    monkeypatch.setattr(batches, "LONGEST_WAIT", 0.1)
    yield
    batch_door.install(None)


def picture() -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 30, 40)).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def line(custom_id: str, prompt: str = "pan left", **body: Any) -> dict[str, Any]:
    plain = {"model": "sora-2", "prompt": prompt, "size": "128x128", "seconds": "4"}
    reference = {"input_reference": {"image_url": picture()}}
    return {
        "custom_id": custom_id,
        "method": "POST",
        "url": "/v1/videos",
        "body": {**plain, **reference, **body},
    }


def submit(bench: Bench, tmp_path: Path, *lines: Any, **changes: Any) -> BatchRow:
    """Upload the lines (objects, or text as it is) and start the batch."""
    batch_door.install(ServiceDoor(bench.service))
    text = "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines)
    path = tmp_path / "input.jsonl"
    path.write_text(text)
    incoming = Incoming(
        path=path,
        filename="input.jsonl",
        bytes=path.stat().st_size,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    file = create_file(bench.service, CALLER, incoming, purpose="batch")
    new = {"input_file_id": file.id, "endpoint": "/v1/videos", "completion_window": "24h"}
    return use_cases.create_batch(bench.service, CALLER, use_cases.NewBatch(**{**new, **changes}))


def look(bench: Bench, batch: BatchRow) -> BatchRow:
    return use_cases.get_batch(bench.service, CALLER, batch.id)


def ended(bench: Bench, batch: BatchRow) -> BatchRow:
    until(lambda: look(bench, batch).status in TERMINAL)
    return look(bench, batch)


def records(bench: Bench, file_id: str | None) -> dict[str, Any]:
    """Records of an output or error file by custom id."""
    if file_id is None:
        return {}
    text = open_file(bench.service, CALLER, file_id).read().decode()
    found = [json.loads(row) for row in text.splitlines()]
    assert all(set(r) == {"id", "custom_id", "response", "error"} for r in found)
    assert len({record["id"] for record in found}) == len(found)
    return {record["custom_id"]: record for record in found}


def kinds(bench: Bench) -> list[str]:
    with bench.service.database.read() as connection:
        rows = connection.execute(events.select().where(events.c.type.like("batch.%")))
        return [row.type for row in rows]


def videos_of(bench: Bench, batch: BatchRow) -> list[Any]:
    with bench.service.database.read() as connection:
        return list(connection.execute(videos.select().where(videos.c.batch_id == batch.id)))


def test_each_line_ends_in_one_of_the_files(each_bench: Bench, tmp_path: Path) -> None:
    bench = each_bench
    lines = [line("a"), line("b", "tilt up"), line("fails", "fail=engine")]
    lines += [line("long", seconds="500"), line("odd", width=3), line("last", "zoom in")]
    batch = submit(bench, tmp_path, *lines, "", metadata={"job": "night"})
    assert batch.status == "validating"
    with bench.working():
        done = ended(bench, batch)
        until(lambda: not list(bench.service.blobs.keys("batches")))  # no working files stay
    assert (done.status, done.total, done.completed, done.failed) == ("completed", 6, 3, 3)
    assert done.model == "sora-2"
    assert done.in_progress_at is not None
    assert done.finalizing_at is not None
    assert done.completed_at is not None
    output = records(bench, done.output_file_id)
    assert sorted(output) == ["a", "b", "fails", "last"]
    for name, record in output.items():
        body = record["response"]["body"]
        assert (record["error"], record["response"]["status_code"]) == (None, 200)
        assert body["object"] == "video"
        assert body["status"] == ("failed" if name == "fails" else "completed")
        if name != "fails":  # kept for a day after the batch, not after the video
            assert body["expires_at"] >= int(done.finalizing_at) + 86_400
    errors = records(bench, done.error_file_id)
    assert sorted(errors) == ["long", "odd"]
    refusal = errors["odd"]["response"]
    assert refusal["status_code"] == 400
    assert refusal["body"]["error"]["message"] == "Unknown parameter: 'width'."
    assert kinds(bench) == ["batch.completed"]
    assert {row.priority for row in videos_of(bench, batch)} == {BATCH_PRIORITY}


def test_a_bad_file_fails_with_its_lines(bench: Bench, tmp_path: Path) -> None:
    batch = submit(
        bench, tmp_path, line("a"), "{not json", line("a"), line("b", model="sora-2-pro")
    )
    with bench.working():
        done = ended(bench, batch)
    assert (done.status, done.output_file_id, videos_of(bench, batch)) == ("failed", None, [])
    faults = json.loads(done.errors_json or "[]")
    assert [(fault["line"], fault["code"]) for fault in faults] == [
        (2, "invalid_json_line"),
        (3, "duplicate_custom_id"),
        (4, "mismatched_model"),
    ]
    assert kinds(bench) == ["batch.failed"]


def test_a_deleted_file_fails(bench: Bench, tmp_path: Path) -> None:
    batch = submit(bench, tmp_path, line("a"))
    delete_file(bench.service, CALLER, batch.input_file_id)
    with bench.working():
        done = ended(bench, batch)
    assert done.status == "failed"
    assert json.loads(done.errors_json or "[]")[0]["code"] == "file_not_found"


def test_a_cancel_stops_what_runs_and_keeps_what_is_done(each_bench: Bench, tmp_path: Path) -> None:
    bench = each_bench
    slow = "steps=3000 pause=0.1"
    batch = submit(bench, tmp_path, line("quick"), line("slow", slow), line("later", slow))
    with bench.working():
        until(lambda: look(bench, batch).completed == 1)
        until(lambda: any(row.status == "in_progress" for row in videos_of(bench, batch)))
        stopping = use_cases.cancel_batch(bench.service, CALLER, batch.id)
        assert stopping.status == "cancelling"
        assert use_cases.cancel_batch(bench.service, CALLER, batch.id).status != "in_progress"
        done = ended(bench, batch)
    assert (done.status, done.completed, done.failed) == ("cancelled", 1, 2)
    assert list(records(bench, done.output_file_id)) == ["quick"]
    errors = records(bench, done.error_file_id)
    assert [errors[name]["error"]["code"] for name in ("slow", "later")] == ["batch_cancelled"] * 2
    assert {row.status for row in videos_of(bench, batch)} == {"completed", "cancelled"}
    assert kinds(bench) == ["batch.cancelled"]


def test_the_window_closes(bench: Bench, tmp_path: Path) -> None:
    batch = submit(bench, tmp_path, line("quick"), line("slow", "steps=3000 pause=0.1"))
    with bench.working():
        until(lambda: look(bench, batch).completed == 1)
        with bench.service.database.begin() as connection:
            connection.execute(table.update().values(expires_at=batch.created_at))
        done = ended(bench, batch)
    assert (done.status, done.completed, done.failed) == ("expired", 1, 1)
    assert records(bench, done.error_file_id)["slow"]["error"] == {
        "code": "batch_expired",
        "message": "This request could not be executed before the completion window expired.",
    }


def test_a_batch_never_fills_the_queue(bench: Bench, tmp_path: Path) -> None:
    bench.set(max_queued=4)
    batch = submit(bench, tmp_path, *(line(f"r{number}") for number in range(5)))
    most = 0
    with bench.working():
        while look(bench, batch).status not in TERMINAL:
            active = [r for r in videos_of(bench, batch) if r.status in ("queued", "in_progress")]
            most = max(most, len(active))
            time.sleep(0.02)
    done = look(bench, batch)
    assert (done.status, done.completed) == ("completed", 5)
    assert most <= 2


def test_a_worker_that_stops_half_way_leaves_no_doubles(each_bench: Bench, tmp_path: Path) -> None:
    bench = each_bench
    bench.set(max_queued=4)
    batch = submit(bench, tmp_path, *(line(f"r{number}") for number in range(6)))
    with bench.working():
        until(lambda: look(bench, batch).completed >= 2)
    with bench.working():
        done = ended(bench, batch)
    assert (done.status, done.completed, done.failed) == ("completed", 6, 0)
    assert sorted(row.custom_id for row in videos_of(bench, batch)) == [f"r{n}" for n in range(6)]
    assert kinds(bench) == ["batch.completed"]


def test_a_repeated_turn_makes_nothing_twice(bench: Bench, tmp_path: Path) -> None:
    batch = submit(bench, tmp_path, line("a"), line("bad", seconds="500"), line("b"))
    with bench.working(queues=("events",)) as worker:
        assert check_batch(worker, batch.id)
        turn = Turn(worker=worker, door=batch_door.door())
        first = turn.advance(batch.id, 0)
        second = turn.advance(batch.id, 0)
    assert first == second
    assert not first["ended"]
    assert [row.custom_id for row in videos_of(bench, batch)] == ["a", "b"]
    with bench.service.database.read() as connection:
        assert set(rows.video_ids(connection, batch.id)) == {"a", "b"}


def test_a_deleted_video_is_told_apart(bench: Bench, tmp_path: Path) -> None:
    batch = submit(bench, tmp_path, line("a"), line("slow", "steps=3000 pause=0.1"))
    with bench.working():
        until(lambda: any(row.status == "in_progress" for row in videos_of(bench, batch)))
        with bench.service.database.begin() as connection:
            statement = videos.update().where(videos.c.custom_id == "slow")
            connection.execute(statement.values(status="cancelled"))
        done = ended(bench, batch)
    assert done.status == "completed"
    assert records(bench, done.error_file_id)["slow"]["error"]["code"] == "video_deleted"


def test_lines_are_checked_one_by_one() -> None:
    def codes(*lines: Any) -> list[str]:
        texts = [x if isinstance(x, bytes) else json.dumps(x).encode() for x in lines]
        return [fault.code for fault in check_lines(texts, endpoint="/v1/videos").faults]

    good = line("a")
    assert codes(good, b"", line("b")) == []
    assert codes({**good, "url": "/v1/chat/completions"}) == ["invalid_url"]
    assert codes({**good, "method": "GET"}) == ["invalid_method"]
    assert codes({**good, "custom_id": ""}) == ["missing_required_parameter"]
    assert codes({**good, "custom_id": "a\0"}) == ["missing_required_parameter"]
    assert codes({**good, "body": "x"}) == ["missing_required_parameter"]
    assert codes(b"[1]", b"\xff") == ["invalid_json_line"] * 2
    assert codes(b"", b"  ") == ["empty_file"]
    short = {"method": "POST", "url": "/v1/videos", "body": {}}
    many = ({**short, "custom_id": str(n)} for n in range(50_001))
    assert codes(*many) == ["too_many_requests_in_batch"]


def test_text_that_no_database_holds_is_refused_by_line(each_bench: Bench, tmp_path: Path) -> None:
    lines = [line("good"), line("nul", "pan left \0"), line("half", "pan \ud800")]
    batch = submit(each_bench, tmp_path, *lines)
    with each_bench.working():
        done = ended(each_bench, batch)
    assert (done.status, done.completed, done.failed) == ("completed", 1, 2)
    errors = records(each_bench, done.error_file_id)
    for name in ("nul", "half"):
        assert errors[name]["response"]["body"]["error"]["param"] == "prompt"
