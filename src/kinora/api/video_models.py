"""Shapes of the video endpoints, for the OpenAPI document.

Answers are built by `kinora.wire.video` and not validated again on their way out; a test holds them
against these.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kinora.api.described import FORM, JSON, identifier, text, upload
from kinora.types.living import MASK_NAMES
from kinora.types.plan import MAX_SEED
from kinora.types.request import (
    MAX_FPS,
    MAX_PROMPT_CHARS,
    MAX_SECONDS,
    MIN_FPS,
    MIN_SECONDS,
)
from kinora.types.video import VideoKind
from kinora.wire.fields import MAX_CHARACTERS, MAX_EXTENSION_SECONDS, MAX_STITCHED, MAX_URL_CHARS
from kinora.wire.masks import MAX_MASKS
from kinora.wire.scalars import MAX_CONSENT_CHARS

_OURS = "Extension: "


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class VideoFailure(_Shape):
    """Why a job failed."""

    code: str
    message: str


class VideoObject(_Shape):
    """A video: the contract's 13 keys, then our own."""

    id: str
    object: Literal["video"]
    created_at: int = Field(description="unix seconds")
    status: Literal["queued", "in_progress", "completed", "failed"]
    completed_at: int | None
    error: VideoFailure | None
    expires_at: int | None = Field(description="when its files go; null: never, or not made yet")
    model: str
    progress: int = Field(ge=0, le=100)
    prompt: str | None
    remixed_from_video_id: str | None
    seconds: str = Field(description="of the whole clip")
    size: str = Field(description="WIDTHxHEIGHT")
    kind: VideoKind = Field(description=f"{_OURS}how it is made")
    source_video_ids: list[str] = Field(description=f"{_OURS}the videos that it is made from")
    seed: int = Field(description=f"{_OURS}what is left to chance follows it")
    fps: str = Field(description=f"{_OURS}frames per second, such as 30 or 30000/1001")
    quality: Literal["draft", "standard", "pro"] = Field(description=f"{_OURS}render tier")
    queue_position: int | None = Field(description=f"{_OURS}1: next; null: not waiting")
    eta_seconds: float | None = Field(description=f"{_OURS}estimate until it is done")
    plan: str | None = Field(description=f"{_OURS}path of its plan, once its job has made one")
    report: dict[str, Any] | None = Field(
        description=f"{_OURS}what was understood, approximated, not supported and ignored"
    )


class VideoPage(_Shape):
    """A page of videos."""

    object: Literal["list"]
    data: list[VideoObject]
    first_id: str | None
    last_id: str | None = Field(description="`after` of the next page")
    has_more: bool


class DeletedVideo(_Shape):
    """What a delete answers."""

    id: str
    object: Literal["video.deleted"]
    deleted: Literal[True]


class VideoPlan(_Shape):
    """A plan and its report."""

    object: Literal["video.plan"]
    video_id: str | None = Field(description="null: a dry run")
    seconds: str
    size: str | None = Field(description="null: the picture's own shape")
    provisional: bool = Field(
        description="the picture hasn't been looked at yet, and may change the report"
    )
    plan: dict[str, Any] | None = Field(
        description="a ShotPlan; null: joined clips, and what goes on from one, have none"
    )
    report: dict[str, Any]


