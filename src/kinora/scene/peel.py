"""From a picture and its layer numbers to layers: matte, complete, separate, front to back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.canvas import GRID, Canvas
from kinora.scene.complete import complete
from kinora.scene.completion.protocol import Completer
from kinora.scene.fill import enlarge, grow, nearest_known
from kinora.scene.layers import Labels, layer_disparity
from kinora.scene.matting import BAND, find_matte, separate
from kinora.types.scene import F32, U8, Layer

#: Widest gap that the completed layers can show, as a share of the frame's width.
HOLE_LIMIT = 0.08
#: Width of the rim around a front that still shows its halo: a share of the long side, and pixels
#: of the photo, which was sharpened when it was taken.
RIM, SHARPENED = 0.002, 3.0
#: Mixed pixels along a front edge that no completion copies from, as a share of the long side.
HALO = 0.004

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimates:
    """What is known about the canvas at analysis size."""

    disparity: F32  # (h, w) scene disparity, crisp steps
    labels: Labels  # (h, w) layer numbers, 0 the farthest


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """A layer to take off, at analysis size."""

    number: int
    front: Mask  # (h, w), the layer
    source: Mask  # (h, w), where what lies behind it is seen in the photo, clear of mixed pixels
    guide: F32  # (h, w), disparity once it is taken off


def layer_disparities(estimates: Estimates, canvas: Canvas) -> list[F32]:
    """Smooth disparity of each layer over the whole canvas, on the coarse grid."""
    size = (canvas.size.width // GRID, canvas.size.height // GRID)
    return [
        layer_disparity(
            estimates.disparity,
            estimates.labels == number,
            size=size,
            frame_width=canvas.frame.width / GRID,
        )
        for number in range(int(estimates.labels.max()) + 1)
    ]


def plan_cuts(labels: Labels, disparities: Sequence[F32]) -> list[Cut]:
    """What to take off, the nearest layer first.

    Args:
        labels: (h, w) layer numbers.
        disparities: smooth disparity of each layer.
    """
    halo = max(2, round(HALO * max(labels.shape)))
    cuts, left = [], labels
    for number in range(int(labels.max()), 0, -1):
        front = left >= number
        left = _without(left, front)
        source = ~grow(labels >= number, halo)
        guide = _composed(disparities, left)
        cuts.append(Cut(number=number, front=front, source=source, guide=guide))
    return cuts


def peel(
    picture: U8,
    cuts: Sequence[Cut],
    canvas: Canvas,
    *,
    disparities: Sequence[F32],
    completer: Completer | None = None,
) -> tuple[Layer, ...]:
    """Take the layers off the picture, the nearest first; back to front in the result.

    Args:
        picture: (H, W, 3) uint8 sRGB over the canvas.
        cuts: over the same extent, the nearest first.
        canvas: the layout.
        disparities: smooth disparity of each layer.
        completer: who foresees what the layers hide.

    Raises:
        ModelError: the completer's weights are damaged or can't be run.
    """
    long_side = max(canvas.frame.width, canvas.frame.height)
    rim = max(1.0, RIM * long_side, SHARPENED * canvas.scale)
    reach = 1.25 * HOLE_LIMIT * canvas.frame.width
    found: list[Layer] = []
    for cut in cuts:
        band = max(1.5, BAND * long_side * cut.front.shape[1] / canvas.size.width)
        alpha = find_matte(picture, cut.front, band=band)
        hole = grow(alpha > 0, round(rim))
        behind = complete(
            picture, hole, source=cut.source, guide=cut.guide, depth=reach, completer=completer
        )
        rows, columns = _bounds(hole)
        rgba, used = separate(
            picture[rows, columns], behind[rows, columns], alpha[rows, columns], rim=rim
        )
        picture = behind.copy()
        picture[rows, columns] = used
        found.append(
            Layer(
                rgba=rgba,
                disparity=_at(disparities[cut.number], rows, columns),
                origin=(columns.start, rows.start),
                name=f"layer {cut.number}",
            )
        )
    opaque = cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA).astype(np.uint8, copy=False)
    found.append(Layer(rgba=opaque, disparity=disparities[0], name="back"))
    return tuple(found[::-1])


def _without(labels: Labels, front: Mask) -> Labels:
    """Layer numbers once ``front`` is taken away: those of the nearest place that isn't front."""
    if front.all():
        return np.zeros_like(labels)
    return np.where(front, labels.reshape(-1)[nearest_known(~front)], labels)


def _composed(disparities: Sequence[F32], labels: Labels) -> F32:
    """Disparity over the canvas at the labels' size."""
    height, width = labels.shape
    total = np.zeros(labels.shape, dtype=np.float32)
    for number in np.unique(labels):
        field = enlarge(disparities[number], (width, height))
        total = np.where(labels == number, field, total)
    return total


def _bounds(mask: Mask) -> tuple[slice, slice]:
    """Rows and columns that ``mask`` covers and a little more, on the coarse grid."""
    spans = []
    for axis in (1, 0):
        covered = np.flatnonzero(mask.any(axis=axis))
        first, last = (int(covered[0]), int(covered[-1])) if covered.size else (0, 0)
        stop = min(mask.shape[1 - axis], (last // GRID + 2) * GRID)
        spans.append(slice(max(0, first // GRID - 1) * GRID, stop))
    return spans[0], spans[1]


def _at(disparity: F32, rows: slice, columns: slice) -> F32:
    """The part of a coarse map under the given pixels."""
    cells = tuple(slice(span.start // GRID, span.stop // GRID) for span in (rows, columns))
    return np.ascontiguousarray(disparity[cells])


def frame_disparity(layers: Sequence[Layer], canvas: Canvas) -> F32:
    """Scene disparity of the frame as the layers show it at rest: (H, W)."""
    x0, y0, x1, y1 = canvas.frame_rect
    total = np.zeros((y1 - y0, x1 - x0), dtype=np.float32)
    for layer in layers:
        height, width = layer.rgba.shape[:2]
        left, top = layer.origin
        a, b = max(x0, left), min(x1, left + width)
        c, d = max(y0, top), min(y1, top + height)
        if a >= b or c >= d:
            continue
        field = enlarge(layer.disparity, (width, height))
        inside = (slice(c - top, d - top), slice(a - left, b - left))
        alpha = layer.rgba[..., 3][inside].astype(np.float32) / 255.0
        target = total[c - y0 : d - y0, a - x0 : b - x0]
        target += alpha * (field[inside] - target)
    return total
