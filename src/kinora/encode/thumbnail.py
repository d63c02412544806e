"""The thumbnail of a clip: its middle frame as WebP."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: Longer side, pixels.
THUMBNAIL_SIDE: Final = 512
_QUALITY: Final = 80  # of lossy WebP, 0–100


def thumbnail_index(frame_count: int) -> int:
    """The frame that stands for the clip: the middle one.

    Moves begin at the photo's own view, which the caller has already; half-way the camera shows
    what the clip is about.
    """
    return frame_count // 2


def encode_thumbnail(picture: NDArray[np.uint8]) -> bytes:
    """``picture`` (H, W, 3) uint8 sRGB as WebP."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()
