"""The OpenAPI 3.1 document: FastAPI's, with keys, the error envelope, and no 422."""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_KEYLESS = "Operations"
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string", "description": "one sentence for people"},
                "type": {"type": "string", "examples": ["invalid_request_error"]},
                "param": {"type": ["string", "null"], "description": "the field at fault"},
                "code": {"type": ["string", "null"], "examples": ["invalid_value"]},
            },
        }
    },
}
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer KEY`"},
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "api-key",
        "description": "as clients of Azure send it",
    },
}
_ERROR_RESPONSE = {
    "description": "An error: always this envelope, with `x-request-id` among the headers.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}
_DESCRIPTION = """\
The OpenAI Videos API on your own machine: point `base_url` of an `openai` client here.
Everything beyond that contract is marked as an extension."""


def describe(app: FastAPI) -> dict[str, Any]:
    """The document of ``app``, made once."""
    if app.openapi_schema is None:
        document = _with_page_names(
            get_openapi(
                title=app.title,
                version=app.version,
                description=_DESCRIPTION,
                routes=app.routes,
                openapi_version="3.1.0",
            )
        )
        _add_components(document)
        for item in document["paths"].values():
            for operation in item.values():
                _complete(operation)
        app.openapi_schema = document
    return app.openapi_schema


def _with_page_names(document: dict[str, Any]) -> dict[str, Any]:
    """``FilePage`` for pydantic's ``Listing_File_``, beside the ``VideoPage`` that is written."""
    text = re.sub(r"\bListing[_[](\w+?)[]_](?=\")", r"\1Page", json.dumps(document))
    named: dict[str, Any] = json.loads(text)
    return named


def _add_components(document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    schemas = components.setdefault("schemas", {})
    schemas["Error"] = _ERROR
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)


def _complete(operation: dict[str, Any]) -> None:
    """Say which errors and keys an operation has; FastAPI knows neither."""
    responses = operation["responses"]
    responses.pop("422", None)
    responses["default"] = _ERROR_RESPONSE
    keyless = _KEYLESS in operation.get("tags", ())
    operation["security"] = [] if keyless else [{name: []} for name in _SCHEMES]
