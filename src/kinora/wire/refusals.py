"""Refusals in the words of the Videos API (its error table E1 to E9), with our allowed values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kinora.errors import FieldError

_TYPE_WORDS: dict[type, str] = {
    bool: "a boolean",
    int: "an integer",
    float: "a decimal number",
    str: "a string",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


def quoted(values: Iterable[str]) -> str:
    """``'a'``, ``'a' and 'b'`` or ``'a', 'b', and 'c'``."""
    words = [f"'{value}'" for value in values]
    if len(words) < 3:
        return " and ".join(words)
    return f"{', '.join(words[:-1])}, and {words[-1]}"


def invalid_value(value: object, *, param: str, supported: str) -> FieldError:
    """E1, E2, E3. ``supported`` completes "Supported values are:"."""
    shown = str(value)
    shown = shown if len(shown) <= 100 else f"{shown[:100]}…"
    return FieldError(
        f"Invalid value: '{shown}'. Supported values are: {supported}.",
        param=param,
        code="invalid_value",
    )


def invalid_type(value: object, *, param: str, expected: str) -> FieldError:
    """E4, E5. ``expected`` completes "expected"."""
    got = _TYPE_WORDS.get(type(value), "a file")
    return FieldError(
        f"Invalid type for '{param}': expected {expected}, but got {got} instead.",
        param=param,
        code="invalid_type",
    )


def too_many(value: Sequence[object], *, param: str, most: int) -> FieldError:
    """More elements than the ``most`` that an array may have."""
    return FieldError(
        f"Invalid '{param}': array too long. Expected an array with maximum length {most}, but got "
        f"an array with length {len(value)} instead.",
        param=param,
        code="array_above_max_length",
    )


def unsupported_file(mime: str, *, param: str, supported: Iterable[str]) -> FieldError:
    """E6."""
    return FieldError(
        f"Invalid file '{param}': unsupported mimetype ('{mime}'). Supported file formats are "
        f"{quoted(supported)}.",
        param=param,
        code="unsupported_file_mimetype",
    )


def size_mismatch() -> FieldError:
    """E7, to the letter: clients search for this sentence."""
    return FieldError(
        "Inpaint image must match the requested width and height",
        param="input_reference",
        code="invalid_value",
    )


def unknown_parameter(param: str) -> FieldError:
    """E8."""
    return FieldError(f"Unknown parameter: '{param}'.", param=param, code="unknown_parameter")


def missing(param: str) -> FieldError:
    """E9."""
    return FieldError(
        f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter"
    )
