"""The registry of blocked pictures, and what was made of them before."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from kinora.errors import FieldError, ImageError, MissingError
from kinora.policy.similar import Print, Query, print_of
from kinora.records import audit, blocked, videos
from kinora.records.audit import Entry
from kinora.records.blocked import BlockedRow
from kinora.records.ids import new_id
from kinora.scene.decode import decode_photo
from kinora.service.context import Service
from kinora.service.videos import clear_files, delete
from kinora.types.account import Caller
from kinora.types.video import Video, blob_key

MAX_NAME = 200
_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a takedown did."""

    row: BlockedRow
    videos: tuple[str, ...]  # ids of those that show the picture


def block(service: Service, path: Path, *, name: str) -> BlockedRow:
    """Block a picture: nothing is made of it from now on, nor of what looks like it.

    Raises:
        FieldError: no name, too long a one, or a picture without anything to compare.
        ImageError: not a readable picture.
    """
    if not 1 <= len(name.strip()) <= MAX_NAME:
        raise FieldError(f"A name needs 1 to {MAX_NAME} characters.", param="name")
    photo = decode_photo(path)
    held = print_of(photo.rgb)
    if held.is_flat:
        raise FieldError(
            "This picture is of one colour: nothing in it can be recognised.", param="FILE"
        )
    row = BlockedRow(
        id=new_id("block_"),
        name=name.strip(),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        print_json=held.as_json(),
        created_at=time.time(),
    )
    with service.database.begin() as connection:
        blocked.insert(connection, row)
        _note(connection, row, "blocked")
    return row


def unblock(service: Service, row_id: str) -> None:
    """Take a picture from the registry.

    Raises:
        MissingError: there is no such entry.
    """
    with service.database.begin() as connection:
        rows = {row.id: row for row in blocked.every(connection)}
        if row_id not in rows:
            raise MissingError(f"No blocked picture has the id '{row_id[:80]}'.", param="ID")
        blocked.delete(connection, row_id)
        _note(connection, rows[row_id], "unblocked")


def take_down(service: Service, path: Path, *, name: str, dry_run: bool = False) -> Taken:
    """Block a picture, and delete every kept video that shows it; blocks for long.

    Args:
        service: where the videos are.
        path: the picture.
        name: what refusals call it.
        dry_run: only find the videos; nothing is blocked or deleted.

    Raises:
        FieldError, ImageError: as for `block`.
    """
    if dry_run:
        held = print_of(decode_photo(path).rgb)
        row = BlockedRow(id="", name=name, sha256="", print_json=held.as_json(), created_at=0.0)
    else:
        row = block(service, path, name=name)
    held = Print.from_json(row.print_json)
    found = [video for video in _kept(service) if _shows(service, video, held)]
    for video in [] if dry_run else found:
        delete(service, Caller(project_id=video.project_id, key=None), video.id)
        clear_files(service, video.id)
        with service.database.begin() as connection:
            _note(connection, row, "taken down", video)
    return Taken(row=row, videos=tuple(video.id for video in found))


def _kept(service: Service) -> Iterator[Video]:
    after = 0
    while True:
        with service.database.read() as connection:
            found = videos.page(
                connection,
                project_id=None,
                statuses=("completed",),
                after=after,
                limit=_PAGE,
                order="asc",
            )
        yield from (video for video in found if not video.files_gone)
        if len(found) < _PAGE:
            return
        after = found[-1].seq


def _shows(service: Service, video: Video, held: Print) -> bool:
    keys = [blob_key(video.id, "thumbnail"), video.spec.input_key]
    return any(_is_alike(service, key, held) for key in keys if key is not None)


def _is_alike(service: Service, key: str, held: Print) -> bool:
    with tempfile.TemporaryDirectory(prefix="kinora-") as folder:
        path = Path(folder) / "picture"
        try:
            service.blobs.fetch(key, path)
            photo = decode_photo(path)
        except (FileNotFoundError, ImageError):  # expired meanwhile; or a clip, whose frames
            return False  # the thumbnail shows
    return Query(photo.rgb).match(held).is_alike


def _note(connection: sa.Connection, row: BlockedRow, deed: str, *about: Video) -> None:
    entry = Entry(
        kind="registry",
        at=time.time(),
        project_id=about[0].project_id if about else None,
        object_id=about[0].id if about else row.id,
        record={"deed": deed, "name": row.name, "sha256": row.sha256},
    )
    audit.append(connection, entry)
