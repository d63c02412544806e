"""Read single fields of a body, and refuse what isn't one, in the contract's words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from kinora.api.fields import Fields, Upload
from kinora.service.files import Incoming
from kinora.wire.refusals import invalid_type, missing, unknown_parameter


def refuse_unknown(fields: Fields, known: Collection[str]) -> None:
    """Check that every field is one of ``known``.

    Raises:
        FieldError: one isn't.
    """
    for name in fields:
        if name not in known:
            raise unknown_parameter(name[:80])


def read_text(fields: Fields, name: str) -> str:
    """A string that must be there.

    Raises:
        FieldError: it isn't, or it is something else.
    """
    value = read_optional_text(fields, name)
    if value is None:
        raise missing(name)
    return value


def read_optional_text(fields: Fields, name: str) -> str | None:
    """A string, or None where it is absent or null.

    Raises:
        FieldError: it is something else.
    """
    value: Any = fields.get(name)
    if value is None or isinstance(value, str):
        return value
    raise invalid_type(value, param=name, expected="a string")


def read_flag(fields: Fields, name: str) -> bool:
    """A boolean, false where it is absent; forms write it as text.

    Raises:
        FieldError: it is something else.
    """
    value: Any = fields.get(name)
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise invalid_type(value, param=name, expected="a boolean")


def read_texts(fields: Fields, name: str) -> list[str] | None:
    """A list of strings, or None where it is absent or null.

    Raises:
        FieldError: it is something else.
    """
    value: Any = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise invalid_type(value, param=name, expected="an array of strings")
    return value


def read_upload(fields: Fields, name: str) -> Incoming:
    """A file that must be there.

    Raises:
        FieldError: it isn't, or it is something else.
    """
    value: Any = fields.get(name)
    if value is None:
        raise missing(name)
    if not isinstance(value, Upload):
        raise invalid_type(value, param=name, expected="a file")
    return incoming(value)


def incoming(upload: Upload) -> Incoming:
    """An upload, for the use cases."""
    return Incoming(
        path=upload.path, filename=upload.filename, bytes=upload.bytes, sha256=upload.sha256
    )
