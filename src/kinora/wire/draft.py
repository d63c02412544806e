"""What a request asks for, checked, before anything is looked up, fetched or stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from kinora.types.video import MaskSpec, Stitch, VideoSpec


@runtime_checkable
class Uploaded(Protocol):
    """A file part of a request, spooled to disk."""

    @property
    def filename(self) -> str:
        """The client's name for it; never used as a path."""

    @property
    def content_type(self) -> str | None:
        """The client's claim; never trusted."""

    @property
    def path(self) -> Path:
        """Where its bytes lie until the request is answered."""

    @property
    def bytes(self) -> int:
        """Its length."""

    @property
    def sha256(self) -> str:
        """Of its bytes, hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReference:
    """A picture uploaded before, by its id."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlReference:
    """A file at an ``http(s)://`` URL, or inside a ``data:`` URL; ``key`` is where it was told."""

    url: str
    key: str = "image_url"


Reference: TypeAlias = Uploaded | FileReference | UrlReference


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskDraft:
    """A mask; ``spec`` lacks its picture where ``image`` names one."""

    spec: MaskSpec
    image: Reference | None = None


#: Sound files by the part of `AudioSpec` that they are for: "music", "voice_over".
Sounds: TypeAlias = Mapping[str, Reference]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDraft:
    """A clip from a picture. ``spec`` lacks its input; ``size`` None is the picture's shape."""

    spec: VideoSpec
    reference: Reference | None
    masks: tuple[MaskDraft, ...] = ()
    sounds: Sounds = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionDraft:
    """A clip from another one. ``changes`` are fields of the source's `VideoSpec` to replace."""

    kind: Literal["remix", "edit", "extension"]
    source: str | Uploaded  # id of a video or of a file, or a clip that was handed in
    changes: Mapping[str, Any]
    masks: tuple[MaskDraft, ...] | None = None  # None: the source's
    sounds: Sounds = field(default_factory=dict)

    @property
    def brings_clip(self) -> bool:
        """Whether the source is a clip that was handed in, now or as a file before."""
        return not isinstance(self.source, str) or self.source.startswith("file-")


@dataclass(frozen=True, slots=True, kw_only=True)
class StitchDraft:
    """Several clips joined to one."""

    source_ids: tuple[str, ...]
    stitch: Stitch


Draft: TypeAlias = CreateDraft | RevisionDraft | StitchDraft
