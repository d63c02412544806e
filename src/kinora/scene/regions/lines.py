"""The picture's straight lines."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from kinora.scene.regions.masks import SmallPhoto

F64 = NDArray[np.float64]

# How far contrast is raised where there is little.
_CLEARER: Final = 3.0
# Shortest line that counts, in picture heights, and most lines, the longest first.
_MIN_LENGTH, _MOST = 0.08, 120


def find_segments(small: SmallPhoto) -> F64:
    """Line segments (von Gioi et al., IEEE TPAMI 32(4), 2010), (n, 2, 2): x, y of both ends.

    Args:
        small: the photo at working size.
    """
    return _segments(cv2.cvtColor(small.bgr, cv2.COLOR_BGR2GRAY))


@lru_cache(maxsize=2)  # a vanishing point is looked for where they show one
def find_clear_segments(small: SmallPhoto) -> F64:
    """The same with contrast raised where there is little, for corners of white walls: these and
    more. Not to be written to.
    """
    grey = cv2.cvtColor(small.bgr, cv2.COLOR_BGR2GRAY)
    return _segments(cv2.createCLAHE(_CLEARER, (4, 4)).apply(grey))


def _segments(grey: MatLike) -> F64:
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if found is None:
        return np.zeros((0, 2, 2))
    return np.asarray(found, dtype=np.float64).reshape(-1, 2, 2)


@lru_cache(maxsize=2)  # looked for beside the regions, and then asked for by depth
def find_lines(small: SmallPhoto) -> F64:
    """The picture's long straight lines, the longest first: (n, 2, 2), x and y of the upper and the
    lower end. Not to be written to.
    """
    lines = find_clear_segments(small)
    lengths = np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1)
    order = np.argsort(-lengths, kind="stable")[:_MOST]
    lines = lines[order[lengths[order] >= _MIN_LENGTH * small.shape[0]]]
    return np.asarray(np.where(lines[:, :1, 1:] > lines[:, 1:, 1:], lines[:, ::-1], lines))
