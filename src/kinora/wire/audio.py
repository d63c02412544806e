"""The field ``audio``: what is wanted of the sound beyond the words, and files of one's own."""

from __future__ import annotations

from typing import Any, Final, get_args

from kinora.errors import FieldError
from kinora.types.sound import Loudness
from kinora.types.video import AudioSpec
from kinora.wire import scalars
from kinora.wire.draft import FileReference, Reference, Sounds, Uploaded, UrlReference
from kinora.wire.refusals import invalid_type, invalid_value, quoted, unknown_parameter

_FLAGS: Final = ("enabled", "room_tone", "burn_subtitles", "stems")
_FILES: Final = ("music", "voice_over")
_LEVELS: dict[str, Loudness] = {str(level): level for level in get_args(Loudness)}


def read_audio(value: Any) -> AudioSpec:
    """``{"enabled": true, "loudness": -14, "room_tone": false}``; what is left out stays as usual.

    Files are left to `read_sounds`.

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
        for name in _FLAGS
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


def read_sounds(value: Any) -> Sounds:
    """The files of ``{"music": …, "voice_over": …}``, each a file part, a file's id, an object
    with ``file_id`` or ``url``, or a ``data:`` URL; ``value`` was read by `read_audio`.

    Raises:
        FieldError: a file that can't be told.
    """
    return {
        name: _file(value[name], f"audio.{name}") for name in _FILES if value.get(name) is not None
    }


def _file(value: Any, param: str) -> Reference:
    if not isinstance(value, str | dict) and isinstance(value, Uploaded):
        return value
    if isinstance(value, dict):
        given = {name: inner for name, inner in value.items() if inner is not None}
        for name in given:
            if name not in ("file_id", "url"):
                raise unknown_parameter(f"{param}.{name}")
        if len(given) == 1:
            (name, inner), *_ = given.items()
            value, param = inner, f"{param}.{name}"
    if isinstance(value, str):
        if value.startswith("data:"):
            return UrlReference(url=value, key="url")
        if value.startswith("file"):
            return FileReference(id=scalars.identifier(value, param=param))
        raise FieldError(
            f"Invalid '{param}': expected a file, a file's id, or a data: URL; sound isn't fetched "
            "from other addresses.",
            param=param,
        )
    raise invalid_type(value, param=param, expected="a file, a file id, or a data: URL")
