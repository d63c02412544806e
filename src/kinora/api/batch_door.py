"""What batches need of the service, for the process that runs them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kinora.api.bodies import check_strings
from kinora.api.errors import answer
from kinora.errors import FieldError, KinoraError
from kinora.records import keys
from kinora.records.batches import BatchRow
from kinora.service import videos
from kinora.service.admission import BatchLine
from kinora.service.context import Service
from kinora.types.account import Caller
from kinora.types.video import Video
from kinora.wire.draft import CreateDraft
from kinora.wire.fields import read_create
from kinora.wire.video import video_object


class ServiceDoor:
    """`kinora.jobs.batch_door.BatchDoor` over a service; install it where jobs are run."""

    def __init__(self, service: Service) -> None:
        """Args:
        service: makes the videos.
        """
        self._service = service

    def create(self, batch: BatchRow, custom_id: str, body: Mapping[str, Any]) -> None:
        """Accept the video that ``body`` asks for, as a part of ``batch``; blocks.

        Raises:
            LimitError: not now.
            KinoraError: never.
        """
        check_strings(dict(body))
        draft = read_create(body, self._service.settings)
        if not isinstance(draft, CreateDraft):
            raise FieldError(
                "A batch makes new videos only: 'remix_video_id' is not allowed in it.",
                param="remix_video_id",
            )
        owner = self._owner(batch)
        line = BatchLine(batch_id=batch.id, custom_id=custom_id)
        videos.create(self._service, owner, draft, line=line)

    def show(self, video: Video) -> dict[str, Any]:
        """The video as clients see it."""
        return video_object(video)

    def refuse(self, error: KinoraError) -> tuple[int, dict[str, Any]]:
        """Status and body of the answer that a single request would have got."""
        response = answer(error)
        return response.status_code, json.loads(bytes(response.body))

    def _owner(self, batch: BatchRow) -> Caller:
        key = None
        if batch.key_id is not None:
            with self._service.database.read() as connection:
                key = keys.find(connection, batch.key_id)
        return Caller(project_id=batch.project_id, key=key)
