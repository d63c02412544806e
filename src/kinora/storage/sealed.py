"""Uploads at rest: sealed before they reach the store, opened on the way out.

A sealed blob is `MAGIC`, then pieces of up to 1 MiB, each with its length (4 bytes, big-endian) and
a Fernet token (AES-128-CBC and HMAC-SHA256; https://github.com/fernet/spec), written as bytes. What
a token holds begins with the number of the piece and whether it is the last, so that pieces can't
be swapped or cut off unnoticed. Blobs that were stored in clear are still read.
"""

from __future__ import annotations

import base64
import struct
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import chain, pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from kinora.errors import OutputError
from kinora.storage.blobs import BlobInfo, Blobs

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

MAGIC: Final = b"KINORA\x01\n"
#: What callers hand in; what is made of it isn't sealed.
PREFIXES: Final = ("inputs/", "files/", "characters/")
_PIECE = 1 << 20
_HEAD = struct.Struct(">I?")  # number of the piece, whether it is the last
_LENGTH = struct.Struct(">I")
_SETTING = "KINORA_SECRET_KEYS"


class SealedBlobs:
    """`Blobs` that seals what lies under `PREFIXES`."""

    def __init__(self, blobs: Blobs, keys: Sequence[str]) -> None:
        """Args:
        blobs: where everything is stored.
        keys: 32 bytes each, in URL-safe base64: the first seals, all open.
        """
        from cryptography.fernet import Fernet, MultiFernet  # megabytes: only where it is used

        self._blobs = blobs
        self._cipher = MultiFernet([Fernet(key) for key in keys])

    def put_file(self, key: str, path: Path) -> None:
        """Store the file at ``path`` under ``key``."""
        if not key.startswith(PREFIXES):
            self._blobs.put_file(key, path)
            return
        with tempfile.TemporaryDirectory(prefix="kinora-") as folder:
            sealed = Path(folder) / "sealed"
            with path.open("rb") as source, sealed.open("wb") as out:
                out.writelines(_seal(_pieces(source), self._cipher))
            self._blobs.put_file(key, sealed)

    def put_bytes(self, key: str, data: bytes) -> None:
        """Store ``data`` under ``key``."""
        if key.startswith(PREFIXES):
            pieces = [data[i : i + _PIECE] for i in range(0, len(data), _PIECE)] or [b""]
            data = b"".join(_seal(pieces, self._cipher))
        self._blobs.put_bytes(key, data)

    def info(self, key: str) -> BlobInfo | None:
        """As stored: what is sealed is a little longer."""
        return self._blobs.info(key)

    def read(self, key: str) -> bytes:
        """The whole blob, opened.

        Raises:
            OutputError: no key fits, or it was changed.
        """
        data = self._blobs.read(key)
        return b"".join(_Opener(self._cipher, key).feed_all(data))

    def fetch(self, key: str, path: Path) -> None:
        """Write the blob to ``path``, opened.

        Raises:
            OutputError: no key fits, or it was changed.
        """
        self._blobs.fetch(key, path)
        with path.open("rb") as stream:
            if not key.startswith(PREFIXES) or stream.read(len(MAGIC)) != MAGIC:
                return
        beside = path.with_name(path.name + ".open")
        opener = _Opener(self._cipher, key)
        with path.open("rb") as source, beside.open("wb") as out:
            for piece in _pieces(source):
                out.writelines(opener.feed(piece))
            opener.end()
        beside.replace(path)

    async def stream(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Bytes from ``start`` to before ``end`` of what was handed in, in chunks."""
        if not key.startswith(PREFIXES):
            async for chunk in self._blobs.stream(key, start=start, end=end):
                yield chunk
            return
        opener, position = _Opener(self._cipher, key), 0
        async for chunk in self._blobs.stream(key):
            for piece in opener.feed(chunk):
                wanted = piece[max(0, start - position) : None if end is None else end - position]
                position += len(piece)
                if wanted:
                    yield wanted
                if end is not None and position >= end:
                    return
        opener.end()

    def local_path(self, key: str) -> Path | None:
        """None for what is sealed."""
        return None if key.startswith(PREFIXES) else self._blobs.local_path(key)

    def signed_url(self, key: str, *, expires: timedelta) -> str | None:
        """None for what is sealed."""
        if key.startswith(PREFIXES):
            return None
        return self._blobs.signed_url(key, expires=expires)

    def delete(self, key: str) -> None:
        """Remove the blob; no error where there is none."""
        self._blobs.delete(key)

    def keys(self, prefix: str) -> Iterator[tuple[str, BlobInfo]]:
        """Every blob under ``prefix``."""
        return self._blobs.keys(prefix)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """At least one piece, which may be empty."""
    piece = stream.read(_PIECE)
    while True:
        yield piece
        piece = stream.read(_PIECE)
        if not piece:
            return


def _seal(pieces: Iterable[bytes], cipher: MultiFernet) -> Iterator[bytes]:
    yield MAGIC
    for number, (piece, after) in enumerate(pairwise(chain(pieces, [None]))):
        content = _HEAD.pack(number, after is None) + (piece or b"")
        token = base64.urlsafe_b64decode(cipher.encrypt(content))
        yield _LENGTH.pack(len(token)) + token


class _Opener:
    """Opens a blob that comes in chunks."""

    def __init__(self, cipher: MultiFernet, key: str) -> None:
        self._cipher, self._key = cipher, key
        self._rest = b""
        self._is_sealed: bool | None = None  # not known yet
        self._number, self._is_over = 0, False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What can be opened so far."""
        self._rest += chunk
        if self._is_sealed is None and len(self._rest) >= len(MAGIC):
            self._is_sealed = self._rest.startswith(MAGIC)
            if self._is_sealed:
                self._rest = self._rest[len(MAGIC) :]
        if self._is_sealed is False:
            rest, self._rest = self._rest, b""
            yield rest
        while self._is_sealed and len(self._rest) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._rest)
            if len(self._rest) < _LENGTH.size + length:
                return
            token = self._rest[_LENGTH.size : _LENGTH.size + length]
            self._rest = self._rest[_LENGTH.size + length :]
            yield self._opened(token)

    def feed_all(self, data: bytes) -> Iterator[bytes]:
        """The whole of a blob."""
        yield from self.feed(data)
        if self._is_sealed is None:  # shorter than the magic
            yield self._rest
            return
        self.end()

    def end(self) -> None:
        """Check that nothing is missing."""
        if self._is_sealed and (self._rest or not self._is_over):
            raise self._damaged()

    def _opened(self, token: bytes) -> bytes:
        from cryptography.fernet import InvalidToken

        try:
            content = self._cipher.decrypt(base64.urlsafe_b64encode(token))
        except InvalidToken as error:
            raise self._damaged() from error
        number, is_last = _HEAD.unpack_from(content)
        if number != self._number or self._is_over:
            raise self._damaged()
        self._number, self._is_over = number + 1, is_last
        return content[_HEAD.size :]

    def _damaged(self) -> OutputError:
        return OutputError(
            f"The sealed blob {self._key} can't be opened: it was changed, or {_SETTING} lacks the "
            "key that sealed it.",
            param=_SETTING,
        )
