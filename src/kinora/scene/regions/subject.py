"""The subject: what stands out from the borders of the picture, is sharp, and near the middle."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import shrink
from kinora.scene.regions.masks import SmallPhoto, grab_cut, largest_part
from kinora.scene.together import side_by_side
from kinora.types.scene import F32

Bool = NDArray[np.bool_]

#: Shares of the picture between which a subject may lie.
MIN_AREA, MAX_AREA = 0.008, 0.65
#: Lowest score at which a candidate is called the subject.
MIN_SCORE: Final = 0.4
# What counts as the same colour on both sides of an outline (CIELAB), seen how far from it (pixels
# at working size).
_SAME_COLOUR, _OUTLINE_SIGMA = 10.0, 4.0
# What a network's hint adds to the first guess, and what it counts: by how much it is surer within
# a candidate than around it, against what it takes at least to believe one.
_HINT_SHARE, _HINTED, _USUAL_HINT = 0.6, 8.0, 0.2
# A network's probability of a subject that makes a place likely, and that which makes it sure, this
# far within (pixels at working size); below which there is none, if so much of the picture is sure.
_SEEN, _SURELY, _WITHIN, _SURELY_NOT, _ENOUGH = 0.85, 0.93, 4, 0.02, 0.02
# Longest side of the grid on which contrasts are compared, cells.
_GRID: Final = 26
# By how much paths still get shorter when they are left at that, CIELAB: little against colours.
# What is so far off counts for nothing, however long the way to it is.
_SETTLED, _FAR_OFF = np.float32(0.3), np.float32(40.0)
# Width of the ring around a candidate, as a share of the long side.
_RING: Final = 0.06
# How many times smaller the picture is at which both sides of outlines are averaged.
_COARSER: Final = 2
# Scales of colour (CIELAB), place (of the longer side) and boundary connectivity, as in the paper.
_SIGMA_COLOUR, _SIGMA_PLACE, _SIGMA_BOUNDARY = 10.0, 0.25, 1.0


def find_subject(
    small: SmallPhoto, far: F32, *, salience: F32, hint: F32 | None = None
) -> tuple[F32, float] | None:
    """Mask (h, w) in [0, 1] and score in [0, 1] of the one thing that stands out, or None.

    Args:
        small: the photo at working size.
        far: (h, w) in [0, 1], where the subject can't be (sky).
        salience: as of `salience_map`.
        hint: (h, w) in [0, 1], where a network takes something for a subject.
    """
    sharpness = sharpness_map(small)
    middle = _middle(small.shape)
    guess = salience + 0.5 * sharpness * middle + 0.3 * middle
    if hint is not None:
        guess = guess + np.float32(_HINT_SHARE) * hint
    guess = _stretched(guess * (1.0 - far))
    threshold = _otsu(guess)
    likely = guess > threshold
    trimap = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[guess < 0.4 * threshold] = cv2.GC_BGD
    if hint is not None:
        _heed(trimap, hint)
    mask = largest_part(grab_cut(small, trimap))
    if not MIN_AREA <= float(mask.mean()) <= MAX_AREA:
        return None
    if spans(mask > 0.5):
        return None
    open_outline = _open_outline(small, mask > 0.5)
    ring = _ring(mask > 0.5)
    sharper = _beyond_ring(sharpness, mask > 0.5, ring)
    evidence = _evidence(mask > 0.5, likely, sharper=sharper, open_outline=open_outline)
    if hint is not None:
        evidence += _HINTED * (_beyond_ring(hint, mask > 0.5, ring) - _USUAL_HINT)
    score = float(1.0 / (1.0 + np.exp(-evidence)))
    return (mask, score) if score >= MIN_SCORE else None


def _heed(trimap: NDArray[np.uint8], hint: F32) -> None:
    """Mark what a network is sure of: parts of a thing that are coloured like its surroundings."""
    trimap[hint > _SEEN] = cv2.GC_PR_FGD
    side = 2 * _WITHIN + 1
    sure = cv2.erode((hint > _SURELY).astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    trimap[sure] = cv2.GC_FGD
    if float(sure.mean()) > _ENOUGH:
        trimap[hint < _SURELY_NOT] = cv2.GC_BGD


def spans(mask: Bool) -> bool:
    """Whether a mask (h, w) reaches from side to side, as hills and rows of houses do."""
    return bool(min(mask[:, :2].mean(), mask[:, -2:].mean()) > 0.05)


def _open_outline(small: SmallPhoto, mask: Bool) -> float:
    """Share of the outline, within the picture, whose two sides are of the same colour."""
    size = (max(small.shape[1] // _COARSER, 1), max(small.shape[0] // _COARSER, 1))
    lab, inside = shrink(small.lab, size), shrink(mask.astype(np.float32), size)

    def colour(side: F32) -> F32:
        planes = np.dstack([lab * side[..., None], side])
        blurred = cv2.GaussianBlur(planes, (0, 0), _OUTLINE_SIGMA / _COARSER)
        return np.asarray(blurred[..., :3] / (blurred[..., 3:] + 1e-4))

    within, beyond = side_by_side(colour, (inside, 1.0 - inside))
    apart = np.linalg.norm(within - beyond, axis=2)
    solid = (inside > 0.5).astype(np.uint8)
    outline = cv2.morphologyEx(solid, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    outline[[0, -1], :] = outline[:, [0, -1]] = 0
    return float((apart[outline > 0] < _SAME_COLOUR).mean()) if outline.any() else 1.0


def _middle(shape: tuple[int, int]) -> F32:
    """Where photographers put their subject: a bump about the middle, a little low."""
    down = np.arange(shape[0], dtype=np.float32) / shape[0] - 0.55
    across = np.arange(shape[1], dtype=np.float32) / shape[1] - 0.5
    return np.outer(np.exp(-((down / 0.32) ** 2)), np.exp(-((across / 0.3) ** 2)))


@lru_cache(maxsize=2)  # looked for meanwhile, before the sky is known
def sharpness_map(small: SmallPhoto) -> F32:
    """How much fine detail is around each pixel, (h, w) in [0, 1]: the lens focuses the subject.

    Not to be written to.
    """
    smooth = cv2.GaussianBlur(small.lab[:, :, 0], (0, 0), 0.7)
    detail = np.abs(cv2.Laplacian(smooth, cv2.CV_32F))
    around = cv2.GaussianBlur(detail, (0, 0), 0.025 * small.shape[1])
    return _stretched(np.log(around + 0.25).astype(np.float32))


def _stretched(values: F32) -> F32:
    low, high = np.percentile(values, [2, 98])
    scaled = (values - low) / max(float(high - low), 1e-6)
    return np.asarray(np.clip(scaled, 0.0, 1.0), dtype=np.float32)


def salience_map(small: SmallPhoto) -> F32:
    """Background-weighted contrast, (h, w) in [0, 1].

    Robust background detection (Zhu et al., CVPR 2014, eq. 4-8) on a grid instead of superpixels:
    cells joined to the border by paths of like colour are ground; the rest counts by its contrast
    to the ground.
    """
    height, width = small.shape
    scale = min(1.0, _GRID / max(height, width))
    size = (max(round(width * scale), 2), max(round(height * scale), 2))
    cells = np.asarray(cv2.resize(small.lab, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    distance = _distances(cells.reshape(-1, 3))
    ground = _ground_probability(cells, distance)
    contrast = (distance * _nearness(size) * ground).sum(axis=1)
    contrast = contrast / max(contrast.max(), 1e-9) * (1.0 - ground)
    grid = contrast.reshape(size[1], size[0]).astype(np.float32)
    salience = np.clip(cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC), 0.0, None)
    return np.asarray(salience / max(float(salience.max()), 1e-9), dtype=np.float32)


@lru_cache(maxsize=2)
def _nearness(size: tuple[int, int]) -> F32:
    """How much each cell of a grid counts for each other, (cells, cells). Not to be written to."""
    rows, columns = np.divmod(np.arange(size[0] * size[1]), size[0])
    places = np.stack([columns, rows], axis=1).astype(np.float32) / np.float32(max(size))
    return np.asarray(np.exp(-(_distances(places) ** 2) / np.float32(2 * _SIGMA_PLACE**2)))


def _distances(points: F32) -> F32:
    """Of all of the points (n, dimensions) from each other, (n, n)."""
    total = np.zeros((len(points), len(points)), np.float32)
    for axis in points.T:
        step = axis[:, None] - axis[None, :]
        total += step * step
    return np.sqrt(total)


def _ground_probability(cells: F32, distance: F32) -> F32:
    """How surely each cell is background: 1 - exp(-BndCon^2 / 2 sigma^2), per cell."""
    rows, columns = cells.shape[:2]
    geodesic = _geodesic((rows, columns), distance)
    likeness = np.exp(-(geodesic**2) / np.float32(2 * _SIGMA_COLOUR**2))
    border = np.zeros((rows, columns), bool)
    border[[0, -1], :] = border[:, [0, -1]] = True
    connectivity = likeness[:, border.ravel()].sum(axis=1) / np.sqrt(likeness.sum(axis=1))
    return np.asarray(1.0 - np.exp(-(connectivity**2) / (2 * _SIGMA_BOUNDARY**2)), np.float32)


def _geodesic(grid: tuple[int, int], distance: F32) -> F32:
    """Shortest sums of colour steps between all cells of a grid, rows and columns: (cells, cells).

    Sweeps to and fro carry all of them on at once, until none that counts gets much shorter.
    """
    from kinora.scene.regions._kernels import settle

    to, by = _sweeps(grid)
    paths = np.full_like(distance, np.inf)
    np.fill_diagonal(paths, 0.0)
    settle(paths, to, by, distance[to, by], _FAR_OFF, _SETTLED)
    return paths


@lru_cache(maxsize=2)
def _sweeps(grid: tuple[int, int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Cells and their neighbours in the order in which paths are carried on; not to be written to.

    From row to row, aslant as well, then from column to column, and the same backwards.
    """
    index = np.arange(grid[0] * grid[1], dtype=np.int32).reshape(grid)
    pairs: list[tuple[NDArray[np.int32], NDArray[np.int32]]] = []
    for cells in (index, index[::-1, ::-1]):
        for here, there in zip(cells[1:], cells[:-1], strict=True):
            pairs += [(here, there), (here[1:], there[:-1]), (here[:-1], there[1:])]
        pairs += zip(cells.T[1:], cells.T[:-1], strict=True)
    to, by = (np.concatenate(each) for each in zip(*pairs, strict=True))
    return to, by


