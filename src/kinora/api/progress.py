"""Progress of a video as server-sent events, until it ends."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from kinora.api import threads
from kinora.errors import MissingError
from kinora.service import videos
from kinora.service.context import Service
from kinora.service.videos import Seen
from kinora.types.account import Caller
from kinora.types.video import TERMINAL
from kinora.wire.video import deleted_object, video_object

#: Seconds between looks at the row.
EVERY = 0.5
#: Seconds of silence before a comment keeps proxies from closing the connection.
KEEP_ALIVE = 15.0


async def progress_events(service: Service, caller: Caller, first: Seen) -> AsyncIterator[str]:
    """``video.progress`` at the start and at each change; then the one event that ends it.

    That is ``video.completed``, ``video.failed`` or ``video.deleted``. The data of each is the
    object that a request would answer with.
    """
    seen, told, spoke = first, None, time.monotonic()
    while seen.video.status not in TERMINAL:
        now = time.monotonic()
        state = (seen.video.status, seen.video.progress, seen.place.queue_position)
        if state != told:
            told, spoke = state, now
            shown = video_object(seen.video, place=seen.place)
            yield event("video.progress", shown)
        elif now - spoke >= KEEP_ALIVE:
            spoke = now
            yield ": still there\n\n"
        await asyncio.sleep(EVERY)
        try:
            seen = await threads.run(service, videos.get_seen, service, caller, seen.video.id)
        except MissingError:
            yield event("video.deleted", deleted_object(seen.video.id))
            return
    yield event(f"video.{seen.video.status}", video_object(seen.video))


def event(kind: str, data: dict[str, Any]) -> str:
    """One event in the format of ``text/event-stream`` (WHATWG HTML, 9.2)."""
    return f"event: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
