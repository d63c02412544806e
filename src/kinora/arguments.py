"""What callers may write for sizes, times and frame rates → the exact values meant.

Shared by the Python API and the command line, so that both accept the same spellings. Whether a
value lies in the allowed range is checked by `kinora.pipeline.check_request`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import TypeVar, cast, get_args

from pydantic import ValidationError

from kinora.errors import InputError, PlanError, PromptError, SizeError, TimingError
from kinora.types.geometry import Size
from kinora.types.living import MASK_NAMES, mask_kind
from kinora.types.plan import MAX_SEED, ShotPlan
from kinora.types.request import MaskLike
from kinora.types.sound import Loudness

Choice = TypeVar("Choice")
Given = TypeVar("Given")

#: Times and rates as callers may write them.
Number = str | float | Fraction

#: Words for common sizes, landscape.
SIZE_WORDS: dict[str, Size] = {
    "480p": Size(854, 480),
    "720p": Size(1280, 720),
    "1080p": Size(1920, 1080),
    "1440p": Size(2560, 1440),
    "4k": Size(3840, 2160),
}

#: Rounded names of the NTSC rates, which are exact only over 1001.
NTSC_RATES: dict[Fraction, Fraction] = {
    Fraction("23.976"): Fraction(24000, 1001),
    Fraction("23.98"): Fraction(24000, 1001),
    Fraction("29.97"): Fraction(30000, 1001),
    Fraction("59.94"): Fraction(60000, 1001),
    Fraction("119.88"): Fraction(120000, 1001),
}

_SIZE = re.compile(r"\s*(\d{1,6})\s*[x×*]\s*(\d{1,6})\s*", re.IGNORECASE)
# No exponents: "1e999999999" would be a number of a billion digits.
_SHARE = re.compile(r"\s*\d{0,3}\.?\d{1,9}\s*")
_NUMBER = re.compile(r"\s*[-+]?\d{1,9}([.,]\d{1,9})?(/\d{1,9})?\s*")


def size_of(value: str | Size | tuple[int, int] | None) -> Size | None:
    """``1280x720``, a word of `SIZE_WORDS`, (width, height) or a `Size`; None stays None.

    Raises:
        SizeError: anything else.
    """
    if value is None or isinstance(value, Size):
        return value
    if isinstance(value, str):
        if word := SIZE_WORDS.get(value.strip().lower()):
            return word
        if match := _SIZE.fullmatch(value):
            return Size(int(match[1]), int(match[2]))
    elif isinstance(value, Sequence) and [_is_whole(side) for side in value] == [True, True]:
        return Size(int(value[0]), int(value[1]))
    raise SizeError(
        f"{value!r} isn't a size; write WIDTHxHEIGHT, e.g. 1280x720, or one of "
        f"{', '.join(SIZE_WORDS)}.",
        param="size",
    )


def _is_whole(value: object) -> bool:
    return isinstance(value, Real) and float(value).is_integer()


def prompt_of(value: str) -> str:
    """Words, as they are.

    Raises:
        PromptError: no text.
    """
    if not isinstance(value, str):
        raise PromptError(f"the prompt must be text, not {type(value).__name__}.", param="prompt")
    return value


def seed_of(value: int) -> int:
    """A whole number from 0 to `MAX_SEED`, as it is.

    Raises:
        InputError: anything else.
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or not 0 <= value <= MAX_SEED:
        raise InputError(f"seed is {value!r}; allowed are 0 to {MAX_SEED}.", param="seed")
    return int(value)


def seconds_of(value: str | float | Fraction | None) -> Fraction | None:
    """A number of seconds, exact as written (2.4 is 12/5); None stays None.

    Raises:
        TimingError: not a finite number.
    """
    if value is None:
        return None
    return _exact(value, param="seconds", example="2.5")


def fps_of(value: str | float | Fraction) -> Fraction:
    """Frames per second: 30, 29.97 (= 30000/1001), "24000/1001".

    Raises:
        TimingError: not a finite number.
    """
    rate = _exact(value, param="fps", example="30, 29.97 or 30000/1001")
    return NTSC_RATES.get(rate, rate)


def choice_of(value: str, allowed: tuple[Choice, ...], *, param: str) -> Choice:
    """``value``, one of ``allowed``.

    Raises:
        InputError: it isn't; names what is allowed.
    """
    for choice in allowed:
        if value == choice:
            return choice
    raise InputError(f"{param} {value!r} isn't one of {', '.join(map(str, allowed))}.", param=param)


