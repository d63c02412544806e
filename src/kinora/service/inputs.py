"""Pictures that requests bring or name → blobs, by their content.

The kind is read from the first bytes and the size from the header; pixels are decoded by the render
child alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from kinora.errors import BodyError, FieldError, ImageError, MissingError
from kinora.net.fetch import fetch_image
from kinora.scene.header import MAX_FILE_BYTES, read_size
from kinora.service.context import Service
from kinora.service.files import open_file
from kinora.service.sniff import sniff_file
from kinora.types.account import Caller
from kinora.types.geometry import Size
from kinora.types.video import input_key
from kinora.wire.draft import FileReference, Reference, UrlReference
from kinora.wire.refusals import unsupported_file

PARAM: Final = "input_reference"
#: Kinds of pictures, by content, that are taken.
PICTURES: Final = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif")


#: Characters of a data URL that is decoded and hashed within a fraction of a millisecond.
_SMALL = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was found usable."""

    sha256: str  # of its bytes
    size: Size  # upright

    @property
    def key(self) -> str:
        """Where the store keeps it."""
        return input_key(self.sha256)


def take_picture(
    service: Service, caller: Caller, reference: Reference, *, keep: bool = True
) -> Picture:
    """Fetch, check and store the picture that ``reference`` names; blocks.

    Args:
        service: where it is kept.
        caller: whose files may be named.
        reference: an upload, a file's id, or a URL.
        keep: store it; False only checks it.

    Raises:
        FieldError: not a picture of a known kind, not fetchable, or a URL that can't be read.
        ImageError: a damaged header, or a picture too small or too large.
        BodyError: too many bytes (413).
        OutputError: the store can't take it.
    """
    source = _source(service, caller, reference)
    known = service.pictures.find(source.sha256)
    if known is not None:
        return Picture(sha256=source.sha256, size=known)
    with source.on_disk() as path:
        picture = Picture(sha256=source.sha256, size=check_picture(path))
        if keep:
            # Also where it is kept already: a newer blob isn't collected as unused.
            service.blobs.put_file(picture.key, path)
            service.pictures.keep(picture.sha256, picture.size)
    return picture


def find_picture(service: Service, caller: Caller, reference: Reference) -> Picture | None:
    """The picture, if it was stored lately and to find that out takes less than to change threads.

    Raises:
        FieldError: a URL that can't be read, or a file that isn't there.
    """
    if isinstance(reference, FileReference) and not service.database.is_sqlite:
        return None
    if isinstance(reference, UrlReference) and not (
        reference.url.startswith("data:") and len(reference.url) <= _SMALL
    ):
        return None
    source = _source(service, caller, reference)
    size = service.pictures.find(source.sha256)
    return None if size is None else Picture(sha256=source.sha256, size=size)


def check_picture(path: Path) -> Size:
    """The size of the picture at ``path``, upright.

    Raises:
        FieldError, ImageError, BodyError: as for `take_picture`.
    """
    length = path.stat().st_size
    if length > MAX_FILE_BYTES:
        raise BodyError(
            f"The picture is larger than the allowed {MAX_FILE_BYTES} bytes.",
            status=413,
            param=PARAM,
        )
    mime = sniff_file(path)
    if mime not in PICTURES:
        raise unsupported_file(mime, param=PARAM, supported=PICTURES)
    try:
        return read_size(path)
    except ImageError as error:
        raise ImageError(f"Invalid file '{PARAM}': {error.message}.", param=PARAM) from error


@dataclass(frozen=True, slots=True)
class _Source:
    """The bytes that a reference names, not looked at yet."""

    sha256: str
    on_disk: Callable[[], AbstractContextManager[Path]]


def _source(
    service: Service, caller: Caller, reference: Reference, *, param: str = PARAM
) -> _Source:
    if isinstance(reference, FileReference):
        try:
            stored = open_file(service, caller, reference.id)
        except MissingError as error:
            raise FieldError(f"Invalid file '{param}': {error.message}.", param=param) from error
        return _Source(stored.row.sha256, stored.on_disk)
    if isinstance(reference, UrlReference):
        data = _from_url(service, reference, param)
        return _Source(hashlib.sha256(data).hexdigest(), partial(_written, data))
    return _Source(reference.sha256, lambda: nullcontext(reference.path))


@contextmanager
def named_picture(
    service: Service, caller: Caller, reference: Reference, *, param: str
) -> Iterator[Path]:
    """The file that ``reference`` names, wherever it lies, unchecked; blocks.

    Raises:
        FieldError: not fetchable, or a URL that can't be read; it tells ``param``.
    """
    with _source(service, caller, reference, param=param).on_disk() as path:
        yield path


@contextmanager
def _written(data: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kinora-") as folder:
        path = Path(folder) / "picture"
        path.write_bytes(data)
        yield path


def _from_url(service: Service, reference: UrlReference, param: str) -> bytes:
    if reference.url.startswith("data:"):
        return decode_data_url(reference.url, param=param, key=reference.key)
    return fetch_image(
        reference.url,
        max_bytes=MAX_FILE_BYTES,
        allow_private=service.settings.allow_private_addresses,
    )


def decode_data_url(url: str, *, param: str = PARAM, key: str = "image_url") -> bytes:
    """The bytes inside a ``data:`` URL (RFC 2397); its media type is not looked at.

    Raises:
        FieldError: no comma, or not base64.
    """
    head, comma, body = url.partition(",")
    if not comma:
        raise FieldError(
            f"Invalid '{param}.{key}': a data URL has the form data:image/png;base64,….",
            param=param,
        )
    raw = unquote_to_bytes(body) if "%" in body or not head.endswith(";base64") else body.encode()
    if not head.endswith(";base64"):
        return raw
    try:
        # Clients leave out the padding, and some write the URL-safe alphabet.
        plain = raw.translate(bytes.maketrans(b"-_", b"+/"), b"\r\n\t =")
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise FieldError(
            f"Invalid '{param}.{key}': the data URL isn't valid base64.", param=param
        ) from error
