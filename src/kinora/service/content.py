"""The files of a finished video."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from kinora.errors import MissingError, StateError
from kinora.service import videos
from kinora.service.context import Service
from kinora.service.sources import has_expired
from kinora.types.account import Caller
from kinora.types.video import MIME, Variant, Video, blob_key

_SUFFIXES: Final[dict[Variant, str]] = {
    "video": ".mp4",
    "thumbnail": "_thumbnail.webp",
    "spritesheet": "_spritesheet.jpg",
    "subtitles": ".vtt",
    "stems": "_stems.zip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredContent:
    """A file of the store, as it is served."""

    key: str
    mime: str
    bytes: int
    sha256: str
    filename: str
    modified: float  # unix seconds

    @property
    def etag(self) -> str:
        """Strong: the same bytes have the same, on every server."""
        return f'"{self.sha256}"'


def open_content(
    service: Service, caller: Caller, video_id: str, *, variant: Variant
) -> StoredContent:
    """A file of a video of the caller; blocks.

    Raises:
        MissingError: there is no such video, or it has no such file.
        StateError: the video isn't ready, failed, or has expired.
    """
    video = videos.get(service, caller, video_id)
    _check_ready(video)
    media = json.loads(video.media_json or "{}").get(variant)
    key = blob_key(video.id, variant)
    if media is None or service.blobs.info(key) is None:
        raise MissingError(f"Video with id '{video.id}' has no {variant}.", param="variant")
    return StoredContent(
        key=key,
        mime=MIME[variant],
        bytes=media["bytes"],
        sha256=media["sha256"],
        filename=video.id + _SUFFIXES[variant],
        modified=video.completed_at or video.created_at,
    )


def _check_ready(video: Video) -> None:
    if video.status == "failed":
        reason = video.error_message or "it could not be made"
        raise StateError(f"Video generation failed: {reason}", code="video_failed")
    if video.status != "completed":
        raise StateError(
            f"Video is not ready yet. Current status: {video.status}.", code="video_not_ready"
        )
    if has_expired(video):
        raise StateError(
            f"The files of the video '{video.id}' have expired.", code="video_expired", gone=True
        )
