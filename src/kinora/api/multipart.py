"""``multipart/form-data``, streamed: text to memory, files to disk, both with limits."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from kinora.api.fields import MAX_PARTS, MAX_TEXT, MAX_TEXTS, Upload, check_text, too_large
from kinora.errors import BodyError, FieldError, OutputError
from kinora.service.context import Service

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

#: Key of the ASGI scope: paths of this request's uploads, removed by the middleware.
SPOOL = "kinora.spool"
_MAX_FILENAME = 255
_TEXT_TYPES = ("text/", "application/json")  # parts of another type are files, named or not


async def read_multipart(
    request: Request,
    chunks: AsyncIterator[bytes],
    *,
    options: Mapping[bytes, bytes],
    service: Service,
) -> list[tuple[str, Any]]:
    """Names and values (str or `Upload`) of all parts, in their order.

    Args:
        request: whose scope remembers the files to remove.
        chunks: the body.
        options: parameters of the Content-Type header, ``boundary`` among them.
        service: whose data folder takes the files.

    Raises:
        BodyError: not readable (400), or a part too large (413).
        FieldError: a part's text can't be used.
        OutputError: no room for a file.
    """
    boundary = options.get(b"boundary")
    if not boundary:
        raise BodyError("The Content-Type multipart/form-data has no boundary.")
    spooled: list[Path] = request.scope.setdefault(SPOOL, [])
    folder = spool_folder(service)
    parts = _Parts(folder, spooled, max_file=service.settings.max_file)
    try:
        with closing(parts):
            parser = MultipartParser(boundary, parts.callbacks())
            async for chunk in chunks:
                parser.write(chunk)
    except FormParserError as error:
        raise BodyError(f"The multipart form can't be read: {error}.") from error
    except OSError as error:
        raise OutputError(f"The upload can't be kept in {folder}: {error}.") from error
    if not parts.ended:
        raise BodyError("The multipart form ends before its last boundary.")
    return parts.values


def spool_folder(service: Service) -> Path:
    """Where uploads lie while their request runs."""
    return service.settings.data_dir / "uploads"


class _Parts:
    """Takes the parser's callbacks, one part after the other."""

    def __init__(self, folder: Path, spooled: list[Path], *, max_file: int) -> None:
        self.values: list[tuple[str, Any]] = []
        self.ended = False
        self._folder = folder
        self._spooled = spooled
        self._max_file = max_file
        self._texts = 0  # bytes of text so far
        self._begin()

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _begin(self) -> None:
        if len(self.values) >= MAX_PARTS:
            raise BodyError(f"The form has more than {MAX_PARTS} fields.")
        self._headers: dict[str, str] = {}
        self._field = self._value = b""
        self._name = ""
        self._filename: str | None = None
        self._text = bytearray()
        self._file: BinaryIO | None = None
        self._hash = hashlib.sha256()
        self._size = 0

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._field.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._field = self._value = b""

    def _headers_finished(self) -> None:
        kind, options = parse_options_header(self._headers.get("content-disposition"))
        if kind != b"form-data" or b"name" not in options:
            raise BodyError("A part of the multipart form has no name.")
        try:
            self._name = options[b"name"].decode()
        except UnicodeDecodeError as error:
            raise BodyError("The name of a form field isn't UTF-8.") from error
        check_text(self._name, param=None)
        if b"filename" in options:
            self._filename = _last_component(options[b"filename"].decode(errors="replace"))
        elif not self._content_type.startswith(_TEXT_TYPES):
            self._filename = "upload"
        if self._filename is not None:
            self._open()

    @property
    def _content_type(self) -> str:
        return self._headers.get("content-type", "text/plain").lower()

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, path = tempfile.mkstemp(dir=self._folder)
        self._spooled.append(Path(path))
        self._file = os.fdopen(handle, "wb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        size = end - start
        self._size += size
        if self._file is None:
            self._texts += size
            if self._size > MAX_TEXT or self._texts > MAX_TEXTS:
                too_large(MAX_TEXT, what=f"The text of '{self._name}'", param=self._name)
            self._text += data[start:end]
            return
        if self._size > self._max_file:
            too_large(self._max_file, what=f"The file '{self._name}'", param=self._name)
        view = memoryview(data)[start:end]
        self._hash.update(view)
        self._file.write(view)

    def _end(self) -> None:
        if self._file is None:
            self.values.append((self._name, self._decoded()))
            return
        self._file.close()
        if self._filename == "" and self._size == 0:  # a browser's empty file chooser
            return
        upload = Upload(
            filename=self._filename or "upload",
            content_type=self._headers.get("content-type"),
            path=self._spooled[-1],
            bytes=self._size,
            sha256=self._hash.hexdigest(),
        )
        self.values.append((self._name, upload))

    def _decoded(self) -> str:
        try:
            text = self._text.decode()
        except UnicodeDecodeError as error:
            raise FieldError(
                f"Invalid value for '{self._name}': it isn't UTF-8 text.", param=self._name
            ) from error
        check_text(text, param=self._name)
        return text

    def _finish(self) -> None:
        self.ended = True


def _last_component(filename: str) -> str:
    """The name without folders: clients' paths are never trusted."""
    name = filename.replace("\\", "/").rpartition("/")[2].replace("\0", "")
    return name[:_MAX_FILENAME]
