"""Blobs by obstore: a local folder or S3, behind one small seam."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from kinora.errors import InputError, OutputError

_CHUNK = 1 << 20
# A file is put in parts, so many of them in memory at once. A disk gains nothing from more.
_DISK_PARTS = (1 << 20, 1)
_S3_PARTS = (5 << 20, 4)  # S3 takes no part below 5 MiB


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobInfo:
    """What the store says of a blob."""

    bytes: int
    etag: str | None
    modified: float  # unix seconds


class Blobs(Protocol):
    """Files by key. Writing a key again replaces it; a reader never sees half a file."""

    def put_file(self, key: str, path: Path) -> None:
        """Store the file at ``path`` under ``key``."""

    def put_bytes(self, key: str, data: bytes) -> None:
        """Store ``data`` under ``key``."""

    def info(self, key: str) -> BlobInfo | None:
        """Size and age, or None where there is no such blob."""

    def read(self, key: str) -> bytes:
        """The whole blob."""

    def fetch(self, key: str, path: Path) -> None:
        """Write the blob to ``path``."""

    def stream(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Bytes from ``start`` to before ``end``, in chunks."""

    def local_path(self, key: str) -> Path | None:
        """Where the blob lies on this machine's disk; None when it doesn't."""

    def signed_url(self, key: str, *, expires: timedelta) -> str | None:
        """A URL that reads the blob without a key; None where the store has none."""

    def delete(self, key: str) -> None:
        """Remove the blob; no error where there is none."""

    def keys(self, prefix: str) -> Iterator[tuple[str, BlobInfo]]:
        """Every blob under ``prefix``."""


def open_blobs(url: str) -> Blobs:
    """A store at ``file:///FOLDER`` or ``s3://BUCKET/PREFIX``.

    S3 takes its keys, region and endpoint from the environment (``AWS_ACCESS_KEY_ID``,
    ``AWS_SECRET_ACCESS_KEY``, ``AWS_REGION``, ``AWS_ENDPOINT_URL``).

    Raises:
        InputError: another kind of URL.
        OutputError: the folder can't be made.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        folder = Path(parts.path)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"The store {folder} can't be made: {error.strerror or error}.",
                param="KINORA_STORE_URL",
            ) from error
        return ObjectBlobs(LocalStore(prefix=folder), folder=folder)
    if parts.scheme == "s3" and parts.netloc:
        return ObjectBlobs(_s3(url), folder=None)
    raise InputError(
        f"The store URL {url!r} can't be used: write file:///FOLDER or s3://BUCKET/PREFIX.",
        param="KINORA_STORE_URL",
    )


def _s3(url: str) -> S3Store:
    # A test server or an appliance speaks plain http and has no bucket host names.
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    plain = endpoint.startswith("http://")
    return S3Store.from_url(
        url,
        client_options={"allow_http": plain},
        virtual_hosted_style_request=not endpoint,
    )


class ObjectBlobs:
    """`Blobs` over any store of obstore."""

    def __init__(self, store: LocalStore | S3Store, *, folder: Path | None) -> None:
        """Args:
        store: where the blobs are.
        folder: the local folder behind ``store``, if it is one.
        """
        self._store = store
        self._folder = folder

    def put_file(self, key: str, path: Path) -> None:
        """Large files go in parts; obstore writes beside the key and renames."""
        size, at_once = _S3_PARTS if self._folder is None else _DISK_PARTS
        with _failures(f"The store can't take {key}"):
            obstore.put(self._store, key, path, chunk_size=size, max_concurrency=at_once)

    def put_bytes(self, key: str, data: bytes) -> None:
        """Store ``data`` under ``key``."""
        with _failures(f"The store can't take {key}"):
            obstore.put(self._store, key, data)

    def info(self, key: str) -> BlobInfo | None:
        """Size and age, or None where there is no such blob."""
        try:
            meta = obstore.head(self._store, key)
        except FileNotFoundError:
            return None
        return BlobInfo(
            bytes=meta["size"], etag=meta["e_tag"], modified=meta["last_modified"].timestamp()
        )

    def read(self, key: str) -> bytes:
        """The whole blob."""
        with _failures(f"The store can't read {key}"):
            return bytes(obstore.get(self._store, key).bytes())

    def fetch(self, key: str, path: Path) -> None:
        """Write the blob to ``path``, chunk by chunk."""
        with _failures(f"The store can't read {key}"), path.open("wb") as out:
            for chunk in obstore.get(self._store, key).stream(min_chunk_size=_CHUNK):
                out.write(chunk)

    async def stream(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Bytes from ``start`` to before ``end``, in chunks."""
        stop = end
        if stop is None:
            stop = (await obstore.head_async(self._store, key))["size"]
        position = start
        while position < stop:
            upto = min(position + _CHUNK, stop)
            yield bytes(await obstore.get_range_async(self._store, key, start=position, end=upto))
            position = upto

    def local_path(self, key: str) -> Path | None:
        """Where the blob lies on this machine's disk; None when it doesn't."""
        return None if self._folder is None else self._folder / key

    def signed_url(self, key: str, *, expires: timedelta) -> str | None:
        """A URL that reads the blob without a key; None where the store has none."""
        if not isinstance(self._store, S3Store):
            return None
        return obstore.sign(self._store, "GET", key, expires)

    def delete(self, key: str) -> None:
        """Remove the blob; no error where there is none."""
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return

    def keys(self, prefix: str) -> Iterator[tuple[str, BlobInfo]]:
        """Every blob under ``prefix``."""
        for page in obstore.list(self._store, prefix=prefix):
            for meta in page:
                info = BlobInfo(
                    bytes=meta["size"],
                    etag=meta["e_tag"],
                    modified=meta["last_modified"].timestamp(),
                )
                yield meta["path"], info


@contextmanager
def _failures(what: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        raise OutputError(f"{what}: {error}.") from error
