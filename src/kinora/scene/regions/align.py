"""Masks drawn to the edges of the full picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from kinora.scene.regions.masks import SmallPhoto, box_of
from kinora.types.scene import F32, Photo, Region, RegionKind

# Guided filter: window radius and noise floor (sRGB in [0, 1]) of the edge alignment.
_RADIUS: Final = 4
_EPSILON: Final = 1e-3
# Rows of the full picture that are aligned at a time, so that they stay in the processor's cache,
# and the coefficient below which the picture has no say in them: there a mask is flat.
_ROWS, _NO_SAY = 32, 1e-6
# Adds three channels up.
_SUM: Final = np.ones((1, 3), np.float32)


def region_of(
    mask: F32, photo: Photo, small: SmallPhoto, *, kind: RegionKind, score: float, source: str
) -> Region:
    """A region at the photo's size from a mask (h, w) in [0, 1] at working size."""
    full = align(mask, photo, small)
    return Region(kind=kind, mask=full, box=box_of(full), score=score, source=source)


def align(mask: F32, photo: Photo, small: SmallPhoto) -> F32:
    """Enlarge a map in [0, 1] to the photo's size, its edges drawn to the photo's edges.

    The fast guided filter (He and Sun, arXiv 1505.00996) with the colour picture as guide: linear
    coefficients are found at working size, enlarged, and applied to the full picture.
    """
    height, width = photo.rgb.shape[:2]
    slopes, offset = (
        _enlarged(planes, mask.shape[1], height) for planes in _coefficients(small, mask)
    )
    said = np.abs(slopes).max(axis=(1, 2)) > _NO_SAY
    aligned = np.empty((height, width), np.float32)
    for top in range(0, height, _ROWS):
        rows = slice(top, min(top + _ROWS, height))
        count = rows.stop - top
        found = _enlarged(offset[rows], width, count)
        if said[rows].any():
            share = _enlarged(slopes[rows], width, count)
            shares = cv2.multiply(share, photo.rgb[rows], dtype=cv2.CV_32F)
            found += cv2.transform(shares, _SUM)
        np.clip(found, 0.0, 1.0, out=aligned[rows])
    return aligned


def _enlarged(planes: F32, width: int, height: int) -> F32:
    large = cv2.resize(planes, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large, dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guide:
    """What the guided filter needs of a picture, whatever it aligns; each plane (h, w)."""

    planes: tuple[F32, F32, F32]  # r, g, b in [0, 1]
    means: tuple[F32, F32, F32]
    inverse: tuple[F32, F32, F32, F32, F32, F32]  # of the covariance: rr, rg, rb, gg, gb, bb


@lru_cache(maxsize=2)  # several masks of a photo are aligned one after the other
def guide_of(small: SmallPhoto) -> Guide:
    """What the alignment of masks needs of a picture."""
    r, g, b = (small.bgr[:, :, i].astype(np.float32) / np.float32(255.0) for i in (2, 1, 0))
    planes = (r, g, b)
    means = (_box(r), _box(g), _box(b))
    pairs = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    rr, rg, rb, gg, gb, bb = (
        _box(planes[i] * planes[j]) - means[i] * means[j] + np.float32(_EPSILON * (i == j))
        for i, j in pairs
    )
    # The inverse of the symmetric 3x3 covariance by its adjugate.
    i_rr, i_rg, i_rb = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
    i_gg, i_gb, i_bb = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    scale = np.float32(1.0) / (rr * i_rr + rg * i_rg + rb * i_rb)
    inverse = (i_rr * scale, i_rg * scale, i_rb * scale, i_gg * scale, i_gb * scale, i_bb * scale)
    return Guide(planes=planes, means=means, inverse=inverse)


def _coefficients(small: SmallPhoto, values: F32) -> tuple[F32, F32]:
    """Smoothed a of red, green and blue (per level of 255), (h, w, 3), and b, (h, w)."""
    slopes, offset = np.zeros((*values.shape, 3), np.float32), values.copy()
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
        found = _within(wide, guide_of(small), values[wide])
        slopes[part], offset[part] = found[0][inner], found[1][inner]
    return slopes, offset


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


def _within(part: tuple[slice, slice], guide: Guide, values: F32) -> tuple[F32, F32]:
    """The coefficients of a part of the picture: He, Sun and Tang, IEEE TPAMI 35(6), 2013,
    eq. 14-16.
    """
    mean = _box(values)
    means = [plane[part] for plane in guide.means]
    r, g, b = (
        _box(plane[part] * values) - of_plane * mean
        for plane, of_plane in zip(guide.planes, means, strict=True)
    )
    rr, rg, rb, gg, gb, bb = (plane[part] for plane in guide.inverse)
    slopes = (rr * r + rg * g + rb * b, rg * r + gg * g + gb * b, rb * r + gb * g + bb * b)
    offset = mean.copy()
    for slope, of_plane in zip(slopes, means, strict=True):
        offset -= slope * of_plane
    to_levels = np.float32(1.0 / 255.0)
    smooth = [_box(slope) * to_levels for slope in slopes]
    return np.dstack(smooth), _box(offset)


def _box(values: F32) -> F32:
    side = 2 * _RADIUS + 1
    return np.asarray(cv2.blur(values, (side, side)), dtype=np.float32)
