"""Keeps straight lines straight and what stands upright from leaning, whatever was guessed.

A sideways move shifts each place by its disparity. A straight line stays straight where disparity
is linear along it, and an upright one stays upright where disparity is constant. A smooth change,
as small as can be, is added to the guess so that this holds along the lines that the picture shows.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.depth.algebra import product, solve_definite
from kinora.scene.regions.lines import find_lines
from kinora.scene.regions.masks import SmallPhoto
from kinora.types.scene import F32

F64 = NDArray[np.float64]

# How near to the vertical lines are that count as upright, degrees.
_MAX_LEAN: Final = 6.0
# How far beyond its ends a line counts, of its length, and how much: detected lines end where
# contrast does, and half a pole that leans is worse than a whole one; but often the thing ends too.
_EXTENDED, _BEYOND = 0.5, 0.1
# Control points of the change along the picture's long side.
_POINTS: Final = 22
# Places at which a line is looked at, and which of them is its lower end.
_SAMPLES, _FOOT = 9, 6
# How often a line is looked at for a step between two of these places, and what is one: a change
# larger than that of a slope of so much over the picture's long side, by so much.
_FINE, _STEEP, _STEP = 8, 3.0, 0.03
# What a line's bending, its leaning and a change at its foot cost, against the change's own size
# and slope.
_STRAIGHT, _UPRIGHT, _STAND, _SIZE, _SLOPE = 80.0, 80.0, 0.5, 0.02, 0.2


def hold_uprights(
    values: F32, small: SmallPhoto, *, free: F32 | None = None, sky: F32 | None = None
) -> F32:
    """``values`` changed smoothly and as little as can be, so that they suit the picture's lines.

    A pole or a door frame has one distance from foot to top; a ramp that is guessed for the whole
    picture would make it lean when the camera moves sideways, and a curved one would bend it. Where
    values step along a line, one thing ends and another begins: nothing follows for the two.

    Args:
        values: (h, w) disparity.
        small: the picture, (h, w).
        free: (h, w) in [0, 1], where lines may lean, such as those on the ground.
        sky: (h, w) in [0, 1], where lines say nothing, for they are of clouds.
    """
    lines = find_lines(small)
    if sky is not None and len(lines):
        lines = lines[_sampled(sky, lines[..., 0], lines[..., 1]).min(axis=1, initial=1.0) < 0.5]
    if not len(lines):
        return values
    height, width = values.shape
    steep = np.abs(lines[:, 1] - lines[:, 0]) @ (1.0, -np.tan(np.radians(_MAX_LEAN))) <= 0.0
    places = _along(lines)
    x, y = _within(places, values.shape)
    here = _sampled(values, x, y)
    whole = ~_stepped(values, lines)
    if free is not None:
        steep &= _sampled(free, x, y).mean(axis=1) < 0.5
    spacing = (max(height, width) - 1.0) / (_POINTS - 1)
    grid = (round((height - 1.0) / spacing) + 3, round((width - 1.0) / spacing) + 3)
    basis = _weights(y / spacing, x / spacing, grid)
    length = np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1) / height
    prices = _prices(length, steep, whole)
    change = _solved(basis, here, prices, grid=grid)
    down = _splines(np.arange(height) / spacing, grid[0])
    across = _splines(np.arange(width) / spacing, grid[1])
    rows = (down @ change.reshape(grid)).astype(np.float32)
    return np.asarray(values + product(rows, across.T.astype(np.float32)), dtype=np.float32)


def _along(lines: F64, count: int = _SAMPLES) -> F64:
    """Places along each line and a little beyond its ends: (n, count, 2)."""
    share = np.linspace(-_EXTENDED, 1.0 + _EXTENDED, count)[None, :, None]
    return np.asarray(lines[:, :1] + share * (lines[:, 1:] - lines[:, :1]))


def _within(places: F64, shape: tuple[int, ...]) -> tuple[F64, F64]:
    """x and y of places, those outside of a picture (h, w) brought to its rim."""
    height, width = shape
    return np.clip(places[..., 0], 0.0, width - 1.0), np.clip(places[..., 1], 0.0, height - 1.0)


def _stepped(values: F32, lines: F64) -> NDArray[np.bool_]:
    """Whether values step between one place along a line and the next: (n, samples - 1)."""
    x, y = _within(_along(lines, (_SAMPLES - 1) * _FINE + 1), values.shape)
    change = np.abs(np.diff(_sampled(values, x, y), axis=1))
    way = np.hypot(np.diff(x, axis=1), np.diff(y, axis=1)) / max(values.shape)
    step = change > _STEP + _STEEP * way
    return np.asarray(step.reshape(len(lines), _SAMPLES - 1, _FINE).any(axis=2))


def _sampled(field: F32, x: F64, y: F64) -> F64:
    taken = cv2.remap(
        field, x.astype(np.float32), y.astype(np.float32), interpolation=cv2.INTER_LINEAR
    )
    return np.asarray(taken, dtype=np.float64)


def _splines(places: F64, count: int) -> F64:
    """Uniform cubic B-splines, at spacing 1 and the first one centred at −1: (n, count)."""
    away = np.abs(places[..., None] - (np.arange(count) - 1.0))
    inner = 2.0 / 3.0 - away**2 + away**3 / 2.0
    outer = np.clip(2.0 - away, 0.0, None) ** 3 / 6.0
    return np.asarray(np.where(away < 1.0, inner, outer))


def _weights(y: F64, x: F64, grid: tuple[int, int]) -> F64:
    """What each control point counts at each place: (n, samples, points)."""
    down, across = _splines(y, grid[0]), _splines(x, grid[1])
    product = down[..., :, None] * across[..., None, :]
    return product.reshape(*y.shape, grid[0] * grid[1])


def _prices(
    length: F64, upright: NDArray[np.bool_], whole: NDArray[np.bool_]
) -> tuple[F64, F64, F64]:
    """What it costs that lines bend, lean and have their feet changed: (n, places) each.

    Args:
        length: (n,) of each line, in picture heights.
        upright: (n,) lines along which disparity is to be constant, not only linear.
        whole: (n, samples - 1) where no value steps between two places.
    """
    middles = (np.arange(_SAMPLES - 1) + 0.5) / (_SAMPLES - 1) * (1.0 + 2.0 * _EXTENDED) - _EXTENDED
    counted = np.where((middles > 0.0) & (middles < 1.0), 1.0, _BEYOND) * whole
    bending = _STRAIGHT * length[:, None] * np.minimum(counted[:, 1:], counted[:, :-1])
    standing = (length * upright)[:, None]
    return bending, _UPRIGHT * standing * counted, _STAND * standing


def _solved(basis: F64, here: F64, prices: tuple[F64, F64, F64], *, grid: tuple[int, int]) -> F64:
    """Control points of the change with the least total cost: (points,).

    Args:
        basis: (n, samples, points) what each point counts at each place of each line.
        here: (n, samples) the values there.
        prices: as of `_prices`.
        grid: rows and columns of control points.
    """
    bend, lean = (np.diff(np.eye(_SAMPLES), n=order, axis=0) for order in (2, 1))
    changes = np.vstack([bend, lean, np.eye(_SAMPLES)[_FOOT]])  # of the values along a line
    wanted = np.vstack([bend, lean, np.zeros(_SAMPLES)])  # the foot stays as it is
    total, push = _calm(grid).copy(), np.zeros(grid[0] * grid[1])
    priced = np.hstack(prices)[:, :, None] * changes  # (n, changes, samples)
    squares = changes.T @ priced  # (n, samples, samples)
    pushes = (here @ wanted.T)[:, None, :] @ priced  # (n, 1, samples)
    for weights, square, pushed in zip(basis, squares, pushes, strict=True):
        near = np.flatnonzero(weights.any(axis=0))  # a line is far from most points
        own = weights[:, near]
        total[near[:, None], near] += own.T @ square @ own
        push[near] -= pushed[0] @ own
    return solve_definite(total, push)


@lru_cache(maxsize=4)  # the same for all photos of a shape
def _calm(grid: tuple[int, int]) -> F64:
    """What the change costs by itself: (points, points). Not to be written to."""
    return _SIZE * np.eye(grid[0] * grid[1]) + _SLOPE * _steepness(grid)


def _steepness(grid: tuple[int, int]) -> F64:
    """Squared differences of control points along rows and columns: (points, points)."""
    steps = [np.diff(np.eye(count), axis=0) for count in grid]
    down, across = (step.T @ step for step in steps)
    return np.kron(down, np.eye(grid[1])) + np.kron(np.eye(grid[0]), across)
