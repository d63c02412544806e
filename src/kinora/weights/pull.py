"""Fetching a network: resumable, checked, and in place whole or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

from kinora.errors import InputError, ModelError, OutputError
from kinora.weights.catalogue import Entry
from kinora.weights.local import installed, model_path, record
from kinora.weights.weights import Weights, check, digest_of, weights_at

#: Told how many bytes are there, and of how many.
Told = Callable[[int, int], None]

_CHUNK: Final = 1 << 18  # bytes read at once
_SILENCE: Final = 30.0  # seconds without a byte after which a connection is given up
_TRIES: Final = 4  # connections that may break on the way, each going on where the last one ended
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def pull(
    entry: Entry,
    folder: Path,
    *,
    sha256: str | None = None,
    url: str | None = None,
    told: Told = lambda done, total: None,
) -> Weights:
    """Fetch a network into ``folder``, unless it is there already.

    Bytes go to a file beside the final one, where an interrupted download goes on.

    Args:
        entry: what to fetch.
        folder: where to; made if need be.
        sha256: what it must hash to, where the catalogue doesn't know.
        url: a mirror of the file, instead of the catalogue's address.
        told: progress.

    Raises:
        InputError: no checksum is known, another one is given, or an address isn't https.
        ModelError: it can't be fetched, or what came isn't the right file.
        OutputError: ``folder`` can't be written or has too little room.
    """
    wanted = _checksum(entry, sha256)
    address = url or entry.url
    if not _secure(address):
        raise InputError(f"{address} isn't an https address.", param="url")
    with _writing(folder):
        there = _there(entry, folder, wanted)
        if there is None:
            part = folder / f"{entry.name}.{wanted[:12]}.part"
            _fetch(address, part, size=entry.bytes, told=told)
            there = _place(entry, folder, part, sha256=wanted, origin=address)
    return there


def take(entry: Entry, folder: Path, source: Path, *, sha256: str | None = None) -> Weights:
    """Copy a network into ``folder`` from a file or folder of this machine.

    Raises:
        InputError: there is no such file, no checksum is known, or another one is given.
        ModelError: the file isn't the right one.
        OutputError: ``folder`` can't be written.
    """
    wanted = _checksum(entry, sha256)
    found = weights_at(source)
    if found.sha256 != wanted:
        raise ModelError(f"{found.path} has the SHA-256 {found.sha256}, not {wanted}.")
    with _writing(folder):
        there = _there(entry, folder, wanted)
        if there is None:
            part = folder / f"{entry.name}.{wanted[:12]}.part"
            shutil.copyfile(found.path, part)
            there = _place(entry, folder, part, sha256=wanted, origin=str(found.path))
    return there


def _checksum(entry: Entry, given: str | None) -> str:
    if entry.sha256 is None and given is None:
        raise InputError(
            f"The checksum of {entry.name} isn't known, so it isn't fetched.",
            param="sha256",
            hint="Say with --sha256 what it must be, from a source that you trust.",
        )
    if entry.sha256 and given and given != entry.sha256:
        raise InputError(
            f"The SHA-256 of {entry.name} is {entry.sha256}, not {given}.", param="sha256"
        )
    return given or entry.sha256 or ""


def _secure(url: str) -> bool:
    """Whether nobody on the way can read or change it: https, or this machine itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _there(entry: Entry, folder: Path, sha256: str) -> Weights | None:
    """What is in place already, if it is right; what is not right is fetched anew."""
    path = model_path(entry, folder)
    if not path.is_file() or digest_of(path) != sha256:
        return None
    if not path.with_suffix(".json").is_file():
        record(entry, folder, sha256=sha256, origin="found in place")
    return installed(entry, folder)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise OutputError(f"{folder} can't be written: {error.strerror or error}.") from error


def _place(entry: Entry, folder: Path, part: Path, *, sha256: str, origin: str) -> Weights:
    found = _hash(part)
    if found != sha256:
        part.unlink()
        raise ModelError(
            f"What came for {entry.name} has the SHA-256 {found}, not {sha256}; it was thrown away."
        )
    record(entry, folder, sha256=sha256, origin=origin)
    part.replace(model_path(entry, folder))
    there = installed(entry, folder)
    if there is None:
        raise ModelError(f"{model_path(entry, folder)} vanished while it was put in place.")
    check(there)
    return there


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(url: str, part: Path, *, size: int, told: Told) -> None:
    """Write what is at ``url`` to ``part``, going on where that ends.

    Raises:
        ModelError: the server can't be reached, refuses, or sends more or less than ``size``.
    """
    for left in reversed(range(_TRIES)):
        try:
            _fetch_once(url, part, size=size, told=told)
            return
        except urllib.error.HTTPError as error:
            raise ModelError(f"{url} answered {error.code} {error.reason}.") from error
        except (http.client.HTTPException, urllib.error.URLError) as error:
            reason = getattr(error, "reason", "") or error
            if left == 0:
                raise ModelError(
                    f"{url} can't be fetched: {reason}.",
                    hint="The same command goes on where this one stopped.",
                ) from error


def _fetch_once(url: str, part: Path, *, size: int, told: Told) -> None:
    start = part.stat().st_size if part.is_file() else 0
    if start == size:
        return
    if start > size:
        start = 0
    request = urllib.request.Request(url, headers={"Accept-Encoding": "identity"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    with _OPENER.open(request, timeout=_SILENCE) as answer:
        goes_on = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        start = start if goes_on else 0
        length = answer.headers.get("Content-Length", "")
        if length.isdecimal() and start + int(length) != size:
            raise ModelError(f"{url} has {start + int(length)} bytes, not {size}.")
        _check_room(part.parent, size - start)
        with part.open("ab" if goes_on else "wb") as file:
            _copy(answer, file, done=start, size=size, told=told)


def _copy(answer: IO[bytes], file: IO[bytes], *, done: int, size: int, told: Told) -> None:
    told(done, size)
    while block := _read(answer):
        done += len(block)
        if done > size:
            raise ModelError(f"The server sends more than the {size} bytes of the file.")
        file.write(block)
        told(done, size)
    file.flush()
    os.fsync(file.fileno())
    if done < size:
        raise urllib.error.URLError("the connection ended too soon")


def _read(answer: IO[bytes]) -> bytes:
    """The next bytes; a connection's trouble is told from the disk's."""
    try:
        return answer.read(_CHUNK)
    except OSError as error:
        raise urllib.error.URLError(error) from error


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise OutputError(f"{folder} has room for {free} bytes, but {needed} are needed.")


class _SecureRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to secure addresses only."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """The request to follow with.

        Raises:
            ModelError: the address isn't secure.
        """
        if not _secure(newurl):
            raise ModelError(f"{req.full_url} leads to {newurl}, which isn't https.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER: Final = urllib.request.build_opener(_SecureRedirects)
