"""Describe bodies in the OpenAPI document that `kinora.api.bodies` reads by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FORM, JSON = "multipart/form-data", "application/json"


def body(
    properties: Mapping[str, Mapping[str, Any]],
    *,
    required: Sequence[str] = (),
    encodings: Sequence[str] = (JSON, FORM),
) -> dict[str, Any]:
    """``openapi_extra`` of an operation whose body has these properties."""
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }
    return {
        "requestBody": {
            "required": True,
            "content": {encoding: {"schema": schema} for encoding in encodings},
        }
    }


def text(description: str, **more: Any) -> dict[str, Any]:
    """A string."""
    return {"type": "string", "description": description, **more}


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
