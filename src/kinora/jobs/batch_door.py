"""What batches need of the layers above: make a video, show it, word a refusal.

`install` is called where the process is put together; workflows find the door by `door`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from kinora.errors import KinoraError
from kinora.records.batches import BatchRow
from kinora.types.video import Video


class BatchDoor(Protocol):
    """The service, as batches use it."""

    def create(self, batch: BatchRow, custom_id: str, body: Mapping[str, Any]) -> None:
        """Accept the video that ``body`` asks for, as a part of ``batch``; blocks.

        Raises:
            LimitError: not now.
            KinoraError: never.
        """

    def show(self, video: Video) -> dict[str, Any]:
        """The video as clients see it."""

    def refuse(self, error: KinoraError) -> tuple[int, dict[str, Any]]:
        """Status and body of the answer that a single request would have got."""


_door: BatchDoor | None = None


def install(door: BatchDoor | None) -> None:
    """Use ``door`` from now on; None: none."""
    global _door
    _door = door


def door() -> BatchDoor:
    """The door of this process; only for code that workflows run."""
    if _door is None:
        raise RuntimeError("Batches can't run here: kinora.jobs.batch_door.install was not called.")
    return _door
