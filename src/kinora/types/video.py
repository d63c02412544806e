"""A video of the service: what was asked for (`VideoSpec`) and what became of it (`Video`).

`VideoSpec` is pydantic, because it is kept as JSON in the database and handed to the render child.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kinora.types.plan import ShotPlan
from kinora.types.request import Quality
from kinora.types.scene import Fit
from kinora.types.sound import Loudness

#: ``cancelled`` is internal: its row answers 404 (the Videos API has no such status).
VideoStatus = Literal["queued", "in_progress", "completed", "failed", "cancelled"]
VideoKind = Literal["create", "remix", "edit", "extension", "stitch"]
Variant = Literal["video", "thumbnail", "spritesheet", "subtitles", "stems"]

TERMINAL: frozenset[VideoStatus] = frozenset({"completed", "failed", "cancelled"})


class Stitch(BaseModel):
    """How clips are joined."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    transition: Literal["cut", "crossfade"] = "cut"
    transition_seconds: float = Field(default=0.5, gt=0.0, le=5.0)


class MaskSpec(BaseModel):
    """Where something is in the picture: a box in shares of its sides, or a picture of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str  # one of `kinora.types.living.MASK_NAMES`
    box: tuple[float, float, float, float] | None = None  # left, top, right, bottom
    data: str | None = None  # the mask's file in base64; white where the thing is


class AudioSpec(BaseModel):
    """What is wanted of the sound beyond the words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True  # False: a silent clip, whatever the words ask for
    loudness: Loudness = -16  # of the whole, LUFS
    room_tone: bool = True  # quiet air under what sounds
    burn_subtitles: bool = False  # the spoken lines in the picture
    stems: bool = False  # the parts of the mix as files, too
    music: str | None = None  # a sound file in base64, in place of the words' music
    voice_over: str | None = None  # a sound file in base64, in place of a voice


class VideoSpec(BaseModel):
    """Everything that is needed to make the video, now or again.

    ``seconds`` is the length as a decimal string; None leaves it to the beats of the prompt. For
    an extension it is the length of the new segment. ``size`` is ``WxH``; None is the photo's own
    shape. ``source_ids`` are the videos this one is made from (one for remix, edit and extension,
    several for a stitch).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: VideoKind = "create"
    model: str
    engine: str
    quality: Quality = "standard"
    prompt: str = ""
    plan: ShotPlan | None = None  # over the words
    seconds: str | None = "4"
    size: str | None = "720x1280"
    fps: str = "30"
    seed: int = 0
    fit: Fit = "crop"
    strict: bool = False
    input_key: str | None = None  # blob key of the picture
    input_sha256: str | None = None
    character_ids: tuple[str, ...] = ()
    character_names: tuple[str, ...] = ()  # of these, by which prompts call them
    masks: tuple[MaskSpec, ...] = ()
    audio: AudioSpec = AudioSpec()
    likeness_consent: str | None = None  # who agreed to be shown, as the caller attests
    source_ids: tuple[str, ...] = ()
    stitch: Stitch | None = None


@dataclass(frozen=True, kw_only=True)  # no slots: cached_property needs a __dict__
class Video:
    """One row of ``videos``. Times are unix seconds; JSON columns stay text until needed."""

    seq: int  # order of creation
    id: str
    project_id: str
    key_id: str | None
    status: VideoStatus
    progress: int  # 0 to 100
    model: str
    prompt: str
    size: str  # WxH
    seconds: str  # of the whole clip
    created_at: float
    started_at: float | None = None
    completed_at: float | None = None
    expires_at: float | None = None  # when the files go; None: never
    remixed_from: str | None = None
    extensions: int = 0  # how many times the clip was extended
    attempts: int = 0  # how many times a worker started it
    priority: int = 10  # 1 is first
    batch_id: str | None = None
    custom_id: str | None = None  # of its batch line
    error_code: str | None = None
    error_message: str | None = None
    spec_json: str = "{}"
    plan_json: str | None = None
    report_json: str | None = None
    media_json: str | None = None  # {"video": {"bytes", "sha256", "mime"}, "thumbnail": …}
    files_gone: bool = False  # expired or deleted from the store

    @cached_property
    def spec(self) -> VideoSpec:
        """What was asked for."""
        return VideoSpec.model_validate_json(self.spec_json)

    @cached_property
    def plan(self) -> ShotPlan | None:
        """What is or was done, once planned."""
        return None if self.plan_json is None else ShotPlan.model_validate_json(self.plan_json)


def blob_key(video_id: str, variant: Variant) -> str:
    """Where the store keeps a file of the video; the same for every attempt."""
    name = {
        "video": "video.mp4",
        "thumbnail": "thumbnail.webp",
        "spritesheet": "spritesheet.jpg",
        "subtitles": "subtitles.vtt",
        "stems": "stems.zip",
    }[variant]
    return f"videos/{video_id}/{name}"


def input_key(sha256: str) -> str:
    """Where the store keeps a picture that was handed in, by its content."""
    return f"inputs/{sha256[:2]}/{sha256}"


MIME: dict[Variant, str] = {
    "video": "video/mp4",
    "thumbnail": "image/webp",
    "spritesheet": "image/jpeg",
    "subtitles": "text/vtt",
    "stems": "application/zip",
}
