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

_DEEDS = {"remix": "remixed", "edit": "edited"}


def finished_source(service: Service, caller: Caller, draft: RevisionDraft) -> Video:
    """The video that ``draft`` revises; where it has no plan, its clip is still kept.

    Raises:
        MissingError: there is none, or it is somebody else's.
        StateError: it isn't finished, or has no plan and its clip has expired.
        FieldError: it is to be changed, but has no plan: it is an uploaded clip, goes on from one,
            or was joined from several.
    """
    if draft.brings_clip or not isinstance(draft.source, str):
        raise _unplanned(
            "An uploaded video",
            draft,
            'Give the id of a video that was made here, as {"video": {"id": "video_…"}}, or make '
            "a new one from a still picture with POST /v1/videos.",
        )
    with service.database.read() as connection:
        video = _finished(find(connection, draft.source), draft.source, caller)
    if video.plan_json is not None:
        return video
    if draft.kind == "extension":  # from its last frame
        return with_clip(video, video.id, caller, param="video")
    if video.spec.kind == "stitch":
        advice = "Do that with its parts, and join the results."
        raise _unplanned("A video that was joined from several", draft, advice)
    raise _unplanned("A video that goes on from an uploaded one", draft, "It can be extended.")


def _unplanned(what: str, draft: RevisionDraft, advice: str) -> FieldError:
    return FieldError(
        f"{what} can't be {_DEEDS[draft.kind]}: it has no plan to change. {advice}",
        param="video",
        code="unsupported_source",
    )


def with_clip(
    video: Video | None, video_id: str, caller: Caller, *, param: str = "videos"
) -> Video:
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
            param=param,
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
