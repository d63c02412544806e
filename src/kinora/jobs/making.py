"""One video made from its description: what the render child does, free of queues and databases."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kinora.arguments import fps_of, seconds_of, size_of
from kinora.encode.spritesheet import CELL_SIDE, encode_spritesheet, spritesheet_indices
from kinora.encode.stills import scaled, stills
from kinora.encode.thumbnail import THUMBNAIL_SIDE, encode_thumbnail, thumbnail_index
from kinora.errors import InputError
from kinora.files import write_file
from kinora.pipeline import MadeClip, Parts, make_clip
from kinora.settings import load_settings
from kinora.types.geometry import Size
from kinora.types.plan import Lang, ShotPlan
from kinora.types.report import Report
from kinora.types.request import ClipRequest, Progress
from kinora.types.video import MIME, Variant, VideoSpec
from kinora.wiring import build_parts


class SourceVideo(BaseModel):
    """A video that the new one is made from.

    ``plan`` is None for an uploaded video and for a stitch; then ``clip`` must be there.
    ``clip`` isn't read where the plan says it all (remix, edit, extension of a planned video).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    clip: Path | None = None  # its MP4
    plan: ShotPlan | None = None
    report: Report | None = None


class RenderTask(BaseModel):
    """Everything that one render needs; JSON, so that it can be handed to a child process.

    Attributes:
        spec: what was asked for. ``size``, ``fps``, ``quality``, ``fit`` and ``seed`` are used as
            they stand, so for a remix, edit or extension they are those of the source.
            ``seconds``: of a create its length; of a remix or edit None for the source's own; of
            an extension the length of the new part, None for what its words add up to; of a stitch
            unused.
        picture: the photo's file: the source's own for a remix, edit or extension of a planned
            video. None for a stitch, and for what is made from an uploaded video.
        picture_is_default: the caller brought no picture, and the installation's own is used.
        sources: one for a remix, edit or extension, two or more for a stitch, in order.
        lang: of the report where no words tell the language.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    spec: VideoSpec
    picture: Path | None = None
    picture_is_default: bool = False
    sources: tuple[SourceVideo, ...] = ()
    lang: Lang = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """A complete file of a video."""

    path: Path
    mime: Literal["video/mp4", "image/webp", "image/jpeg"]
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeVideo:
    """What was made; ``plan`` is None for a stitch, which follows several."""

    video: MadeFile
    thumbnail: MadeFile
    spritesheet: MadeFile
    plan: ShotPlan | None
    report: Report
    size: Size
    fps: Fraction
    frame_count: int

    @property
    def duration(self) -> Fraction:
        """Exact length in seconds."""
        return self.frame_count / self.fps

    def files(self) -> dict[Variant, MadeFile]:
        """The files by their names on the wire."""
        return {
            "video": self.video,
            "thumbnail": self.thumbnail,
            "spritesheet": self.spritesheet,
        }


def make_video(
    task: RenderTask, folder: Path, progress: Progress, *, parts: Parts | None = None
) -> MadeVideo:
    """Make the video of ``task`` in ``folder``: video.mp4, thumbnail.webp and spritesheet.jpg.

    Deterministic: the same task makes the same frames, so a job that is run again after a crash
    makes the same video. Files that are there already are replaced.

    Args:
        task: what to make.
        folder: where; it exists.
        progress: told about stages ``plan``, ``scene`` and ``render``; may raise to cancel.
        parts: engine and encoders; None builds them from the settings in the environment.

    Raises:
        KinoraError: any of its branches; nothing half-written stays behind.
    """
    parts = parts or build_parts(load_settings())
    made = _create(task, folder / "video.mp4", progress, parts)
    return _with_pictures(made, folder)


def _create(task: RenderTask, output: Path, progress: Progress, parts: Parts) -> MadeClip:
    return make_clip(_request(task), parts, output, progress)


def _request(task: RenderTask) -> ClipRequest:
    spec = task.spec
    if task.picture is None:
        raise InputError("A picture is needed: the clip is made from it.", param="input_reference")
    return ClipRequest(
        image=task.picture,
        prompt=spec.prompt,
        plan=spec.plan,
        seconds=seconds_of(spec.seconds),
        size=size_of(spec.size),
        fps=fps_of(spec.fps),
        seed=spec.seed,
        quality=spec.quality,
        fit=spec.fit,
        strict=spec.strict,
    )


def _with_pictures(made: MadeClip, folder: Path) -> MadeVideo:
    """The video with its thumbnail and sprite sheet, made in one pass through the file."""
    media = made.media
    middle, cells = thumbnail_index(media.frame_count), spritesheet_indices(media.frame_count)
    grid = []
    thumbnail = folder / "thumbnail.webp"
    for index, frame in stills(media.path, {middle, *cells}):
        if index == middle:
            write_file(thumbnail, encode_thumbnail(scaled(frame, longest=THUMBNAIL_SIDE)))
        if index in cells:
            grid.append(scaled(frame, longest=CELL_SIDE))
    spritesheet = folder / "spritesheet.jpg"
    write_file(spritesheet, encode_spritesheet(grid))
    return MadeVideo(
        video=MadeFile(path=media.path, mime="video/mp4", bytes=media.bytes, sha256=media.sha256),
        thumbnail=_file(thumbnail, "thumbnail"),
        spritesheet=_file(spritesheet, "spritesheet"),
        plan=made.plan,
        report=made.report,
        size=media.size,
        fps=media.fps,
        frame_count=media.frame_count,
    )


def _file(path: Path, variant: Variant) -> MadeFile:
    data = path.read_bytes()
    return MadeFile(
        path=path,
        mime=MIME[variant],  # type: ignore[arg-type]
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
