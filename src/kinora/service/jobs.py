"""What an operator asks of jobs, whosever they are."""

from __future__ import annotations

from typing import get_args

from kinora.errors import InputError, StateError
from kinora.records import videos as rows
from kinora.service import videos
from kinora.service.context import Service
from kinora.types.account import Caller
from kinora.types.video import Video, VideoStatus


def newest(service: Service, *, status: str | None = None, limit: int = 20) -> list[Video]:
    """Up to ``limit`` videos of every project, the newest first.

    Args:
        service: whose database is read.
        status: only those of one status, or of several, separated by commas.
        limit: at most so many.

    Raises:
        InputError: no such status.
    """
    statuses = None if status is None else _statuses(status)
    with service.database.read() as connection:
        return rows.page(
            connection,
            project_id=None,
            after=None,
            limit=limit,
            order="desc",
            statuses=statuses,
        )


def _statuses(text: str) -> list[VideoStatus]:
    known: list[VideoStatus] = [s for s in get_args(VideoStatus) if s != "cancelled"]
    wanted = {word.strip() for word in text.split(",")}
    for word in sorted(wanted - set(known)):
        raise InputError(
            f"There is no status {word!r}: choose of {', '.join(known)}.", param="--status"
        )
    return [status for status in known if status in wanted]


def find(service: Service, video_id: str) -> Video:
    """One video, of whatever project.

    Raises:
        MissingError: there is none, or it was deleted.
    """
    with service.database.read() as connection:
        video = rows.find(connection, video_id)
    if video is None or video.status == "cancelled":
        raise videos.missing(video_id)
    return video


def cancel(service: Service, video_id: str) -> Video:
    """Stop a job that waits or runs; its video is deleted, as its owner would have done it.

    Raises:
        MissingError: there is none, or it was deleted.
        StateError: it has ended.
    """
    video = find(service, video_id)
    if video.status not in rows.ACTIVE:
        raise StateError(
            f"The job {video_id} has ended: it is {video.status}.", code=f"video_{video.status}"
        )
    videos.delete(service, Caller(project_id=video.project_id, key=None), video_id)
    return video
