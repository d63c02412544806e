"""Which tensors a network for disparity takes and gives.

Two kinds are known: our own (``image``: sRGB in [0, 1]; ``disparity``, ``regions``, ``certainty``)
and that of the Depth Anything family as the transformers library exports it (``pixel_values``:
normalised as ImageNet's pictures are; ``predicted_depth``, which is a disparity).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kinora.errors import ModelError
from kinora.types.scene import F32, U8
from kinora.weights.session import Session

#: Classes of our network's ``regions``, in their order.
CLASSES: Final = ("sky", "subject", "ground", "vegetation", "water")

# Mean and deviation of ImageNet's pictures per channel, sRGB in [0, 1].
_MEAN = np.array((0.485, 0.456, 0.406), np.float32)
_DEVIATION = np.array((0.229, 0.224, 0.225), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How to ask a network."""

    input: str
    disparity: str
    long_side: int  # of the picture that it is shown, pixels
    multiple: int  # of which both sides must be
    step_error: float  # how far off its steps usually lie, as a share of the long side
    coarse: bool = False  # whether they are too vague to cut a picture along
    normalised: bool = False  # whether it wants ImageNet's normalisation
    regions: str | None = None
    certainty: str | None = None
    fixed: tuple[int, int] | None = None  # width and height, where it takes no other

    def size_for(self, width: int, height: int) -> tuple[int, int]:
        """Width and height at which a photo of this size is shown; its shape is nearly kept."""
        if self.fixed is not None:
            return self.fixed
        scale = self.long_side / max(width, height)
        most = self.long_side // self.multiple
        across, down = (
            min(max(round(side * scale / self.multiple), 1), most) * self.multiple
            for side in (width, height)
        )
        return across, down

    def tensor(self, rgb: U8) -> F32:
        """The input (1, 3, h, w) of a picture (h, w, 3), sRGB uint8."""
        values = rgb.astype(np.float32) / np.float32(255.0)
        if self.normalised:
            values = (values - _MEAN) / _DEVIATION
        return np.ascontiguousarray(values.transpose(2, 0, 1)[None], dtype=np.float32)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs that are read: disparity, and what else there is, in order."""
        return tuple(filter(None, (self.disparity, self.regions, self.certainty)))


def signature_of(session: Session) -> Signature:
    """How to ask this network.

    Raises:
        ModelError: it is of no kind that is known.
    """
    inputs, outputs = session.inputs, session.outputs
    if list(inputs) == ["image"] and "disparity" in outputs:
        return Signature(
            input="image",
            disparity="disparity",
            long_side=session.weights.long_side or 384,
            multiple=32,
            step_error=0.014,
            coarse=True,
            regions="regions" if "regions" in outputs else None,
            certainty="certainty" if "certainty" in outputs else None,
            fixed=_fixed(inputs["image"]),
        )
    if list(inputs) == ["pixel_values"] and "predicted_depth" in outputs:
        return Signature(
            input="pixel_values",
            disparity="predicted_depth",
            long_side=518,
            multiple=14,
            step_error=0.006,
            normalised=True,
            fixed=_fixed(inputs["pixel_values"]),
        )
    raise ModelError(
        f"The network {session.weights.path} takes {', '.join(inputs)} and gives "
        f"{', '.join(outputs)}; one for disparity takes image and gives disparity, or takes "
        "pixel_values and gives predicted_depth."
    )


def _fixed(shape: tuple[int | None, ...]) -> tuple[int, int] | None:
    height, width = shape[-2:] if len(shape) == 4 else (None, None)
    return None if width is None or height is None else (width, height)


def shown(rgb: U8, size: tuple[int, int]) -> U8:
    """A picture at ``size`` (width, height): averaged where it shrinks, else interpolated."""
    shrinks = size[0] * size[1] < rgb.shape[0] * rgb.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, size, interpolation=how), dtype=np.uint8)
