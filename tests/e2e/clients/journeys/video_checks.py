"""Checks of a Video against the types that the installed client itself declares."""

from __future__ import annotations

import re
from typing import Any, Literal, Union, get_args, get_origin

from openai.types import Video
from pydantic import TypeAdapter

#: Required by the specification, in clients old and new.
KEYS = (
    "id",
    "object",
    "model",
    "status",
    "progress",
    "created_at",
    "completed_at",
    "expires_at",
    "prompt",
    "size",
    "seconds",
    "remixed_from_video_id",
    "error",
)
CLOSED = ("object", "status")  # literals that a superset of sizes and lengths doesn't widen


def check_video(video: Any, *, literally: bool = False) -> None:
    """Every declared field is there and of the declared type.

    Sizes, lengths and models beyond the client's literals are allowed as strings, unless
    ``literally``.
    """
    sent = set(video.model_fields_set) | set(video.model_extra or {})
    missing = [key for key in (*KEYS, *Video.model_fields) if key not in sent]
    assert not missing, f"missing: {missing}"
    for name, field in Video.model_fields.items():
        annotation = field.annotation
        if not literally and name not in CLOSED:
            annotation = _loosened(annotation)
        TypeAdapter(annotation).validate_python(getattr(video, name), strict=True)
    assert re.fullmatch(r"video_[0-9a-f]{32,48}", video.id), video.id
    assert 0 <= video.progress <= 100
    assert video.prompt is None or isinstance(video.prompt, str)
    assert re.fullmatch(r"\d+x\d+", video.size), video.size
    if video.status == "failed":
        assert video.error.code
        assert video.error.message
    else:
        assert video.error is None
    if video.status == "completed":
        assert video.progress == 100
        assert video.completed_at >= video.created_at
    else:
        assert video.progress < 100


def _loosened(annotation: Any) -> Any:
    """The annotation with every Literal of strings replaced by str."""
    if get_origin(annotation) is Literal:
        return str
    if get_origin(annotation) is Union:
        return Union[tuple(_loosened(part) for part in get_args(annotation))]  # noqa: UP007
    return annotation
