"""What a file is, by its first bytes; what its sender calls it is never trusted."""

from __future__ import annotations

from pathlib import Path

#: Bytes that `sniff` wants to see.
HEAD = 512

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),  # frames of MP3 without a tag
    (b"\xff\xf3", "audio/mpeg"),
)
#: Major brands of the ISO base media file format (ISO/IEC 14496-12); any other is MP4.
_BRANDS: dict[bytes, str] = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}
_RIFF: dict[bytes, str] = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}

VIDEOS = frozenset({"video/mp4", "video/quicktime", "video/webm"})


def sniff(head: bytes) -> str:
    """The MIME type of a file that starts with ``head``; unknown: ``application/octet-stream``."""
    for start, mime in _STARTS:
        if head.startswith(start):
            return mime
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "application/octet-stream")
    return "text/plain" if _is_text(head) else "application/octet-stream"


def sniff_file(path: Path) -> str:
    """The MIME type of the file at ``path``."""
    with path.open("rb") as stream:
        return sniff(stream.read(HEAD))


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # else the cut went through a character
            return False
        text = head[: error.start].decode()
    return bool(text) and not any(c < " " and c not in "\t\n\r\f" for c in text)
