"""Steps of the analysis on two threads."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from kinora.scene.together import THREADS, Later, side_by_side


def test_parts_keep_their_order_however_long_each_takes() -> None:
    first_may_end = threading.Event()

    def work(part: int) -> int:
        if part == 0:
            assert first_may_end.wait(10.0)
        if part == 9:
            first_may_end.set()
        return part * part

    assert side_by_side(work, range(10)) == [part * part for part in range(10)]


def test_two_parts_run_at_a_time() -> None:
    meeting = threading.Barrier(THREADS, timeout=10.0)

    assert side_by_side(lambda part: meeting.wait() >= 0 and part, [1, 2]) == [1, 2]


def test_steps_may_wait_for_steps() -> None:
    def nested(depth: int) -> int:
        if depth == 0:
            return 1
        return sum(side_by_side(nested, [depth - 1, depth - 1]))

    many = [Later(partial(nested, 3)) for _ in range(4)]

    assert sum(each.result() for each in many) == 4 * 8


def test_a_step_is_done_once_however_often_it_is_asked_for() -> None:
    busy, count = threading.Event(), iter(range(9))
    waiting = [Later(lambda: busy.wait(10.0)) for _ in range(THREADS)]  # no helper is free
    step = Later(lambda: next(count))

    assert [step.result(), step.result()] == [0, 0]
    busy.set()
    assert all(each.result() for each in waiting)


def test_errors_reach_who_asks() -> None:
    def work(part: int) -> int:
        if part == 0:
            raise ValueError("no")
        return part

    with pytest.raises(ValueError, match="no"):
        side_by_side(work, [0, 1, 2])
