"""The field ``audio``: what is wanted of the sound beyond the words."""

from __future__ import annotations

from typing import Any, get_args

from kinora.types.sound import Loudness
from kinora.types.video import AudioSpec
from kinora.wire import scalars
from kinora.wire.refusals import invalid_type, invalid_value, quoted, unknown_parameter

_LEVELS: dict[str, Loudness] = {str(level): level for level in get_args(Loudness)}


def read_audio(value: Any) -> AudioSpec:
    """``{"enabled": true, "loudness": -14, "room_tone": false}``; what is left out stays as usual.

    Raises:
        FieldError: a part is unknown, or has a value that isn't allowed.
    """
    if not isinstance(value, dict):
        raise invalid_type(value, param="audio", expected="an object")
    given = {name: inner for name, inner in value.items() if inner is not None}
    for name in given:
        if name not in AudioSpec.model_fields:
            raise unknown_parameter(f"audio.{name}")
    read: dict[str, Any] = {
        name: scalars.flag_of(given[name], param=f"audio.{name}")
        for name in ("enabled", "room_tone")
        if name in given
    }
    if "loudness" in given:
        read["loudness"] = _loudness(given["loudness"])
    return AudioSpec(**read)


def _loudness(value: Any) -> Loudness:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise invalid_type(value, param="audio.loudness", expected="an integer")
    if str(value) not in _LEVELS:
        raise invalid_value(value, param="audio.loudness", supported=quoted(tuple(_LEVELS)))
    return _LEVELS[str(value)]
