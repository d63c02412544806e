"""Which layer each pixel belongs to, and each layer's smooth disparity.

A cut between layers belongs where disparity steps, and nowhere else; so cuts are not thresholds of
disparity. Layer numbers are the integral of the steps: the field u whose rise across every step
is 1 and elsewhere 0, in the least-absolute sense. A ramp such as the ground never rises, however
far it reaches; an object standing on it rises on three sides and is closed off at its foot, where
both sides have the same disparity and a cut does no harm. (The problem is that of phase
unwrapping: Costantini, IEEE TGRS 36(3), 1998.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import enlarge, grow, push_pull, shrink
from kinora.scene.refine import STEP
from kinora.types.scene import F32, U8

#: Long side of the grid that layer numbers are solved on.
GRID_SIDE = 192
#: Most layers of a scene.
MAX_LAYERS = 5
#: A layer's front set covers at least this share of the canvas, else it isn't worth a layer.
MIN_SHARE = 0.003
#: Largest share of the canvas of a gap in a front set that may be filled.
GAP_SHARE = 0.03
#: Steepest disparity inside a layer, per frame width: beyond it a backward warp folds.
MAX_SLOPE = 6.0
#: Pixels along a layer's edge whose disparity is believed less and less.
EDGE_CELLS = 6.0
#: How far around a place its disparity is compared, as a share of the frame's width.
REACH = 0.03
#: Rounds of the least-absolute solver, and by how much each goes beyond its own answer, which takes
#: half of the rounds; more changes one cell in ten thousand.
ROUNDS, RELAXED = 40, 1.8

Labels = NDArray[np.uint8]
_HIDDEN = np.float32(1e6)  # above any disparity


@dataclass(frozen=True, slots=True)
class _Edges:
    """What is asked of the differences between neighbours along one axis."""

    rise: F32  # wanted difference: −1, 0 or 1
    weight: F32  # price of deviating

    @property
    def transposed(self) -> _Edges:
        """The same along the other axis."""
        return _Edges(self.rise.T, self.weight.T)


def find_layers(disparity: F32, picture: U8) -> Labels:
    """Layer number of each pixel, 0 the farthest: (h, w) uint8.

    Args:
        disparity: (h, w) scene disparity with crisp steps.
        picture: (h, w, 3) uint8 sRGB.
    """
    height, width = disparity.shape
    factor = min(1.0, GRID_SIDE / max(height, width))
    size = (max(2, 2 * round(width * factor / 2)), max(2, 2 * round(height * factor / 2)))
    # Nearest samples: averages would put half a step into each of two cells, not always the same
    # two for rows as for columns.
    clean = cv2.medianBlur(disparity, 3)
    coarse = np.asarray(cv2.resize(clean, size, interpolation=cv2.INTER_NEAREST), dtype=np.float32)
    luma = cv2.cvtColor(shrink(picture, size), cv2.COLOR_RGB2GRAY).astype(np.float32)
    luma = np.asarray(luma / 255.0, dtype=np.float32)
    down = _edges(coarse, luma)
    across = _edges(coarse.T, luma.T).transposed
    if not (down.rise.any() or across.rise.any()):
        return np.zeros((height, width), dtype=np.uint8)
    numbers = _drop_weak(_whole(_integrate(across, down)), coarse)
    return _at_full_size(numbers, disparity)


def _edges(disparity: F32, luma: F32) -> _Edges:
    """Steps between vertical neighbours, (h−1, w)."""
    change = np.diff(disparity, axis=0)
    near = cv2.boxFilter(change, -1, (1, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    wide = cv2.boxFilter(change, -1, (1, 11), normalize=False, borderType=cv2.BORDER_REPLICATE)
    slope = (wide - near) * (3.0 / 8.0)  # what three cells of the surroundings would rise
    size = np.abs(near) - np.maximum(np.sign(near) * slope, 0.0)
    strength = np.abs(change)
    column = np.ones((3, 1), dtype=np.uint8)
    peak = strength >= cv2.dilate(strength, column) - 1e-9
    step = (size > STEP) & peak & (np.sign(change) == np.sign(near))
    weight = 1.0 / (1.0 + 6.0 * np.abs(np.diff(luma, axis=0)))
    weight = np.where(step, np.clip(size / STEP, 1.0, 4.0), weight)
    rise = np.where(step, np.sign(near), 0.0)
    return _Edges(rise.astype(np.float32), weight.astype(np.float32))


def _integrate(across: _Edges, down: _Edges) -> F32:
    """The field whose differences deviate least, by weighted absolute sum (ADMM, (h, w))."""
    height, width = down.rise.shape[0] + 1, down.rise.shape[1]
    solve = _poisson_solver(height, width)
    gap_x, dual_x = np.zeros_like(across.rise), np.zeros_like(across.rise)
    gap_y, dual_y = np.zeros_like(down.rise), np.zeros_like(down.rise)
    field = np.zeros((height, width), dtype=np.float32)
    for _ in range(ROUNDS):
        field = solve(across.rise + gap_x - dual_x, down.rise + gap_y - dual_y)
        found_x, found_y = np.diff(field, axis=1) - across.rise, np.diff(field, axis=0) - down.rise
        gap_x, dual_x = _shrink(gap_x + RELAXED * (found_x - gap_x) + dual_x, across)
        gap_y, dual_y = _shrink(gap_y + RELAXED * (found_y - gap_y) + dual_y, down)
    return field


def _shrink(value: F32, edges: _Edges) -> tuple[F32, F32]:
    """Soft threshold, and what it took away."""
    penalty = 4.0
    taken = np.clip(value, -edges.weight / penalty, edges.weight / penalty)
    return value - taken, taken


def _poisson_solver(height: int, width: int) -> Callable[[F32, F32], F32]:
    """Solver for the field whose differences come nearest to given ones in the square sense.

    The cosine transform diagonalises the Poisson equation with free borders; sides are even.
    """
    rows = 2.0 - 2.0 * np.cos(np.pi * np.arange(height) / height)
    columns = 2.0 - 2.0 * np.cos(np.pi * np.arange(width) / width)
    eigen = (rows[:, None] + columns[None, :]).astype(np.float32)
    eigen[0, 0] = np.inf  # the mean is free

    def solve(rise_x: F32, rise_y: F32) -> F32:
        divergence = np.zeros((height, width), dtype=np.float32)
        divergence[:, :-1] -= rise_x
        divergence[:, 1:] += rise_x
        divergence[:-1] -= rise_y
        divergence[1:] += rise_y
        return np.asarray(cv2.idct(cv2.dct(divergence) / eigen), dtype=np.float32)

    return solve


def _whole(field: F32) -> Labels:
    """Round to whole numbers from 0, at the offset that the field itself agrees on best."""
    phase = np.exp(2j * np.pi * field).mean()
    offset = np.angle(phase) / (2 * np.pi)
    numbers = np.rint(field - offset)
    return np.asarray(np.clip(numbers - numbers.min(), 0, 255), dtype=np.uint8)


def _drop_weak(numbers: Labels, disparity: F32) -> Labels:
    """Clear specks and cuts without a step, then the weakest cuts beyond `MAX_LAYERS`."""
    fronts = [
        _clear_specks(numbers >= level, disparity) for level in range(1, int(numbers.max()) + 1)
    ]
    whole = (1.0 - MIN_SHARE) * numbers.size
    fronts = [front for front in fronts if 0 < front.sum() < whole]
    while len(fronts) >= MAX_LAYERS:
        weakest = min(range(len(fronts)), key=lambda i: _step_along(fronts[i], disparity).sum())
        del fronts[weakest]
    total = np.zeros(numbers.shape, dtype=np.uint8)
    inside = np.ones(numbers.shape, dtype=np.bool_)
    for front in fronts:  # each set of layers from a level on lies inside the one before it
        inside = inside & front
        total += inside
    return total


def _step_along(front: NDArray[np.bool_], disparity: F32) -> F32:
    """How far disparity steps up into ``front``, for its border cells: (n,)."""
    cross = cv2.getStructuringElement(cv2.MORPH_RECT, (5, 5))
    outside = np.where(front, _HIDDEN, disparity).astype(np.float32)
    behind = cv2.erode(outside, cross)
    border = front & (behind < _HIDDEN)
    return (disparity - behind)[border]


def _clear_specks(front: NDArray[np.bool_], disparity: F32) -> NDArray[np.bool_]:
    """Remove parts that are tiny or don't stand out, fill gaps that are tiny or no gaps at all."""
    least = max(4, round(MIN_SHARE * front.size))
    kept = np.zeros_like(front)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(front.astype(np.uint8))
    for part in range(1, count):
        if stats[part, cv2.CC_STAT_AREA] < least:
            continue
        mask = parts == part
        step = _step_along(mask, disparity)
        if step.size == 0 or step.mean() > 0.8 * STEP:
            kept |= mask
    count, gaps, stats, _ = cv2.connectedComponentsWithStats((~kept).astype(np.uint8))
    small = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < least)
    kept[np.isin(gaps, small[small > 0])] = True
    areas = np.asarray(stats[:, cv2.CC_STAT_AREA], dtype=np.int64)
    return _fill_near_gaps(kept, np.asarray(gaps, dtype=np.int64), areas, disparity)


