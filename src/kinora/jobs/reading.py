"""A task's words → the plan of its video: everything that is known before the picture is looked at.

Free of pictures, engines and codecs, so that a server can say what a waiting job will do, and
refuse at once what it can't.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from kinora.arguments import fps_of, seconds_of, size_of
from kinora.engines.catalogue import CAPABILITIES
from kinora.engines.protocol import Capabilities
from kinora.errors import InputError, NotSupportedError
from kinora.planning import plan_shot
from kinora.prompt import Reading, differences, extend, report_of
from kinora.replan import fitted, only_sound, revised, with_notes
from kinora.types.plan import Lang, ShotPlan
from kinora.types.policy import FaceMode
from kinora.types.report import Note, Report
from kinora.types.request import ClipRequest, MaskLike
from kinora.types.sound import SoundOptions
from kinora.types.video import MaskSpec, VideoSpec

#: Fields of a spec that decide what is seen, beside the plan.
_SEEN: Final = (
    "engine", "quality", "size", "fps", "fit", "input_sha256", "character_ids",
    "character_names", "masks",
)  # fmt: skip
_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "default_picture": "No picture was given: the installation's own is used.",
        "characters": "The {engine} engine shows what is in the picture; characters aren't used.",
        "from_last_frame": "The new part is made from the clip's last frame and starts from rest.",
    },
    "fr": {
        "default_picture": "Aucune image donnée : celle de l’installation sert.",
        "characters": "Le moteur {engine} montre ce qui est dans l’image ; "
        "les personnages ne servent pas.",
        "from_last_frame": "La suite est faite de la dernière image du clip et part de l’arrêt.",
    },
}


class SourceVideo(BaseModel):
    """A video that the new one is made from.

    ``plan`` is None for an uploaded video and for a stitch; then ``clip`` must be there.
    Where the plan says it all (remix, edit, extension of a planned video), ``clip`` is only named
    in the new file's manifest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    clip: Path | None = None  # its MP4
    spec: VideoSpec | None = None  # what was asked for when it was made
    plan: ShotPlan | None = None
    report: Report | None = None