_PROMPT = text("what the camera does", minLength=1, maxLength=MAX_PROMPT_CHARS)
_MODEL = text("a name that `GET /models` lists; default sora-2", examples=["sora-2"])
_SEED = {
    "type": ["integer", "string"],
    "minimum": 0,
    "maximum": MAX_SEED,
    "pattern": "^[0-9]{1,15}$",
    "description": f"{_OURS}the same seed makes the same frames; default 0",
}
_STRICT = {
    "anyOf": [{"type": "boolean"}, {"type": "string", "enum": ["true", "false"]}],
    "description": f"{_OURS}refuse what can't be done as asked with 400; where only the picture "
    "shows that, the job fails with the code `not_supported`",
}
_PLAN = {
    "type": "object",
    "required": ["duration", "beats"],
    "properties": {
        "duration": {"type": "number", "minimum": MIN_SECONDS, "maximum": MAX_SECONDS},
        "beats": {"type": "array", "minItems": 1, "items": {"type": "object"}},
    },
    "description": f"{_OURS}a ShotPlan that is followed instead of the words "
    "(docs/shot-plan.schema.json)",
}
_FLAG: list[dict[str, Any]] = [
    {"type": "boolean"},
    {"type": "string", "enum": ["true", "false"]},
]
_SOUND: list[dict[str, Any]] = [
    text("a file's id, or a data: URL; at most 1 MiB of MP3, AAC, Opus, FLAC or WAV"),
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {"file_id": text("of an uploaded file"), "url": text("a data: URL")},
    },
]
_AUDIO = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "enabled": {"anyOf": _FLAG, "description": "false: a silent clip; default true"},
        "loudness": {
            "enum": [-14, -16, -23, "-14", "-16", "-23"],
            "description": "of the whole, in LUFS; default -16",
        },
        "room_tone": {"anyOf": _FLAG, "description": "quiet air under what sounds; default true"},
        "burn_subtitles": {
            "anyOf": _FLAG,
            "description": "the spoken lines in the picture; default false",
        },
        "stems": {
            "anyOf": _FLAG,
            "description": "keep the parts of the mix, too: the variant `stems`; default false",
        },
        "music": {"anyOf": _SOUND, "description": "your own, in place of the words' music"},
        "voice_over": {"anyOf": _SOUND, "description": "your own recording, in place of a voice"},
    },
    "description": f"{_OURS}what is wanted of the sound beyond the words; a form sends "
    "`audio[loudness]` and the file `audio[voice_over]`; a remix keeps its source's, and files "
    "until others come",
}
_N = {"enum": [1, "1"], "description": "one video per request"}
_UNUSED = {
    name: {"description": "taken for compatibility; says nothing about the clip"}
    for name in ("user", "metadata", "safety_identifier")
}


#: Lengths as text, by the longest allowed.
_SECONDS_UP_TO = {
    MAX_SECONDS: r"^(?:([1-9][0-9]?|1[01][0-9])(\.[0-9]{1,3})?|120(\.0{1,3})?)$",
    MAX_EXTENSION_SECONDS: r"^(?:([1-9]|1[0-9])(\.[0-9]{1,3})?|20(\.0{1,3})?)$",
}


def _seconds(most: int, *, auto: bool) -> dict[str, Any]:
    words: list[dict[str, Any]] = [
        {"type": "integer", "minimum": MIN_SECONDS, "maximum": most},
        {"type": "number", "minimum": MIN_SECONDS, "maximum": most},
        {"type": "string", "pattern": _SECONDS_UP_TO[most], "examples": ["8"]},
    ]
    note = ""
    if auto:
        words.append({"type": "string", "const": "auto"})
        note = "; default 4. `auto` (extension): as long as the words ask for"
    return {"anyOf": words, "description": f"length, {MIN_SECONDS} to {most}{note}"}


