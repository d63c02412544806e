"""Masks drawn to the edges of the full picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from kinora.scene.regions.masks import SmallPhoto
from kinora.types.scene import F32, U8, Photo, Region, RegionKind

# Guided filter: window radius and noise floor (sRGB in [0, 1]) of the edge alignment.
_RADIUS: Final = 4
_EPSILON: Final = 1e-3


def region_of(
    mask: F32, photo: Photo, small: SmallPhoto, *, kind: RegionKind, score: float, source: str
) -> Region:
    """A region at the photo's size from a mask (h, w) in [0, 1] at working size."""
    full, box = _drawn(mask, photo, small)
    return Region(kind=kind, mask=full, box=box, score=score, source=source)


def align(mask: F32, photo: Photo, small: SmallPhoto) -> F32:
    """Enlarge a map in [0, 1] to the photo's size, its edges drawn to the photo's edges.

    The fast guided filter (He and Sun, arXiv 1505.00996) with the colour picture as guide: linear
    coefficients are found at working size, enlarged, and applied to the full picture.
    """
    return _drawn(mask, photo, small)[0]


def _drawn(mask: F32, photo: Photo, small: SmallPhoto) -> tuple[F32, tuple[int, int, int, int]]:
    """The map at the photo's size, and the box around what is above one half."""
    planes = _coefficients(small, mask)
    return enlarge_planes(planes, np.ascontiguousarray(photo.rgb))


def enlarge_planes(planes: F32, rgb: U8) -> tuple[F32, tuple[int, int, int, int]]:
    """Slopes and offset enlarged bilinearly and applied to a picture.

    Args:
        planes: (h, w, 4), slopes along red, green and blue, per level, and offset.
        rgb: (H, W, 3).

    Returns:
        (H, W) in [0, 1], and x0, y0, x1, y1 (half-open) around what is above one half of it; all
        zero where nothing is.
    """
    from kinora.scene.regions._kernels import draw

    height, width = rgb.shape[:2]
    down, across = _places(height, len(planes)), _places(width, planes.shape[1])
    cell = np.minimum(across.astype(np.int64), max(planes.shape[1] - 2, 0))
    starts = np.searchsorted(cell, np.arange(max(planes.shape[1], 2)))
    starts[-1] = width
    mask, box = np.empty((height, width), np.float32), np.array([width, height, 0, 0])
    draw(planes, rgb, down, across, starts, mask, box)
    x0, y0, x1, y1 = box.tolist() if box[2] else (0, 0, 0, 0)
    return mask, (x0, y0, x1, y1)


def _places(large: int, small: int) -> F32:
    """Where each of ``large`` pixels lies among ``small`` ones."""
    places = (np.arange(large) + 0.5) * (small / large) - 0.5
    return np.asarray(np.clip(places, 0.0, small - 1.0), dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guide:
    """What the guided filter needs of a picture, whatever it aligns."""

    colours: F32  # (h, w, 3): r, g, b in [0, 1]
    means: F32  # (h, w, 3)
    with_red: F32  # (h, w, 3), of the covariance's inverse: rr, rg, rb
    others: F32  # (h, w, 3), of the covariance's inverse: gg, gb, bb


@lru_cache(maxsize=2)  # several masks of a photo are aligned one after the other
def guide_of(small: SmallPhoto) -> Guide:
    """What the alignment of masks needs of a picture."""
    from kinora.scene.regions._kernels import invert, products

    rgb = cv2.cvtColor(small.bgr, cv2.COLOR_BGR2RGB)
    colours = rgb.astype(np.float32) * np.float32(1.0 / 255.0)
    means = _box(colours)
    with_red, others = (_box(each) for each in products(colours))
    invert(with_red, others, means, np.float32(_EPSILON))
    return Guide(colours=colours, means=means, with_red=with_red, others=others)


def _coefficients(small: SmallPhoto, values: F32) -> F32:
    """Smoothed a of red, green and blue (per level of 255), and b: (h, w, 4)."""
    planes = np.zeros((*values.shape, 4), np.float32)
    planes[..., 3] = values
    part = _uneven(values)
    if part is not None:
        # At the rim of what is computed boxes hold less than the guide's: it is left out.
        rim = 2 * _RADIUS
        ends = [min(each.stop, count) for each, count in zip(part, values.shape, strict=True)]
        wide = (
            slice(max(part[0].start - rim, 0), ends[0] + rim),
            slice(max(part[1].start - rim, 0), ends[1] + rim),
        )
        inner = (
            slice(part[0].start - wide[0].start, ends[0] - wide[0].start),
            slice(part[1].start - wide[1].start, ends[1] - wide[1].start),
        )
        planes[part] = _within(wide, guide_of(small), np.ascontiguousarray(values[wide]))[inner]
    return planes


def _uneven(values: F32) -> tuple[slice, slice] | None:
    """Rows and columns that the filter can change: about where neighbours differ; None: nowhere."""
    square = np.ones((3, 3), np.uint8)
    apart = cv2.morphologyEx(values, cv2.MORPH_GRADIENT, square) > 0.0
    reach, spans = 2 * _RADIUS, []
    for axis in (1, 0):
        found = np.flatnonzero(apart.any(axis=axis))
        if not found.size:
            return None
        spans.append(slice(max(int(found[0]) - reach, 0), int(found[-1]) + 1 + reach))
    return spans[0], spans[1]


def _within(part: tuple[slice, slice], guide: Guide, values: F32) -> F32:
    """The coefficients of a part of the picture: He, Sun and Tang, IEEE TPAMI 35(6), 2013,
    eq. 14-16.
    """
    from kinora.scene.regions._kernels import times, weigh

    top, left = part[0].start, part[1].start
    boxed = _box(times(guide.colours, values, top, left))
    weigh(boxed, guide.means, guide.with_red, guide.others, top, left)
    return _box(boxed)


def _box(values: F32) -> F32:
    side = 2 * _RADIUS + 1
    return np.asarray(cv2.blur(values, (side, side)), dtype=np.float32)
