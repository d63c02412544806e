"""Single fields of a request → exact values.

JSON brings numbers and booleans, forms bring text: both are read alike.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, TypeVar

from kinora.arguments import fps_of, plan_of
from kinora.errors import FieldError, PlanError, SizeError, TimingError
from kinora.scene.frame_size import MAX_FRAME_PIXELS, check_size
from kinora.settings import ModelEntry, Settings
from kinora.types.geometry import Size
from kinora.types.plan import MAX_SEED, ShotPlan
from kinora.types.request import (
    MAX_FPS,
    MAX_PROMPT_CHARS,
    MAX_SECONDS,
    MAX_SIDE,
    MIN_FPS,
    MIN_SECONDS,
    MIN_SIDE,
)
from kinora.wire.refusals import invalid_type, invalid_value, quoted

Choice = TypeVar("Choice", bound=str)

AUTO = "auto"
DEFAULT_MODEL = "sora-2"
MAX_CONSENT_CHARS = 500
MAX_PLAN_BYTES = 256 << 10

_SECONDS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")
_SIZE = re.compile(r"([0-9]{1,5})x([0-9]{1,5})")
_INTEGER = re.compile(r"[0-9]{1,16}")
_SIZES_WORDS = (
    f"'auto', and any WIDTHxHEIGHT with even sides from {MIN_SIDE} to {MAX_SIDE} and at most "
    f"{MAX_FRAME_PIXELS} pixels, such as '720x1280', '1280x720', '1024x1792', '1792x1024', "
    "'1080x1920', and '1920x1080'"
)


def prompt_of(value: Any) -> str:
    """A text of 1 to 32,000 characters that says something."""
    if not isinstance(value, str):
        raise invalid_type(value, param="prompt", expected="a string")
    if not value.strip():
        raise FieldError(
            "Invalid 'prompt': empty string. Expected a string with minimum length 1, but got an "
            "empty string instead.",
            param="prompt",
            code="empty_string",
        )
    if len(value) > MAX_PROMPT_CHARS:
        raise FieldError(
            "Invalid 'prompt': string too long. Expected a string with maximum length "
            f"{MAX_PROMPT_CHARS}, but got a string with length {len(value)} instead.",
            param="prompt",
            code="string_above_max_length",
        )
    return value


def consent_text(value: Any) -> str:
    """Who agreed to be shown: 1 to 500 characters that say something."""
    if not isinstance(value, str):
        raise invalid_type(value, param="likeness_consent", expected="a string")
    if not 1 <= len(value.strip()) <= MAX_CONSENT_CHARS:
        raise FieldError(
            f"Invalid 'likeness_consent': expected 1 to {MAX_CONSENT_CHARS} characters that say "
            "who agreed.",
            param="likeness_consent",
        )
    return value.strip()


def seconds_text(value: Any, *, most: int = MAX_SECONDS, auto: bool = True) -> str | None:
    """A length as a plain decimal ("8", "2.5"); None for ``auto``.

    Args:
        value: integer, decimal or text.
        most: longest allowed, seconds.
        auto: whether "auto" is allowed.
    """
    words = f"any number from {MIN_SECONDS} to {most} with at most three decimals, such as '4'"
    words += ", and 'auto'" if auto else ""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise invalid_type(value, param="seconds", expected="a number or a string")
    text = str(value)
    if auto and text == AUTO:
        return None
    if not _SECONDS.fullmatch(text) or not MIN_SECONDS <= Decimal(text) <= most:
        raise invalid_value(value, param="seconds", supported=words)
    return decimal_text(Decimal(text))


def decimal_text(value: Decimal) -> str:
    """Without an exponent or trailing zeros: "8", "2.5"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def size_text(value: Any) -> str | None:
    """``WxH``; None for ``auto``, the picture's own shape."""
    if not isinstance(value, str):
        raise invalid_type(value, param="size", expected="a string such as '1280x720'")
    if value == AUTO:
        return None
    match = _SIZE.fullmatch(value)
    if match is None:
        raise invalid_value(value, param="size", supported=_SIZES_WORDS)
    size = Size(int(match[1]), int(match[2]))
    try:
        check_size(size)
    except SizeError as error:
        raise invalid_value(value, param="size", supported=_SIZES_WORDS) from error
    return str(size)


def fps_text(value: Any) -> str:
    """An exact rate as text: "30", "30000/1001"."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise invalid_type(value, param="fps", expected="a number or a string")
    words = f"any rate from {MIN_FPS} to {MAX_FPS}, such as '24', '29.97', and '30000/1001'"
    try:
        rate = fps_of(value)
    except TimingError as error:
        raise invalid_value(value, param="fps", supported=words) from error
    if not MIN_FPS <= rate <= MAX_FPS:
        raise invalid_value(value, param="fps", supported=words)
    return str(rate)


def seed_of(value: Any) -> int:
    """A whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise invalid_type(value, param="seed", expected="an integer")
    text = str(value)
    if not _INTEGER.fullmatch(text) or int(text) > MAX_SEED:
        raise invalid_value(value, param="seed", supported=f"whole numbers from 0 to {MAX_SEED}")
    return int(text)


def flag_of(value: Any, *, param: str) -> bool:
    """A boolean, or its word in a form."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise invalid_type(value, param=param, expected="a boolean")
    if value not in ("true", "false"):
        raise invalid_value(value, param=param, supported="'true' and 'false'")
    return value == "true"


def choice_text(value: Any, allowed: tuple[Choice, ...], *, param: str) -> Choice:
    """One of ``allowed``."""
    if not isinstance(value, str):
        raise invalid_type(value, param=param, expected=f"one of {quoted(allowed)}")
    for choice in allowed:
        if value == choice:
            return choice
    raise invalid_value(value, param=param, supported=quoted(allowed))


def number_of(value: Any, *, param: str, least: float, most: float) -> float:
    """A decimal number in a range."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise invalid_type(value, param=param, expected="a number")
    if _SECONDS.fullmatch(str(value)) and least <= float(value) <= most:
        return float(value)
    raise invalid_value(value, param=param, supported=f"numbers from {least:g} to {most:g}")


def model_of(value: Any, settings: Settings) -> tuple[str, ModelEntry]:
    """The name as asked for, and what it stands for here."""
    if not isinstance(value, str):
        raise invalid_type(value, param="model", expected="a string")
    entry = settings.models.get(value)
    if entry is None:
        raise invalid_value(value, param="model", supported=quoted(settings.models))
    return value, entry


def shot_plan(value: Any) -> ShotPlan:
    """A `ShotPlan`, bare or beside its report, as an object or as JSON text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise PlanError(f"The plan isn't JSON: {error}.", param="plan") from error
    if not isinstance(value, dict):
        raise invalid_type(value, param="plan", expected="an object")
    plan = plan_of(value)
    assert plan is not None  # of a mapping
    if len(plan.model_dump_json()) > MAX_PLAN_BYTES:
        raise PlanError(
            f"The plan is larger than the allowed {MAX_PLAN_BYTES} bytes.", param="plan"
        )
    return plan


def identifier(value: Any, *, param: str) -> str:
    """An id of something: text."""
    if not isinstance(value, str):
        raise invalid_type(value, param=param, expected="an id")
    if not is_identifier(value):
        raise invalid_value(value, param=param, supported="ids that this service gave")
    return value


def is_identifier(value: str) -> bool:
    """Whether ``value`` can be an id at all: a database need not be asked for anything else."""
    return 0 < len(value) <= 64 and value.isascii() and value.replace("-", "").isidentifier()
