"""``/likeness``: a person's consent to the use of their character (not in OpenAI's API)."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, cast, get_args

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, Field

from kinora.api import threads
from kinora.api.auth import caller
from kinora.api.bodies import read_fields
from kinora.api.described import FORM, body, identifier, text, upload
from kinora.api.fields import Fields
from kinora.api.reading import (
    read_flag,
    read_text,
    read_texts,
    read_upload,
    refuse_unknown,
)
from kinora.errors import FieldError
from kinora.records.consents import Audience, ConsentRow, UseRow
from kinora.service import likeness
from kinora.service.context import Service
from kinora.types.account import Caller

router = APIRouter(tags=["Likeness"])

_FIELDS = ("character_id", "challenge_id", "recording", "audience", "allowed", "purpose", "until")
Who = Annotated[Caller, Depends(caller)]
OwnerKey = Annotated[str, Header(alias="kinora-owner-key", description="as the consent gave it")]


class Challenge(BaseModel):
    """What is to be said and done in the recording of a consent."""

    object: Literal["likeness.challenge"] = "likeness.challenge"
    id: str
    phrase: str = Field(description="to be said or shown")
    moves: list[str] = Field(description="where to turn the head, in order")
    expires_at: int = Field(description="unix seconds")


class Consent(BaseModel):
    """Who may use a likeness."""

    object: Literal["likeness.consent"] = "likeness.consent"
    character_id: str
    audience: Audience
    allowed: list[str] = Field(description="projects, where the audience is a list")
    purpose: str
    until: int | None = Field(description="unix seconds; null: until revoked")
    granted_at: int
    revoked_at: int | None
    liveness: dict[str, Any] = Field(description="what was checked of the recording, and what not")


class Granted(Consent):
    """A new consent."""

    owner_key: str = Field(description="shown once: with it the owner looks and revokes")


class Use(BaseModel):
    """A video that the character was used in."""

    video_id: str
    project_id: str
    at: int = Field(description="unix seconds")


class Looked(Consent):
    """A consent, for its owner."""

    uses: list[Use] = Field(description="the newest first")


class Revoked(Consent):
    """A consent that was taken back."""

    deleted_videos: list[str]


@router.post("/likeness/challenges", summary="Ask for a challenge")
async def create_challenge(request: Request, who: Who) -> Challenge:
    """Extension: a phrase and turns of the head for one recording, good for ten minutes."""
    service: Service = request.app.state.service
    row = await threads.write(service, likeness.new_challenge, service, who)
    return Challenge(
        id=row.id,
        phrase=row.phrase,
        moves=row.moves.split(","),
        expires_at=int(row.expires_at),
    )


@router.post(
    "/likeness/consents",
    summary="Consent to the use of a likeness",
    openapi_extra=body(
        {
            "character_id": identifier("of the caller's character"),
            "challenge_id": identifier("of a challenge that is neither used nor over"),
            "recording": upload("2 to 30 seconds of the person who says the phrase and turns"),
            "audience": {
                "type": "string",
                "enum": list(get_args(Audience)),
                "description": "who may use it; `me` is the caller's project",
            },
            "allowed": {
                "type": "array",
                "items": text("a project's name"),
                "description": "where the audience is `list`",
            },
            "purpose": text("what for", minLength=1, maxLength=likeness.MAX_PURPOSE),
            "until": {"type": "integer", "description": "unix seconds; default: until revoked"},
        },
        required=["character_id", "challenge_id", "recording", "audience", "purpose"],
        encodings=[FORM],
    ),
)
async def create_consent(request: Request, who: Who) -> Granted:
    """Extension: the checks of the recording are weak; the answer says what wasn't checked."""
    service: Service = request.app.state.service
    fields = await read_fields(request)
    refuse_unknown(fields, _FIELDS)
    recording = read_upload(fields, "recording")
    new = likeness.NewConsent(
        character_id=read_text(fields, "character_id"),
        challenge_id=read_text(fields, "challenge_id"),
        audience=_audience(fields),
        allowed=tuple(read_texts(fields, "allowed") or ()),
        purpose=read_text(fields, "purpose"),
        until=_until(fields),
    )
    row, key = await threads.block(likeness.grant, service, who, new, recording)
    return Granted(**_facts(row), owner_key=key)


@router.get("/likeness/consents/{character_id}", summary="Look at a consent and its uses")
async def retrieve_consent(
    character_id: str, request: Request, _: Who, owner_key: OwnerKey
) -> Looked:
    """Extension: for the owner, who has the key that the consent was answered with."""
    service: Service = request.app.state.service
    row, used = await threads.run(service, likeness.look, service, character_id, owner_key)
    return Looked(**_facts(row), uses=[_use(use) for use in used])


@router.post(
    "/likeness/consents/{character_id}/revoke",
    summary="Take a consent back",
    openapi_extra=body(
        {
            "delete_videos": {
                "type": "boolean",
                "description": "also delete finished videos that the character was used in",
            }
        }
    ),
)
async def revoke_consent(
    character_id: str, request: Request, _: Who, owner_key: OwnerKey
) -> Revoked:
    """Extension: at once: jobs that wait or run fail, and the character's clip is deleted."""
    service: Service = request.app.state.service
    fields = await read_fields(request)
    refuse_unknown(fields, ("delete_videos",))
    row, gone = await threads.block(
        likeness.revoke,
        service,
        character_id,
        owner_key,
        delete_videos=read_flag(fields, "delete_videos"),
    )
    return Revoked(**_facts(row), deleted_videos=list(gone))


def _audience(fields: Fields) -> Audience:
    value = read_text(fields, "audience")
    if value not in get_args(Audience):
        raise FieldError(
            f"Invalid value: '{value[:80]}'. Supported values are: 'me', 'list', and 'everyone'.",
            param="audience",
        )
    return cast(Audience, value)


def _until(fields: Fields) -> float | None:
    value: Any = fields.get("until")
    if value is None:
        return None
    if isinstance(value, bool) or not str(value).isascii() or not str(value)[:12].isdecimal():
        raise FieldError("Invalid 'until': expected a time in unix seconds.", param="until")
    return float(str(value)[:12])


def _facts(row: ConsentRow) -> dict[str, Any]:
    return {
        "character_id": row.character_id,
        "audience": row.audience,
        "allowed": row.allowed,
        "purpose": row.purpose,
        "until": None if row.until is None else int(row.until),
        "granted_at": int(row.granted_at),
        "revoked_at": None if row.revoked_at is None else int(row.revoked_at),
        "liveness": json.loads(row.liveness_json),
    }


def _use(use: UseRow) -> Use:
    return Use(video_id=use.video_id, project_id=use.project_id, at=int(use.at))
