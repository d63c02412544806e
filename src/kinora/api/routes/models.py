"""``/models``: the names that ``model`` takes, with what stands behind each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from kinora.api.auth import caller
from kinora.service import models
from kinora.service.context import Service
from kinora.settings import ModelEntry
from kinora.types.account import Caller
from kinora.types.request import Quality

router = APIRouter(tags=["Models"])

#: When the names came into the world: clients expect a date, and sort by it.
_CREATED = 1_764_028_800  # 2025-11-25


class Model(BaseModel):
    """A model, as clients know it, and what it is on this installation."""

    id: str
    object: str = "model"
    created: int = Field(default=_CREATED, description="unix seconds")
    owned_by: str = "kinora"
    shutdown_date: str | None = None
    engine: str = Field(description="what makes the video")
    quality: Quality
    licence: str = Field(description="of the engine and its weights")
    alias_of: str | None = Field(description="the model that this is another name of")
    capabilities: dict[str, Any] = Field(description="what the engine takes and gives")


class ModelList(BaseModel):
    """All of them: there are few, so there are no pages."""

    object: str = "list"
    data: list[Model]


@router.get("/models", summary="List the models")
async def list_models(request: Request, _: Annotated[Caller, Depends(caller)]) -> ModelList:
    """Every name that ``model`` takes here, aliases too."""
    service: Service = request.app.state.service
    return ModelList(data=[_model(n, entry) for n, entry in service.settings.models.items()])


@router.get("/models/{model}", summary="Retrieve a model")
async def retrieve_model(
    model: str, request: Request, _: Annotated[Caller, Depends(caller)]
) -> Model:
    """One model; 404 where there is none of this name."""
    service: Service = request.app.state.service
    return _model(model, models.find(service.settings, model))


def _model(name: str, entry: ModelEntry) -> Model:
    return Model(
        id=name,
        engine=entry.engine,
        quality=entry.quality,
        licence=entry.licence,
        alias_of=entry.alias_of,
        capabilities=models.capabilities(entry),
    )
