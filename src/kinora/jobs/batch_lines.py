"""Lines of a batch's input file → requests, and what is wrong with those that aren't any."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_LINES = 50_000
MAX_CUSTOM_ID = 512
#: Of a bad file so many faults are listed.
MAX_FAULTS = 100
_DEFAULT_MODEL = "sora-2"  # of a body that names none


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A request."""

    custom_id: str
    body: Mapping[str, Any]

    @property
    def model(self) -> Any:
        """As the body names it."""
        return self.body.get("model", _DEFAULT_MODEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a line, or with ``line`` None the file, can't be used."""

    code: str
    message: str
    line: int | None = None  # from 1
    param: str | None = None


def read_line(text: bytes, *, endpoint: str) -> Line | Fault:
    """The request that a line spells; what its body asks for isn't looked at."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Fault(code="invalid_json_line", message="This line is not parseable as valid JSON.")
    if not isinstance(value, dict):
        return Fault(code="invalid_json_line", message="This line is not a JSON object.")
    custom_id, body = value.get("custom_id"), value.get("body")
    if not isinstance(custom_id, str) or not _is_custom_id(custom_id):
        return Fault(
            code="missing_required_parameter",
            message=f"Each line needs a 'custom_id' of 1 to {MAX_CUSTOM_ID} printable characters.",
            param="custom_id",
        )
    if value.get("method") != "POST":
        return Fault(
            code="invalid_method", message="The only supported method is 'POST'.", param="method"
        )
    if value.get("url") != endpoint:
        return Fault(
            code="invalid_url",
            message=f"The URL of each line must be the batch's endpoint, '{endpoint}'.",
            param="url",
        )
    if not isinstance(body, dict):
        return Fault(
            code="missing_required_parameter",
            message="Each line needs a 'body', an object.",
            param="body",
        )
    return Line(custom_id=custom_id, body=body)


def _is_custom_id(text: str) -> bool:
    return 1 <= len(text) <= MAX_CUSTOM_ID and text.isprintable()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a whole file holds."""

    total: int  # requests
    model: str | None
    faults: list[Fault]


def check_lines(lines: Iterable[bytes], *, endpoint: str) -> Checked:
    """Look at every line: requests, each with an id of its own, and one model for all."""
    faults: list[Fault] = []
    seen: set[str] = set()
    model: Any = None
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        fault = _fault(read_line(text, endpoint=endpoint), seen, model)
        if isinstance(fault, Line):
            model = model or fault.model
            seen.add(fault.custom_id)
        elif len(faults) < MAX_FAULTS:
            faults.append(
                Fault(code=fault.code, message=fault.message, param=fault.param, line=number)
            )
        if len(seen) > MAX_LINES:
            faults = [_too_many()]
            break
    if not seen and not faults:
        faults = [Fault(code="empty_file", message="The input file holds no requests.")]
    return Checked(total=len(seen), model=model if isinstance(model, str) else None, faults=faults)


def _fault(line: Line | Fault, seen: set[str], model: Any) -> Line | Fault:
    """The line again, unless it clashes with those before it."""
    if isinstance(line, Fault):
        return line
    if line.custom_id in seen:
        return Fault(
            code="duplicate_custom_id",
            message=f"The custom_id '{line.custom_id[:80]}' is used by an earlier line.",
            param="custom_id",
        )
    if model is not None and line.model != model:
        return Fault(
            code="mismatched_model",
            message=f"All lines must name one model; the first one names '{str(model)[:80]}'.",
            param="body.model",
        )
    return line


def _too_many() -> Fault:
    return Fault(
        code="too_many_requests_in_batch",
        message=f"The input file holds more than the allowed {MAX_LINES} requests.",
    )
