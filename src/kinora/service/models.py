"""The models of this installation, as the settings name them."""

from __future__ import annotations

from typing import Any

from kinora.engines.catalogue import CAPABILITIES
from kinora.errors import MissingError
from kinora.settings import ModelEntry, Settings
from kinora.types.request import MAX_FPS, MAX_SECONDS, MAX_SIDE, MIN_FPS, MIN_SECONDS, MIN_SIDE


def capabilities(entry: ModelEntry) -> dict[str, Any]:
    """What the engine of a model takes and gives, within the limits of the API."""
    engine = CAPABILITIES.get(entry.engine)
    if engine is None:
        return {}
    return {
        "text_only": engine.text_only,
        "camera": sorted(engine.camera),
        "features": sorted(engine.features),
        "seconds": {"minimum": MIN_SECONDS, "maximum": MAX_SECONDS},
        "size": {"minimum_side": MIN_SIDE, "maximum_side": MAX_SIDE, "multiple_of": 2},
        "fps": {"minimum": MIN_FPS, "maximum": MAX_FPS},
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
