"""Videos that new ones are made from: there, the caller's, finished, and usable for it."""

from __future__ import annotations

import time

import sqlalchemy as sa

from kinora.errors import FieldError, MissingError, StateError
from kinora.records import videos
from kinora.service.context import Service
from kinora.types.account import Caller
from kinora.types.video import Video
from kinora.wire.draft import RevisionDraft
from kinora.wire.scalars import is_identifier

_DEEDS = {"remix": "remixed", "edit": "edited", "extension": "extended"}


def finished_source(service: Service, caller: Caller, draft: RevisionDraft) -> Video:
    """The video that ``draft`` revises.

    Raises:
        MissingError: there is none, or it is somebody else's.
        StateError: it isn't finished.
        FieldError: it is an uploaded clip, or was joined from several.
    """
    deed = _DEEDS[draft.kind]
    if not isinstance(draft.source, str):
        raise FieldError(
            f"An uploaded video can't be {deed}: the engines of this server work from a video's "
            "plan and picture. Give the id of a video that was made here, as "
            '{"video": {"id": "video_…"}}, or make a new one from a still picture with POST '
            "/v1/videos.",
            param="video",
            code="unsupported_source",
        )
    with service.database.read() as connection:
        video = _finished(find(connection, draft.source), draft.source, caller)
    if video.spec.kind == "stitch":
        raise FieldError(
            f"A video that was joined from several can't be {deed}: do that with its parts, and "
            "join the results.",
            param="video",
            code="unsupported_source",
        )
    return video


def with_clip(video: Video | None, video_id: str, caller: Caller) -> Video:
    """``video``, found to be finished and its clip still kept.

    Raises:
        MissingError: it is None, or somebody else's.
        StateError: it isn't finished, or its files have expired.
    """
    found = _finished(video, video_id, caller)
    if has_expired(found):
        raise StateError(
            f"The files of the video '{found.id}' have expired.",
            code="video_expired",
            gone=True,
            param="videos",
        )
    return found


def find(connection: sa.Connection, video_id: str) -> Video | None:
    """The row of an id that a client wrote, whatever its status and project."""
    return videos.find(connection, video_id) if is_identifier(video_id) else None


def has_expired(video: Video) -> bool:
    """Whether the files of a finished video are gone, or go any moment."""
    return video.files_gone or (video.expires_at is not None and video.expires_at <= time.time())


def _finished(video: Video | None, video_id: str, caller: Caller) -> Video:
    if video is None or video.project_id != caller.project_id or video.status == "cancelled":
        raise MissingError(f"Video with id '{video_id[:80]}' not found.", param="video")
    if video.status != "completed":
        raise StateError(
            f"The video '{video.id}' is not completed. Current status: {video.status}.",
            code="video_failed" if video.status == "failed" else "video_not_ready",
            param="video",
        )
    return video
