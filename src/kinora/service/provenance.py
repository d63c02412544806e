"""Look for signs of where a file comes from: manifests, and this installation's invisible mark.

Files are examined in a process of their own (`kinora.provenance.child`). There is no SynthID
detector.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from kinora.errors import FieldError
from kinora.records import marked
from kinora.service.context import Service
from kinora.service.sniff import sniff_file
from kinora.settings import Settings

Signal = Literal["c2pa", "synthid", "kinora_mark"]
Validation = Literal["trusted", "valid", "invalid", "not_present"]

IMAGES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})
AUDIO = frozenset({"audio/ogg", "audio/mpeg", "audio/flac", "audio/wav", "audio/mp4"})
#: Beyond the contract: our own clips, and PDF.
VIDEOS = frozenset({"video/mp4", "video/quicktime"})
OTHERS = VIDEOS | {"application/pdf"}

_TIMEOUT: Final = 120.0  # seconds

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
    clip_id: str | None = None  # of the invisible mark
    known_here: bool | None = None  # whether this installation's registry has that clip


class ProvenanceChecker(Protocol):
    """Examines files."""

    def check(self, path: Path, mime: str) -> list[Finding]:
        """One finding per signal that files of this type can carry."""


@dataclass(frozen=True, slots=True)
class ChildChecker:
    """Has files examined by a child process."""

    settings: Settings

    def check(self, path: Path, mime: str) -> list[Finding]:
        """Findings of the library for manifests, and of our own detector."""
        synthid = Finding(
            signal="synthid", detected=False, detail="No SynthID detector exists on this server."
        )
        if mime in AUDIO:
            return [synthid]
        found = _examined(path, mime, self.settings)
        findings = [_of_manifest(found.get("manifest"), path)]
        if mime in IMAGES:
            findings.append(synthid)
        if mime in IMAGES | VIDEOS:
            findings.append(_of_mark(found.get("mark")))
        return findings


def _examined(path: Path, mime: str, settings: Settings) -> dict[str, Any]:
    """What the child found; empty where it failed, whatever the file did to it."""
    places = {
        "KINORA_DATA_DIR": str(settings.data_dir),
        "KINORA_CACHE_DIR": str(settings.cache_dir),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kinora.provenance.child", str(path), mime],
            env=os.environ | places,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=True,
        )
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _of_manifest(found: dict[str, Any] | None, path: Path) -> Finding:
    if found is None or found["problems"] == ["unreadable"]:
        return _unreadable() if _contains(path, _MARKER) else _no_manifest()
    if found["state"] == "absent":
        return _no_manifest()
    model = (found["render"] or {}).get("engine")
    return Finding(
        signal="c2pa",
        detected=True,
        validation=found["state"],
        detail=found["detail"],
        issuer=found["issuer"],
        model=f"{found['generator']}, {model}" if model else found["generator"],
        generated_at=found["generated_at"],
    )


def _unreadable() -> Finding:
    return Finding(
        signal="c2pa",
        detected=True,
        validation="invalid",
        detail="There is something like a C2PA manifest, but it can't be read and must not be "
        "relied on.",
    )


def _no_manifest() -> Finding:
    return Finding(
        signal="c2pa",
        detected=False,
        validation="not_present",
        detail="The file holds no C2PA manifest; it may have been removed.",
    )


def _of_mark(found: dict[str, Any] | None) -> Finding:
    if found is None:
        return Finding(
            signal="kinora_mark",
            detected=False,
            detail="The file can't be decoded, so it wasn't looked at for invisible marks.",
        )
    known = found["known"]
    return Finding(
        signal="kinora_mark",
        detected=found["state"] in ("read", "present"),
        detail=found["detail"],
        clip_id=found["clip_id"],
        generated_at=known[0]["made_at"] if known else None,
        known_here=bool(known) if found["clip_id"] else None,
    )


def _contains(path: Path, marker: bytes) -> bool:
    kept = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if marker in kept + chunk:
                return True
            kept = chunk[-len(marker) :]
    return False


def open_checker(settings: Settings) -> ProvenanceChecker:
    """The checker of this installation; there is one kind so far."""
    return ChildChecker(settings)


def check_provenance(path: Path, service: Service) -> list[Finding]:
    """Examine the file at ``path``; its number is looked up among all that the service made.

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
    found = open_checker(service.settings).check(path, mime)
    return [_looked_up(service, finding) for finding in found]


def _looked_up(service: Service, finding: Finding) -> Finding:
    """What any machine of the service made, not this one alone."""
    if finding.clip_id is None or finding.known_here:
        return finding
    with service.database.read() as connection:
        row = marked.first(connection, finding.clip_id)
    if row is None:
        return finding
    made_at = datetime.fromtimestamp(row.made_at, UTC).isoformat(timespec="seconds")
    return replace(finding, known_here=True, generated_at=made_at)
