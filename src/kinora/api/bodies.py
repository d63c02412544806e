"""A request's body as one nested value, whatever its encoding.

JSON, ``multipart/form-data`` (with or without files, chunked or not) and URL-encoded forms all end
as `Fields`. Files go to disk while they arrive, and are hashed on the way; the middleware removes
them after the answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect

from kinora.api.brackets import nest, read_json_strings
from kinora.api.fields import MAX_PARTS, MAX_TEXTS, Encoding, Fields, Upload, check_text, too_large
from kinora.api.multipart import read_multipart
from kinora.errors import BodyError
from kinora.service.context import Service

__all__ = ["Fields", "Upload", "read_fields"]

_UNTYPED = (b"", b"application/x-www-form-urlencoded")


async def read_fields(request: Request) -> Fields:
    """Read the whole body.

    Raises:
        BodyError: not readable (400), too slow (408), too large (413), of another type (415).
        FieldError: a field's name or text can't be used.
        OutputError: no room for an uploaded file.
    """
    service: Service = request.app.state.service
    settings = service.settings
    try:
        async with asyncio.timeout(settings.request_timeout):
            encoding, content = await _read(request, service)
    except TimeoutError as error:
        raise BodyError(
            f"The body didn't arrive within {settings.request_timeout:g} seconds.", status=408
        ) from error
    except ClientDisconnect as error:
        raise BodyError("The connection was closed before the body was complete.") from error
    content = read_json_strings(content)
    if isinstance(prompt := content.get("prompt"), str):
        request.state.prompt = prompt  # for the log, if settings.log_prompts
    return Fields(content=content, encoding=encoding, sha256=_digest(request.url.path, content))


async def _read(request: Request, service: Service) -> tuple[Encoding, dict[str, Any]]:
    header = request.headers.get("content-type", "")
    kind, options = parse_options_header(header)
    limit = service.settings.max_body
    _check_encoding_and_length(request, limit=limit)
    if kind == b"multipart/form-data":
        chunks = _limited(request, limit=limit)
        return "form", nest(await read_multipart(request, chunks, options=options, service=service))
    text = b"".join([chunk async for chunk in _limited(request, limit=min(limit, MAX_TEXTS))])
    is_json = kind == b"application/json" or kind.endswith(b"+json")
    # curl -d says "urlencoded" whatever it sends, and some send no type at all.
    if is_json or (kind in _UNTYPED and text.lstrip()[:1] in (b"{", b"")):
        return "json", _object(text)
    if kind == b"application/x-www-form-urlencoded":
        return "form", nest(_pairs(text))
    raise BodyError(
        f"The content type {header[:80]!r} can't be read: send application/json or "
        "multipart/form-data.",
        status=415,
    )


def _check_encoding_and_length(request: Request, *, limit: int) -> None:
    coding = request.headers.get("content-encoding", "identity")
    if coding != "identity":
        raise BodyError(
            f"The content encoding {coding[:40]!r} can't be read: send the body as it is.",
            status=415,
        )
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        too_large(limit)


async def _limited(request: Request, *, limit: int) -> AsyncIterator[bytes]:
    """The body's chunks, up to ``limit`` bytes in all."""
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > limit:
            too_large(limit)
        yield chunk


def _object(text: bytes) -> dict[str, Any]:
    if not text.strip():  # a DELETE or POST that announces JSON and sends nothing
        return {}
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BodyError(f"The body can't be read as JSON: {_reason(error)}.") from error
    if not isinstance(value, dict):
        raise BodyError("The body must be a JSON object.")
    check_strings(value)
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} isn't JSON")


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "it isn't UTF-8"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def check_strings(value: Any, *, param: str | None = None) -> None:
    """Refuse text that a database can't hold: JSON can spell NUL and halves of characters.

    Raises:
        FieldError: a string or name within ``value`` is such a text.
    """
    if isinstance(value, str):
        check_text(value, param=param)
    elif isinstance(value, dict):
        for name, inner in value.items():
            check_text(name, param=param)
            check_strings(inner, param=param or name)
    elif isinstance(value, list):
        for inner in value:
            check_strings(inner, param=param)


def _pairs(text: bytes) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(
            text.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARTS
        )
    except ValueError as error:
        raise BodyError(f"The form can't be read: {_reason(error)}.") from error
    for name, value in pairs:
        check_text(name, param=None)
        check_text(value, param=name)
    return pairs


def _digest(path: str, content: Mapping[str, Any]) -> str:
    def plain(value: Any) -> Any:
        return {"sha256": value.sha256, "bytes": value.bytes}

    route = path.partition("/v1/")[2]
    text = json.dumps([route, content], sort_keys=True, ensure_ascii=False, default=plain)
    return hashlib.sha256(text.encode()).hexdigest()
