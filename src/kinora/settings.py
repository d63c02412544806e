"""One frozen `Settings`, read once from the environment (``KINORA_…``)."""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from kinora.errors import InputError
from kinora.types.policy import FaceMode
from kinora.types.request import Quality

PREFIX = "KINORA_"


def default_cache_dir() -> Path:
    """The platform's cache folder for Kinora; nothing is created."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "kinora"


def default_data_dir() -> Path:
    """The platform's folder for the service's database and files; nothing is created."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Application Support")
    else:
        base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "kinora"


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class ModelEntry(BaseModel):
    """What a model name of the API stands for on this installation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: str = "parallax"
    quality: Quality = "standard"
    licence: str = "Apache-2.0"
    alias_of: str | None = None  # a dated or other name of the same model


_STANDARD, _PRO = ModelEntry(), ModelEntry(quality="pro")


def default_models() -> dict[str, ModelEntry]:
    """The names that code written for Sora sends, and our own."""
    return {
        "sora-2": _STANDARD,
        "sora-2-pro": _PRO,
        "sora-2-2025-10-06": ModelEntry(alias_of="sora-2"),
        "sora-2-2025-12-08": ModelEntry(alias_of="sora-2"),
        "sora-2-pro-2025-10-06": ModelEntry(quality="pro", alias_of="sora-2-pro"),
        "kinora-parallax-draft": ModelEntry(quality="draft"),
        "kinora-parallax": _STANDARD,
        "kinora-parallax-pro": _PRO,
    }


class Settings(BaseSettings):
    """What the machine's owner decides; what one clip needs is in `ClipRequest`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    cache_dir: Path = Field(
        default_factory=default_cache_dir,
        description="where compiled kernels and analysed photos are kept between runs",
    )
    scene_cache_bytes: int = Field(
        default=512 << 20, ge=0, description="room for analysed photos; 0: none are kept"
    )
    depth_model: str = Field(
        default="auto",
        description="who estimates depth: auto, learned (the network in the wheel), classical (no "
        "network), a model's name, or the path of an .onnx file",
    )
    completion_model: str = Field(
        default="auto",
        description="who foresees what things hide: auto, learned, classical, a name or a path, "
        "likewise",
    )
    models_dir: Path = Field(
        default_factory=lambda: default_data_dir() / "models",
        description="where networks fetched by name lie",
    )
    threads: int = Field(
        default_factory=available_cores,
        ge=1,
        le=1024,
        description="worker threads; rendered frames don't depend on it, the file's chunks do",
    )

    alive: Annotated[tuple[Quality, ...], NoDecode] = Field(
        default=(),
        description="qualities whose new clips move gently unasked, separated by commas: "
        "standard,pro; a caller's --alive or --no-alive goes before",
    )

    # What outputs say about themselves. Turning a part off is told in each clip's report.
    c2pa: bool = Field(
        default=True, description="sign clips, thumbnails and sprite sheets (a C2PA manifest)"
    )
    c2pa_certificate: Path | None = Field(
        default=None,
        description="PEM chain of an operator's signing certificate; none: one that Kinora makes, "
        "which nobody else trusts",
    )
    c2pa_key: Path | None = Field(default=None, description="PEM file of that certificate's key")
    c2pa_signer: str | None = Field(
        default=None,
        description="module:function that signs bytes instead of a key file (KMS, HSM)",
    )
    c2pa_algorithm: Literal["ES256", "ES384", "ES512", "PS256", "ED25519"] = Field(
        default="ES256", description="what that function signs with"
    )
    c2pa_timestamp_url: str | None = Field(
        default=None,
        description="a time stamp authority (RFC 3161); it keeps clips valid after the "
        "certificate's end",
    )
    c2pa_timestamp_required: bool = Field(
        default=False,
        description="fail where that authority doesn't answer, instead of signing without",
    )
    c2pa_prompt: bool = Field(default=False, description="write the prompt into the manifest")
    c2pa_anchors: Path | None = Field(
        default=None,
        description="PEM file of roots whose signers 'kinora verify' calls trusted; none: nobody",
    )

    invisible_mark: bool = Field(
        default=True, description="mark the pictures of clips invisibly with the clip's number"
    )
    mark_key: SecretStr | None = Field(
        default=None,
        description="secret behind the invisible mark, 16 characters or more, the same on all "
        "machines of a service; none: one that is made in the data folder",
        min_length=16,
    )
    old_mark_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="earlier ones, separated by commas, whose marks are still looked for",
    )
    visible_mark: bool = Field(
        default=True, description="show a small mark that goes from corner to corner"
    )
    remembered_clips: int = Field(
        default=200,
        ge=0,
        description="clips of the command line that kinora remix can change later: their plan and "
        "the paths of their photo and files, in data_dir; 0: none",
    )
    visible_mark_text: str = Field(
        default="made with Kinora",
        min_length=1,
        max_length=60,
        description="what it says, where a clip brings no text or logo of its own",
    )

    # The service. Times are in seconds, sizes in bytes.
    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="the service's database and files, unless the URLs below say otherwise",
    )
    database_url: str | None = Field(
        default=None, description="sqlite:///PATH or postgresql://…; default: a file in data_dir"
    )
    store_url: str | None = Field(
        default=None, description="file:///FOLDER or s3://BUCKET/PREFIX; default: in data_dir"
    )
    models: Annotated[dict[str, ModelEntry], NoDecode] = Field(
        default_factory=default_models, description="model names → engine and quality (JSON)"
    )
    default_image: Path | None = Field(
        default=None, description="the picture for requests that bring none; none: refused"
    )
    retention: float = Field(
        default=86_400.0, ge=0, description="how long finished files are kept; 0: for ever"
    )
    concurrency: int = Field(
        default=1,
        ge=1,
        le=256,
        description="renders at once on each worker; the last one started decides",
    )
    max_attempts: int = Field(
        default=3, ge=1, description="starts of one job before it is given up as poisonous"
    )
    job_timeout: float = Field(default=3600.0, gt=0, description="longest render of one job")
    max_queued: int = Field(default=1000, ge=1, description="jobs waiting before creates get 429")
    max_active: int = Field(default=1000, ge=1, description="queued or running jobs of one key")
    per_minute: int = Field(default=1_000_000, ge=1, description="creates of one key in 60 s")
    per_day: int = Field(default=1_000_000, ge=1, description="creates of one key in 24 h")
    max_body: int = Field(default=600 << 20, ge=1 << 20, description="largest request body")
    max_file: int = Field(default=512 << 20, ge=1 << 20, description="largest uploaded file")
    request_timeout: float = Field(
        default=600.0, gt=0, description="longest time a request's body may take to arrive"
    )
    retry_window: float = Field(
        default=120.0, ge=0, description="a client's retry within it gets its first job back"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="browsers' origins let in, separated by commas"
    )
    allow_private_addresses: bool = Field(
        default=False, description="let image_url and webhooks reach private networks"
    )
    redirect_downloads: bool = Field(
        default=True,
        description="S3: send downloads to signed URLs of the store; false: pass bytes through",
    )
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="keys that seal webhooks' secrets in the database, separated by commas, the "
        "first one for new ones; none: kept in clear",
    )
    policy_file: Path | None = Field(
        default=None,
        description="YAML that changes the built-in policy or adds to it (docs/policy.md)",
    )
    text_classifier: bool = Field(
        default=True,
        description="also ask the text classifier that comes with Kinora (docs/policy.md)",
    )
    text_classifier_threshold: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="score from which on it refuses: higher ones refuse less; none: its own",
    )
    text_embedding: str | None = Field(
        default=None,
        description="module:function that embeds sentences; texts near in meaning to what isn't "
        "made are then refused, too (docs/policy.md)",
    )
    moderation_url: str | None = Field(
        default=None,
        description="a moderation endpoint (https://…/v1/moderations) that is asked after the "
        "rules; while it doesn't answer, nothing is accepted",
    )
    moderation_key: SecretStr | None = Field(default=None, description="its API key")
    moderation_timeout: float = Field(
        default=5.0, gt=0, le=60, description="how long it may take to answer"
    )
    faces: FaceMode | None = Field(
        default=None,
        description="faces in pictures: allow; consent: only with 'likeness_consent'; refuse; "
        "default: consent for requests with a key, else allow",
    )
    audit_content: bool = Field(
        default=False, description="keep what was judged in the audit log, not its hash alone"
    )
    seal_uploads: bool = Field(
        default=False,
        description="seal uploaded pictures, clips and files in the store; needs secret_keys",
    )
    log_prompts: bool = Field(default=False, description="write prompts into the logs")
    progress_events: bool = Field(
        default=False, description="also send video.progress events to webhooks that ask for them"
    )

    # Read here and not by pydantic-settings, which would name no variable where it can't.
    @field_validator("models", mode="before")
    @classmethod
    def _read_models(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValueError(f"it isn't JSON: {error}") from error

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(origin.strip() for origin in value.split(",") if origin.strip())

    @field_validator("alive", mode="before")
    @classmethod
    def _split_qualities(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(quality.strip() for quality in value.split(",") if quality.strip())

    @field_validator("old_mark_keys", mode="before")
    @classmethod
    def _split_mark_keys(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(key.strip() for key in value.split(",") if key.strip())

    @field_validator("visible_mark_text")
    @classmethod
    def _check_letters(cls, value: str) -> str:
        from kinora.lettering import lacking  # brings Pillow, for which not all commands wait

        if value != cls.model_fields["visible_mark_text"].default and (signs := lacking(value)):
            raise ValueError(f"it has signs that can't be drawn: {signs}")
        return value

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        keys = tuple(key.strip() for key in value.split(",") if key.strip())
        if not all(map(_is_secret_key, keys)):
            raise ValueError("a key has 32 bytes, written in URL-safe base64")
        return keys

    @property
    def database(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kinora.db'}"

    @property
    def store(self) -> str:
        """The URL of the store."""
        return self.store_url or f"file://{(self.data_dir / 'blobs').absolute()}"


def _is_secret_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False


def load_settings() -> Settings:
    """Settings from the environment.

    Raises:
        InputError: a variable has a value that isn't allowed; names the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise InputError(
            f"The environment variable {name} can't be used: {first['msg']}.", param=name
        ) from error
