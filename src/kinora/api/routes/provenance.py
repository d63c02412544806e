"""``/content_provenance_checks``: does a file say where it comes from?"""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from kinora.api import threads
from kinora.api.auth import caller
from kinora.api.bodies import read_fields
from kinora.api.described import FORM, body, upload
from kinora.api.reading import read_upload, refuse_unknown
from kinora.service.context import Service
from kinora.service.provenance import Finding, Signal, Validation, check_provenance
from kinora.types.account import Caller

router = APIRouter(tags=["Provenance"])


class ProvenanceResult(BaseModel):
    """What was found of one signal; absent fields are unknown."""

    type: Signal
    outcome: Literal["detected", "not_detected"]
    validation_state: Validation | None = Field(default=None, description="of C2PA only")
    issuer: str | None = None
    model: str | None = None
    generated_at: str | None = None
    clip_id: str | None = Field(
        default=None, description="extension: what this installation's invisible mark says"
    )
    known_here: bool | None = Field(
        default=None, description="extension: whether that clip was made by this installation"
    )
    detail: str = Field(description="extension: what was and what was not examined")


class ProvenanceCheck(BaseModel):
    """What was found in a file."""

    object: Literal["content_provenance_check"] = "content_provenance_check"
    created_at: int = Field(description="unix seconds")
    results: list[ProvenanceResult]


@router.post(
    "/content_provenance_checks",
    summary="Check where a file comes from",
    response_model_exclude_none=True,
    openapi_extra=body(
        {"file": upload("a picture, audio, a PDF, or, as an extension, an MP4 or MOV")},
        required=["file"],
        encodings=[FORM],
    ),
)
async def check(request: Request, _: Annotated[Caller, Depends(caller)]) -> ProvenanceCheck:
    """That nothing is found proves nothing: marks can be removed, and most makers leave none."""
    fields = await read_fields(request)
    refuse_unknown(fields, ("file",))
    path = read_upload(fields, "file").path
    service: Service = request.app.state.service
    findings = await threads.block(check_provenance, path, service)
    return ProvenanceCheck(
        created_at=int(time.time()), results=[_show(finding) for finding in findings]
    )


def _show(finding: Finding) -> ProvenanceResult:
    return ProvenanceResult(
        type=finding.signal,
        outcome="detected" if finding.detected else "not_detected",
        validation_state=finding.validation,
        issuer=finding.issuer,
        model=finding.model,
        generated_at=finding.generated_at,
        clip_id=finding.clip_id,
        known_here=finding.known_here,
        detail=finding.detail,
    )
