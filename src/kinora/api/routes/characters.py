"""``/videos/characters``: keep a character, and look it up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from kinora.api import threads
from kinora.api.auth import caller
from kinora.api.bodies import read_fields
from kinora.api.described import body, identifier, text, upload
from kinora.api.fields import Fields, Upload
from kinora.api.reading import incoming, read_text, refuse_unknown
from kinora.records.characters import CharacterRow
from kinora.service import characters
from kinora.service.context import Service
from kinora.service.files import Incoming
from kinora.types.account import Caller
from kinora.wire.refusals import invalid_type, missing

router = APIRouter(tags=["Characters"])

_FIELDS = ("name", "video")


class Character(BaseModel):
    """A character, as clients know it."""

    id: str
    name: str
    created_at: int = Field(description="unix seconds")


def _by(name: str, description: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [name],
        "properties": {name: identifier(description)},
        "additionalProperties": False,
    }


@router.post(
    "/videos/characters",
    summary="Create a character",
    openapi_extra=body(
        {
            "name": text("what prompts call it", minLength=1, maxLength=characters.MAX_NAME),
            "video": {
                "description": "in a form a file: a short clip (MP4, MOV or WebM) or, as "
                'extensions, a picture, `{"file_id": …}` of either, or `{"id": …}` of a finished '
                "video",
                "anyOf": [
                    _by("file_id", "of an uploaded clip"),
                    _by("id", "of a finished video"),
                ],
            },
        },
        required=["name", "video"],
        in_form={"video": upload("a short clip (MP4, MOV or WebM), or a picture")},
    ),
)
async def create_character(request: Request, who: Annotated[Caller, Depends(caller)]) -> Character:
    """The figure that the clip or picture shows is cut out; prompts place it by its name."""
    service: Service = request.app.state.service
    fields = await read_fields(request)
    refuse_unknown(fields, _FIELDS)
    row = await threads.block(
        characters.create_character,
        service,
        who,
        name=read_text(fields, "name"),
        source=_read_video(fields),
    )
    return _show(row)


@router.get("/videos/characters/{character_id}", summary="Retrieve a character")
async def retrieve_character(
    character_id: str, request: Request, who: Annotated[Caller, Depends(caller)]
) -> Character:
    """What is known of a character."""
    service: Service = request.app.state.service
    row = await threads.run(service, characters.get_character, service, who, character_id)
    return _show(row)


def _read_video(fields: Fields) -> Incoming | str:
    value: Any = fields.get("video")
    if value is None:
        raise missing("video")
    if isinstance(value, Upload):
        return incoming(value)
    if isinstance(value, Mapping) and len(value) == 1:
        (name, inner), *_ = value.items()
        if name in ("file_id", "id") and isinstance(inner, str):
            return inner
    raise invalid_type(value, param="video", expected="a file, or an object with 'file_id' or 'id'")


def _show(row: CharacterRow) -> Character:
    return Character(id=row.id, name=row.name, created_at=int(row.created_at))
