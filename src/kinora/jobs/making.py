"""One video made from its description: what the render child does, free of queues and databases."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal

from kinora.encode.join import join_clips
from kinora.encode.reader import even_size, last_picture, read_facts
from kinora.encode.spritesheet import CELL_SIDE, encode_spritesheet, spritesheet_indices
from kinora.encode.stills import scaled, stills
from kinora.encode.thumbnail import THUMBNAIL_SIDE, encode_thumbnail, thumbnail_index
from kinora.errors import InputError
from kinora.files import write_file
from kinora.jobs.planned import write_planned
from kinora.jobs.reading import (
    RenderTask,
    SourceVideo,
    as_create,
    clip_request,
    goes_on_from_clip,
    notes_of,
    plan_task,
    same_pictures,
    source_of,
)
from kinora.jobs.stems import zip_stems
from kinora.pipeline import Parts, make_clip
from kinora.provenance.sealing import Finish, Provenance
from kinora.scene.sprite import read_sprite
from kinora.settings import load_settings
from kinora.types.character import Sprite
from kinora.types.geometry import Size
from kinora.types.media import MediaFile
from kinora.types.plan import ShotPlan
from kinora.types.policy import Verdict
from kinora.types.provenance import Origin, Sealed
from kinora.types.rendition import Rendition
from kinora.types.report import Report
from kinora.types.request import ClipRequest, Progress
from kinora.types.video import MIME, Stitch, Variant
from kinora.wiring import build_parts

_SUBTITLES: Final = "subtitles.vtt"
_STEMS: Final = "stems"  # the folder of the sound's parts, until they are one file


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """A complete file of a video."""

    path: Path
    mime: Literal["video/mp4", "image/webp", "image/jpeg", "text/vtt", "application/zip"]
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeVideo:
    """What was made; ``plan`` is None where the clip was joined from others."""

    video: MadeFile
    thumbnail: MadeFile
    spritesheet: MadeFile
    subtitles: MadeFile | None  # of its spoken lines; None: there are none, or it was joined
    stems: MadeFile | None  # the parts of its mix; None: there are none, or nobody asked for them
    plan: ShotPlan | None
    report: Report
    size: Size
    fps: Fraction
    frame_count: int
    checks: tuple[Verdict, ...] = ()  # of pictures that were looked at
    clip_id: str | None = None  # the number in its invisible mark; None: it has none

    @property
    def duration(self) -> Fraction:
        """Exact length in seconds."""
        return self.frame_count / self.fps

    def files(self) -> dict[Variant, MadeFile]:
        """The files by their names on the wire."""
        found: dict[Variant, MadeFile] = {
            "video": self.video,
            "thumbnail": self.thumbnail,
            "spritesheet": self.spritesheet,
        }
        if self.subtitles is not None:
            found["subtitles"] = self.subtitles
        if self.stems is not None:
            found["stems"] = self.stems
        return found


def make_video(
    task: RenderTask, folder: Path, progress: Progress, *, parts: Parts | None = None
) -> MadeVideo:
    """Make the video of ``task`` in ``folder``: video.mp4, thumbnail.webp, spritesheet.jpg,
    subtitles.vtt where lines are spoken, and stems.zip where its sound is to come in parts.

    Before the picture is looked at, what is planned is written to ``folder``, for
    `kinora.jobs.planned.read_planned`.

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
    output = folder / "video.mp4"
    write_planned(folder, *plan_task(task, parts.engine.capabilities()))
    progress("plan", 1, 1)
    if task.spec.kind == "stitch":
        made = _stitched(task, output, progress, parts)
    elif goes_on_from_clip(task):
        made = _continued_clip(task, output, progress, parts)
    else:
        request = request_of(task, folder)
        apart = folder / _STEMS if task.spec.audio.stems else None
        sound = replace(request.sound, subtitles=folder / _SUBTITLES, stems=apart)
        request = replace(request, parents=_parents(task), sound=sound)
        clip = make_clip(request, parts, output, progress)
        made = _Made(
            media=clip.media,
            plan=clip.plan,
            report=clip.report,
            sealed=clip.sealed,
            subtitles=_with_lines(folder / _SUBTITLES),
            stems=None if apart is None else zip_stems(apart),
        )
    report = made.report.amended((), notes=notes_of(task, made.report.lang))
    return _with_pictures(replace(made, report=report), folder, parts.provenance)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A finished clip; ``plan`` is None where it follows several."""

    media: MediaFile
    plan: ShotPlan | None
    report: Report
    sealed: Sealed | None = None
    subtitles: Path | None = None
    stems: Path | None = None


def _with_lines(path: Path) -> Path | None:
    """A WebVTT file, where it has any line; else it is removed."""
    if "-->" in path.read_text("utf-8"):
        return path
    path.unlink()
    return None


# -- from a picture -------------------------------------------------------------------------------


def request_of(task: RenderTask, folder: Path) -> ClipRequest:
    """The clip to make of the task's picture; files that it brings are written to ``folder``.

    Raises:
        InputError: there is no picture, or it can't be read, or what is asked for can't be used.
    """
    if task.picture is None:
        raise InputError("A picture is needed: the clip is made from it.", param="input_reference")
    request = clip_request(task, _picture(task.picture))
    sound = replace(
        request.sound,
        models=load_settings().models_dir,
        audio=_own_sound(task.spec.audio.music, folder / "your music"),
        voice_over=_own_sound(task.spec.audio.voice_over, folder / "your voice-over"),
    )
    kept = same_pictures(task, request.plan)
    return replace(request, sound=sound, characters=_characters(task), pictures=kept)


def _own_sound(data: str | None, path: Path) -> Path | None:
    """A file that came with the request, written to ``path``; None: there is none."""
    if data is None:
        return None
    path.write_bytes(base64.b64decode(data))
    return path


def _characters(task: RenderTask) -> dict[str, Sprite | None]:
    """The figures of the task's characters, those that can be shown."""
    found: dict[str, Sprite | None] = dict.fromkeys(task.spec.character_names)
    for name, path in task.sprites.items():
        found[name] = read_sprite(path.read_bytes(), name=name)
    return found


