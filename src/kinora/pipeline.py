"""The product, top to bottom: a request in, a finished clip out, one call per arrow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from kinora.alive import settled
from kinora.encode import (
    EncoderSettings,
    as_it_is,
    captioned,
    check_output,
    copy_clip,
    encode_clip,
    shows,
)
from kinora.engines.protocol import Engine
from kinora.errors import TimingError
from kinora.planning import plan_shot, refuse_if_reduced, refuse_if_strict
from kinora.provenance.ending import Ending, marked
from kinora.provenance.marks import check_visible
from kinora.provenance.origin import origin_of
from kinora.provenance.sealing import Provenance
from kinora.scene.frame_size import check_size
from kinora.sound.make import make_soundtrack, make_speech
from kinora.sound.written import check_beside, written_beside
from kinora.types.media import MediaFile
from kinora.types.plan import ShotPlan
from kinora.types.provenance import Sealed
from kinora.types.rendition import Rendition
from kinora.types.report import Report
from kinora.types.request import (
    MAX_FPS,
    MAX_SECONDS,
    MIN_FPS,
    MIN_SECONDS,
    ClipRequest,
    Progress,
    Quality,
)
from kinora.types.sound import Soundtrack


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The replaceable parts, built in `kinora.wiring` from settings."""

    engine: Engine
    encoder: dict[Quality, EncoderSettings]
    provenance: Provenance | None = None  # None: outputs carry no marks


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeClip:
    """What the pipeline hands to a door."""

    media: MediaFile
    plan: ShotPlan
    report: Report
    sealed: Sealed | None = None  # None: it carries no marks


def make_clip(request: ClipRequest, parts: Parts, output: Path, progress: Progress) -> MadeClip:
    """Make one clip and write it to ``output``; nothing is left behind when it fails.

    Raises:
        InputError: the request can't be used.
        NotSupportedError: ``request.strict`` and something asked for can't be done.
        OutputError: ``output`` can't be written.
        EngineError: rendering or encoding failed.
    """
    check_request(request)
    check_output(output)
    check_beside(request.sound)
    progress("plan", 0, 1)
    if parts.provenance is not None:
        parts.provenance.marks.warm_up_beside()
    plan, report = plan_clip(request, parts.engine)
    said = make_speech(plan, fps=request.fps, options=request.sound, lang=report.lang)
    rendition = parts.engine.render(replace(request, said=said.lines), plan, progress)
    sound = make_soundtrack(
        plan,
        frame_count=rendition.frame_count,
        fps=rendition.fps,
        motion=rendition.motion,
        options=request.sound,
        lang=report.lang,
        speech=said,
        places=rendition.places,
    )
    report = report.amended(sound.outcomes, notes=sound.notes)
    outcomes, notes = rendition.outcomes, rendition.notes
    if request.alive:
        plan, outcomes, added = settled(plan, outcomes)
        notes = (*notes, added)
    report = report.amended(outcomes, notes=notes, kept=rendition.kept)
    refuse_if_strict(report, strict=request.strict)
    if request.strict:
        refuse_if_reduced(plan, report, outcomes)
    with written_beside(sound, request.sound):
        ending = _ending(request, parts, plan, report, rendition=rendition, sound=sound)
        media = _written(ending, sound, parts.encoder[request.quality], output, progress)
    report = report.amended((), notes=ending.published(media, report.lang))
    return MadeClip(media=media, plan=plan, report=report, sealed=ending.sealed)


def _ending(
    request: ClipRequest,
    parts: Parts,
    plan: ShotPlan,
    report: Report,
    *,
    rendition: Rendition,
    sound: Soundtrack,
) -> Ending:
    """Subtitles in the picture, pictures that are kept, marks, signature."""
    kept = request.pictures
    if request.sound.burn_subtitles:  # what is seen then depends on what is said
        rendition, kept = captioned(rendition, sound.subtitles), None
    if kept is not None and not shows(kept, rendition):
        kept = None
    if parts.provenance is None:
        return Ending(rendition=rendition, kept=kept)
    engine = parts.engine.capabilities()
    origin = origin_of(
        request,
        plan,
        report,
        engine=engine.name,
        generates=engine.generates,
        rendition=rendition,
    )
    return marked(rendition, parts.provenance, origin, kept=kept, visible=request.watermark)


def _written(
    ending: Ending,
    sound: Soundtrack,
    encoder: EncoderSettings,
    path: Path,
    progress: Progress,
) -> MediaFile:
    frames, samples, seal = ending.rendition, sound.samples, ending.finish or as_it_is
    if ending.kept is not None:
        return copy_clip(ending.kept, path, progress, sound=samples, fps=frames.fps, seal=seal)
    return encode_clip(frames, path, encoder, progress, sound=samples, seal=seal)


def plan_clip(request: ClipRequest, engine: Engine) -> tuple[ShotPlan, Report]:
    """The plan and what ``engine`` can do of it, before anything is rendered (a dry run).

    Raises:
        PromptError, PlanError: the words or the plan can't be used.
        NotSupportedError: ``request.strict`` and something asked for can't be done.
    """
    return plan_shot(request, engine.capabilities())


def check_request(request: ClipRequest) -> None:
    """Check what can be checked before the photo is read.

    Raises:
        SizeError, TimingError: with the allowed values.
        InputError: the visible mark's text or logo can't be used.
    """
    check_visible(request.watermark)
    if request.size is not None:
        check_size(request.size)
    if not MIN_FPS <= request.fps <= MAX_FPS:
        raise TimingError(
            f"fps {_number(request.fps)} is outside {MIN_FPS} to {MAX_FPS}.", param="fps"
        )
    if request.seconds is not None and not MIN_SECONDS <= request.seconds <= MAX_SECONDS:
        raise TimingError(
            f"seconds {_number(request.seconds)} is outside {MIN_SECONDS} to {MAX_SECONDS}.",
            param="seconds",
        )


def _number(value: Fraction) -> str:
    return f"{float(value):g}"
