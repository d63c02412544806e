"""Things before a plain backdrop: products on paper, tools on a table, an animal before a wall."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.regions.masks import SmallPhoto, fill_holes, grab_cut
from kinora.scene.regions.subject import spans
from kinora.types.scene import F32

Bool = NDArray[np.bool_]
F64 = NDArray[np.float64]

# Longest side of the grid on which the backdrop is looked for, cells, and the width of the band
# along the borders that must show it, as a share of that.
_GRID, _BAND = 64, 0.06
# Share of the band that must lie on one smooth surface of colour, and how far off that the middle
# one may be, CIELAB: paper, a wall, water, but not rooms or leaves.
_PLAIN, _ROUGH = 0.75, 3.0
# What lies on the surface: so many times the middle one's distance, within these bounds.
_SPREAD, _ON, _ON_AT_MOST = 2.5, 2.0, 8.0
# And where the middle of the picture is looked at as well: light falls off unevenly.
_INSIDE: Final = 5.0
_ROUNDS, _MORE_ROUNDS = 6, 4
# How far from the surface a place may be something, surely is, and needn't be asked (CIELAB): at
# least that, or so many times the surface's own roughness. Shadows count less, by their colour.
_MAY, _IS, _FIRM = (8.0, 3.0), (18.0, 6.0), 30.0
_COLOUR_WEIGHT, _SHADOW_WEIGHT = 1.5, 0.5
# Holes are the thing's own where their middle, so far within (pixels), isn't as the backdrop is
# (CIELAB), or too small to matter.
_WITHIN, _NOT_BEHIND, _SPECK = 2, 5.0, 0.0005
# Least and greatest share of the picture of a thing, how much of the borders it may touch, and its
# mean distance from the backdrop.
_AREA, _TOUCHES, _APART = (0.005, 0.65), 0.1, 20.0
# Most of the picture that stands out and is none of the things, nor right beside one (pixels): else
# it is a room, or a thing of which only some parts stand out, which would be torn.
_LEFT, _BESIDE = 0.01, 10
# So it is where much of what is around a thing (share of the long side, but for some pixels) stands
# out a little and is finer (L* per pixel, averaged over pixels) than the backdrop and its shadows.
_AROUND, _BUT, _FINER, _FINE, _GOES_ON = 0.05, 4, 1.5, 5, 0.08
# Least share of all things' places that must be whole ones'.
_MOSTLY: Final = 0.5
# Distance from the backdrop that makes a thing certain, and the scores of the least and the most
# distant: of some fifty that were looked at, two were none (a label, a plane with its shadow).
_CERTAIN, _LEAST, _BEST = 40.0, 0.6, 0.95
#: Most things that are told apart, the largest first.
MAX_THINGS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backdrop:
    """A plain backdrop, as if nothing were before it."""

    lab: F32  # (h, w, 3) CIELAB
    roughness: float  # how far its own pixels are off, CIELAB


def things_before(small: SmallPhoto) -> list[tuple[F32, float]]:
    """Mask (h, w) in [0, 1] and score in [0, 1] of each thing before a plain backdrop, at most
    `MAX_THINGS`, the largest first.

    None where the borders show no such backdrop, or where what stands out isn't a few whole things.

    Args:
        small: the photo at working size.
    """
    backdrop = find_backdrop(small)
    if backdrop is None:
        return []
    away = _away(small, backdrop)
    whole = _whole(grab_cut(small, _guess(away, backdrop.roughness)), away)
    things = _parts(whole > 0.5)
    if not things or _left(away, np.logical_or.reduce(things)) > _LEFT:
        return []
    details = _details(small, away, backdrop)
    clear = [thing for thing in things if _stands_clear(thing, things, away, details)]
    if sum(map(np.count_nonzero, clear)) < _MOSTLY * sum(map(np.count_nonzero, things)):
        return []
    return [_with_score(thing, whole, away) for thing in clear[:MAX_THINGS]]


def find_backdrop(small: SmallPhoto) -> Backdrop | None:
    """The smooth surface of colour that the picture's borders show; None where they don't."""
    height, width = small.shape
    scale = min(1.0, _GRID / max(height, width))
    size = (max(round(width * scale), 8), max(round(height * scale), 8))
    cells = np.asarray(cv2.resize(small.lab, size, interpolation=cv2.INTER_AREA), np.float64)
    colours = cells.reshape(-1, 3)
    band = _band(size)
    quadratic, cubic = _terms(size, 2), _terms(size, 3)
    off, limit = _settled(quadratic, colours, band)
    if float((off[band] < limit).mean()) < _PLAIN or float(np.median(off[band])) > _ROUGH:
        return None
    fitted = quadratic
    for _ in range(_MORE_ROUNDS):
        on = off < max(limit, _INSIDE)
        fitted = _surface(cubic, colours, on)
        off = np.linalg.norm(colours - fitted, axis=1)
    surface = fitted.reshape(size[1], size[0], 3).astype(np.float32)
    return Backdrop(
        lab=np.asarray(cv2.resize(surface, (width, height)), dtype=np.float32),
        roughness=max(float(np.median(off[band])), 1.0),
    )


def _settled(terms: F64, colours: F64, band: Bool) -> tuple[F64, float]:
    """How far each cell is off the surface that most of the band lies on, and what is on it.

    Least squares again and again over what was on it (trimmed, as things may touch the border).
    """
    on, off, limit = band, np.zeros(len(colours)), _ON_AT_MOST
    for _ in range(_ROUNDS):
        off = np.linalg.norm(colours - _surface(terms, colours, on), axis=1)
        limit = max(_SPREAD * float(np.median(off[band])), _ON)
        on = band & (off < limit)
    return off, min(limit, _ON_AT_MOST)


def _surface(terms: F64, colours: F64, on: Bool) -> F64:
    """The surface that is nearest to the colours of some cells in least squares, at all cells."""
    # Not by NumPy, whose threads would take more time than the sum does.
    normal = cv2.DECOMP_NORMAL | cv2.DECOMP_CHOLESKY
    _, weights = cv2.solve(terms[on], colours[on], flags=normal)
    return np.asarray(terms @ weights, dtype=np.float64)


@lru_cache(maxsize=4)
def _terms(size: tuple[int, int], degree: int) -> F64:
    """Powers of the place up to ``degree``, (cells, terms). Not to be written to."""
    down, across = np.meshgrid(*(np.linspace(-1.0, 1.0, n) for n in size[::-1]), indexing="ij")
    powers = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]
    return np.stack([(across**i * down**j).ravel() for i, j in powers], axis=-1)


def _band(size: tuple[int, int]) -> Bool:
    width = max(round(_BAND * max(size)), 2)
    band = np.ones((size[1], size[0]), np.bool_)
    band[width:-width, width:-width] = False
    return band.ravel()


def _away(small: SmallPhoto, backdrop: Backdrop) -> F32:
    """How far each place is from the backdrop, (h, w) CIELAB, less where it may be shaded."""
    off = small.lab - backdrop.lab
    lightness, colour = off[..., 0], off[..., 1] ** 2 + off[..., 2] ** 2
    weight = np.where(lightness < 0, np.float32(_SHADOW_WEIGHT), np.float32(1.0))
    away = np.sqrt(np.float32(_COLOUR_WEIGHT) * colour + weight * lightness**2)
    return np.asarray(cv2.GaussianBlur(away, (0, 0), 0.8), dtype=np.float32)


def _guess(away: F32, roughness: float) -> NDArray[np.uint8]:
    """For GrabCut: what is surely backdrop, what may be, what is likely something, and surely."""
    may, likely = (max(least, times * roughness) for least, times in (_MAY, _IS))
    trimap = np.full(away.shape, cv2.GC_BGD, np.uint8)
    trimap[cv2.dilate((away > may).astype(np.uint8), np.ones((3, 3))) > 0] = cv2.GC_PR_BGD
    trimap[away > likely] = cv2.GC_PR_FGD
    trimap[cv2.erode((away > _FIRM).astype(np.uint8), np.ones((5, 5))) > 0] = cv2.GC_FGD
    return trimap


def _whole(mask: F32, away: F32) -> F32:
    """The mask with those of its holes that don't show the backdrop."""
    holes = ((fill_holes(mask) > 0.5) & (mask <= 0.5)).astype(np.uint8)
    count, labels = cv2.connectedComponents(holes, connectivity=4)
    cells = np.bincount(labels.ravel(), minlength=count)
    side = 2 * _WITHIN + 1
    middles = np.where(cv2.erode(holes, np.ones((side, side))) > 0, labels, 0).ravel()
    inner = np.bincount(middles, minlength=count)
    mean = np.bincount(middles, away.ravel(), minlength=count) / np.maximum(inner, 1)
    own = (mean > _NOT_BEHIND) | (inner == 0) | (cells < _SPECK * mask.size)
    own[0] = False  # no hole
    return np.where(own[labels], np.float32(1.0), mask)


