"""Waterfalls by their look: bright, hardly coloured, in upright streaks, taller than wide."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look, joined_to, opened
from kinora.living.evidence.stream import find_stream
from kinora.living.evidence.water import standing

#: Least lightness (L*) of falling water, by how much it outshines what is around it, and most
#: chroma.
_BRIGHT, _OUTSHINES, _COLOURED = 52.0, 9.0, 24.0
#: Most levelness (upright streaks are negative) of a fall as a whole.
_UPRIGHT: Final = -0.15
#: Least share of the frame, and height over width at least.
_LEAST, _TALL = 0.02, 1.5
#: Share of the frame that sky and plants fill at least: columns and curtains stand in rooms.
_OUTDOORS: Final = 0.03
#: Spread of lightness in a fall at least: threads of water, where walls and trunks are plain.
_THREADS: Final = 3.5


def find_cascade(look: Look) -> Bool | None:
    """Falling water, else a stream, which cascades over stones: (h, w), or None."""
    falling = look.once(find_waterfall)
    return look.once(find_stream) if falling is None else falling


def find_waterfall(look: Look) -> Bool | None:
    """Falling water, (h, w), or None where nothing falls."""
    outdoors = np.maximum(look.region("sky"), look.region("vegetation"))
    if float(outdoors.mean()) < _OUTDOORS:
        return None
    lightness = np.ascontiguousarray(look.lab[..., 0])
    chroma = np.hypot(look.lab[..., 1], look.lab[..., 2])
    around = cv2.GaussianBlur(lightness, (0, 0), 16.0)
    white = (lightness > _BRIGHT) & (lightness - around > _OUTSHINES) & (chroma < _COLOURED)
    white &= np.maximum(look.region("sky"), look.region("person")) < 0.5
    streaks = cv2.GaussianBlur(look.level, (0, 0), 2.0) < 0.0
    fine = np.abs(lightness - cv2.GaussianBlur(lightness, (0, 0), 1.5))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        opened(white & streaks).astype(np.uint8)
    )
    found = np.zeros(look.shape, np.bool_)
    for part in range(1, count):
        _, _, wide, high, area = stats[part]
        if area < _LEAST * found.size or high < _TALL * wide:
            continue
        inside = labels == part
        upright = float(look.level[inside].mean()) < _UPRIGHT
        if upright and 2.0 * float(fine[inside].mean()) > _THREADS:
            found |= inside
    if not found.any():
        return None
    return joined_to(opened(white), found) & ~standing(look)
