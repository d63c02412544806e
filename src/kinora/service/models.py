"""The models of this installation, as the settings name them."""

from __future__ import annotations

from typing import Any

from kinora.errors import FieldError, MissingError
from kinora.settings import ModelEntry, Settings
from kinora.types.request import MAX_FPS, MAX_SECONDS, MAX_SIDE, MIN_FPS, MIN_SECONDS, MIN_SIDE

#: What the parallax engine takes and gives. Its own description lies beside its compiled kernels,
#: which a server must not load; a test compares both.
CAPABILITIES: dict[str, dict[str, Any]] = {
    "parallax": {
        "inputs": ["text", "image"],
        "text_only": False,
        "seconds": {"minimum": MIN_SECONDS, "maximum": MAX_SECONDS},
        "size": {"minimum_side": MIN_SIDE, "maximum_side": MAX_SIDE, "multiple_of": 2},
        "fps": {"minimum": MIN_FPS, "maximum": MAX_FPS},
        "features": ["depth_of_field", "silence"],
        "audio": False,
        "seed": True,
    }
}


def find(settings: Settings, name: str) -> ModelEntry:
    """The entry of a model name.

    Raises:
        MissingError: no such model.
    """
    entry = settings.models.get(name)
    if entry is None:
        raise MissingError(f"The model '{name}' does not exist.", param="model")
    return entry


def choose(settings: Settings, name: str) -> ModelEntry:
    """The entry of the model that a request asks for.

    Raises:
        FieldError: no such model; names those there are.
    """
    entry = settings.models.get(name)
    if entry is None:
        names = [f"'{known}'" for known in settings.models]
        allowed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        raise FieldError(
            f"Invalid value: '{name}'. Supported values are: {allowed}.",
            param="model",
            code="invalid_value",
        )
    return entry
