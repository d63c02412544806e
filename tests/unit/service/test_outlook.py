from __future__ import annotations

from typing import Any

import pytest

from kinora.records import videos
from kinora.service.admission import NewVideo, admit
from kinora.service.context import Service
from kinora.service.outlook import Outlook, poll_after_ms
from kinora.types.account import Caller
from kinora.types.video import Video, VideoSpec
from kinora.wire.video import NOWHERE, Place

CALLER = Caller(project_id="p", key=None)
NEW = NewVideo(spec=VideoSpec(model="sora-2", engine="parallax"), size="720x1280", seconds="4")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def written(service: Service, **values: Any) -> Video:
    video = admit(service, CALLER, NEW)
    with service.database.begin() as connection:
        videos.update(connection, video.id, **values)
        found = videos.find(connection, video.id)
    assert found is not None
    return found


def place(service: Service, video: Video, outlook: Outlook | None = None) -> Place:
    return (outlook or Outlook()).place(service.database, service.settings, video)


def test_nothing_is_known_before_the_first_render(service: Service) -> None:
    first, second = admit(service, CALLER, NEW), admit(service, CALLER, NEW)
    assert place(service, first) == Place(queue_position=1)
    assert place(service, second) == Place(queue_position=2)


def test_the_estimate_follows_queue_and_speed(service: Service) -> None:
    written(service, status="completed", started_at=100.0, completed_at=110.0)
    running = written(service, status="in_progress", progress=25)
    waiting = [admit(service, CALLER, NEW) for _ in range(2)]
    assert place(service, running) == Place(eta_seconds=7.5)
    assert place(service, waiting[0]) == Place(queue_position=1, eta_seconds=15.0)
    assert place(service, waiting[1]) == Place(queue_position=2, eta_seconds=25.0)


def test_a_first_render_promises_nothing(service: Service) -> None:
    running = written(service, status="in_progress", progress=1, started_at=100.0)
    assert place(service, running) == Place()


def test_priorities_come_first(service: Service) -> None:
    late = admit(service, CALLER, NEW)
    urgent = written(service, priority=1)
    assert place(service, urgent).queue_position == 1
    assert place(service, late).queue_position == 2


def test_what_has_ended_stands_nowhere(service: Service) -> None:
    assert place(service, written(service, status="completed")) == NOWHERE


def test_a_look_is_believed_for_a_while(service: Service) -> None:
    clock = Clock()
    outlook = Outlook(clock=clock)
    first, second = admit(service, CALLER, NEW), admit(service, CALLER, NEW)
    assert place(service, second, outlook).queue_position == 2
    with service.database.begin() as connection:
        videos.update(connection, first.id, status="failed")
    assert place(service, second, outlook).queue_position == 2
    clock.now = 1.0
    assert place(service, second, outlook).queue_position == 1


@pytest.mark.parametrize(
    ("eta", "milliseconds"), [(None, 1000), (0.1, 500), (16.0, 2000), (3600.0, 10_000)]
)
def test_clients_are_told_to_ask_at_a_fitting_pace(eta: float | None, milliseconds: int) -> None:
    assert poll_after_ms(Place(eta_seconds=eta)) == milliseconds