def _fill_near_gaps(
    front: NDArray[np.bool_], gaps: NDArray[np.int64], areas: NDArray[np.int64], disparity: F32
) -> NDArray[np.bool_]:
    """Fill gaps through which something as near as the front is seen: it goes with the front.

    Left with what lies far behind, it would bend that.

    Args:
        front: (h, w).
        gaps: (h, w) number of the gap, from 1 on.
        areas: of each gap, cells.
        disparity: (h, w).
    """
    numbers = np.flatnonzero(areas < GAP_SHARE * front.size)
    numbers = np.intersect1d(numbers[numbers > 0], gaps[~front])
    behind = ~front & ~np.isin(gaps, numbers)
    if not numbers.size or not behind.any():
        return front
    near = push_pull(disparity, front.astype(np.float32))
    far = push_pull(disparity, behind.astype(np.float32))
    filled = front.copy()
    for number in numbers:
        gap = gaps == number
        if float(np.median((disparity - 0.5 * (near + far))[gap])) > 0.0:
            filled |= gap
    return filled


def _at_full_size(numbers: Labels, disparity: F32) -> Labels:
    """Bring the cuts from the grid to the disparity's size, onto its steps."""
    height, width = disparity.shape
    cell = width / numbers.shape[1]
    total = np.zeros((height, width), dtype=np.uint8)
    inside = np.ones((height, width), dtype=np.bool_)
    for level in range(1, int(numbers.max()) + 1):
        soft = enlarge((numbers >= level).astype(np.float32), (width, height))
        reach = max(1, round(1.5 * cell))
        front = _snap(soft, disparity, reach=reach)
        inside = inside & _with_thin(front, disparity, width=2 * reach + 1)
        total += inside
    return total


