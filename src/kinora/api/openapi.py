"""The OpenAPI 3.1 document: FastAPI's, with keys, the error envelope, and no 422."""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from kinora.api.described import JSON

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
#: What answers something with an id → the name of the id in paths, and what takes it there.
_LINKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "create_video": (
        "video_id",
        ("retrieve_video", "retrieve_plan", "follow_video", "download_video", "delete_video"),
    ),
    "create_file": ("file_id", ("retrieve_file", "download_file", "delete_file")),
    "create_batch": ("batch_id", ("retrieve_batch", "cancel_batch")),
    "create_character": ("character_id", ("retrieve_character",)),
    "create_endpoint": (
        "endpoint_id",
        (
            "retrieve_endpoint",
            "update_endpoint",
            "rotate_secret",
            "send_test",
            "list_deliveries",
            "delete_endpoint",
        ),
    ),
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
                _take_null(operation)
                _link(operation)
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


def _take_null(operation: dict[str, Any]) -> None:
    """JSON's null is the same as left out, wherever a field may be left out."""
    content = operation.get("requestBody", {}).get("content", {}).get(JSON)
    if content is None:
        return
    schema = content["schema"]
    schema["properties"] = {
        name: field if name in schema["required"] else _or_null(field)
        for name, field in schema["properties"].items()
    }


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "type" not in schema and "anyOf" not in schema and "enum" not in schema:
        return schema  # takes anything
    told = {"description": schema["description"]} if "description" in schema else {}
    return {"anyOf": [schema, {"type": "null"}], **told}


def _link(operation: dict[str, Any]) -> None:
    """Say which operations take the id that this one answers."""
    parameter, consumers = _LINKS.get(operation["operationId"], ("", ()))
    if consumers:
        operation["responses"]["200"]["links"] = {
            name: {"operationId": name, "parameters": {parameter: "$response.body#/id"}}
            for name in consumers
        }


def _complete(operation: dict[str, Any]) -> None:
    """Say which errors and keys an operation has; FastAPI knows neither."""
    responses = operation["responses"]
    responses.pop("422", None)
    responses["default"] = _ERROR_RESPONSE
    keyless = _KEYLESS in operation.get("tags", ())
    operation["security"] = [] if keyless else [{name: []} for name in _SCHEMES]
