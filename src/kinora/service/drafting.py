"""Drafts → videos that can be accepted: pictures taken, sources looked up, lengths worked out."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from kinora.arguments import seconds_of
from kinora.engines.catalogue import CAPABILITIES
from kinora.engines.protocol import Capabilities
from kinora.errors import FieldError, NotSupportedError, PolicyError
from kinora.planning import plan_shot
from kinora.records import videos
from kinora.replan import fitted, with_notes
from kinora.scene.frame_size import default_size
from kinora.service.admission import NewVideo
from kinora.service.audit import noting_refusals
from kinora.service.clips import take_clip
from kinora.service.context import Service
from kinora.service.inputs import Picture, check_picture, find_picture, take_picture
from kinora.service.likeness_rules import check_characters
from kinora.service.masks import take_masks
from kinora.service.policy import QUICK, examine, is_slow
from kinora.service.sounds import take_sounds
from kinora.service.sources import finished_source, with_clip
from kinora.service.strict import check_strict
from kinora.types.account import Caller
from kinora.types.geometry import Size
from kinora.types.plan import ShotPlan
from kinora.types.report import Report
from kinora.types.request import MAX_SECONDS, ClipRequest
from kinora.types.sound import SoundOptions
from kinora.types.video import AudioSpec, Video, VideoSpec
from kinora.wire.draft import CreateDraft, Draft, RevisionDraft, StitchDraft
from kinora.wire.refusals import size_mismatch
from kinora.wire.scalars import decimal_text

MAX_EXTENSIONS = 6


def prepare(service: Service, caller: Caller, draft: Draft) -> NewVideo:
    """Everything before admission; blocks, and fetches what the draft names.

    Raises:
        PolicyError: its words are refused.
        InputError: something asked for can't be used.
        MissingError, StateError: a source isn't there, or isn't finished.
        NotSupportedError: ``strict``, and something asked for can't be done; or the model's
            engine isn't on this installation.
        OutputError: the store can't take the picture.
    """
    with noting_refusals(service, caller):
        verdicts = examine(service, caller, draft)
        return replace(_prepared(service, caller, draft), verdicts=verdicts)


def _prepared(service: Service, caller: Caller, draft: Draft) -> NewVideo:
    if isinstance(draft, CreateDraft):
        return _create(service, caller, draft)
    if isinstance(draft, StitchDraft):
        return _stitch(service, caller, draft)
    if draft.kind == "extension":
        return _extension(service, caller, draft)
    return _remix(service, caller, draft)


def prepare_quickly(service: Service, caller: Caller, draft: Draft) -> NewVideo | None:
    """`prepare` where a wait would harm; None: it would have to fetch, store or plan.

    Raises:
        KinoraError: as for `prepare`.
    """
    if not isinstance(draft, CreateDraft) or not _is_quick(draft.spec) or is_slow(service):
        return None
    if draft.masks or draft.sounds:
        return None
    try:
        verdicts = examine(service, caller, draft)
    except PolicyError:
        return None  # a refusal is written down
    picture = None
    if draft.reference is not None:
        picture = find_picture(service, caller, draft.reference)
        if picture is None:
            return None
    return replace(_create(service, caller, draft, picture=picture), verdicts=verdicts)


def _is_quick(spec: VideoSpec) -> bool:
    return not spec.character_ids and not _needs_plan(spec) and len(spec.prompt) <= QUICK


def _needs_plan(spec: VideoSpec) -> bool:
    return spec.strict or spec.plan is not None or spec.seconds is None


def dry_run(
    service: Service, caller: Caller, draft: CreateDraft
) -> tuple[ShotPlan, Report, VideoSpec]:
    """The plan and report of a create, and what it comes to; nothing is stored or queued.

    Raises:
        PolicyError, InputError, NotSupportedError: as for `prepare`; a picture may be missing.
    """
    with noting_refusals(service, caller):
        examine(service, caller, draft)
    picture = None
    if draft.reference is not None:
        picture = take_picture(service, caller, draft.reference, keep=False)
    spec = draft.spec
    if picture is not None:
        spec = spec.model_copy(update={"size": _size(spec, picture.size)})
    plan, report = plan_spec(spec)
    seconds = decimal_text(Decimal(str(round(plan.duration, 3))))
    return plan, report, spec.model_copy(update={"seconds": seconds})


def plan_spec(spec: VideoSpec) -> tuple[ShotPlan, Report]:
    """What ``spec``, a create, asks for, and what of it can be done.

    Raises:
        PromptError, PlanError: the words or the plan can't be used.
        NotSupportedError: ``strict``, and something asked for can't be done.
    """
    seconds = seconds_of(spec.seconds)
    plan = spec.plan
    if plan is not None:
        plan = fitted(plan, seconds=seconds, seed=spec.seed, strict=spec.strict)
    request = ClipRequest(
        image=b"",  # words alone are looked at
        prompt=spec.prompt,
        plan=plan,
        seconds=seconds,
        seed=spec.seed,
        strict=spec.strict,
        characters=dict.fromkeys(spec.character_names),
        sound=SoundOptions(enabled=spec.audio.enabled),
    )
    made, report = plan_shot(request, capabilities_of(spec))
    if spec.plan is not None:
        report = with_notes(report, given=spec.plan, used=made, prompt=spec.prompt)
    return made, report


def capabilities_of(spec: VideoSpec) -> Capabilities:
    """What the engine of ``spec`` can do.

    Raises:
        NotSupportedError: this installation has no such engine.
    """
    found = CAPABILITIES.get(spec.engine)
    if found is None:
        raise NotSupportedError(
            f"The model '{spec.model}' needs the engine '{spec.engine}', which this server "
            f"doesn't have; it has {', '.join(CAPABILITIES)}.",
            param="model",
        )
    return found


def _create(
    service: Service, caller: Caller, draft: CreateDraft, *, picture: Picture | None = None
) -> NewVideo:
    """`prepare` for a create; ``picture``: its reference, if that was found already."""
    masks = take_masks(service, caller, draft.masks)
    audio = take_sounds(service, caller, draft.sounds, spec=draft.spec.audio, kept=draft.spec.audio)
    spec = draft.spec.model_copy(update={"masks": masks, "audio": audio})
    if spec.character_ids:
        names = _character_names(service, caller, spec.character_ids)
        spec = spec.model_copy(update={"character_names": names})
    capabilities_of(spec)
    seconds = spec.seconds
    if seconds is None or _needs_plan(spec):
        plan, _ = plan_spec(spec)
        seconds = decimal_text(Decimal(str(round(plan.duration, 3))))
    if draft.reference is None:
        size = _default_size(service, spec)
        return NewVideo(spec=spec.model_copy(update={"size": size}), size=size, seconds=seconds)
    if picture is None:
        picture = take_picture(service, caller, draft.reference)
    size = _size(spec, picture.size)
    return NewVideo(spec=_from(picture, spec, size), size=size, seconds=seconds)


def _from(picture: Picture, spec: VideoSpec, size: str) -> VideoSpec:
    return spec.model_copy(
        update={"size": size, "input_key": picture.key, "input_sha256": picture.sha256}
    )


def _size(spec: VideoSpec, picture: Size) -> str:
    """The clip's size: as asked for, else that of the picture's shape.

    Raises:
        FieldError: ``fit`` is strict, and the picture has another size.
    """
    if spec.size is None:
        return str(default_size(picture))
    if spec.fit == "strict" and str(picture) != spec.size:
        raise size_mismatch()
    return spec.size


def _default_size(service: Service, spec: VideoSpec) -> str:
    """The clip's size where the request brings no picture and the installation has its own."""
    if service.settings.default_image is None:
        raise FieldError(
            "Missing required parameter: 'input_reference'. The engine "
            f"'{spec.engine}' animates a picture: send one as a file, a file_id or an image_url.",
            param="input_reference",
            code="missing_required_parameter",
        )
    if spec.size is not None and spec.fit != "strict":
        return spec.size
    return _size(spec, check_picture(service.settings.default_image))


