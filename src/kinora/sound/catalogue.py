"""What is known about each sound, without the numbers that make it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from kinora.sound.protocol import Cue

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def catalogue() -> Mapping[str, Cue]:
    """Every cue by its id, in the order of ``catalogue.yaml``."""
    text = files("kinora.sound").joinpath("catalogue.yaml").read_text("utf-8")
    entries: dict[str, dict[str, Any]] = yaml.load(text, Loader=_LOADER)
    return MappingProxyType({name: _cue(name, entry) for name, entry in entries.items()})


def _cue(name: str, entry: dict[str, Any]) -> Cue:
    return Cue(
        id=name,
        names={"en": _names(entry["en"]), "fr": _names(entry["fr"])},
        kind=entry["kind"],
        tier=entry.get("tier", "procedural"),
        quality=entry["quality"],
        licence=entry.get("licence", "Apache-2.0"),
        lufs=float(entry["lufs"]),
        continuous=bool(entry["continuous"]),
        make=entry["make"],
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))
