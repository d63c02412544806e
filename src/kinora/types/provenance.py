"""What a finished clip can say about itself: where it comes from, and which marks it carries."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from kinora.types.geometry import Size
from kinora.types.plan import ShotPlan

#: How the pixels came about: ``reprojected``: the photo's own pixels and what code put behind them;
#: ``composite``: with elements that code made (rain, light, sound); ``generated``: invented by a
#: learned video model. Learned pixels behind a reprojection are told by `Origin.learned_pixels`.
Making = Literal["reprojected", "composite", "generated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a clip is made of and how."""

    plan: ShotPlan | None  # None where clips were joined
    engine: str
    making: Making = "reprojected"
    learned_pixels: bool = False  # a network completes what things hide
    photo: bytes | None = None  # its file as it came in, or a PNG of it; None: there was none
    photo_sha256: str | None = None
    parents: tuple[Path, ...] = ()  # clips that it changes, continues or joins, in order
    pictures_kept: bool = False  # its pictures are its only parent's, copied: the sound is new
    size: Size
    fps: Fraction
    frame_count: int
    quality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Which marks a file carries."""

    clip_id: str  # 12 hexadecimal digits, also the invisible mark's
    signed: bool  # has a C2PA manifest
    visible_mark: bool
    invisible_mark: bool
    ephemeral: bool = False  # signed with a key that isn't kept