def _character_names(service: Service, caller: Caller, ids: tuple[str, ...]) -> tuple[str, ...]:
    with service.database.read() as connection:
        allowed = check_characters(connection, caller, ids, at=time.time())
    return tuple(row.name for row in allowed.characters)


def _remix(service: Service, caller: Caller, draft: RevisionDraft) -> NewVideo:
    source = finished_source(service, caller, draft)
    changes = {"plan": None, "strict": False, **draft.changes}
    if draft.masks is not None:
        changes["masks"] = take_masks(service, caller, draft.masks)
    changes |= _own_sounds(service, caller, draft, kept=source.spec.audio)
    spec = _revised(source, draft, seconds=changes.pop("seconds", None), **changes)
    check_strict(spec, source, capabilities_of(spec))
    return NewVideo(
        spec=spec,
        size=spec.size or source.size,
        seconds=spec.seconds or source.seconds,
        remixed_from=source.id,
        extensions=source.extensions,
    )


def _extension(service: Service, caller: Caller, draft: RevisionDraft) -> NewVideo:
    if draft.brings_clip:
        return _continuation(service, caller, draft)
    source = finished_source(service, caller, draft)
    if source.extensions >= MAX_EXTENSIONS:
        raise FieldError(
            f"A video can be extended at most {MAX_EXTENSIONS} times, and this one was.",
            param="video",
            code="too_many_extensions",
        )
    changes = {"plan": None, "strict": False, **draft.changes}
    total = _extended(Fraction(source.seconds), by=changes["seconds"])
    if source.plan_json is None:  # what its clip was made from isn't needed
        changes |= {"input_key": None, "input_sha256": None}
    changes |= _own_sounds(service, caller, draft, kept=source.spec.audio)
    spec = _revised(source, draft, **changes)
    check_strict(spec, source, capabilities_of(spec))
    return NewVideo(
        spec=spec,
        size=source.size,
        seconds=_plain(total),
        extensions=source.extensions + 1,
    )


