"""The field ``masks``: where things are in the picture, as pictures or boxes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kinora.errors import FieldError
from kinora.types.living import MASK_NAMES, mask_kind
from kinora.types.video import MaskSpec
from kinora.wire.draft import MaskDraft, Reference
from kinora.wire.refusals import (
    invalid_type,
    invalid_value,
    missing,
    quoted,
    too_many,
    unknown_parameter,
)

MAX_MASKS: Final = 8


def read_masks(value: Any, *, picture: Callable[[Any, str], Reference]) -> tuple[MaskDraft, ...]:
    """``[{"kind": "water", "image": …}, {"kind": "flag", "box": [0, 0, 0.3, 0.6]}]``.

    Args:
        value: the field.
        picture: reads what names a picture, and the parameter's name.

    Raises:
        FieldError: a part is missing, unknown, or has a value that isn't allowed.
    """
    if not isinstance(value, list):
        raise invalid_type(value, param="masks", expected="an array of objects")
    if len(value) > MAX_MASKS:
        raise too_many(value, param="masks", most=MAX_MASKS)
    masks = tuple(_mask(item, f"masks[{i}]", picture) for i, item in enumerate(value))
    kinds = [mask.spec.kind for mask in masks]
    for kind in kinds:
        if kinds.count(kind) > 1:
            raise FieldError(
                f"Invalid 'masks': the kind '{kind}' was given twice; join both in one picture.",
                param="masks",
            )
    return masks


def _mask(value: Any, param: str, picture: Callable[[Any, str], Reference]) -> MaskDraft:
    if not isinstance(value, dict):
        raise invalid_type(
            value, param=param, expected="an object with 'kind' and 'image' or 'box'"
        )
    given = {name: inner for name, inner in value.items() if inner is not None}
    for name in given:
        if name not in ("kind", "image", "box"):
            raise unknown_parameter(f"{param}.{name}")
    if "kind" not in given:
        raise missing(f"{param}.kind")
    kind = mask_kind(given["kind"]) if isinstance(given["kind"], str) else None
    if kind is None:
        raise invalid_value(given["kind"], param=f"{param}.kind", supported=quoted(MASK_NAMES))
    if len(given) != 2:
        raise FieldError(
            f"Invalid '{param}': expected exactly one of 'image' and 'box', but got "
            f"{'both' if len(given) > 2 else 'neither'}.",
            param=param,
        )
    if "box" in given:
        box = _box(given["box"], f"{param}.box")
        return MaskDraft(spec=MaskSpec(kind=kind, box=box))
    image = picture(given["image"], f"{param}.image")
    return MaskDraft(spec=MaskSpec(kind=kind), image=image)


def _box(value: Any, param: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in shares of the picture; forms write numbers as text."""
    if not isinstance(value, list):
        raise invalid_type(value, param=param, expected="an array of 4 numbers")
    sides = [share for side in value if (share := _share(side)) is not None]
    if len(sides) == len(value) == 4 and sides[0] < sides[2] and sides[1] < sides[3]:
        return sides[0], sides[1], sides[2], sides[3]
    raise FieldError(
        f"Invalid '{param}': expected left, top, right, bottom in shares of the picture's sides, "
        "0 to 1, with left below right and top below bottom, such as [0, 0.5, 1, 1].",
        param=param,
        code="invalid_value",
    )


def _share(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0.0 <= number <= 1.0 else None
