"""Characters: a name, and a figure cut out of a short clip or a picture."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kinora.errors import BodyError, FieldError, MissingError, StateError
from kinora.jobs.portrait import Portrait, look_at_clip
from kinora.policy import measures
from kinora.policy.refusal import refuse_if
from kinora.records import audit, blocked, videos
from kinora.records import characters as rows
from kinora.records.characters import CharacterRow
from kinora.records.ids import new_id
from kinora.service.audit import checked, noting_refusals
from kinora.service.context import Service
from kinora.service.files import Incoming, open_file
from kinora.service.inputs import PICTURES
from kinora.service.policy import judge
from kinora.service.sniff import VIDEOS, sniff_file
from kinora.storage.local import blob_on_disk
from kinora.types.account import Caller
from kinora.types.policy import LIKENESS_REFUSED, SIMILARITY, FaceMode, Verdict
from kinora.types.video import blob_key
from kinora.wire.scalars import is_identifier

MAX_NAME = 80


def create_character(
    service: Service, caller: Caller, *, name: str, source: Incoming | str
) -> CharacterRow:
    """Keep a character, and the figure that is cut out of what shows it.

    Args:
        service: where it is kept.
        caller: whose it will be.
        name: 1 to 80 characters; prompts call the character by it.
        source: an uploaded clip or picture, or the id of a file (``file-…``) or a finished video
            (``video_…``) of the caller.

    Raises:
        FieldError: another length of the name, or neither a video nor a picture.
        BodyError: the file is larger than allowed (413).
        MissingError: no such file or video.
        StateError: the video isn't finished, or gone.
        PolicyError: the name is refused, or what is shown: a blocked picture, or a face where
            none are taken.
        OutputError: the store can't take the file.
    """
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise FieldError(
            f"Invalid value for 'name': expected 1 to {MAX_NAME} characters, got {len(name)}.",
            param="name",
        )
    character_id = new_id("char_")
    with (
        noting_refusals(service, caller),
        _clip(service, caller, source) as path,
        tempfile.TemporaryDirectory(prefix="kinora-") as folder,
    ):
        mime, sprite = _checked_mime(path), Path(folder) / "sprite.png"
        looked = _looked_at(service, caller, path, sprite=sprite, name=name)
        row = CharacterRow(
            id=character_id,
            project_id=caller.project_id,
            name=name,
            blob_key=rows.blob_key(character_id),
            mime=mime,
            created_at=time.time(),
            consent=looked.consent,
        )
        service.blobs.put_file(row.blob_key, path)
        if sprite.is_file():
            service.blobs.put_file(rows.sprite_key(character_id), sprite)
    with service.database.begin() as connection:
        rows.insert(connection, row)
        audit.append(connection, checked(row.id, caller, looked.verdicts, at=row.created_at))
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """Whether whoever is shown has to agree, and what the checks said."""

    consent: str
    verdicts: tuple[Verdict, ...]


def _looked_at(service: Service, caller: Caller, path: Path, *, sprite: Path, name: str) -> _Looked:
    """Judge the name and what the clip or picture shows; cuts the figure out.

    Raises:
        PolicyError: the name, or what is shown, is refused.
    """
    verdicts = [*judge(service, name, subject="characters")]
    refuse_if(verdicts)
    mode = service.settings.faces or ("allow" if caller.key is None else "consent")
    with service.database.read() as connection:
        prints = blocked.prints(connection)
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    try:
        shown = look_at_clip(path, sprite=sprite, blocked=prints)
    except FieldError:  # nothing can be made of what can't be read
        if sniff_file(path) in PICTURES:
            raise
        verdicts += measures.unexamined(
            subject="characters", sha256=sha256, because="its pictures can't be read"
        )
        return _Looked(consent="unknown", verdicts=tuple(verdicts))
    verdicts += [
        _similarity(shown, len(prints), sha256=sha256),
        _faces(shown, mode, sha256=sha256),
    ]
    refuse_if(verdicts)
    consent = "unknown"
    if mode != "allow":
        consent = "required" if shown.with_face else "not_needed"
    return _Looked(consent=consent, verdicts=tuple(verdicts))


def _similarity(shown: Portrait, count: int, *, sha256: str) -> Verdict:
    clear = Verdict(
        check="similarity",
        version=measures.SIMILARITY,
        subject="characters",
        sha256=sha256,
        measured={"blocked": count, "marks": shown.marks},
        limits={"bits": measures.SKETCH_LIMIT, "marks": measures.MARKS_LIMIT},
    )
    if not shown.alike:
        return clear
    return replace(
        clear,
        decision="refuse",
        category="third_party_similarity",
        code=SIMILARITY,
        detail=f"it looks like a picture that is blocked here (rule blocked.{shown.alike})",
    )


def _faces(shown: Portrait, mode: FaceMode, *, sha256: str) -> Verdict:
    found = Verdict(
        check="faces",
        version=measures.FACES,
        subject="characters",
        sha256=sha256,
        measured={"frames": shown.frames, "with_face": shown.with_face},
        limits={"with_face": 1},
    )
    if mode != "refuse" or shown.with_face == 0:
        return found
    return replace(
        found,
        decision="refuse",
        category="likeness",
        code=LIKENESS_REFUSED,
        detail="it shows a face, and this server takes none",
    )


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
    if mime not in VIDEOS and mime not in PICTURES:
        raise FieldError(
            f"Invalid file 'video': unsupported mimetype ('{mime}'). Supported file formats are "
            "'video/mp4', 'video/quicktime', 'video/webm', and pictures of it: "
            f"{', '.join(map(repr, PICTURES))}.",
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
