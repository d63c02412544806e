"""What the region finders share: a small copy of the photo, and masks from there to full size."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from kinora.types.scene import F32, U8, Photo

#: Longest side at which regions are looked for, pixels.
WORKING_SIDE: Final = 512
# Longest side at which GrabCut runs: its time grows faster than the pixels.
_GRABCUT_SIDE: Final = 160
# Rounds that it usually takes, and the share of pixels that a further one must be worth: as many
# changed sides in the last.
_GRABCUT_ROUNDS, _SETTLED = 2, 0.005
# Sure ground kept around the open part that it looks at, as a share of that part's longer side.
_GRABCUT_MARGIN: Final = 0.15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallPhoto:
    """The photo at working size, in the spaces that the finders need."""

    bgr: U8  # (h, w, 3), OpenCV's order
    lab: F32  # (h, w, 3) CIE L*a*b*: L in [0, 100], a and b around [-127, 127]

    @property
    def shape(self) -> tuple[int, int]:
        """Height, width."""
        return self.bgr.shape[0], self.bgr.shape[1]


# The last photos that were shrunk, for regions and depth both ask for the same.
_SHRUNK: Final[deque[tuple[weakref.ref[U8], int, SmallPhoto]]] = deque(maxlen=2)
_SHRINKING: Final = threading.Lock()


def shrink(photo: Photo, side: int = WORKING_SIDE) -> SmallPhoto:
    """The photo with its longest side at most ``side`` pixels; the last ones are kept."""
    with _SHRINKING:  # else two threads would both do it
        for pixels, length, small in _SHRUNK:
            if pixels() is photo.rgb and length == side:
                return small
        small = _shrunk(photo, side)
        _SHRUNK.append((weakref.ref(photo.rgb), side, small))
        return small


def _shrunk(photo: Photo, side: int) -> SmallPhoto:
    height, width = photo.rgb.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    rgb = cv2.resize(photo.rgb, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    return SmallPhoto(
        bgr=np.ascontiguousarray(rgb[:, :, ::-1], dtype=np.uint8),
        lab=np.asarray(lab, dtype=np.float32),
    )


def box_of(mask: F32) -> tuple[int, int, int, int]:
    """x0, y0, x1, y1 (half-open) around what is above one half; all zero where nothing is."""
    columns = np.flatnonzero(cv2.reduce(mask, 0, cv2.REDUCE_MAX) > 0.5)
    rows = np.flatnonzero(cv2.reduce(mask, 1, cv2.REDUCE_MAX) > 0.5)
    if columns.size == 0:
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def grab_cut(small: SmallPhoto, trimap: U8, *, rounds: int = _GRABCUT_ROUNDS) -> F32:
    """Figure against ground from a first guess.

    Args:
        small: the photo at working size.
        trimap: (h, w) of cv2.GC_BGD, GC_FGD, GC_PR_BGD and GC_PR_FGD.
        rounds: how often it looks again at the most; more where the first guess is rough.

    Returns:
        Mask (h, w) in [0, 1], 1 = figure; all zero where the guess names no figure or no ground.
    """
    mask = np.zeros(small.shape, np.float32)
    part = _open_part(trimap)
    width, height = part[1].stop - part[1].start, part[0].stop - part[0].start
    scale = min(1.0, _GRABCUT_SIDE / max(height, width, 1))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    labels = np.asarray(cv2.resize(trimap[part], size, interpolation=cv2.INTER_NEAREST))
    figure = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    if figure.all() or not figure.any():
        return mask
    picture = cv2.resize(small.bgr[part], size, interpolation=cv2.INTER_AREA)
    cut = _cut(np.asarray(picture, np.uint8), labels, rounds).astype(np.float32)
    mask[part] = cv2.resize(cut, (width, height), interpolation=cv2.INTER_LINEAR)
    return mask


def _cut(picture: U8, labels: MatLike, rounds: int) -> NDArray[np.bool_]:
    """GrabCut's figure; ends before the last round where the one before changed next to nothing."""
    cv2.setRNGSeed(0)  # GrabCut starts its colour models by k-means from OpenCV's generator
    models = np.zeros((1, 65)), np.zeros((1, 65))
    whole = (0, 0, labels.shape[1], labels.shape[0])  # not looked at, as a mask is given

    def look(times: int, mode: int) -> NDArray[np.bool_]:
        cv2.grabCut(picture, labels, whole, models[0], models[1], times, mode)
        return np.asarray((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))

    if rounds < 3:  # nothing to gain, and each call prepares the picture anew
        return look(rounds, cv2.GC_INIT_WITH_MASK)
    before, figure = look(1, cv2.GC_INIT_WITH_MASK), look(1, cv2.GC_EVAL)
    for _ in range(rounds - 2):
        if float((figure != before).mean()) < _SETTLED:
            break
        before, figure = figure, look(1, cv2.GC_EVAL)
    return figure


def _open_part(trimap: U8) -> tuple[slice, slice]:
    """Rows and columns about what isn't surely ground, with some of that around it."""
    rows, columns = (np.flatnonzero((trimap != cv2.GC_BGD).any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return slice(0, trimap.shape[0]), slice(0, trimap.shape[1])
    margin = round(_GRABCUT_MARGIN * max(np.ptp(rows), np.ptp(columns))) + 1
    return (
        slice(max(int(rows[0]) - margin, 0), min(int(rows[-1]) + margin, trimap.shape[0])),
        slice(max(int(columns[0]) - margin, 0), min(int(columns[-1]) + margin, trimap.shape[1])),
    )


def largest_part(mask: F32) -> F32:
    """Only the largest connected part of a mask, its holes filled."""
    binary = (mask > 0.5).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(binary, connectivity=4)
    if count < 2:
        return np.zeros_like(mask)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return fill_holes(np.where(labels == largest, mask, 0.0).astype(np.float32))


def fill_holes(mask: F32) -> F32:
    """Set to 1 what a mask (thresholded at one half) encloses."""
    ground = np.pad((mask <= 0.5).astype(np.uint8), 1, constant_values=1)
    _, labels = cv2.connectedComponents(ground, connectivity=4)
    enclosed = (ground[1:-1, 1:-1] == 1) & (labels[1:-1, 1:-1] != labels[0, 0])
    return np.where(enclosed, np.float32(1.0), mask)