def _parents(task: RenderTask) -> tuple[Path, ...]:
    """The clips that it is made from, where they are still there."""
    return tuple(source.clip for source in task.sources if source.clip is not None)


def _picture(path: Path) -> bytes:
    """The picture's bytes: what is said of them then names no path of this machine.

    Raises:
        InputError: it can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"The picture can't be read: {error.strerror}.", param="input_reference"
        ) from error


# -- from clips -----------------------------------------------------------------------------------


def _stitched(task: RenderTask, output: Path, progress: Progress, parts: Parts) -> _Made:
    how = task.spec.stitch or Stitch()
    joining = _Joining(task, parts, _parents(task))
    media = join_clips(
        [_clip(source) for source in task.sources],
        output,
        settings=parts.encoder[task.spec.quality],
        progress=progress,
        crossfade=how.transition_seconds if how.transition == "crossfade" else 0.0,
        marked=joining.marked,
        seal=joining.seal,
    )
    report = Report(lang=task.lang)
    report = joining.recorded(media, report)
    return _Made(media=media, plan=None, report=report, sealed=joining.sealed)


def _clip(source: SourceVideo) -> Path:
    if source.clip is None:
        raise InputError("The file of a video to be joined is missing.", param="videos")
    return source.clip


def _continued_clip(task: RenderTask, output: Path, progress: Progress, parts: Parts) -> _Made:
    """An uploaded clip, then what the engine makes of its last frame, starting from rest."""
    clip = _clip(source_of(task))
    facts = read_facts(clip)
    new = as_create(task)
    spec = new.spec.model_copy(update={"size": str(even_size(facts.size)), "fps": str(facts.fps)})
    beside = output.with_suffix(".more.mp4")
    picture = output.with_suffix(".last.png")
    joining = _Joining(task, parts, (clip,))
    try:
        write_file(picture, last_picture(facts))
        own = new.model_copy(update={"spec": spec, "picture": picture})
        more = make_clip(request_of(own, output.parent), parts, beside, progress)
        media = join_clips(
            [clip, beside],
            output,
            settings=parts.encoder[spec.quality],
            progress=progress,
            marked=joining.marked,
            seal=joining.seal,
        )
    finally:
        beside.unlink(missing_ok=True)
        picture.unlink(missing_ok=True)
    report = joining.recorded(media, more.report)
    return _Made(media=media, plan=None, report=report, sealed=joining.sealed)


class _Joining:
    """What is done to a clip that is joined from ``parents``; they keep their own visible marks."""

    def __init__(self, task: RenderTask, parts: Parts, parents: tuple[Path, ...]) -> None:
        self._provenance = parts.provenance
        self._engine, self._quality = parts.engine.capabilities().name, task.spec.quality
        self._parents = parents
        self._finish: Finish | None = None

    def marked(self, rendition: Rendition) -> Rendition:
        """The joined pictures with an invisible mark of their own."""
        if self._provenance is None:
            return rendition
        origin = Origin(
            plan=None,
            parents=self._parents,
            size=rendition.size,
            fps=rendition.fps,
            frame_count=rendition.frame_count,
            engine=self._engine,
            quality=self._quality,
        )
        sealed = self._provenance.sealed(origin)
        self._finish = self._provenance.finish(origin, sealed)
        return self._provenance.marks.applied(rendition, replace(sealed, visible_mark=False))

    @property
    def sealed(self) -> Sealed | None:
        """Which marks it carries."""
        return None if self._finish is None else self._finish.sealed

    def seal(self, path: Path) -> None:
        """Sign the finished file."""
        if self._finish is not None:
            self._finish(path)

    def recorded(self, media: MediaFile, report: Report) -> Report:
        """Note the published file; answers the report with what couldn't be done for it."""
        if self._finish is None:
            return report
        self._finish.record(media)
        told = {note.text for note in report.assumptions}
        notes = [note for note in self._finish.notes(report.lang) if note.text not in told]
        return report.amended((), notes=notes)


def _with_pictures(made: _Made, folder: Path, provenance: Provenance | None) -> MadeVideo:
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
    if provenance is not None:
        for path, what in ((thumbnail, "thumbnail"), (spritesheet, "sprite sheet")):
            mime = MIME["thumbnail" if path == thumbnail else "spritesheet"]
            provenance.seal_picture(path, mime=mime, what=what, clip=media.path)
    return MadeVideo(
        video=MadeFile(path=media.path, mime="video/mp4", bytes=media.bytes, sha256=media.sha256),
        thumbnail=_file(thumbnail, "thumbnail"),
        spritesheet=_file(spritesheet, "spritesheet"),
        subtitles=None if made.subtitles is None else _file(made.subtitles, "subtitles"),
        stems=None if made.stems is None else _file(made.stems, "stems"),
        plan=made.plan,
        report=made.report,
        size=media.size,
        fps=media.fps,
        frame_count=media.frame_count,
        clip_id=made.sealed.clip_id if made.sealed and made.sealed.invisible_mark else None,
    )


def _file(path: Path, variant: Variant) -> MadeFile:
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return MadeFile(
        path=path,
        mime=MIME[variant],  # type: ignore[arg-type]
        bytes=path.stat().st_size,
        sha256=sha256,
    )
