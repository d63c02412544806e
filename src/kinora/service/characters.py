"""Characters: a name and a short clip of somebody or something, kept for engines that use them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kinora.errors import BodyError, FieldError, MissingError, PolicyError, StateError
from kinora.jobs.portrait import look_at_clip
from kinora.policy.refusal import refuse_if
from kinora.policy.rulebook import read_rulebook
from kinora.policy.text import check_text
from kinora.records import characters as rows
from kinora.records import videos
from kinora.records.characters import CharacterRow
from kinora.records.ids import new_id
from kinora.service.context import Service
from kinora.service.files import Incoming, open_file
from kinora.service.sniff import VIDEOS, sniff_file
from kinora.storage.local import blob_on_disk
from kinora.types.account import Caller
from kinora.types.policy import LIKENESS_REFUSED
from kinora.types.video import blob_key
from kinora.wire.scalars import is_identifier

MAX_NAME = 80


def create_character(
    service: Service, caller: Caller, *, name: str, video: Incoming | str
) -> CharacterRow:
    """Keep a character.

    Args:
        service: where it is kept.
        caller: whose it will be.
        name: 1 to 80 characters; prompts call the character by it.
        video: an uploaded clip, or the id of a file (``file-…``) or a finished video
            (``video_…``) of the caller.

    Raises:
        FieldError: another length of the name, or the clip isn't a video.
        BodyError: the clip is larger than allowed (413).
        MissingError: no such file or video.
        StateError: the video isn't finished, or gone.
        PolicyError: the name is refused; or the clip shows a face, and none are taken.
        OutputError: the store can't take the clip.
    """
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise FieldError(
            f"Invalid value for 'name': expected 1 to {MAX_NAME} characters, got {len(name)}.",
            param="name",
        )
    character_id = new_id("char_")
    with _clip(service, caller, video) as path:
        row = CharacterRow(
            id=character_id,
            project_id=caller.project_id,
            name=name,
            blob_key=rows.blob_key(character_id),
            mime=_checked_mime(path),
            created_at=time.time(),
            consent=_consent(service, caller, path, name),
        )
        service.blobs.put_file(row.blob_key, path)
    with service.database.begin() as connection:
        rows.insert(connection, row)
    return row


def _consent(service: Service, caller: Caller, path: Path, name: str) -> str:
    """Whether whoever the clip shows has to agree; looks at the clip where that matters."""
    verdict = check_text(name, read_rulebook(service.settings.policy_file), subject="characters")
    refuse_if([verdict])
    mode = service.settings.faces or ("allow" if caller.key is None else "consent")
    if mode == "allow":
        return "unknown"
    try:
        shown = look_at_clip(path)
    except FieldError:
        return "unknown"  # nothing can be made of a clip that can't be read
    if shown.with_face == 0:
        return "not_needed"
    if mode == "refuse":
        raise PolicyError(
            "Refused by policy: in 'video', it shows a face, and this server takes none.",
            param="video",
            code=LIKENESS_REFUSED,
        )
    return "required"


@contextmanager
def _clip(service: Service, caller: Caller, video: Incoming | str) -> Iterator[Path]:
    if isinstance(video, Incoming):
        if video.bytes > service.settings.max_file:
            raise BodyError(
                f"The video is larger than the allowed {service.settings.max_file} bytes.",
                status=413,
                param="video",
            )
        yield video.path
    elif video.startswith("video_"):
        with blob_on_disk(service.blobs, _finished(service, caller, video)) as path:
            yield path
    else:
        with open_file(service, caller, video).on_disk() as path:
            yield path


def _finished(service: Service, caller: Caller, video_id: str) -> str:
    """The blob of a finished video of the caller."""
    found = None
    if is_identifier(video_id):
        with service.database.read() as connection:
            found = videos.find(connection, video_id)
    if found is None or found.project_id != caller.project_id or found.status == "cancelled":
        raise MissingError(f"Video with id '{video_id[:80]}' not found.", param="video")
    if found.status != "completed":
        raise StateError(
            f"Video is not ready yet. Current status: {found.status}.",
            code="video_not_ready",
            param="video",
        )
    expired = found.expires_at is not None and found.expires_at <= time.time()
    if found.files_gone or expired:
        raise StateError(
            f"The files of the video '{video_id[:80]}' have expired.",
            code="video_expired",
            gone=True,
            param="video",
        )
    return blob_key(found.id, "video")


def _checked_mime(path: Path) -> str:
    mime = sniff_file(path)
    if mime not in VIDEOS:
        raise FieldError(
            f"Invalid file 'video': unsupported mimetype ('{mime}'). Supported file formats are "
            "'video/mp4', 'video/quicktime', and 'video/webm'.",
            param="video",
            code="unsupported_file_mimetype",
        )
    return mime


def get_character(service: Service, caller: Caller, character_id: str) -> CharacterRow:
    """A character of the caller.

    Raises:
        MissingError: there is none, or it is somebody else's.
    """
    row = None
    if is_identifier(character_id):
        with service.database.read() as connection:
            row = rows.find(connection, character_id)
    if row is None or row.project_id != caller.project_id:
        raise MissingError(f"Character with id '{character_id[:80]}' not found.", param="id")
    return row
