"""Which frame sizes are allowed, and which one suits a photo."""

from __future__ import annotations

from typing import Final

from kinora.errors import SizeError
from kinora.types.geometry import Size
from kinora.types.request import MAX_SIDE, MIN_SIDE

#: Most pixels that a frame may have: the DCI 4K area that H.264 level 5.2 still takes.
MAX_FRAME_PIXELS: Final = 4096 * 2304
#: Bounds of the size that is chosen where none was asked for, pixels.
DEFAULT_SHORT_SIDE, DEFAULT_LONG_SIDE = 720, 1280


def check_size(size: Size) -> None:
    """Refuse frame sizes that can't be encoded.

    Raises:
        SizeError: a side is odd or outside `MIN_SIDE` to `MAX_SIDE`, or the frame has more than
            `MAX_FRAME_PIXELS` pixels.
    """
    sides = (size.width, size.height)
    fits = all(MIN_SIDE <= side <= MAX_SIDE and side % 2 == 0 for side in sides)
    if not fits or size.width * size.height > MAX_FRAME_PIXELS:
        raise SizeError(
            f"the size {size} is not allowed; width and height must be even, from {MIN_SIDE} to "
            f"{MAX_SIDE}, and make at most {MAX_FRAME_PIXELS:,} pixels (4096x2304)",
            param="size",
        )


def default_size(photo_size: Size) -> Size:
    """The frame size for a photo where none was asked for: its aspect, 720p at most.

    Both sides are even and at least `MIN_SIDE`; photos are not enlarged beyond that.
    """
    long, short = max(photo_size.width, photo_size.height), min(photo_size.width, photo_size.height)
    scale = min(1.0, DEFAULT_LONG_SIDE / long, DEFAULT_SHORT_SIDE / short)
    scale = max(scale, MIN_SIDE / short)
    long_even = min(_even(long * scale), DEFAULT_LONG_SIDE)
    short_even = max(_even(long_even * short / long), MIN_SIDE)
    if photo_size.width >= photo_size.height:
        return Size(long_even, short_even)
    return Size(short_even, long_even)


def _even(value: float) -> int:
    return 2 * round(value / 2)
