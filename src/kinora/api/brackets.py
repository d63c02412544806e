"""Names of form fields to nested values: ``input_reference[file_id]``, ``characters[][id]``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from kinora.errors import FieldError

MAX_DEPTH = 6
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_KEY = re.compile(r"\[([^\[\]]*)\]")

#: Fields that are objects or lists; in a form, people also write them as JSON in a plain field.
OBJECT_FIELDS = frozenset(
    {
        "audio",
        "characters",
        "event_types",
        "expires_after",
        "input_reference",
        "masks",
        "metadata",
        "output_expires_after",
        "plan",
        "stitch",
        "video",
        "videos",
    }
)


def nest(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The value that form fields spell, in their order.

    ``a[b]`` is a key of an object, ``a[]`` the next item of a list; ``a[][b]`` starts a new object
    whenever the last one has ``b`` already.

    Raises:
        FieldError: a name that can't be read, given twice, or both a value and an object.
    """
    root: dict[str, Any] = {}
    for name, value in pairs:
        matched = _NAME.fullmatch(name)
        keys = [] if matched is None else [matched[1], *_KEY.findall(matched[2])]
        if not keys or len(keys) > MAX_DEPTH:
            raise FieldError(
                f"The field name {name[:80]!r} can't be read: write name, name[key] or name[].",
                param=name[:80],
                code="invalid_field_name",
            )
        _put(root, keys, value, name=name)
    return root


def _put(container: Any, keys: list[str], value: Any, *, name: str) -> None:
    """Walk to the container of the last key, making what is missing, and set it there."""
    for position, key in enumerate(keys):
        last = position == len(keys) - 1
        fresh: Any = value if last else [] if keys[position + 1] == "" else {}
        if isinstance(container, list):
            if key != "":
                raise _mixed(name)
            if last or not _continues(container, keys[position + 1 :]):
                container.append(fresh)
            container = container[-1]
        elif isinstance(container, dict) and key != "":
            if last and key in container:
                raise FieldError(
                    f"The field {name!r} was given twice.", param=name, code="duplicate_parameter"
                )
            container = container.setdefault(key, fresh)
        else:
            raise _mixed(name)


def _continues(items: list[Any], rest: list[str]) -> bool:
    """Whether ``rest`` belongs to the last item: it is an object that lacks the key so far."""
    if not items:
        return False
    if rest[0] == "":
        return isinstance(items[-1], list)
    return isinstance(items[-1], dict) and (rest[0] not in items[-1] or len(rest) > 1)


def _mixed(name: str) -> FieldError:
    return FieldError(
        f"The field {name!r} is given both as a plain value and as an object or list.",
        param=name.partition("[")[0],
        code="invalid_type",
    )


def read_json_strings(values: dict[str, Any]) -> dict[str, Any]:
    """``values`` with JSON in plain fields read: ``video={"id": "…"}``, as curl users write it.

    Raises:
        FieldError: a field starts like JSON and isn't.
    """
    read = dict(values)
    for name in OBJECT_FIELDS & values.keys():
        text = values[name]
        if isinstance(text, str) and text.lstrip()[:1] in ("{", "["):
            try:
                read[name] = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise FieldError(
                    f"Invalid value for '{name}': it starts like JSON but can't be read as JSON.",
                    param=name,
                    code="invalid_json",
                ) from error
    return read
