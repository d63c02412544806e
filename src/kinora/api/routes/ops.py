"""For the operator's machines: alive, ready, metrics. No key; no names, prompts or ids in them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy import text
from starlette.responses import JSONResponse, Response

from kinora.api import threads
from kinora.api.metrics import Metrics
from kinora.service.context import Service

router = APIRouter(tags=["Operations"])


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> dict[str, str]:
    """Answers as long as the process runs; asks nothing else."""
    return {"status": "ok"}


@router.get("/readyz", summary="Can it take requests?")
async def readyz(request: Request) -> JSONResponse:
    """200 when the database and the store answer, else 503 (as an error)."""
    service: Service = request.app.state.service
    await threads.block(_reach, service)
    return JSONResponse({"status": "ready"})


@router.get("/metrics", summary="Metrics for Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    """Requests, durations, videos by status, queue depth and the process's resources."""
    found: Metrics = request.app.state.metrics
    text_format = await threads.block(found.text)
    return Response(text_format, media_type="text/plain; version=0.0.4; charset=utf-8")


def _reach(service: Service) -> None:
    with service.database.read() as connection:
        connection.execute(text("SELECT 1"))
    service.blobs.info("readyz")
