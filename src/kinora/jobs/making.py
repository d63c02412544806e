"""One video made from its description: what the render child does, free of queues and databases."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from kinora.arguments import fps_of, seconds_of, size_of
from kinora.encode.join import join_clips
from kinora.encode.reader import even_size, last_picture, read_facts
from kinora.encode.spritesheet import CELL_SIDE, encode_spritesheet, spritesheet_indices
from kinora.encode.stills import scaled, stills
from kinora.encode.thumbnail import THUMBNAIL_SIDE, encode_thumbnail, thumbnail_index
from kinora.errors import InputError, NotSupportedError
from kinora.files import write_file
from kinora.pipeline import Parts, make_clip
from kinora.prompt import Reading, differences, extend, report_of, revise
from kinora.replan import fitted, with_notes
from kinora.settings import load_settings
from kinora.types.geometry import Size
from kinora.types.media import MediaFile
from kinora.types.plan import Lang, ShotPlan
from kinora.types.report import Note, Report
from kinora.types.request import ClipRequest, Progress
from kinora.types.video import MIME, Stitch, Variant, VideoSpec
from kinora.wiring import build_parts

_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "default_picture": "No picture was given: the installation's own was used.",
        "characters": "The {engine} engine shows what is in the picture; characters aren't used.",
        "from_last_frame": "The new part was made from the clip's last frame and starts from rest.",
    },
    "fr": {
        "default_picture": "Aucune image donnée : celle de l’installation a servi.",
        "characters": "Le moteur {engine} montre ce qui est dans l’image ; "
        "les personnages ne servent pas.",
        "from_last_frame": "La suite est faite de la dernière image du clip et part de l’arrêt.",
    },
}


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
    """What was made; ``plan`` is None where the clip was joined from others."""

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
    output = folder / "video.mp4"
    if task.spec.kind == "stitch":
        made = _stitched(task, output, progress, parts)
    elif task.spec.kind == "extension" and _source(task).plan is None:
        made = _continued_clip(task, output, progress, parts)
    else:
        clip = make_clip(_request(task), parts, output, progress)
        made = _Made(media=clip.media, plan=clip.plan, report=clip.report)
    report = made.report.amended((), notes=_notes(task, made.report.lang))
    return _with_pictures(replace(made, report=report), folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A finished clip; ``plan`` is None where it follows several."""

    media: MediaFile
    plan: ShotPlan | None
    report: Report


# -- from a picture -------------------------------------------------------------------------------


def _request(task: RenderTask) -> ClipRequest:
    """The clip to make of the task's picture."""
    spec = task.spec
    if task.picture is None:
        raise InputError("A picture is needed: the clip is made from it.", param="input_reference")
    request = ClipRequest(
        image=_picture(task.picture),
        prompt=spec.prompt,
        seconds=seconds_of(spec.seconds),
        size=size_of(spec.size),
        fps=fps_of(spec.fps),
        seed=spec.seed,
        quality=spec.quality,
        fit=spec.fit,
        strict=spec.strict,
    )
    reading = _reading(task)
    return request if reading is None else _planned(request, reading)


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


def _planned(request: ClipRequest, reading: Reading) -> ClipRequest:
    return replace(request, plan=reading.plan, report=reading.report, seconds=None)


def _reading(task: RenderTask) -> Reading | None:
    """The plan of the task and what is said about it; None: the prompt is to be read as it is."""
    spec = task.spec
    seconds = seconds_of(spec.seconds)
    if spec.kind == "create":
        return None if spec.plan is None else _given(spec, spec.plan, seconds)
    source = _source(task)
    if source.plan is None:
        raise NotSupportedError(
            "An uploaded or joined video can't be edited: only videos that were made here from a "
            "picture have a plan to change.",
            param="video",
        )
    if spec.plan is not None:  # over the words
        reading = _given(spec, spec.plan, None if spec.kind == "extension" else seconds)
        changes = differences(source.plan, reading.plan, lang=reading.report.lang)
        return Reading(reading.plan, reading.report.model_copy(update={"changes": changes}))
    if spec.kind == "extension":
        return extend(source.plan, spec.prompt, seconds=seconds, report=source.report)
    reading = revise(source.plan, spec.prompt, report=source.report)
    used = fitted(reading.plan, seconds=seconds, seed=spec.seed, strict=spec.strict)
    changes = differences(source.plan, used, lang=reading.report.lang)
    return Reading(used, reading.report.model_copy(update={"changes": changes}))


def _given(spec: VideoSpec, plan: ShotPlan, seconds: Fraction | None) -> Reading:
    used = fitted(plan, seconds=seconds, seed=spec.seed, strict=spec.strict)
    report = with_notes(report_of(used), given=plan, used=used, prompt=spec.prompt)
    return Reading(used, report)


def _source(task: RenderTask) -> SourceVideo:
    if len(task.sources) != 1:
        raise InputError(
            f"Exactly 1 video is needed to make this {task.spec.kind} from.", param="video"
        )
    return task.sources[0]


def _notes(task: RenderTask, lang: Lang) -> list[Note]:
    """What was done about things that the engine leaves out."""
    texts = _TEXTS[lang]
    notes = []
    if task.picture_is_default:
        notes.append(Note(text=texts["default_picture"]))
    if task.spec.character_ids:
        notes.append(Note(text=texts["characters"].format(engine=task.spec.engine)))
    return notes


# -- from clips -----------------------------------------------------------------------------------


def _stitched(task: RenderTask, output: Path, progress: Progress, parts: Parts) -> _Made:
    how = task.spec.stitch or Stitch()
    media = join_clips(
        [_clip(source) for source in task.sources],
        output,
        settings=parts.encoder[task.spec.quality],
        progress=progress,
        crossfade=how.transition_seconds if how.transition == "crossfade" else 0.0,
    )
    return _Made(media=media, plan=None, report=Report(lang=task.lang))


def _clip(source: SourceVideo) -> Path:
    if source.clip is None:
        raise InputError("The file of a video to be joined is missing.", param="videos")
    return source.clip


def _continued_clip(task: RenderTask, output: Path, progress: Progress, parts: Parts) -> _Made:
    """An uploaded clip, then what the engine makes of its last frame, starting from rest."""
    clip = _clip(_source(task))
    facts = read_facts(clip)
    spec = task.spec.model_copy(
        update={"kind": "create", "size": str(even_size(facts.size)), "fps": str(facts.fps)}
    )
    beside = output.with_suffix(".more.mp4")
    picture = output.with_suffix(".last.png")
    try:
        write_file(picture, last_picture(facts))
        own = task.model_copy(update={"spec": spec, "picture": picture, "sources": ()})
        more = make_clip(_request(own), parts, beside, progress)
        media = join_clips(
            [clip, beside], output, settings=parts.encoder[spec.quality], progress=progress
        )
    finally:
        beside.unlink(missing_ok=True)
        picture.unlink(missing_ok=True)
    note = Note(text=_TEXTS[more.report.lang]["from_last_frame"])
    return _Made(media=media, plan=None, report=more.report.amended((), notes=[note]))


def _with_pictures(made: _Made, folder: Path) -> MadeVideo:
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
