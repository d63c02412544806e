"""Stored files over HTTP: strong ETags, ranges, conditions (RFC 9110), HEAD, redirects to S3."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import formatdate
from typing import Final

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from kinora.service.content import StoredContent
from kinora.storage.blobs import Blobs

#: How long a URL that reads the store without a key is good for.
URL_LIFETIME: Final = timedelta(hours=1)
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def content_response(
    request: Request, content: StoredContent, blobs: Blobs, *, redirect: bool = True
) -> Response:
    """The file, a part of it, or word that the client has it.

    ``redirect`` sends clients to a signed URL where the store has such.

    Raises:
        HTTPException: 416, the range lies outside the file.
    """
    headers = {
        "etag": content.etag,
        "accept-ranges": "bytes",
        "cache-control": "private, no-cache",
        "last-modified": formatdate(content.modified, usegmt=True),
    }
    if _is_known(request.headers, content.etag):
        return Response(status_code=304, headers=headers)
    headers["content-disposition"] = f'inline; filename="{content.filename}"'
    start, end, status = 0, content.bytes, 200
    wanted = request.headers.get("range")
    # HEAD says what GET would, without a range: that is defined for GET alone.
    if wanted is not None and request.method == "GET" and _is_current(request.headers, headers):
        found = byte_range(wanted, content.bytes)
        if found is not None:
            start, end = found
            status = 206
            headers["content-range"] = f"bytes {start}-{end - 1}/{content.bytes}"
    headers["content-length"] = str(end - start)
    if request.method == "HEAD":
        return Response(headers=headers, media_type=content.mime)
    url = blobs.signed_url(content.key, expires=URL_LIFETIME) if redirect else None
    if url is not None:
        return RedirectResponse(url, status_code=307, headers={"cache-control": "no-store"})
    chunks = blobs.stream(content.key, start=start, end=end)
    return StreamingResponse(chunks, status, headers, media_type=content.mime)


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of the one range that ``header`` asks for.

    None where the whole file is the answer: another unit, several ranges, or no valid range
    (RFC 9110, 14.2: such a header is ignored).

    Raises:
        HTTPException: 416, the range lies outside the file.
    """
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":  # the last so many bytes
        start, end = max(0, size - int(match[2])), size
    else:
        start = int(match[1])
        end = min(size, int(match[2]) + 1) if match[2] else size
        if match[2] and int(match[2]) < start:
            return None
    if start >= size:
        raise HTTPException(
            416,
            f"The range lies outside the file of {size} bytes.",
            headers={"content-range": f"bytes */{size}"},
        )
    return start, end


def _is_known(headers: Mapping[str, str], etag: str) -> bool:
    """If-None-Match, by weak comparison."""
    known = headers.get("if-none-match")
    if known is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return "*" in tags or etag in tags


def _is_current(request: Mapping[str, str], own: Mapping[str, str]) -> bool:
    """If-Range, by strong comparison: a part is only good for who has the same file's rest."""
    condition = request.get("if-range")
    return condition is None or condition.strip() in (own["etag"], own["last-modified"])
