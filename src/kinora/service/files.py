"""Files that callers upload, and that batches write."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kinora.errors import BodyError, FieldError, MissingError
from kinora.records import files as rows
from kinora.records.files import FileRow
from kinora.records.ids import new_id
from kinora.records.paging import Order
from kinora.service.context import Service
from kinora.service.paging import Page, cursor, cut
from kinora.service.sniff import sniff_file
from kinora.storage.blobs import Blobs
from kinora.storage.local import blob_on_disk
from kinora.types.account import Caller
from kinora.wire.scalars import is_identifier

MAX_BATCH_FILE = 200 << 20
_DAY = 86_400.0
_BATCH_LIFE = 30 * _DAY  # files with the purpose batch; others stay until they are deleted
#: What the API itself writes.
_OUTPUT_PURPOSES = frozenset({"assistants_output", "batch_output", "fine-tune-results"})
#: Old code sends assistants, batch, fine-tune, vision, user_data, evals, video.input and more; what
#: a file can be used for is judged by its content, so any such word is taken.
PURPOSE = re.compile(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*")
MAX_PURPOSE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file on this machine's disk that is to be kept."""

    path: Path
    filename: str
    bytes: int
    sha256: str  # hex


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of the caller, and its content."""

    row: FileRow
    blobs: Blobs

    def read(self) -> bytes:
        """The whole content."""
        return self.blobs.read(self.row.blob_key)

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """A path to the content while the block runs; not to be written to."""
        with blob_on_disk(self.blobs, self.row.blob_key) as path:
            yield path


def read_expiry(value: object, *, param: str) -> int | None:
    """Seconds of an ``{"anchor": "created_at", "seconds": n}``; None where there is none.

    Raises:
        FieldError: another anchor, or seconds outside 3600 to 2592000.
    """
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise FieldError(
            f"Invalid type for '{param}': expected an object with 'anchor' and 'seconds'.",
            param=param,
            code="invalid_type",
        )
    if value.get("anchor") != "created_at":
        raise FieldError(
            f"Invalid value for '{param}[anchor]': the supported value is 'created_at'.",
            param=f"{param}[anchor]",
        )
    seconds = value.get("seconds")
    text = str(seconds)
    whole = not isinstance(seconds, bool) and re.fullmatch(r"[0-9]{1,9}", text)
    if not whole or not 3600 <= int(text) <= 2_592_000:
        raise FieldError(
            f"Invalid value for '{param}[seconds]': expected a whole number from 3600 to 2592000.",
            param=f"{param}[seconds]",
        )
    return int(text)


def create_file(
    service: Service,
    caller: Caller,
    incoming: Incoming,
    *,
    purpose: str,
    expires_after: int | None = None,
) -> FileRow:
    """Keep an uploaded file.

    Args:
        service: where it is kept.
        caller: whose it will be.
        incoming: the file.
        purpose: what it is for.
        expires_after: seconds until it goes; None: 30 days for the purpose batch, else never.

    Raises:
        FieldError: an impossible purpose, an empty file, too large a batch.
        BodyError: the file is larger than allowed (413).
        OutputError: the store can't take it.
    """
    _check_purpose(purpose)
    _check_size(service, incoming, purpose)
    now = time.time()
    life = expires_after if expires_after is not None else _default_life(purpose)
    file_id = new_id("file-")
    row = FileRow(
        id=file_id,
        project_id=caller.project_id,
        filename=_safe_name(incoming.filename),
        purpose=purpose,
        bytes=incoming.bytes,
        sha256=incoming.sha256,
        mime=sniff_file(incoming.path),
        blob_key=rows.blob_key(file_id),
        created_at=now,
        expires_at=None if life is None else now + life,
    )
    # The blob first: a row without one would be a file that can't be read.
    service.blobs.put_file(row.blob_key, incoming.path)
    with service.database.begin() as connection:
        rows.insert(connection, row)
    return row


def _check_purpose(purpose: str) -> None:
    if len(purpose) > MAX_PURPOSE or not PURPOSE.fullmatch(purpose) or purpose in _OUTPUT_PURPOSES:
        raise FieldError(
            f"Invalid value: '{purpose[:80]}'. Supported values are: 'assistants', 'batch', "
            "'fine-tune', 'vision', 'user_data', 'evals', 'video.input' and other lower-case "
            "words, except those of files that the API writes.",
            param="purpose",
        )


def _check_size(service: Service, incoming: Incoming, purpose: str) -> None:
    if incoming.bytes == 0:
        raise FieldError("The file is empty.", param="file", code="empty_file")
    limit = service.settings.max_file
    if incoming.bytes > limit:
        raise BodyError(
            f"The file is larger than the allowed {limit} bytes.", status=413, param="file"
        )
    if purpose == "batch" and incoming.bytes > MAX_BATCH_FILE:
        raise BodyError(
            f"The batch file is larger than the allowed {MAX_BATCH_FILE} bytes.",
            status=413,
            param="file",
        )


def _default_life(purpose: str) -> float | None:
    return _BATCH_LIFE if purpose == "batch" else None


def _safe_name(name: str) -> str:
    """The last component of the client's name, without control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:255] or "upload"


def get_file(service: Service, caller: Caller, file_id: str) -> FileRow:
    """A file of the caller.

    Raises:
        MissingError: there is none, it has expired, or it is somebody else's.
    """
    row = None
    if is_identifier(file_id):
        with service.database.read() as connection:
            row = rows.find(connection, file_id)
    gone = row is not None and row.expires_at is not None and row.expires_at <= time.time()
    if row is None or gone or row.project_id != caller.project_id:
        raise MissingError(f"No such File object: {file_id[:80]}", param="id")
    return row


def open_file(service: Service, caller: Caller, file_id: str) -> StoredFile:
    """A file of the caller, to be read.

    Raises:
        MissingError: there is none, it has expired, or it is somebody else's.
    """
    return StoredFile(row=get_file(service, caller, file_id), blobs=service.blobs)


def list_files(
    service: Service,
    caller: Caller,
    *,
    purpose: str | None = None,
    after: str | None = None,
    limit: int = 10_000,
    order: Order = "desc",
) -> Page[FileRow]:
    """The caller's files, of one purpose or any.

    Raises:
        FieldError: ``after`` isn't a file of the caller.
    """
    with service.database.read() as connection:
        start = cursor(after, partial(rows.find, connection), project_id=caller.project_id)
        if purpose is not None and not PURPOSE.fullmatch(purpose.replace("_", "-")):
            return Page(items=(), has_more=False)  # no file can have it
        found = rows.page(
            connection,
            project_id=caller.project_id,
            purpose=purpose,
            now=time.time(),
            after=start,
            limit=limit + 1,
            order=order,
        )
    return cut(found, limit)


def delete_file(service: Service, caller: Caller, file_id: str) -> None:
    """Remove a file of the caller.

    Raises:
        MissingError: there is none, it has expired, or it is somebody else's.
    """
    row = get_file(service, caller, file_id)
    with service.database.begin() as connection:
        rows.delete(connection, row.id)
    service.blobs.delete(row.blob_key)
