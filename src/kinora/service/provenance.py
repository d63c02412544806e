"""Look for signs of where a file comes from: a C2PA manifest; there is no SynthID detector."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from kinora.errors import FieldError
from kinora.service.sniff import sniff_file

Signal = Literal["c2pa", "synthid"]
Validation = Literal["trusted", "valid", "invalid", "not_present"]

IMAGES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})
AUDIO = frozenset({"audio/ogg", "audio/mpeg", "audio/flac", "audio/wav", "audio/mp4"})
#: Beyond the contract: our own clips, and PDF.
OTHERS = frozenset({"video/mp4", "video/quicktime", "application/pdf"})

#: The start of a C2PA manifest store in every container that carries one: the type of its JUMBF
#: description box (ISO/IEC 19566-5) and the UUID of a store (C2PA specification 2.1, section 11.1).
_MARKER = b"jumd" + bytes.fromhex("6332706100110010800000aa00389b71")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one signal."""

    signal: Signal
    detected: bool
    detail: str  # one sentence: what was and what was not examined
    validation: Validation | None = None  # of C2PA
    issuer: str | None = None
    model: str | None = None
    generated_at: str | None = None  # RFC 3339


class ProvenanceChecker(Protocol):
    """Examines files."""

    def check(self, path: Path, mime: str) -> list[Finding]:
        """One finding per signal that files of this type can carry."""


class MarkerChecker:
    """Sees whether a C2PA manifest is there; can't verify its signature."""

    def check(self, path: Path, mime: str) -> list[Finding]:
        """Findings by the bytes of the file alone."""
        synthid = Finding(
            signal="synthid", detected=False, detail="No SynthID detector exists on this server."
        )
        if mime in AUDIO:
            return [synthid]
        c2pa = _manifest() if _contains(path, _MARKER) else _no_manifest()
        return [c2pa, synthid] if mime in IMAGES else [c2pa]


def _manifest() -> Finding:
    # The contract has no word for "not checked"; of its words only this one claims nothing good.
    return Finding(
        signal="c2pa",
        detected=True,
        validation="invalid",
        detail="A C2PA manifest is present, but no verifier is configured: its signature was not "
        "checked and must not be relied on.",
    )


def _no_manifest() -> Finding:
    return Finding(
        signal="c2pa",
        detected=False,
        validation="not_present",
        detail="The file holds no C2PA manifest; it may have been removed.",
    )


def _contains(path: Path, marker: bytes) -> bool:
    kept = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if marker in kept + chunk:
                return True
            kept = chunk[-len(marker) :]
    return False


def open_checker() -> ProvenanceChecker:
    """The checker of this installation; there is one kind so far."""
    return MarkerChecker()


def check_provenance(path: Path) -> list[Finding]:
    """Examine the file at ``path``.

    Raises:
        FieldError: its type can't carry any signal that is known here.
    """
    mime = sniff_file(path)
    if mime not in IMAGES | AUDIO | OTHERS:
        raise FieldError(
            f"Invalid file 'file': unsupported mimetype ('{mime}'). Supported are pictures (PNG, "
            "JPEG, WebP, GIF, AVIF), audio (Ogg, MP3, FLAC, WAV, M4A), MP4, MOV and PDF.",
            param="file",
            code="unsupported_file_mimetype",
        )
    return open_checker().check(path, mime)
