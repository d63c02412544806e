"""The app: routers, errors, middleware and documentation around one `Service`."""

from __future__ import annotations

import copy
from importlib import import_module
from typing import cast

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Match, Route, compile_path
from starlette.types import Scope

import kinora
from kinora.api import docs, errors, openapi
from kinora.api.auth import Access
from kinora.api.metrics import Metrics
from kinora.api.middleware import Faults, Requests
from kinora.api.routes import ops, videos
from kinora.service.context import Service

#: Modules of `kinora.api.routes`, in the order in which their paths are tried: videos are asked
#: for most.
ROUTES = (
    "videos",
    "characters",
    "files",
    "batches",
    "webhooks",
    "likeness",
    "moderations",
    "provenance",
    "models",
)
PREFIX = "/v1"

#: Response headers that web pages may read.
_EXPOSED = ["x-request-id", "openai-poll-after-ms", "openai-processing-ms", "retry-after"]


def create_app(service: Service, *, open_access: bool = False) -> FastAPI:
    """The app over an open service, which outlives it.

    Args:
        service: database, store, queue and settings; ``app.state.service`` for the routes.
        open_access: let in requests without a key; only for a server that listens on loopback.
    """
    metrics = Metrics(service.database)
    app = FastAPI(
        title="Kinora",
        version=kinora.__version__,
        middleware=_middleware(service, metrics),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    app.state.metrics = metrics
    app.state.access = Access(open_access=open_access)
    errors.install(app)
    # As plain routes they skip FastAPI's part of the way; the documented ones do the same.
    for path, method, handler in videos.HOT:
        app.router.routes.append(_Plain(PREFIX + path, handler, methods=[method]))
    for name in ROUTES:
        _place(app, import_module(f"kinora.api.routes.{name}").router, prefix=PREFIX)
    for router in (ops.router, docs.router):
        _place(app, router, prefix="")
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]
    return app


class _Plain(Route):
    """Tells what lies around it, log and metrics, which route was taken, as FastAPI's own do."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether this is the route for ``scope``, and what it adds to it."""
        match, more = super().matches(scope)
        return match, {**more, "route": self}


def _place(app: FastAPI, router: APIRouter, *, prefix: str) -> None:
    """Put the router's routes under ``prefix``, directly into the app's list.

    `FastAPI.include_router` would try every path twice, router by router: a third of the time of a
    short request.
    """
    for route in router.routes:
        placed = copy.copy(cast(APIRoute, route))
        placed.path = prefix + placed.path
        placed.path_regex, placed.path_format, placed.param_convertors = compile_path(placed.path)
        placed.unique_id = placed.name  # the operationId
        app.router.routes.append(placed)


def _middleware(service: Service, metrics: Metrics) -> list[Middleware]:
    """Outermost first."""
    settings = service.settings
    layers = [Middleware(Requests, metrics=metrics, log_prompts=settings.log_prompts)]
    if settings.cors_origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(settings.cors_origins),
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["*"],
                expose_headers=_EXPOSED,
            )
        )
    return [*layers, Middleware(Faults)]
