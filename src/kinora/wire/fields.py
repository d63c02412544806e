"""Fields of a request (nested dicts, from JSON or a form) → drafts.

Every reader refuses what it doesn't know (E8) and says what is allowed. None (JSON null) is the
same as left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, Literal, get_args

from kinora.errors import FieldError
from kinora.settings import Settings
from kinora.types.request import Quality
from kinora.types.scene import Fit
from kinora.types.video import Stitch, VideoSpec
from kinora.wire import scalars
from kinora.wire.audio import read_audio, read_sounds
from kinora.wire.draft import (
    CreateDraft,
    FileReference,
    MaskDraft,
    Reference,
    RevisionDraft,
    Sounds,
    StitchDraft,
    Uploaded,
    UrlReference,
)
from kinora.wire.masks import read_masks
from kinora.wire.refusals import invalid_type, invalid_value, missing, too_many, unknown_parameter

MAX_CHARACTERS: Final = 2
MAX_URL_CHARS: Final = 20_971_520
MAX_EXTENSION_SECONDS: Final = 20
MAX_STITCHED: Final = 20

#: What clients and gateways add to any request; it says nothing about the clip.
_HARMLESS: Final = frozenset({"user", "metadata", "safety_identifier"})
_CREATE_ONLY: Final = frozenset({"input_reference", "characters", "masks", "remix_video_id"})

#: Field → the part of a `VideoSpec` that it sets.
_SPEC_READERS: Final[dict[str, Callable[[Any], Mapping[str, Any]]]] = {
    "prompt": lambda value: {"prompt": scalars.prompt_of(value)},
    "seconds": lambda value: {"seconds": scalars.seconds_text(value)},
    "size": lambda value: {"size": scalars.size_text(value)},
    "fps": lambda value: {"fps": scalars.fps_text(value)},
    "seed": lambda value: {"seed": scalars.seed_of(value)},
    "strict": lambda value: {"strict": scalars.flag_of(value, param="strict")},
    "fit": lambda value: {"fit": scalars.choice_text(value, get_args(Fit), param="fit")},
    "plan": lambda value: {"plan": scalars.shot_plan(value)},
    "audio": lambda value: {"audio": read_audio(value)},
    "likeness_consent": lambda value: {"likeness_consent": scalars.consent_text(value)},
}


def read_create(fields: Mapping[str, Any], settings: Settings) -> CreateDraft | RevisionDraft:
    """The body of ``POST /videos``; a remix where it names a ``remix_video_id``.

    Raises:
        FieldError, PlanError: a field is missing, unknown, or has a value that isn't allowed.
    """
    given = _given(fields)
    _refuse_unknown(given, {*_SPEC_READERS, *_CREATE_ONLY, "model", "quality", "n"})
    _check_count(given)
    changes = _changes(given, settings)
    if "remix_video_id" in given:
        return _remix_by_create(given, changes)
    if "prompt" not in given and "plan" not in given:
        raise missing("prompt")
    if "plan" in changes and "seconds" not in changes:
        changes["seconds"] = None  # the plan's own length
    if "model" not in changes:
        changes = {**_model(_default_model(settings), settings), **changes}
    changes["character_ids"] = _characters(given.get("characters", []))
    reference = given.get("input_reference")
    return CreateDraft(
        spec=VideoSpec(kind="create", **changes),
        reference=None if reference is None else _reference(reference),
        masks=_masks(given) or (),
        sounds=_sounds(given),
    )


def read_remix(fields: Mapping[str, Any], settings: Settings, *, source_id: str) -> RevisionDraft:
    """The body of ``POST /videos/{id}/remix``.

    Raises:
        FieldError, PlanError: a field is missing, unknown, or has a value that isn't allowed.
    """
    return _revision(fields, settings, kind="remix", source=source_id)


def read_edit(
    fields: Mapping[str, Any], settings: Settings, *, source_id: str | None = None
) -> RevisionDraft:
    """The body of ``POST /videos/edits``, or of its alias that names the source in the path.

    Raises:
        FieldError, PlanError: a field is missing, unknown, or has a value that isn't allowed.
    """
    return _revision(fields, settings, kind="edit", source=source_id)


def read_extension(
    fields: Mapping[str, Any], settings: Settings, *, source_id: str | None = None
) -> RevisionDraft:
    """The body of ``POST /videos/extensions``, or of its alias that names the source in the path.

    Raises:
        FieldError, PlanError: a field is missing, unknown, or has a value that isn't allowed.
    """
    return _revision(fields, settings, kind="extension", source=source_id)


def read_stitch(fields: Mapping[str, Any]) -> StitchDraft:
    """The body of ``POST /videos/stitch``.

    Raises:
        FieldError: a field is missing, unknown, or has a value that isn't allowed.
    """
    given = _given(fields)
    _refuse_unknown(given, {"videos", "transition", "transition_seconds"})
    if "videos" not in given:
        raise missing("videos")
    videos = given["videos"]
    if not isinstance(videos, list):
        raise invalid_type(videos, param="videos", expected="an array of video ids")
    if not 2 <= len(videos) <= MAX_STITCHED:
        raise FieldError(
            f"Invalid 'videos': expected an array of 2 to {MAX_STITCHED} video ids, but got "
            f"{len(videos)}.",
            param="videos",
        )
    ids = tuple(_source(video, param=f"videos[{i}]") for i, video in enumerate(videos))
    transition = scalars.choice_text(
        given.get("transition", "cut"), ("cut", "crossfade"), param="transition"
    )
    if transition == "cut":
        if "transition_seconds" in given:
            raise FieldError(
                "Invalid 'transition_seconds': a cut takes no time; ask for the transition "
                "'crossfade', or leave it out.",
                param="transition_seconds",
            )
        return StitchDraft(source_ids=ids, stitch=Stitch())
    seconds = scalars.number_of(
        given.get("transition_seconds", 0.5), param="transition_seconds", least=0.1, most=5.0
    )
    return StitchDraft(
        source_ids=ids, stitch=Stitch(transition="crossfade", transition_seconds=seconds)
    )


def _revision(
    fields: Mapping[str, Any],
    settings: Settings,
    *,
    kind: Literal["remix", "edit", "extension"],
    source: str | None,
) -> RevisionDraft:
    given = _given(fields)
    allowed = {"prompt", "plan", "seed", "strict", "likeness_consent", "audio", "model", "n"}
    allowed |= {"video"} if source is None else set()
    allowed |= {"seconds"} if kind == "extension" else {"masks"}
    _refuse_unknown(given, allowed)
    _check_count(given)
    for name in sorted({"prompt", "video", "seconds"} & allowed):
        if name not in given and not (name == "prompt" and "plan" in given):
            raise missing(name)
    changes = _changes({k: v for k, v in given.items() if k != "seconds"}, settings)
    if kind == "extension":
        seconds = partial(scalars.seconds_text, most=MAX_EXTENSION_SECONDS, auto=False)
        changes["seconds"] = seconds(given["seconds"])
    found = source if source is not None else _video(given["video"])
    draft = RevisionDraft(
        kind=kind, source=found, changes=changes, masks=_masks(given), sounds=_sounds(given)
    )
    if draft.brings_clip and "model" not in changes:  # there is no video to inherit it from
        return replace(draft, changes={**_model(_default_model(settings), settings), **changes})
    return draft


def _remix_by_create(given: Mapping[str, Any], changes: Mapping[str, Any]) -> RevisionDraft:
    for name in ("input_reference", "characters"):
        if name in given:
            raise FieldError(
                f"Invalid '{name}': a remix keeps the picture of its source; leave out "
                f"'{name}' or 'remix_video_id'.",
                param=name,
            )
    if not {"prompt", "plan"} & given.keys():
        raise missing("prompt")
    source = scalars.identifier(given["remix_video_id"], param="remix_video_id")
    # "auto" lengths and sizes are those of the source.
    named = {name: v for name, v in changes.items() if v is not None}
    masks, sounds = _masks(given), _sounds(given)
    return RevisionDraft(kind="remix", source=source, changes=named, masks=masks, sounds=sounds)


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: v for name, v in fields.items() if v is not None and name not in _HARMLESS}


def _refuse_unknown(given: Mapping[str, Any], known: set[str]) -> None:
    for name in given:
        if name not in known:
            raise unknown_parameter(name)


def _check_count(given: Mapping[str, Any]) -> None:
    if "n" in given and (isinstance(given["n"], bool) or given["n"] not in (1, "1")):
        raise invalid_value(given["n"], param="n", supported="'1'")


def _changes(given: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The parts of a spec that ``given`` sets; a ``quality`` wins over that of the model."""
    changes: dict[str, Any] = {}
    if "model" in given:
        changes |= _model(given["model"], settings)
    for name, reader in _SPEC_READERS.items():
        if name in given:
            changes |= reader(given[name])
    if "quality" in given:
        quality = scalars.choice_text(given["quality"], get_args(Quality), param="quality")
        changes["quality"] = quality
    return changes