def _parts(inside: Bool) -> list[Bool]:
    """The parts of a mask that are large enough to be a thing, the largest first."""
    count, labels = cv2.connectedComponents(inside.astype(np.uint8), connectivity=8)
    areas = np.bincount(labels.ravel(), minlength=count)[1:] / inside.size
    order = np.argsort(-areas, kind="stable")
    return [labels == each + 1 for each in order if _AREA[0] <= areas[each] <= _AREA[1]]


def _left(away: F32, things: Bool) -> float:
    """Share of the picture that stands out and isn't part of or right beside any thing."""
    return float(((away > _IS[0]) & ~_grown(things, _BESIDE)).mean())


def _details(small: SmallPhoto, away: F32, backdrop: Backdrop) -> Bool:
    """Where something stands out a little that is finer than the backdrop is: no shadow."""
    lightness = small.lab[..., 0]
    slopes = (cv2.Scharr(lightness, cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1)))
    steep = cv2.blur(
        np.asarray(cv2.magnitude(*slopes), np.float32) / 32.0, (_FINE, _FINE)
    )  # its weights add up to 32
    plain = away < _NOT_BEHIND
    usual = float(np.median(steep[plain])) if plain.any() else 0.0
    return np.asarray(
        (away > max(_MAY[0], _MAY[1] * backdrop.roughness)) & (steep > usual + _FINER)
    )


def _stands_clear(thing: Bool, things: list[Bool], away: F32, details: Bool) -> bool:
    """Whether it stands out enough, and as a whole, and isn't a shore or floor."""
    border = np.concatenate([thing[0], thing[-1], thing[:, 0], thing[:, -1]])
    if float(away[thing].mean()) < _APART or float(border.mean()) > _TOUCHES or spans(thing):
        return False
    reach = max(round(_AROUND * max(thing.shape)), 5)
    around = _grown(thing, _BUT + reach) & ~_grown(thing, _BUT) & ~np.logical_or.reduce(things)
    return not around.any() or float(details[around].mean()) <= _GOES_ON


def _grown(mask: Bool, by: int) -> Bool:
    """The mask and what is within so many pixels of it."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel) > 0)


def _with_score(thing: Bool, whole: F32, away: F32) -> tuple[F32, float]:
    mask = np.where(_grown(thing, 1), whole, np.float32(0.0))
    sure = min(float(away[thing].mean()) / _CERTAIN, 1.0)
    return mask, _LEAST + (_BEST - _LEAST) * sure
