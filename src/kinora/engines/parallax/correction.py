"""Makes the resting frame *be* the fitted photo: bilinear sampling alone would soften it.

Everything is done in strips of a few rows, which stay in the processor's cache and keep memory low.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax.texture_set import WORKERS, LayerPlanes
from kinora.types.geometry import Size
from kinora.types.scene import Scene

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
_Map = tuple[F64, F64]  # texel index, in the whole layer, of each output column and row

_STRIP = 64  # rows
_ROUNDS = 2  # of back-projection
_CUBIC_REACH = 2  # pixels beyond a picture from where cubic interpolation still sees it


def strips(rows: int) -> Iterator[slice]:
    """Slices of a few rows that make up ``rows``; all but the last have the same, even number."""
    for first in range(0, rows, _STRIP):
        yield slice(first, min(first + _STRIP, rows))


def correct(planes: Sequence[LayerPlanes], scene: Scene, target: F32) -> None:
    """Back-project the resting frame's error (Irani & Peleg 1991) into the layers' luma, in place.

    Args:
        planes: all layers, back to front.
        scene: that they belong to.
        target: (H, W) luma that the resting frame shall have, 0..255.
    """
    size = Size(target.shape[1], target.shape[0])
    maps = [_resting_map(plane, scene, size) for plane in planes]
    with ThreadPoolExecutor(WORKERS) as pool:
        for _ in range(_ROUNDS):
            errors = _errors(planes, maps, target, pool)
            for plane, error, at in zip(planes, errors, maps, strict=True):
                _spread(error, plane, at, pool)


def _resting_map(plane: LayerPlanes, scene: Scene, size: Size) -> _Map:
    box, texels = plane.box, plane.texels
    x = (np.arange(size.width) + 0.5) * scene.size.width / size.width + scene.frame_origin[0]
    y = (np.arange(size.height) + 0.5) * scene.size.height / size.height + scene.frame_origin[1]
    return (
        (x - box.x) * (texels.width / box.width) - 0.5,
        (y - box.y) * (texels.height / box.height) - 0.5,
    )


def _errors(
    planes: Sequence[LayerPlanes], maps: Sequence[_Map], target: F32, pool: Executor
) -> list[F32]:
    """Per layer, what the resting frame lacks, weighted by how much of the layer shows: (H, W)."""
    errors = [np.empty_like(target) for _ in planes]
    layers = list(zip(planes, maps, errors, strict=True))[::-1]

    def fill(rows: slice) -> None:
        clear = np.ones_like(target[rows])
        lacking = target[rows].copy()
        for plane, (x, y), error in layers:
            places = _grid(x - plane.start[0], y[rows] - plane.start[1])
            lacking -= clear * _sample(plane.luma, places, outside_clear=plane.alpha is not None)
            error[rows] = clear
            if plane.alpha is not None:
                cover = _sample(plane.alpha, places, outside_clear=True) / np.float32(255.0)
                error[rows] *= cover
                clear *= np.float32(1.0) - cover
        for error in errors:
            error[rows] *= lacking

    list(pool.map(fill, strips(target.shape[0])))
    return errors


def _grid(x: F64, y: F64) -> tuple[F32, F32]:
    """Coordinates for `cv2.remap`, on the grid of 1/32 that it rounds to.

    Rounded here, where they are exact, so that a texel's weight doesn't depend on what was cut off.
    """
    across = (np.rint(x * 32) / 32).astype(np.float32)
    down = (np.rint(y * 32) / 32).astype(np.float32)
    return np.tile(across, (y.size, 1)), np.repeat(down[:, None], x.size, axis=1)


def _sample(plane: F32, places: tuple[F32, F32], *, outside_clear: bool) -> F32:
    border = cv2.BORDER_CONSTANT if outside_clear else cv2.BORDER_REPLICATE
    return np.asarray(cv2.remap(plane, *places, cv2.INTER_LINEAR, borderMode=border), np.float32)


def _spread(error: F32, plane: LayerPlanes, at: _Map, pool: Executor) -> None:
    """Add an error image of the frame to a layer's luma, where the layer lies under the frame."""
    x, y = (
        _inverse(indices, first, count)
        for indices, first, count in zip(at, plane.start, plane.luma.shape[::-1], strict=True)
    )

    def add(rows: slice) -> None:
        columns = _reached(x, error.shape[1])
        down = _reached(y[rows], error.shape[0])
        if plane.alpha is not None:
            seen = np.flatnonzero(plane.alpha[rows, columns].any(axis=0))
            first = columns.start
            columns = slice(first + seen[0], first + seen[-1] + 1) if seen.size else slice(0, 0)
        if down.start == down.stop or columns.start == columns.stop:
            return
        places = _grid(x[columns], y[rows])
        luma = plane.luma[rows, columns]
        luma += cv2.remap(error, *places, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
        limit = np.float32(255.0) if plane.alpha is None else plane.alpha[rows, columns]
        np.clip(luma, np.float32(0.0), limit, out=luma)

    list(pool.map(add, strips(plane.luma.shape[0])))


def _inverse(indices: F64, first: int, count: int) -> F64:
    """Output column (row) of each of ``count`` texels from ``first`` on."""
    step = float(indices[-1] - indices[0]) / max(1, len(indices) - 1)
    return np.asarray((first + np.arange(count) - indices[0]) / step)


def _reached(places: F64, count: int) -> slice:
    """The rising places from which a picture of ``count`` pixels can be seen."""
    first = int(np.searchsorted(places, -_CUBIC_REACH))
    return slice(first, max(first, int(np.searchsorted(places, count - 1 + _CUBIC_REACH))))