def masks_of(value: Mapping[str, MaskLike | PathLike[str]]) -> dict[str, MaskLike]:
    """Masks by name: files, arrays, boxes as four numbers or as ``"0.1,0.2,0.5,0.9"``.

    Returns:
        By names of `MASK_NAMES`: a "curtain" is "cloth".

    Raises:
        InputError: a name that no element has, or two that mean the same.
    """
    found: dict[str, MaskLike] = {}
    for name, mask in value.items():
        kind = mask_kind(name)
        if kind is None:
            raise InputError(
                f"There is no mask {name!r}; allowed are {', '.join(MASK_NAMES)}, and words for"
                " such things: curtain, scarf, banner, flower.",
                param="masks",
            )
        if kind in found:
            raise InputError(
                f"The masks given for {name!r} and before it are both {kind!r}; join them in one.",
                param="masks",
            )
        found[kind] = _mask(mask)
    return found


def named_files(texts: Sequence[str] | None, *, param: str, example: str) -> dict[str, str]:
    """``NAME=FILE`` of the command line, taken apart; nothing for None.

    Raises:
        InputError: there is no ``=``, or a name comes twice.
    """
    found: dict[str, str] = {}
    for text in texts or ():
        name, sign, value = text.partition("=")
        if not sign or not value:
            raise InputError(f"{text!r} isn't NAME=FILE, e.g. {example}.", param=param)
        if name.strip() in found:
            raise InputError(f"{name.strip()!r} is given twice.", param=param)
        found[name.strip()] = value
    return found


def _mask(value: MaskLike | PathLike[str]) -> MaskLike:
    if isinstance(value, str):
        parts = value.split(",")
        if len(parts) == 4 and all(_SHARE.fullmatch(part) for part in parts):
            left, top, right, bottom = (float(part) for part in parts)
            return left, top, right, bottom
        return value
    return Path(value) if isinstance(value, PathLike) else value


def loudness_of(value: int) -> Loudness:
    """A loudness that clips can have, in LUFS.

    Raises:
        InputError: another one.
    """
    for known in get_args(Loudness):
        if value == known:
            return cast("Loudness", known)
    raise InputError(f"loudness {value} must be -14, -16 or -23 LUFS.", param="loudness")


def plan_of(value: ShotPlan | Mapping[str, object] | str | PathLike[str] | None) -> ShotPlan | None:
    """A plan, its JSON as a mapping, or the path of a JSON file; None stays None.

    What ``kinora plan --json`` prints (plan and report together) is read as well.

    Raises:
        PlanError: unreadable, or not a valid `ShotPlan`.
    """
    if value is None or isinstance(value, ShotPlan):
        return value
    if isinstance(value, Mapping):
        return _valid_plan(value, name="the plan")
    name = f"the plan {Path(value)}"
    try:
        text = Path(value).read_text(encoding="utf-8")
        loaded = json.loads(text)
    except OSError as error:
        raise PlanError(
            f"{name} can't be read: {error.strerror or error}.", param="plan"
        ) from error
    except ValueError as error:  # of JSON or of UTF-8
        raise PlanError(f"{name} isn't JSON: {error}.", param="plan") from error
    if not isinstance(loaded, dict):
        raise PlanError(
            f"{name} isn't a shot plan but a JSON {type(loaded).__name__}.", param="plan"
        )
    return _valid_plan(loaded, name=name)


def _valid_plan(value: Mapping[str, object], *, name: str) -> ShotPlan:
    inner = value.get("plan")
    if "beats" not in value and isinstance(inner, Mapping):
        value = inner
    try:
        return ShotPlan.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise PlanError(
            f"{name} isn't a valid shot plan: {f'{where}: ' if where else ''}{reason}.",
            param="plan",
            hint="docs/shot-plan.schema.json describes the format.",
        ) from error


def _exact(value: str | float | Fraction, *, param: str, example: str) -> Fraction:
    try:
        if isinstance(value, str):
            if not _NUMBER.fullmatch(value):
                raise ValueError(value)
            return Fraction(value.strip().replace(",", "."))
        if isinstance(value, float):
            # As written, not the binary neighbour: 2.4 means 12/5.
            return Fraction(Decimal(repr(float(value))))
        return Fraction(value)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError) as error:
        raise TimingError(
            f"{param} {str(value)!r} isn't a number; write e.g. {example}.", param=param
        ) from error


def local_path(value: Given | PathLike[str]) -> Given | Path:
    """``value``, with any kind of path object turned into a `Path`."""
    return Path(value) if isinstance(value, PathLike) else value
