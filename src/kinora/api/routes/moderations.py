"""``/moderations``: is a text or picture harmful?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from kinora.api import threads
from kinora.api.auth import caller
from kinora.api.bodies import read_fields
from kinora.api.described import JSON, body, text
from kinora.api.reading import read_optional_text, refuse_unknown
from kinora.errors import FieldError
from kinora.records.ids import new_id
from kinora.service.context import Service
from kinora.service.moderations import CATEGORIES, Judgement, Part
from kinora.service.remote import open_moderator
from kinora.types.account import Caller
from kinora.types.policy import Verdict, decisive
from kinora.wire.refusals import invalid_type, missing

router = APIRouter(tags=["Moderations"])

DEFAULT_MODEL = "omni-moderation-latest"
MAX_INPUTS = 1000
_EXPECTED = "a string, an array of strings, or an array of objects of type 'text' or 'image_url'"
_NOTICE = "Pictures were not examined: this server's classifier reads texts only."


class Decided(BaseModel):
    """What a create with such words would get."""

    decision: Literal["allow", "refuse", "needs_consent"]
    code: str | None = Field(description="of the refusal")
    category: str | None
    rules: list[str] = Field(description="that applied, the strongest first")


class ModerationResult(BaseModel):
    """What was found in one input."""

    flagged: bool
    categories: dict[str, bool]
    category_scores: dict[str, float]
    category_applied_input_types: dict[str, list[str]]
    policy: Decided = Field(description="extension: what a create with such words would get")


class Moderation(BaseModel):
    """What was found in all inputs."""

    id: str
    model: str
    results: list[ModerationResult]
    classifier: str | None = Field(description="extension: what examined the inputs; null: nothing")
    notice: str | None = Field(description="extension: what the results can't tell")


def _several(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": MAX_INPUTS}


_TEXT_PART = {
    "type": "object",
    "required": ["type", "text"],
    "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
}
_PICTURE_PART = {
    "type": "object",
    "required": ["type", "image_url"],
    "properties": {
        "type": {"const": "image_url"},
        "image_url": {
            "type": "object",
            "required": ["url"],
            "properties": {"url": {"type": "string", "pattern": "^(https?://|data:image/)"}},
        },
    },
}


@router.post(
    "/moderations",
    summary="Judge texts and pictures",
    openapi_extra=body(
        {
            "input": {
                "anyOf": [
                    {"type": "string"},
                    _several({"type": "string"}),
                    _several({"anyOf": [_TEXT_PART, _PICTURE_PART]}),
                ]
            },
            "model": text("echoed"),
        },
        required=["input"],
        encodings=[JSON],
    ),
)
async def create_moderation(request: Request, _: Annotated[Caller, Depends(caller)]) -> Moderation:
    """A list of strings has a result for each; a list of objects is one input."""
    fields = await read_fields(request)
    refuse_unknown(fields, ("input", "model"))
    model = read_optional_text(fields, "model")
    inputs = _read_inputs(fields.get("input"))
    service: Service = request.app.state.service
    moderator = open_moderator(service.settings)
    is_remote = service.settings.moderation_url is not None  # it looks at pictures, too
    judged = [await threads.block(moderator.judge, parts) for parts in inputs]
    return Moderation(
        id=new_id("modr-"),
        model=model or DEFAULT_MODEL,
        results=[_show(judgement) for judgement in judged],
        classifier=moderator.name,
        notice=_NOTICE if _has_pictures(inputs) and not is_remote else None,
    )


def _has_pictures(inputs: list[list[Part]]) -> bool:
    return any(part.kind == "image" for parts in inputs for part in parts)


def _read_inputs(value: Any) -> list[list[Part]]:
    """The inputs, each in its parts."""
    if value is None:
        raise missing("input")
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list):
        raise invalid_type(value, param="input", expected=_EXPECTED)
    if not 1 <= len(texts) <= MAX_INPUTS:
        raise FieldError(
            f"Invalid value for 'input': expected 1 to {MAX_INPUTS} inputs, got {len(texts)}.",
            param="input",
        )
    if all(isinstance(item, str) for item in texts):
        return [[Part(kind="text", content=item)] for item in texts]
    return [[_read_part(item) for item in texts]]


def _read_part(item: Any) -> Part:
    kind = item.get("type") if isinstance(item, Mapping) else None
    if kind == "text" and isinstance(item.get("text"), str):
        return Part(kind="text", content=item["text"])
    if kind == "image_url" and isinstance(item.get("image_url"), Mapping):
        url = item["image_url"].get("url")
        if isinstance(url, str) and url.startswith(("https://", "http://", "data:image/")):
            return Part(kind="image", content=url)
    raise invalid_type(item, param="input", expected=_EXPECTED)


def _show(judgement: Judgement) -> ModerationResult:
    kinds: Mapping[str, Sequence[str]] = judgement.kinds
    return ModerationResult(
        flagged=bool(judgement.flagged),
        categories={name: name in judgement.flagged for name in CATEGORIES},
        category_scores={name: judgement.scores.get(name, 0.0) for name in CATEGORIES},
        category_applied_input_types={name: list(kinds.get(name, ())) for name in CATEGORIES},
        policy=_decided(judgement.verdicts),
    )


def _decided(verdicts: Sequence[Verdict]) -> Decided:
    decides = decisive(verdicts)
    rules = [finding.rule for verdict in verdicts for finding in verdict.findings]
    if decides is None:
        return Decided(decision="allow", code=None, category=None, rules=rules)
    return Decided(
        decision=decides.decision, code=decides.code, category=decides.category, rules=rules
    )