class PolicyTask(BaseModel):
    """What is to be looked for in pictures.

    Attributes:
        faces: what is done about them.
        blocked: a file of the blocked pictures' names and prints; None: there are none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    faces: FaceMode = "allow"
    blocked: Path | None = None


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
        sprites: files of the figures of characters by their names; who has none can't be shown.
        lang: of the report where no words tell the language.
        policy: None: pictures aren't judged.
        alive: what a new clip's picture surely shows moves gently, unasked; a caller's own plan
            and what goes on from a clip are left as they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    spec: VideoSpec
    picture: Path | None = None
    picture_is_default: bool = False
    sources: tuple[SourceVideo, ...] = ()
    sprites: dict[str, Path] = Field(default_factory=dict)
    lang: Lang = "en"
    policy: PolicyTask | None = None
    alive: bool = False


def plan_task(task: RenderTask, capabilities: Capabilities) -> tuple[ShotPlan | None, Report]:
    """The plan of the task's video (None where it follows clips) and what can be done of it.

    The picture isn't looked at; what it shows may still make the report worse.

    Raises:
        PromptError, PlanError, TimingError: the words or the plan can't be used.
        NotSupportedError: ``strict``, and something asked for can't be done.
    """
    if task.spec.kind == "stitch":
        return None, Report(lang=task.lang)
    continues = goes_on_from_clip(task)
    own = as_create(task) if continues else task
    plan, report = plan_shot(clip_request(own, b""), capabilities)
    report = report.amended((), notes=notes_of(task, report.lang))
    return (None if continues else plan), report


def goes_on_from_clip(task: RenderTask) -> bool:
    """Whether it extends a video that has no plan: an uploaded or a joined one."""
    return task.spec.kind == "extension" and source_of(task).plan is None


def as_create(task: RenderTask) -> RenderTask:
    """The task of what is put behind a clip; its picture is still to come."""
    spec = task.spec.model_copy(update={"kind": "create"})
    return task.model_copy(update={"spec": spec, "sources": (), "alive": False})


def clip_request(task: RenderTask, image: bytes) -> ClipRequest:
    """The clip to make of ``image``, the picture's file; b"": words alone will be looked at.

    Raises:
        InputError, NotSupportedError: as for `plan_task`.
    """
    spec = task.spec
    request = ClipRequest(
        image=image,
        prompt=spec.prompt,
        seconds=seconds_of(spec.seconds),
        size=size_of(spec.size),
        fps=fps_of(spec.fps),
        seed=spec.seed,
        quality=spec.quality,
        fit=spec.fit,
        strict=spec.strict,
        characters=dict.fromkeys(spec.character_names),
        masks={mask.kind: _mask(mask) for mask in spec.masks},
        # Before the picture is looked at nobody knows what of it moves: no plan promises it.
        alive=task.alive and spec.kind == "create" and spec.plan is None and bool(image),
        sound=SoundOptions(
            enabled=spec.audio.enabled,
            loudness=spec.audio.loudness,
            room_tone=spec.audio.room_tone,
            burn_subtitles=spec.audio.burn_subtitles,
        ),
    )
    reading = _reading(task)
    return request if reading is None else _planned(request, reading)


def _mask(mask: MaskSpec) -> MaskLike:
    return mask.box if mask.box is not None else base64.b64decode(mask.data or "")


def source_of(task: RenderTask) -> SourceVideo:
    """The one video that it is made from.

    Raises:
        InputError: there is none, or more than one.
    """
    if len(task.sources) != 1:
        raise InputError(
            f"Exactly 1 video is needed to make this {task.spec.kind} from.", param="video"
        )
    return task.sources[0]


def same_pictures(task: RenderTask, plan: ShotPlan | None) -> Path | None:
    """The clip that shows already what ``plan`` will show: only the sound of it is another."""
    if task.spec.kind not in ("remix", "edit") or plan is None:
        return None
    source = source_of(task)
    if source.plan is None or source.spec is None or not only_sound(source.plan, plan):
        return None
    if task.spec.audio.burn_subtitles or source.spec.audio.burn_subtitles:
        return None  # what is said is seen as well
    alike = all(getattr(source.spec, name) == getattr(task.spec, name) for name in _SEEN)
    return source.clip if alike else None


def notes_of(task: RenderTask, lang: Lang) -> list[Note]:
    """What is done about things that the engine leaves out."""
    texts = _TEXTS[lang]
    notes = []
    if goes_on_from_clip(task):
        notes.append(Note(text=texts["from_last_frame"]))
    if task.picture_is_default:
        notes.append(Note(text=texts["default_picture"]))
    engine = CAPABILITIES.get(task.spec.engine)
    if task.spec.character_ids and (engine is None or "characters" not in engine.features):
        notes.append(Note(text=texts["characters"].format(engine=task.spec.engine)))
    return notes


def _planned(request: ClipRequest, reading: Reading) -> ClipRequest:
    return replace(request, plan=reading.plan, report=reading.report, seconds=None)


def _reading(task: RenderTask) -> Reading | None:
    """The plan of the task and what is said about it; None: the prompt is to be read as it is."""
    spec = task.spec
    seconds = seconds_of(spec.seconds)
    if spec.kind == "create":
        return None if spec.plan is None else _given(spec, spec.plan, seconds)
    source = source_of(task)
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
    return revised(
        source.plan, spec.prompt,
        seconds=seconds, seed=spec.seed, strict=spec.strict, report=source.report,
    )  # fmt: skip


def _given(spec: VideoSpec, plan: ShotPlan, seconds: Fraction | None) -> Reading:
    used = fitted(plan, seconds=seconds, seed=spec.seed, strict=spec.strict)
    report = with_notes(report_of(used), given=plan, used=used, prompt=spec.prompt)
    return Reading(used, report)
