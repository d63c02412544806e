"""The one table from the error tree to the wire, and the envelope of every error answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Match

from kinora.errors import (
    AuthError,
    BodyError,
    EngineError,
    ImageError,
    InputError,
    KinoraError,
    LimitError,
    MissingError,
    NotSupportedError,
    OutputError,
    PolicyError,
    ScopeError,
    StateError,
)

#: A longer wait than this makes clients give up or come back too soon: they are told not to retry.
MAX_RETRY_AFTER = 60.0


@dataclass(frozen=True, slots=True)
class Wire:
    """How a branch of the tree looks to a client.

    ``code`` and ``message`` None: the error's own. A message here hides the error's own, which may
    name paths of this machine.
    """

    status: int
    type: str = "invalid_request_error"
    code: str | None = None
    message: str | None = None


_FAULT = "The server had an error while processing your request. Sorry about that!"
_STORE = "The server can't store data at the moment. Please try again later."
_BUSY = "The server is overloaded or its database can't be reached. Please try again later."

#: The most specific class wins.
WIRE: dict[type[Exception], Wire] = {
    InputError: Wire(400),
    ImageError: Wire(400, code="invalid_image_file"),
    BodyError: Wire(400),  # or its own status
    NotSupportedError: Wire(400, code="not_supported"),
    PolicyError: Wire(400),
    StateError: Wire(400),  # or 404, where its files are gone
    AuthError: Wire(401, code="invalid_api_key"),
    ScopeError: Wire(403, code="missing_scope"),
    MissingError: Wire(404, code="not_found"),
    LimitError: Wire(429, type="rate_limit_exceeded"),  # or insufficient_quota
    EngineError: Wire(500, type="server_error", code="engine_error", message=_FAULT),
    OutputError: Wire(503, type="server_error", code="storage_unavailable", message=_STORE),
    OperationalError: Wire(503, type="server_error", code="server_is_overloaded", message=_BUSY),
    InterfaceError: Wire(503, type="server_error", code="server_is_overloaded", message=_BUSY),
    PoolTimeoutError: Wire(503, type="server_error", code="server_is_overloaded", message=_BUSY),
    Exception: Wire(500, type="server_error", code="internal_error", message=_FAULT),
}
_BODY_CODES = {
    400: "invalid_body",
    408: "request_timeout",
    413: "request_too_large",
    415: "unsupported_content_type",
}
_INPUT_CODE = "invalid_value"  # of errors that the command line words as image_error, size_error …


def wire_of(error: Exception) -> Wire:
    """The entry of the error's nearest ancestor, with what the error itself knows better."""
    found = next(WIRE[cls] for cls in type(error).__mro__ if cls in WIRE)
    if isinstance(error, BodyError):
        return Wire(error.status, code=_BODY_CODES[error.status])
    if isinstance(error, StateError):
        return Wire(404 if error.gone else 400, code=error.code)
    if isinstance(error, LimitError):
        quota = error.code == "insufficient_quota"
        return Wire(found.status, type=error.code if quota else found.type, code=error.code)
    if found.code is None and isinstance(error, KinoraError):
        own = type(error).code is not KinoraError.code
        return Wire(found.status, found.type, error.code if own else _INPUT_CODE)
    return found


def envelope(message: str, *, type: str, param: str | None, code: str | None) -> dict[str, object]:  # noqa: A002
    """The body of an error: its four keys, always."""
    return {"error": {"message": message, "type": type, "param": param, "code": code}}


def answer(error: Exception) -> JSONResponse:
    """The response to an error of any class."""
    if isinstance(error, HTTPException):
        return _http(error)
    if isinstance(error, RequestValidationError):
        return _validation(error)
    wire = wire_of(error)
    message, param = wire.message, None
    if isinstance(error, KinoraError) and message is None:
        message = f"{error.message} {error.hint}" if error.hint else error.message
        param = error.param
    return JSONResponse(
        envelope(message or _FAULT, type=wire.type, param=param, code=wire.code),
        status_code=wire.status,
        headers=_headers(error, wire),
    )


def _headers(error: Exception, wire: Wire) -> dict[str, str]:
    if isinstance(error, LimitError):
        soon = error.retry_after <= MAX_RETRY_AFTER
        return {
            "retry-after": str(max(1, math.ceil(error.retry_after))),
            "retry-after-ms": str(max(1, math.ceil(error.retry_after * 1000))),
            "x-should-retry": "true" if soon else "false",
        }
    if wire.status == 401:
        return {"www-authenticate": "Bearer"}
    if wire.status == 408:  # the rest of the body may still be under way
        return {"connection": "close"}
    if wire.status == 503:
        return {"retry-after": "2"}
    return {}


def _http(error: HTTPException) -> JSONResponse:
    """What Starlette refuses by itself: unknown paths, methods, and the like."""
    headers: Mapping[str, str] = error.headers or {}
    return JSONResponse(
        envelope(str(error.detail), type="invalid_request_error", param=None, code="http_error"),
        status_code=error.status_code,
        headers=dict(headers),
    )


def _validation(error: RequestValidationError) -> JSONResponse:
    """Query and path parameters that FastAPI checks: 400, as everything else."""
    first = error.errors()[0]
    name = str(first["loc"][-1]) if first["loc"] else "body"
    missing = first["type"] == "missing"
    message = (
        f"Missing required parameter: '{name}'."
        if missing
        else f"Invalid value for '{name}': {first['msg'][:1].lower()}{first['msg'][1:]}."
    )
    code = "missing_required_parameter" if missing else "invalid_value"
    return JSONResponse(
        envelope(message, type="invalid_request_error", param=name, code=code), status_code=400
    )


def install(app: FastAPI) -> None:
    """Make every error of ``app`` answer with the envelope."""

    async def handle(request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, HTTPException) and error.status_code in (404, 405):
            return _unrouted(request, error)
        return answer(error)

    for cls in (HTTPException, RequestValidationError, *WIRE):
        if cls is not Exception:  # the rest is the middleware's
            app.add_exception_handler(cls, handle)


def _unrouted(request: Request, error: HTTPException) -> JSONResponse:
    path = request.url.path
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if error.status_code == 405:
        headers["allow"] = ", ".join(_methods(request))
        message = f"Not allowed to {request.method} on {path}."
        code = "method_not_supported"
    else:
        message = f"Invalid URL ({request.method} {path})."
        code = "unknown_url"
        if not path.startswith("/v1/"):
            message += " The API is under /v1: base_url ends with it."
    return JSONResponse(
        envelope(message, type="invalid_request_error", param=None, code=code),
        status_code=error.status_code,
        headers=headers,
    )


def _methods(request: Request) -> list[str]:
    """What the path can be asked by; the framework knows those of the first route alone."""
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return sorted(methods)
