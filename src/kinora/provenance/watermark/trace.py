"""What the frames of a clip have in common, and each of them, as the mark would show in them.

Frames are brought to one size and their fine structure is taken relative to its surroundings; then
they are summed: the mark is the same in all of them, the picture isn't.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.provenance.watermark.pattern import CELLS_ACROSS

U8 = NDArray[np.uint8]
I8 = NDArray[np.int8]
F32 = NDArray[np.float32]

#: Frames are brought to this many pixels on their shorter side; a cell has 4 of them then.
WORKING_SIDE: Final = 360
CELL: Final = WORKING_SIDE / CELLS_ACROSS
#: Which sizes of cells, relative to an uncut frame's, each bank of filters looks for.
BANKS: Final = ((0.40, 1.22), (1.22, 2.40))
_CUT, _STEPS = 1.1, 100.0  # where structure is cut off, and whole numbers for 1 of it
# Of a picture's unrest, luma: what is added before structure is divided by it, and before it is
# weighed by it.
_SOFTEN, _CALM = 0.25, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Fine structure as one bank of filters sees it."""

    together: F32  # (H, W) sum over the frames
    frames: tuple[I8, ...]  # each (H, W), in hundredths


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie:
    """How the square lies in a picture."""

    scale: tuple[float, float]  # of its cells, x and y, relative to an uncut frame's
    begin: tuple[float, float] = (0.0, 0.0)  # of its first cells, x and y: parts of a cell
    mirrored: bool = False
    shift: tuple[int, int] = (0, 0)  # rows and columns of cells to the square's corner
    turned: float = 0.0  # degrees


def trace(frames: Iterable[U8]) -> list[Trace]:
    """The fine structure of frames, once per bank of filters; empty without frames.

    Args:
        frames: luma, each (H, W), all of one size.
    """
    kept: list[list[I8]] = [[] for _ in BANKS]
    sums: list[F32] = []
    for frame in frames:
        height, width = frame.shape
        factor = WORKING_SIDE / min(height, width)
        size = (max(round(width * factor), 8), max(round(height * factor), 8))
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        small = cv2.resize(frame, size, interpolation=how).astype(np.float32)
        parts = [_structure(small, cell=CELL * middle) for middle in _middles()]
        sums = [s + p for s, p in zip(sums, parts, strict=True)] if sums else parts
        for bank, part in zip(kept, parts, strict=True):
            bank.append(np.round(part * _STEPS).astype(np.int8))
    return [Trace(together, tuple(each)) for together, each in zip(sums, kept, strict=False)]


def _middles() -> list[float]:
    """The size of cells that each bank is tuned to: the first to uncut frames."""
    return [1.0, float(np.sqrt(BANKS[1][0] * BANKS[1][1]))]


def _structure(luma: F32, *, cell: float) -> F32:
    """Structure of the size of cells, relative to its surroundings and cut off, weighed.

    The mark is about as strong everywhere, the picture's own structure isn't, so each part counts
    the less the more unrest there is around (a matched filter in uneven noise).
    """
    fine = cv2.GaussianBlur(luma, (0, 0), 0.3 * cell) - cv2.GaussianBlur(luma, (0, 0), 0.75 * cell)
    side = 2 * round(1.5 * cell) + 1
    unrest = np.sqrt(np.maximum(cv2.blur(fine * fine, (side, side)), 0.0))
    cut = np.clip(fine / (unrest + _SOFTEN), -_CUT, _CUT)
    return np.asarray(cut / (unrest + _CALM), np.float32)


def cells(picture: F32 | I8, lie: Lie) -> F32:
    """A picture's structure at the centres of its cells, from its corner on.

    Args:
        picture: (H, W).
        lie: how its cells lie; the picture is turned back by its degrees first, about its middle.
    """
    height, width = picture.shape
    even = picture.astype(np.float32, copy=False)
    if lie.turned:
        even = turned(even, lie.turned)
    step = (CELL * lie.scale[0], CELL * lie.scale[1])
    # A sample at cell i lies at (i + ½ + begin) steps; pixel centres lie at +½.
    x, y = ((0.5 + begin) * size - 0.5 for begin, size in zip(lie.begin, step, strict=True))
    sampled = cv2.warpAffine(
        even,
        np.array([[step[0], 0, x], [0, step[1], y]], np.float32),
        (int(width / step[0]), int(height / step[1])),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(sampled, np.float32)


def turned(picture: F32, degrees: float) -> F32:
    """A picture turned about its middle, black beyond it."""
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height)), np.float32)
