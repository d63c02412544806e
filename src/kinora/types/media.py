"""The arrow encoder → door: a finished file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from kinora.types.geometry import Size


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """A file on disk, complete and closed."""

    path: Path
    mime: str
    sha256: str
    size: Size
    fps: Fraction
    frame_count: int
    bytes: int

    @property
    def duration(self) -> Fraction:
        """Exact length in seconds."""
        return self.frame_count / self.fps
