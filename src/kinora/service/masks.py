"""Masks that requests bring or name → kept in the request itself, which they go with for good."""

from __future__ import annotations

import base64
from typing import Final

from kinora.errors import FieldError
from kinora.scene.header import read_size
from kinora.service.context import Service
from kinora.service.inputs import PICTURES, named_picture
from kinora.service.sniff import sniff_file
from kinora.types.account import Caller
from kinora.types.video import MaskSpec
from kinora.wire.draft import MaskDraft
from kinora.wire.refusals import unsupported_file

#: Bytes of one mask's file: 1024 pixels of black and white take a tenth of it as PNG.
MOST: Final = 131_072


def take_masks(
    service: Service, caller: Caller, drafts: tuple[MaskDraft, ...]
) -> tuple[MaskSpec, ...]:
    """Fetch and check the pictures that masks name; blocks. Pixels aren't decoded here.

    Raises:
        FieldError: not a picture of a known kind, not fetchable, or too many bytes.
        ImageError: a damaged header, or a picture too small or too large.
    """
    return tuple(_taken(service, caller, draft, f"masks[{i}].image") for i, draft in
                 enumerate(drafts))  # fmt: skip


def _taken(service: Service, caller: Caller, draft: MaskDraft, param: str) -> MaskSpec:
    if draft.image is None:
        return draft.spec
    with named_picture(service, caller, draft.image, param=param) as path:
        mime = sniff_file(path)
        if mime not in PICTURES:
            raise unsupported_file(mime, param=param, supported=PICTURES)
        length = path.stat().st_size
        if length > MOST:
            raise FieldError(
                f"Invalid '{param}': the mask has {length} bytes, at most {MOST} are allowed: save "
                "it in black and white as PNG; it need not be as large as the picture.",
                param=param,
                code="mask_too_large",
            )
        read_size(path)
        data = base64.b64encode(path.read_bytes()).decode("ascii")
    return draft.spec.model_copy(update={"data": data})
