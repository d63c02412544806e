"""Key → the square pattern that marks repeat over the frame.

The square has 64 × 64 cells. 28 % of its power are the *pilot*, which says where the square
lies; the rest are the coded bits, each spread over 10 or 11 cells by signs (*chips*). A cell is
1/90 of the frame's shorter side: 8 pixels of a 720p frame.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.provenance.watermark.payload import CODED_BITS

F32 = NDArray[np.float32]

SIDE: Final = 64  # cells
CELLS_ACROSS: Final = 90  # of the shorter side of the frame

#: Changes are whole numbers from the cells on: so many for one luma, and so many shares of the way
#: from a cell's centre to the next. Both fit into 16 bits, in which a processor adds twice as many
#: at once.
PART_BITS: Final = 6
SHARE_BITS: Final = 5
PARTS: Final = 1 << PART_BITS
SHARES: Final = 1 << SHARE_BITS


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """What a key says about the square; arrays are (64, 64)."""

    pilot: F32  # −1 or +1
    chips: F32  # −1 or +1
    bits: NDArray[np.int32]  # which coded bit a cell carries, 0 to CODED_BITS − 1


@lru_cache(maxsize=64)
def pattern_of(key: bytes) -> Pattern:
    """The pattern of a key: from SHAKE-256, whose stream no library changes."""
    count = SIDE * SIDE
    shake = hashlib.shake_256(b"kinora mark pattern 1" + key).digest(count // 4 + 8 * count)
    signs = np.unpackbits(np.frombuffer(shake[: count // 4], np.uint8)).reshape(2, SIDE, SIDE)
    order = np.argsort(np.frombuffer(shake[count // 4 :], ">u8"), kind="stable")
    bits = np.empty(count, np.int32)
    bits[order] = np.arange(count, dtype=np.int32) % CODED_BITS
    pilot, chips = 2.0 * signs.astype(np.float32) - 1.0
    return Pattern(pilot=pilot, chips=chips, bits=bits.reshape(SIDE, SIDE))
