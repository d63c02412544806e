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


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Fine structure as one bank of filters sees it."""

    together: F32  # (H, W) sum over the frames
    frames: tuple[I8, ...]  # each (H, W), in hundredths


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
    """Structure of the size of cells, relative to its surroundings, cut off at ±1.1."""
    fine = cv2.GaussianBlur(luma, (0, 0), 0.3 * cell) - cv2.GaussianBlur(luma, (0, 0), 0.75 * cell)
    side = 2 * round(1.5 * cell) + 1
    level = np.sqrt(np.maximum(cv2.blur(fine * fine, (side, side)), 0.0)) + 0.25
    return np.asarray(np.clip(fine / level, -_CUT, _CUT), np.float32)


def cells(picture: F32 | I8, scale: tuple[float, float], degrees: float = 0.0) -> F32:
    """A picture's structure at the centres of its cells, from its corner on.

    Args:
        picture: (H, W).
        scale: width and height of a cell, relative to an uncut frame's.
        degrees: by which the picture is turned back first, about its middle.
    """
    height, width = picture.shape
    even = picture.astype(np.float32, copy=False)
    if degrees:
        even = turned(even, degrees)
    step = (CELL * scale[0], CELL * scale[1])
    # A sample at cell i lies at (i + ½) steps; pixel centres lie at +½.
    to = np.array(
        [[step[0], 0, 0.5 * step[0] - 0.5], [0, step[1], 0.5 * step[1] - 0.5]], np.float32
    )
    sampled = cv2.warpAffine(
        even, to, (int(width / step[0]), int(height / step[1])),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(sampled, np.float32)


def turned(picture: F32, degrees: float) -> F32:
    """A picture turned about its middle, black beyond it."""
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height)), np.float32)
