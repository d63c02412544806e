"""Describe bodies in the OpenAPI document that `kinora.api.bodies` reads by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FORM, JSON = "multipart/form-data", "application/json"
#: What `kinora.wire.scalars.is_identifier` takes.
IDENTIFIER: dict[str, Any] = {
    "minLength": 1,
    "maxLength": 64,
    "pattern": "^-*[A-Za-z_][A-Za-z0-9_-]*$",
}


def body(
    properties: Mapping[str, Mapping[str, Any]],
    *,
    required: Sequence[str] = (),
    encodings: Sequence[str] = (JSON, FORM),
    in_form: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """``openapi_extra`` of an operation whose body has these properties.

    ``in_form``: those that look otherwise in a form.
    """
    content = {}
    for encoding in encodings:
        others = in_form if encoding == FORM and in_form else {}
        content[encoding] = {
            "schema": {
                "type": "object",
                "properties": {**properties, **others},
                "required": list(required),
                "additionalProperties": False,
            }
        }
    return {"requestBody": {"required": True, "content": content}}


def text(description: str, **more: Any) -> dict[str, Any]:
    """A string."""
    return {"type": "string", "description": description, **more}


def identifier(description: str) -> dict[str, Any]:
    """An id that this service gave."""
    return text(description, **IDENTIFIER)


def upload(description: str) -> dict[str, Any]:
    """A file of a form."""
    return {"type": "string", "format": "binary", "description": description}


#: When a file goes, counted from its making.
EXPIRY: dict[str, Any] = {
    "type": "object",
    "required": ["anchor", "seconds"],
    "properties": {
        "anchor": {"type": "string", "enum": ["created_at"]},
        "seconds": {"type": "integer", "minimum": 3600, "maximum": 2_592_000},
    },
}
