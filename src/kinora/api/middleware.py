"""Around every request, in plain ASGI: an id, the access log, metrics, and the last net for faults.

`Requests` is the outermost layer; `Faults` lies inside CORS, so that browsers may read its answers.
"""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from typing import Any

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinora.api.errors import answer
from kinora.api.metrics import Metrics
from kinora.api.multipart import SPOOL

API_VERSION = b"2020-10-01"
AZURE_PREFIX = "/openai/v1/"  # clients of Azure call the same paths below it
#: Asked for every few seconds by machines; their lines would drown the others.
QUIET_ROUTES = frozenset({"/healthz", "/readyz", "/metrics", "/v1/videos/{video_id}"})
_MAX_CLIENT_ID = 512

log = structlog.stdlib.get_logger("kinora.access")


class Requests:
    """Ids, headers, the log line and the metrics of every request; removes its uploads."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, log_prompts: bool) -> None:
        """Args:
        app: the layers within.
        metrics: counts requests.
        log_prompts: write prompts into the log.
        """
        self._app = app
        self._metrics = metrics
        self._log_prompts = log_prompts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        if scope["path"].startswith(AZURE_PREFIX):
            scope["path"] = scope["path"].removeprefix("/openai")
        request_id = f"req_{secrets.token_hex(16)}"
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        spooled = scope[SPOOL] = []
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                milliseconds = round((time.perf_counter() - started) * 1000)
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", request_id.encode()),
                    (b"openai-version", API_VERSION),
                    (b"openai-processing-ms", str(milliseconds).encode()),
                ]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            for path in spooled:
                path.unlink(missing_ok=True)
            self._note(scope, status=status, seconds=time.perf_counter() - started)

    def _note(self, scope: Scope, *, status: int, seconds: float) -> None:
        """Count and log a request; ``status`` 0: the client went away before an answer."""
        route = getattr(scope.get("route"), "path", "unmatched")
        self._metrics.count(scope["method"], route, status=status, seconds=seconds)
        if status != 200 or scope["method"] != "GET" or route not in QUIET_ROUTES:
            log.info("request", **self._facts(scope, status=status, seconds=seconds))

    def _facts(self, scope: Scope, *, status: int, seconds: float) -> dict[str, Any]:
        state = scope["state"]
        facts = {
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "ms": round(seconds * 1000, 1),
            "request_id": state["request_id"],
            "key": state.get("key_id"),
        }
        client_id = Headers(scope=scope).get("x-client-request-id")
        if client_id and client_id.isascii():
            facts["client_request_id"] = client_id[:_MAX_CLIENT_ID]
        if self._log_prompts and "prompt" in state:
            facts["prompt"] = state["prompt"]
        return facts


class Faults:
    """Answers whatever nobody caught with a 500, and writes the traceback to the log only."""

    def __init__(self, app: ASGIApp) -> None:
        """Args:
        app: the layers within.
        """
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # the outermost door: nothing above could answer this better
            if scope["type"] != "http":
                raise
            log.exception("fault", request_id=scope["state"].get("request_id"), path=scope["path"])
            if begun:  # half an answer is out: only closing the connection tells the client
                raise
            with suppress(OSError):
                await answer(error)(scope, receive, send)
