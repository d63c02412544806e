"""What became of a render, in words that clients may read.

A fault of the server says nothing of its paths, libraries or lines: those are in the log.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from kinora.jobs.supervisor import Ended
from kinora.types.policy import BLOCKED, REFUSALS

#: The API's own words for what the command line calls otherwise: a refusal has one code, whether
#: the request is refused or its job fails.
_CODES = {
    "image_error": "invalid_image_file",
    "input_error": "invalid_value",
    "plan_error": "invalid_value",
    "prompt_error": "invalid_value",
    "size_error": "invalid_value",
    "timing_error": "invalid_value",
    "not_supported_error": "not_supported",
}


class Outcome(TypedDict):
    """The recorded result of the render step: plain JSON, so that any version can read it.

    ``status`` is ``made``, ``failed`` or ``withdrawn`` (cancelled or deleted meanwhile).
    """

    status: str
    code: str | None
    message: str | None
    made: dict[str, Any] | None
    checks: NotRequired[list[dict[str, Any]]]  # of a refusal: what the checks said


@dataclass(frozen=True, slots=True)
class Failure:
    """A job's error, as the Video object shows it."""

    code: str
    message: str
    checks: tuple[dict[str, Any], ...] | None = None  # of a refusal


WITHDRAWN = Outcome(status="withdrawn", code=None, message=None, made=None)

FAULT = Failure(
    "render_failed",
    "The video could not be made because of a fault of the server; the same request may work "
    "later.",
)
STORAGE = Failure(
    "render_failed", "The server could not store the video; the same request may work later."
)


def failed(failure: Failure) -> Outcome:
    """The outcome of a job that won't be tried again."""
    outcome = Outcome(status="failed", code=failure.code, message=failure.message, made=None)
    if failure.checks is not None:
        outcome["checks"] = list(failure.checks)
    return outcome


def made(result: dict[str, Any]) -> Outcome:
    """The outcome of a finished render; ``result`` is what the child wrote."""
    return Outcome(status="made", code=None, message=None, made=result)


def poisoned(attempts: int) -> Failure:
    """The failure of a job that took its worker or its child down each time."""
    times = "once" if attempts == 1 else f"{attempts} times"
    return Failure(
        "poison_job",
        f"Rendering was started {times} and stopped each time before its end, so it was given up.",
    )


def timed_out(seconds: float) -> Failure:
    """The failure of a render that took too long."""
    return Failure(
        "timeout",
        f"Rendering took longer than the {seconds:g} seconds that this server allows a video.",
    )


def read_ended(ended: Ended, result: Path, *, timeout: float) -> Outcome | None:
    """What a child's end means; None: it crashed, and may be tried again."""
    if ended.how == "withdrawn":
        return WITHDRAWN
    if ended.how == "timeout":
        return failed(timed_out(timeout))
    if ended.error is not None:
        return failed(_of_error(ended.error))
    if ended.returncode == 0 and result.is_file():
        return made(json.loads(result.read_text(encoding="utf-8")))
    return None


def _sentence(text: str) -> str:
    """As messages of the API are written; the command line's begin with its own name."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _of_error(error: dict[str, Any]) -> Failure:
    match error.get("branch"):
        case "input" | "unsupported":
            code = str(error["code"])
            return Failure(_CODES.get(code, code), _sentence(str(error["message"])))
        case "policy":
            code = str(error.get("code"))
            known = code if code in REFUSALS else BLOCKED
            message = " ".join(filter(None, [_sentence(str(error["message"])), error.get("hint")]))
            return Failure(known, message, checks=tuple(error.get("checks", ())))
        case "output":
            return STORAGE
        case _:
            return FAULT
