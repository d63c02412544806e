from __future__ import annotations

import logging

import pytest
import structlog
from tests.support.jobs import Bench, until

from kinora.jobs.queue_log import LIBRARY, join_logs
from kinora.service import videos as use_cases
from kinora.types.account import Caller

ANYBODY = Caller(project_id="default", key=None)


def test_deleting_a_running_video_is_one_quiet_line(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as lines, bench.working():
        name = bench.submit("steps=1000 pause=0.1")
        until(lambda: bench.video(name).progress > 0)
        use_cases.delete(bench.service, ANYBODY, name)
        until(lambda: any(line["event"] == "job_cancelled" for line in lines))
    cancelled = [line for line in lines if line["event"] == "job_cancelled"]
    assert cancelled == [{"event": "job_cancelled", "job": name, "log_level": "info"}]
    assert [record for record in caplog.records if record.exc_info] == []


def test_other_errors_of_the_library_are_written_where_all_others_go(
    caplog: pytest.LogCaptureFixture,
) -> None:
    join_logs()
    logger = logging.getLogger(LIBRARY)
    logger.error("it failed", exc_info=ZeroDivisionError("why"))
    logger.error("it failed otherwise")
    assert [record.message for record in caplog.records] == ["it failed", "it failed otherwise"]
    assert logger.handlers == []  # else it writes lines of its own beside
