"""One frozen `Settings`, read once from the environment (``KINORA_…``)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kinora.errors import InputError

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


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Settings(BaseSettings):
    """What the machine's owner decides; what one clip needs is in `ClipRequest`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    cache_dir: Path = Field(
        default_factory=default_cache_dir,
        description="where compiled kernels are kept between runs",
    )
    threads: int = Field(
        default_factory=available_cores,
        ge=1,
        le=1024,
        description="worker threads; rendered frames don't depend on it, the file's chunks do",
    )


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