def _default_model(settings: Settings) -> str:
    names = settings.models
    return scalars.DEFAULT_MODEL if scalars.DEFAULT_MODEL in names else next(iter(names))


def _model(value: Any, settings: Settings) -> dict[str, Any]:
    name, entry = scalars.model_of(value, settings)
    return {"model": name, "engine": entry.engine, "quality": entry.quality}


def _masks(given: Mapping[str, Any]) -> tuple[MaskDraft, ...] | None:
    return read_masks(given["masks"], picture=_reference) if "masks" in given else None


def _sounds(given: Mapping[str, Any]) -> Sounds:
    return read_sounds(given["audio"]) if "audio" in given else {}


def _reference(value: Any, param: str = "input_reference") -> Reference:
    """A file part, an object, or a string: a file's id in launch-era code, or a URL."""
    # An object of a protocol takes long to recognise: last.
    if not isinstance(value, str | dict) and isinstance(value, Uploaded):
        return value
    if isinstance(value, str):
        if value.startswith(("https://", "http://", "data:")):
            return _url(value, param)
        if value.startswith("file"):
            return FileReference(id=scalars.identifier(value, param=param))
    if not isinstance(value, dict):
        raise invalid_type(value, param=param, expected="a file, an object, a file id, or a URL")
    given = {name: inner for name, inner in value.items() if inner is not None}
    for name in given:
        if name not in ("image_url", "file_id"):
            raise unknown_parameter(f"{param}.{name}")
    if len(given) != 1:
        raise FieldError(
            f"Invalid '{param}': expected exactly one of 'image_url' and 'file_id', but "
            f"got {'both' if given else 'neither'}.",
            param=param,
        )
    if "file_id" in given:
        return FileReference(id=scalars.identifier(given["file_id"], param=f"{param}.file_id"))
    if not isinstance(given["image_url"], str):
        raise invalid_type(given["image_url"], param=f"{param}.image_url", expected="a string")
    return _url(given["image_url"], param)