def _snap(soft: F32, disparity: F32, *, reach: int) -> NDArray[np.bool_]:
    """Decide each pixel near a cut by which side's disparity it has."""
    front = soft > 0.5
    sure_front, sure_back = grow(front, -reach), ~grow(front, reach)
    near = push_pull(disparity, sure_front.astype(np.float32))
    far = push_pull(disparity, sure_back.astype(np.float32))
    stepped = near - far > 0.5 * STEP
    by_disparity = disparity > 0.5 * (near + far)
    band = ~sure_front & ~sure_back
    front = np.where(band & stepped, by_disparity, front)
    return cv2.medianBlur(front.astype(np.uint8), 5).astype(np.bool_)


def _with_thin(front: NDArray[np.bool_], disparity: F32, *, width: int) -> NDArray[np.bool_]:
    """``front`` with what is joined to it and too thin for the grid, such as poles and masts."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    behind = np.asarray(cv2.morphologyEx(disparity, cv2.MORPH_OPEN, disc), dtype=np.float32)
    near = push_pull(disparity, front.astype(np.float32))
    step = near - behind
    thin = (disparity - behind > 0.5 * step) & (step > STEP)
    _, parts = cv2.connectedComponents((thin | front).astype(np.uint8), connectivity=8)
    joined = np.unique(parts[front])
    return front | (thin & np.isin(parts, joined[joined > 0]))


def layer_disparity(
    disparity: F32, visible: NDArray[np.bool_], *, size: tuple[int, int], frame_width: float
) -> F32:
    """A layer's own disparity, smooth and continued behind whatever hides the layer.

    Args:
        disparity: (h, w) scene disparity with crisp steps.
        visible: (h, w), where the layer is seen.
        size: (width, height) of the result, over the same extent.
        frame_width: the frame's width in cells of the result.
    """
    away = cv2.distanceTransform(visible.astype(np.uint8), cv2.DIST_L2, 3)
    sure = np.clip((away - 1.0) / EDGE_CELLS, 1e-3, 1.0) * visible  # edges hold mixed values
    sure = sure.astype(np.float32)
    weight = shrink(sure, size)
    mean = shrink(disparity * sure, size) / np.maximum(weight, 1e-6)
    mean = mean.astype(np.float32)
    weight = weight * _agreement(mean, weight, reach=REACH * frame_width)
    filled = push_pull(mean, np.minimum(weight * 4.0, 1.0).astype(np.float32))
    eased = limit_slope(filled, MAX_SLOPE / frame_width)
    return cv2.GaussianBlur(eased, (0, 0), sigmaX=1.0).astype(np.float32)


def _agreement(values: F32, weight: F32, *, reach: float) -> F32:
    """How well each value fits its surroundings, in [0, 1]; remnants of other layers don't."""
    total = cv2.GaussianBlur(weight, (0, 0), sigmaX=reach)
    around = cv2.GaussianBlur(values * weight, (0, 0), sigmaX=reach) / np.maximum(total, 1e-6)
    deviation = (values - around) / STEP
    return np.asarray(1.0 / (1.0 + deviation**4), dtype=np.float32)


def limit_slope(values: F32, slope: float) -> F32:
    """The smallest field above ``values`` that nowhere rises faster than ``slope`` per cell.

    What is near keeps its disparity and what lies behind bends towards it.
    """
    diagonal = slope * np.sqrt(2.0)
    cost = np.array([[diagonal, slope, diagonal], [slope, 0.0, slope], [diagonal, slope, diagonal]])
    current = values
    for _ in range(max(values.shape)):
        padded = cv2.copyMakeBorder(current, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
        raised = current
        for dy in range(3):
            for dx in range(3):
                shifted = padded[dy : dy + values.shape[0], dx : dx + values.shape[1]]
                raised = np.maximum(raised, shifted - np.float32(cost[dy, dx]))
        if np.array_equal(raised, current):
            break
        current = raised
    return current