def _continuation(service: Service, caller: Caller, draft: RevisionDraft) -> NewVideo:
    """An uploaded clip, and what is made of its last frame."""
    clip = take_clip(service, caller, draft.source)
    total = _extended(clip.seconds, by=draft.changes["seconds"])
    spec = VideoSpec(
        kind="extension",
        size=str(clip.size),
        fps=str(clip.fps),
        input_key=clip.key,
        input_sha256=clip.sha256,
        **{**draft.changes, **_own_sounds(service, caller, draft, kept=AudioSpec())},
    )
    check_strict(spec, None, capabilities_of(spec))
    return NewVideo(spec=spec, size=str(clip.size), seconds=_plain(total), extensions=1)


def _own_sounds(
    service: Service, caller: Caller, draft: RevisionDraft, *, kept: AudioSpec
) -> dict[str, AudioSpec]:
    """What a draft changes of the sound: files that it doesn't bring stay those of its source."""
    audio = draft.changes.get("audio")
    if audio is None:
        return {}
    return {"audio": take_sounds(service, caller, draft.sounds, spec=audio, kept=kept)}


def _extended(seconds: Fraction, *, by: str) -> Fraction:
    """The length of an extended video.

    Raises:
        FieldError: longer than is allowed.
    """
    total = seconds + Fraction(by)
    if total > MAX_SECONDS:
        raise FieldError(
            f"The extended video would last {float(total):g} seconds; at most {MAX_SECONDS} are "
            "allowed in total.",
            param="seconds",
            code="video_too_long",
        )
    return total


def _revised(source: Video, draft: RevisionDraft, **changes: object) -> VideoSpec:
    """The source's spec with what the draft changes; words that it doesn't give stay away."""
    fixed = {"kind": draft.kind, "source_ids": (source.id,), "stitch": None, "prompt": ""}
    size = {"size": source.spec.size or source.size}
    return source.spec.model_copy(update={**fixed, **size, **changes})


def _stitch(service: Service, caller: Caller, draft: StitchDraft) -> NewVideo:
    with service.database.read() as connection:
        found = videos.find_many(connection, sorted(set(draft.source_ids)))
    by_id = {video.id: video for video in found}
    parts = [with_clip(by_id.get(i), i, caller) for i in draft.source_ids]
    first = parts[0]  # gives size and frame rate; the others are fitted to it
    spec = VideoSpec(
        kind="stitch",
        model=first.model,
        engine=first.spec.engine,
        quality=first.spec.quality,
        seconds=None,
        size=first.size,
        fps=first.spec.fps,
        source_ids=draft.source_ids,
        stitch=draft.stitch,
    )
    return NewVideo(spec=spec, size=first.size, seconds=_joined_seconds(parts, draft))


def _joined_seconds(parts: list[Video], draft: StitchDraft) -> str:
    lengths = [Fraction(part.seconds) for part in parts]
    overlap = Fraction(0)
    if draft.stitch.transition == "crossfade":
        overlap = Fraction(str(draft.stitch.transition_seconds))
        for part, length in zip(parts, lengths, strict=True):
            if length < 2 * overlap:
                raise FieldError(
                    f"A cross-fade of {float(overlap):g} seconds needs videos of at least twice "
                    f"that length; {part.id} lasts {part.seconds} seconds.",
                    param="transition_seconds",
                )
    return _plain(sum(lengths, Fraction(0)) - overlap * (len(parts) - 1))


def _plain(seconds: Fraction) -> str:
    return decimal_text(Decimal(f"{float(seconds):.3f}"))