def _url(url: str, param: str) -> UrlReference:
    if len(url) > MAX_URL_CHARS:
        raise FieldError(
            f"Invalid '{param}.image_url': string too long. Expected a string with maximum "
            f"length {MAX_URL_CHARS}, but got a string with length {len(url)} instead.",
            param=f"{param}.image_url",
            code="string_above_max_length",
        )
    return UrlReference(url=url)


def _characters(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise invalid_type(value, param="characters", expected="an array of objects")
    if len(value) > MAX_CHARACTERS:
        raise too_many(value, param="characters", most=MAX_CHARACTERS)
    return tuple(_source(item, param=f"characters[{i}]") for i, item in enumerate(value))


def _video(value: Any) -> str | Uploaded:
    return value if isinstance(value, Uploaded) else _source(value, param="video")


def _source(value: Any, *, param: str) -> str:
    """The id of ``{"id": …}``, or a bare id."""
    if isinstance(value, dict):
        for name in value:
            if name != "id":
                raise unknown_parameter(f"{param}.{name}")
        if value.get("id") is None:
            raise missing(f"{param}.id")
        value, param = value["id"], f"{param}.id"
    if not isinstance(value, str):
        raise invalid_type(value, param=param, expected="an object with an 'id'")
    return scalars.identifier(value, param=param)
