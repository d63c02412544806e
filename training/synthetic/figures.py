"""Figures to paste: cut out of photos where outline and disparity agree, or of random shapes."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.regions.align import align
from kinora.scene.regions.masks import shrink
from kinora.scene.regions.subject import find_subject, salience_map
from kinora.types.scene import Photo

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

#: Longest side of a stored figure.
SIDE: Final = 200
# A cut-out must be nearer than its surroundings by this much (relative disparity in [0, 1]), and
# as sure as this.
_NEARER, _SURE = 0.06, 0.5
# Shares of the picture's area and of its border that a figure may take.
_AREA, _CUT_OFF = (0.03, 0.5), 0.35
# The same for what a portrait network saw; how large and how sure its parts must be.
_PORTRAIT_AREA, _LEAST_PART, _SURE_PORTRAIT = (0.02, 0.85), 0.01, 0.93

# Half the width of the band in which the teacher's steps are soft (pixels of a label), and the
# weight below which nothing of the same side is near.
_BAND, _FAINT = 5, 1e-3


def find_figure(photo: Photo, disparity: F32) -> F32 | None:
    """The photo's subject, a soft matte (h, w) in [0, 1], or None where it can't be trusted.

    Args:
        photo: a photo.
        disparity: its relative disparity in [0, 1], of any size.
    """
    small = shrink(photo, 384)
    nowhere = np.zeros(small.shape, np.float32)
    found = find_subject(small, nowhere, salience=salience_map(small))
    if found is None or found[1] < _SURE:
        return None
    mask = align(found[0], photo, small)
    inside = mask > 0.5
    border = np.concatenate([inside[0], inside[:, 0], inside[:, -1]])
    if border.mean() > _CUT_OFF:
        return None
    return mask if _stands_out(inside, disparity, area=_AREA) else None


def portrait(photo: Photo, disparity: F32, matte: U8) -> F32 | None:
    """The figure that a portrait network saw, drawn to the photo's edges, or None as above.

    Args:
        photo: a photo.
        disparity: its relative disparity in [0, 1], of any size.
        matte: (h, w) uint8, 255 = surely a figure, of any size.
    """
    small = shrink(photo, 288)
    mask = cv2.resize(matte, small.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
    mask /= np.float32(255.0)
    _, parts = cv2.connectedComponents((mask > 0.5).astype(np.uint8))
    for part in range(1, int(parts.max()) + 1):
        here = parts == part
        # What it isn't sure of is mostly something else.
        if here.mean() < _LEAST_PART or np.median(mask[here]) < _SURE_PORTRAIT:
            mask[cv2.dilate(here.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0] = 0.0
    mask = align(np.asarray(mask, dtype=np.float32), photo, small)
    return mask if _stands_out(mask > 0.5, disparity, area=_PORTRAIT_AREA) else None


def _stands_out(inside: NDArray[np.bool_], disparity: F32, *, area: tuple[float, float]) -> bool:
    if not area[0] < inside.mean() < area[1]:
        return False
    near = cv2.resize(disparity, inside.shape[::-1], interpolation=cv2.INTER_LINEAR)
    ring = (cv2.dilate(inside.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0) & ~inside
    return bool(np.median(near[inside]) - np.median(near[ring]) > _NEARER)


def snapped(values: F32, matte: F32) -> F32:
    """Disparity whose step lies on a figure's outline: near it, each side takes its inner values.

    Args:
        values: (h, w) soft disparity.
        matte: (h, w) in [0, 1] of the figure.
    """
    inside = matte > 0.5
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _BAND + 1, 2 * _BAND + 1))
    result = values.copy()
    for side in (inside, ~inside):
        core = cv2.erode(side.astype(np.float32), kernel)
        if not core.any():
            return values
        total = cv2.GaussianBlur(core, (0, 0), _BAND)
        around = cv2.GaussianBlur(values * core, (0, 0), _BAND)
        middle = float(np.median(values[core > 0]))
        inner = (around + _FAINT * middle) / (total + _FAINT)
        result = np.where(side & (core == 0), inner, result)
    return np.asarray(result, dtype=np.float32)


def cut_out(photo: Photo, mask: F32) -> U8:
    """What a matte shows of a photo, cropped and shrunk: (h, w, 4)."""
    inside = mask > 0.5
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    # Outermost pixels are a mix with the old background.
    tight = cv2.erode(mask, np.ones((3, 3), np.uint8))
    return _limited(np.dstack([photo.rgb, np.rint(255 * tight).astype(np.uint8)])[part])


def shape(picture: U8, random: np.random.Generator) -> U8:
    """Part of a photo in the form of a blob, polygon or bar, (h, w, 4)."""
    side = 160
    h, w = picture.shape[:2]
    share = random.uniform(0.3, 0.9)
    high, wide = int(h * share), int(w * share)
    y, x = random.integers(0, h - high + 1), random.integers(0, w - wide + 1)
    texture = cv2.resize(
        picture[y : y + high, x : x + wide], (side, side), interpolation=cv2.INTER_AREA
    )
    mask = np.zeros((side * 2, side * 2), np.uint8)
    kind = random.random()
    if kind < 0.45:  # a blob: a circle whose radius wavers
        angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
        waves = sum(
            random.normal(0, 0.22 / k) * np.sin(k * angles + random.uniform(0, 6.3))
            for k in range(1, 7)
        )
        radius = side * 0.62 * (1.0 + waves)
        points = np.stack([side + radius * np.cos(angles), side + radius * np.sin(angles)], axis=1)
    elif kind < 0.75:  # a polygon
        angles = np.sort(random.uniform(0, 2 * np.pi, random.integers(3, 8)))
        radius = side * random.uniform(0.5, 0.98, len(angles))
        points = np.stack([side + radius * np.cos(angles), side + radius * np.sin(angles)], axis=1)
    else:  # a bar
        angle, half = random.uniform(0, np.pi), side * random.uniform(0.05, 0.25)
        along = np.array([np.cos(angle), np.sin(angle)]) * side * 0.95
        across = np.array([-np.sin(angle), np.cos(angle)]) * half
        points = side + np.stack([along + across, along - across, -along - across, across - along])
    cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 255)
    return np.dstack([texture, cv2.resize(mask, (side, side), interpolation=cv2.INTER_AREA)])


def _limited(figure: U8) -> U8:
    scale = min(1.0, SIDE / max(figure.shape[:2]))
    size = (max(int(figure.shape[1] * scale), 1), max(int(figure.shape[0] * scale), 1))
    return np.asarray(cv2.resize(figure, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