# Without a maxLength: what generates texts by pattern and length would choke on this one.
_ADDRESS = text(
    f"an https or data URL of at most {MAX_URL_CHARS} characters", pattern="^(https?://|data:)"
)
_REFERENCE = {
    "anyOf": [
        {
            "type": "object",
            "required": ["image_url"],
            "additionalProperties": False,
            "properties": {"image_url": _ADDRESS},
        },
        {
            "type": "object",
            "required": ["file_id"],
            "additionalProperties": False,
            "properties": {"file_id": identifier("of an uploaded picture")},
        },
        identifier("the id of an uploaded picture"),
        _ADDRESS,
    ],
    "description": "the picture: JPEG, PNG, WebP, AVIF or GIF",
}
_MASK_OF = {
    "box": {
        "type": "array",
        "minItems": 4,
        "maxItems": 4,
        "items": {"type": "number", "minimum": 0, "maximum": 1},
        "description": "left, top, right, bottom in shares of the picture's sides",
    },
    "image": {**_REFERENCE, "description": "a picture of the same extent, white where it is"},
}
_MASK_KIND = {
    "anyOf": [
        {"type": "string", "enum": list(MASK_NAMES)},
        {"type": "string", "minLength": 1, "examples": ["curtain", "écharpe"]},
    ],
    "description": "what it is, or another word for such a thing, English or French",
}
_MASKS = {
    "type": "array",
    "maxItems": MAX_MASKS,
    "items": {
        "anyOf": [
            {
                "type": "object",
                "required": ["kind", name],
                "additionalProperties": False,
                "properties": {"kind": _MASK_KIND, name: schema},
            }
            for name, schema in _MASK_OF.items()
        ]
    },
    "description": f"{_OURS}where things are in the picture, one of each kind; a form sends "
    "`masks[][kind]` and the file `masks[][image]`; a remix keeps its source's",
}
_ID = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {"id": identifier("an id")},
}
_CONSENT = text(
    f"{_OURS}who agreed to be shown, where the picture shows a face and the server asks for "
    "consent; kept in its audit log",
    minLength=1,
    maxLength=MAX_CONSENT_CHARS,
)
_CREATE = {
    "prompt": _PROMPT,
    "model": _MODEL,
    "seconds": _seconds(MAX_SECONDS, auto=True),
    "size": text(
        "WIDTHxHEIGHT, even, 64 to 4096; default 720x1280. `auto` (extension): the picture's shape",
        pattern="^(auto|[1-9][0-9]{1,3}x[1-9][0-9]{1,3})$",
        examples=["1280x720"],
    ),
    "characters": {"type": "array", "maxItems": MAX_CHARACTERS, "items": _ID},
    "remix_video_id": identifier("launch-era name of `POST /videos/{video_id}/remix`"),
    "seed": _SEED,
    "fps": {
        "anyOf": [
            {"type": "number", "minimum": MIN_FPS, "maximum": MAX_FPS},
            {"type": "string", "pattern": "^[0-9./]+$", "examples": ["29.97", "30000/1001"]},
        ],
        "description": f"{_OURS}frames per second, {MIN_FPS} to {MAX_FPS}; default 30",
    },
    "fit": {
        "type": "string",
        "enum": ["crop", "pad", "strict"],
        "description": f"{_OURS}a picture of another shape is cropped (default), padded, or "
        "refused",
    },
    "quality": {
        "type": "string",
        "enum": ["draft", "standard", "pro"],
        "description": f"{_OURS}render tier, over that of the model",
    },
    "strict": _STRICT,
    "plan": _PLAN,
    "masks": _MASKS,
    "audio": _AUDIO,
    "likeness_consent": _CONSENT,
    "n": _N,
    **_UNUSED,
}
_REVISION = {
    "prompt": _PROMPT,
    "model": text("a name that `GET /models` lists; default: the source's", examples=["sora-2"]),
    "seed": {**_SEED, "description": f"{_OURS}another seed than the source's"},
    "strict": _STRICT,
    "plan": _PLAN,
    "audio": _AUDIO,
    "likeness_consent": _CONSENT,
    "n": _N,
    **_UNUSED,
}
_NEW_SECONDS = {"seconds": _seconds(MAX_EXTENSION_SECONDS, auto=False)}


def create_body() -> dict[str, Any]:
    """``POST /videos`` and its dry run."""
    return _bodies(
        {**_CREATE, "input_reference": _REFERENCE},
        {**_CREATE, "input_reference": upload("the picture: JPEG, PNG, WebP, AVIF or GIF")},
        required=["prompt"],
    )


def revision_body(*, extension: bool = False, in_path: bool = False) -> dict[str, Any]:
    """Remix, edits and extensions; ``in_path``: the path names the source."""
    fields = {**_REVISION, **(_NEW_SECONDS if extension else {"masks": _MASKS})}
    required = ["prompt", *(["seconds"] if extension else [])]
    if in_path:
        return _bodies(fields, fields, required=required)
    source = "the completed video to start from"
    if extension:
        source += "; or an uploaded MP4 or MOV: the file in a form, or the id of a stored file"
    by_id = {"video": {**_ID, "description": source}}
    by_form = (
        {"video": upload(source)} if extension else by_id
    )  # `video[id]`, as in JSON, works too
    return _bodies({**fields, **by_id}, {**fields, **by_form}, required=[*required, "video"])


def stitch_body() -> dict[str, Any]:
    """``POST /videos/stitch``."""
    fields = {
        "videos": {
            "type": "array",
            "minItems": 2,
            "maxItems": MAX_STITCHED,
            "items": {"anyOf": [identifier("an id"), _ID]},
            "description": "completed videos in order; the first gives size and frame rate",
        },
        "transition": {"type": "string", "enum": ["cut", "crossfade"]},
        "transition_seconds": {
            "type": "number",
            "minimum": 0.1,
            "maximum": 5,
            "description": "of a cross-fade; default 0.5",
        },
        **_UNUSED,
    }
    return _bodies(fields, fields, required=["videos"])


def _bodies(json: Any, form: Any, *, required: list[str]) -> dict[str, Any]:
    schemas = {
        encoding: {
            "schema": {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": False,
            }
        }
        for encoding, properties in ((JSON, json), (FORM, form))
    }
    return {"requestBody": {"required": True, "content": schemas}}
