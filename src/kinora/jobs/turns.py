"""Which way a head turned, in order: a weak sign of a living person before the camera.

When a head turns, the middle of the face moves across the head, whose outline stays: the optical
flow (G. Farnebäck, SCIA 2003) within the face's middle, less that of the face's edge, adds up to a
yaw. A photo that is waved about moves as a whole and shows no turn. Screens that are filmed do.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
Turn = Literal["left", "right"]

#: Side of the crop around the head that is looked at, pixels; the head's width in it.
SIDE: Final = 192
HEAD: Final = 0.6
#: Shift of the middle of the face from which the head counts as turned, and below which it looks
#: ahead again, head widths: that is some 12 and 6 degrees.
_TURNED, _AHEAD = 0.075, 0.035


def find_turns(crops: Sequence[U8]) -> tuple[Turn, ...]:
    """The turns of a head, as the picture shows them: "left" is towards the picture's left.

    Args:
        crops: (SIDE, SIDE) grey pictures of the head in order, some eight a second, cut at one
            place, with the head `HEAD` of their width.
    """
    steps = [_step(one, other) for one, other in pairwise(crops)]
    yaw = np.cumsum([0.0, *steps]) / (HEAD * SIDE)
    turns: list[Turn] = []
    ahead, away = float(yaw[0]), False
    for value in yaw:
        shift = float(value) - ahead
        if not away and abs(shift) > _TURNED:
            turns.append("left" if shift < 0 else "right")
            away = True
        elif away and (abs(shift) < _AHEAD or (shift < 0) != (turns[-1] == "left")):
            away = abs(shift) > _TURNED
            if away:
                turns.append("left" if shift < 0 else "right")
        if not away:  # flow drifts: what counts as ahead follows slowly
            ahead += 0.1 * (float(value) - ahead)
    return tuple(turns)


def _step(one: U8, other: U8) -> float:
    """How far the middle of the face moved to the right against the head's edge, pixels."""
    flow = cv2.calcOpticalFlowFarneback(
        one, other, np.zeros((*one.shape, 2), np.float32), 0.5, 3, 21, 5, 7, 1.5, 0
    )
    middle, edge = _regions()
    across = flow[..., 0]
    return float(np.median(across[middle]) - np.median(across[edge]))


def _regions() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    across = (x - SIDE / 2) / (HEAD * SIDE / 2)
    down = (y - SIDE / 2) / (1.3 * HEAD * SIDE / 2)
    away = np.hypot(across, down)
    sides = (np.abs(across) > 0.85) & (np.abs(across) < 1.15) & (np.abs(down) < 0.6)
    return away < 0.45, sides