def _otsu(values: F32) -> float:
    levels = (np.clip(values, 0.0, 1.0) * 255).astype(np.uint8)
    threshold, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return float(threshold) / 255.0


def _ring(mask: Bool) -> Bool:
    """What lies around a mask, within a share of the picture's long side."""
    reach = max(round(_RING * max(mask.shape)), 3)
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray((distance <= reach) & ~mask)


def _beyond_ring(values: F32, mask: Bool, ring: Bool) -> float:
    """By how much the mean within a mask is larger than that in the ring around it."""
    return float(values[mask].mean() - values[ring].mean()) if ring.any() else 0.0


def _evidence(mask: Bool, likely: Bool, *, sharper: float, open_outline: float) -> float:
    """How likely the mask is a thing nearer than what is around it: the logarithm of its odds.

    The weights are rounded from a fit to some four hundred photos in which it was known by how much
    the mask is nearer than its surroundings.
    """
    agreement = float((mask & likely).sum() / max((mask | likely).sum(), 1))
    centre = float(np.nonzero(mask)[0].mean() / mask.shape[0])
    return float(
        -2.4
        + 2.2 * agreement
        + 2.5 * sharper
        + 2.2 * centre
        + 1.4 * float(np.sqrt(mask.mean()))
        - 1.3 * _compactness(mask)
        - 4.0 * open_outline
        - 1.3 * float(mask[:2].mean())  # what touches the top is rather a background
    )


def _compactness(mask: Bool) -> float:
    """1 for a disc, towards 0 for what is ragged; windows and signs are compact."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(contours, key=cv2.contourArea)
    return float(4 * np.pi * cv2.contourArea(outline) / max(cv2.arcLength(outline, True), 1.0) ** 2)
