"""The app: routers, errors, middleware and documentation around one `Service`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

import kinora
from kinora.api import docs, errors, openapi
from kinora.api.auth import Access
from kinora.api.metrics import Metrics
from kinora.api.middleware import Faults, Requests
from kinora.service.context import Service

#: Modules of `kinora.api.routes`, in the order in which their paths are tried: what lies under
#: ``/videos/`` comes before ``/videos/{video_id}``.
ROUTES = (
    "characters",
    "videos",
    "files",
    "batches",
    "webhooks",
    "moderations",
    "provenance",
    "models",
)
PREFIX, AZURE_PREFIX = "/v1", "/openai/v1"

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
    for router in _routers():
        app.include_router(router, prefix=PREFIX)
        app.include_router(router, prefix=AZURE_PREFIX, include_in_schema=False)
    app.include_router(import_module("kinora.api.routes.ops").router)
    app.include_router(docs.router)
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]
    return app


def _routers() -> list[APIRouter]:
    names = [f"kinora.api.routes.{name}" for name in ROUTES]
    return [import_module(name).router for name in names if find_spec(name)]


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
