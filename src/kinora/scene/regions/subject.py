"""The subject: what stands out from the borders of the picture, is sharp, and near the middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.regions.masks import SmallPhoto, grab_cut, largest_part
from kinora.types.scene import F32

F64 = NDArray[np.float64]
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
# Longest side of the grid on which contrasts are compared, cells.
_GRID: Final = 26
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
    sharpness = _sharpness(small)
    middle = _middle(small.shape)
    guess = salience + 0.5 * sharpness * middle + 0.3 * middle
    if hint is not None:
        guess = guess + np.float32(_HINT_SHARE) * hint
    guess = _stretched(guess * (1.0 - far))
    threshold = _otsu(guess)
    likely = guess > threshold
    trimap = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[guess < 0.4 * threshold] = cv2.GC_BGD
    mask = largest_part(grab_cut(small, trimap))
    if not MIN_AREA <= float(mask.mean()) <= MAX_AREA:
        return None
    if _spans(mask > 0.5):
        return None
    open_outline = _open_outline(small, mask > 0.5)
    evidence = _evidence(mask > 0.5, likely, sharpness, open_outline=open_outline)
    if hint is not None:
        evidence += _HINTED * (_beyond_ring(hint, mask > 0.5) - _USUAL_HINT)
    score = float(1.0 / (1.0 + np.exp(-evidence)))
    return (mask, score) if score >= MIN_SCORE else None


def _spans(mask: Bool) -> bool:
    """Whether the mask reaches from side to side, as hills and rows of houses do."""
    return bool(min(mask[:, :2].mean(), mask[:, -2:].mean()) > 0.05)


def _open_outline(small: SmallPhoto, mask: Bool) -> float:
    """Share of the outline, within the picture, whose two sides are of the same colour."""
    inside = mask.astype(np.float32)
    colours = [
        _blurred(small.lab * side[:, :, None]) / (_blurred(side) + 1e-4)[:, :, None]
        for side in (inside, 1.0 - inside)
    ]
    apart = np.linalg.norm(colours[0] - colours[1], axis=2)
    outline = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    outline[[0, -1], :] = outline[:, [0, -1]] = 0
    return float((apart[outline > 0] < _SAME_COLOUR).mean()) if outline.any() else 1.0


def _blurred(values: F32) -> F32:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), _OUTLINE_SIGMA), dtype=np.float32)


def _middle(shape: tuple[int, int]) -> F32:
    """Where photographers put their subject: a bump about the middle, a little low."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    across, down = x / shape[1] - 0.5, y / shape[0] - 0.55
    bump = np.exp(-((across / 0.3) ** 2 + (down / 0.32) ** 2))
    return np.asarray(bump, dtype=np.float32)


def _sharpness(small: SmallPhoto) -> F32:
    """How much fine detail is around each pixel, (h, w) in [0, 1]: the lens focuses the subject."""
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
    cells = np.asarray(cv2.resize(small.lab, size, interpolation=cv2.INTER_AREA), dtype=np.float64)
    colours = cells.reshape(-1, 3)
    distance = np.linalg.norm(colours[:, None] - colours[None], axis=2)
    ground = _ground_probability(cells, distance)
    ys, xs = np.divmod(np.arange(len(colours)), size[0])
    places = np.stack([xs, ys], axis=1) / max(size)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    near = np.exp(-(apart**2) / (2 * _SIGMA_PLACE**2))
    contrast = (distance * near * ground[None, :]).sum(axis=1)
    contrast = contrast / max(contrast.max(), 1e-9) * (1.0 - ground)
    grid = contrast.reshape(size[1], size[0]).astype(np.float32)
    salience = np.clip(cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC), 0.0, None)
    return np.asarray(salience / max(float(salience.max()), 1e-9), dtype=np.float32)


def _ground_probability(cells: F64, distance: F64) -> F64:
    """How surely each cell is background: 1 - exp(-BndCon^2 / 2 sigma^2), per cell."""
    rows, columns = cells.shape[:2]
    geodesic = _geodesic(cells, distance)
    likeness = np.exp(-(geodesic**2) / (2 * _SIGMA_COLOUR**2))
    border = np.zeros((rows, columns), bool)
    border[[0, -1], :] = border[:, [0, -1]] = True
    connectivity = likeness[:, border.ravel()].sum(axis=1) / np.sqrt(likeness.sum(axis=1))
    result: F64 = 1.0 - np.exp(-(connectivity**2) / (2 * _SIGMA_BOUNDARY**2))
    return result


def _geodesic(cells: F64, distance: F64) -> F64:
    """Shortest sums of colour steps between all cells: (cells, cells).

    Sweeps to and fro carry all of them on at once, until none gets shorter.
    """
    rows, columns = cells.shape[:2]
    count = rows * columns
    index = np.arange(count).reshape(rows, columns)
    pairs = [(index[:, :-1], index[:, 1:]), (index[:-1], index[1:])]
    pairs += [(index[:-1, :-1], index[1:, 1:]), (index[:-1, 1:], index[1:, :-1])]
    steps = [distance[one, other].astype(np.float32)[..., None] for one, other in pairs]
    paths = np.full((rows, columns, count), np.inf, np.float32)
    np.fill_diagonal(paths.reshape(count, count), 0.0)
    before = np.zeros_like(paths)
    while not np.array_equal(paths, before):
        before[:] = paths
        _sweep(paths, steps)
        _sweep(paths[::-1, ::-1], [step[::-1, ::-1] for step in steps])
    return paths.reshape(count, count).astype(np.float64)


def _sweep(paths: F32, steps: Sequence[F32]) -> None:
    """Carry paths on to the next row and, within rows, to the next column, in place.

    Args:
        paths: (rows, columns, n) lengths so far.
        steps: what it costs to go across, down, and down to the next and to the last column.
    """
    across, down, falling, rising = steps
    for row in range(1, len(paths)):
        here, there = paths[row], paths[row - 1]
        np.minimum(here, there + down[row - 1], out=here)
        np.minimum(here[1:], there[:-1] + falling[row - 1], out=here[1:])
        np.minimum(here[:-1], there[1:] + rising[row - 1], out=here[:-1])
    for column in range(1, paths.shape[1]):
        here, there = paths[:, column], paths[:, column - 1]
        np.minimum(here, there + across[:, column - 1], out=here)


def _otsu(values: F32) -> float:
    levels = (np.clip(values, 0.0, 1.0) * 255).astype(np.uint8)
    threshold, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return float(threshold) / 255.0


def _beyond_ring(values: F32, mask: Bool) -> float:
    """By how much the mean within a mask is larger than that in a ring around it."""
    reach = max(round(0.06 * max(mask.shape)), 3)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    ring = (cv2.dilate(mask.astype(np.uint8), disc) > 0) & ~mask
    return float(values[mask].mean() - values[ring].mean()) if ring.any() else 0.0


def _evidence(mask: Bool, likely: Bool, sharpness: F32, *, open_outline: float) -> float:
    """How likely the mask is a thing nearer than what is around it: the logarithm of its odds.

    The weights are rounded from a fit to some four hundred photos in which it was known by how much
    the mask is nearer than its surroundings.
    """
    agreement = float((mask & likely).sum() / max((mask | likely).sum(), 1))
    centre = float(np.nonzero(mask)[0].mean() / mask.shape[0])
    return float(
        -2.4
        + 2.2 * agreement
        + 2.5 * _beyond_ring(sharpness, mask)
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
