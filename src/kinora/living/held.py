"""How far what is held at one side can move: from the attachment on it grows."""

from __future__ import annotations

from typing import Final, Literal

import cv2
import numpy as np

from kinora.living.grid import Grid
from kinora.living.where import over_canvas
from kinora.types.living import F32

#: Half the width of seams between a mask and what gives way, as a share of how far that does.
_SEAM: Final = 0.6
#: Half the width of cracks left in both, likewise.
_CRACK: Final = 0.2

Side = Literal["top", "bottom", "left", "right"]


def growth(mask: F32, grid: Grid, side: Side) -> F32:
    """(gh, gw) in [0, 1]: distance from the attachment, 1 at the far end.

    Args:
        mask: (H, W) over the canvas.
        grid: of the canvas.
        side: where each connected part is held.
    """
    inside = (grid.coarse(mask) > 0.2).astype(np.uint8)
    count, labels = cv2.connectedComponents(inside)
    out = np.zeros(grid.shape, np.float32)
    axis = 0 if side in ("top", "bottom") else 1
    index = np.arange(grid.shape[axis], dtype=np.float32)
    place = np.broadcast_to(index[:, None] if axis == 0 else index[None, :], grid.shape)
    for part in range(1, count):
        own = labels == part
        low, high = float(place[own].min()), float(place[own].max())
        far = (place - low) / max(high - low, 1.0)
        out[own] = (far if side in ("top", "left") else 1.0 - far)[own]
    return np.asarray(cv2.GaussianBlur(out, (0, 0), 1.0), np.float32)


def free(mask: F32, grid: Grid, *, edge: float) -> F32:
    """(gh, gw) in [0, 1]: how freely cells under a mask of the canvas may move.

    0 outside and on the rim, so that what is outside isn't bent; 1 from ``edge`` canvas pixels in.
    """
    inside = np.asarray(cv2.erode((mask > 0.5).astype(np.uint8), np.ones((3, 3), np.uint8)))
    padded = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    # A node moves only if every pixel that its blocks touch lies inside.
    reach = 1.5 * max(grid.cell)
    soft = np.clip((depth - reach) / max(edge, 1.0), 0.0, 1.0).astype(np.float32)
    least = cv2.erode(soft, np.ones((round(grid.cell[1]) | 1, round(grid.cell[0]) | 1)))
    return grid.coarse(np.asarray(least, np.float32))


def with_give(mask: F32, gives: F32, reach: float, *, held: F32 | None = None) -> F32:
    """A mask of the canvas with what may bend along beside it, within ``reach`` pixels.

    Leaves before the sky move to their very tips if the sky around them gives way.

    Args:
        mask: (H, W) in [0, 1].
        gives: likewise, what may bend along.
        reach: how far around the mask, pixels.
        held: likewise, what isn't bent though it lie between both.
    """
    both = np.maximum(mask, np.minimum(gives, spread_mask(mask, reach)))
    seam = _between(mask, gives, _SEAM * reach)
    seam = np.maximum(seam, _closed(np.maximum(both, seam), _CRACK * reach))
    return np.maximum(both, seam if held is None else np.where(held > 0.0, 0.0, seam))


def _between(mask: F32, gives: F32, pixels: float) -> F32:
    """1 where a mask and what gives way lie on opposite sides: they seldom meet, and the seam
    between them would hold both."""
    length = max(1, round(pixels)) + 1
    seam = np.zeros_like(mask)
    for kernel in (np.ones((length, 1), np.uint8), np.ones((1, length), np.uint8)):
        last = (kernel.shape[1] - 1, kernel.shape[0] - 1)
        for one, other in ((mask, gives), (gives, mask)):
            before, after = (
                cv2.dilate(one, kernel, anchor=(0, 0)),
                cv2.dilate(other, kernel, anchor=last),
            )
            seam = np.maximum(seam, np.minimum(before, after))
    return np.asarray(seam > 0.5, np.float32)


def _closed(mask: F32, pixels: float) -> F32:
    """A mask without its cracks and pinholes, 0 or 1."""
    side = 2 * max(1, round(pixels)) + 1
    inside, kernel = (mask > 0.5).astype(np.uint8), np.ones((side, side), np.uint8)
    return np.asarray(cv2.morphologyEx(inside, cv2.MORPH_CLOSE, kernel), np.float32)


def gives_way(mask: F32, grid: Grid, reach: float) -> F32:
    """(gh, gw): 1 in a mask of the frame, falling to 0 over ``reach`` pixels around it."""
    over = over_canvas((mask > 0.5).astype(np.float32), grid)
    outside = np.ascontiguousarray((over < 0.5).astype(np.uint8))
    depth = cv2.distanceTransform(outside, cv2.DIST_L2, 5)
    x = np.clip(1.0 - depth / max(reach, 1.0), 0.0, 1.0)
    return grid.coarse(np.asarray(x * x * (3.0 - 2.0 * x), np.float32))


def spread_mask(mask: F32, pixels: float) -> F32:
    """A mask with a margin around it."""
    side = 2 * max(1, round(pixels)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.dilate(mask, kernel), np.float32)


def free_of(kept: F32 | None, grid: Grid) -> F32:
    """(gh, gw) in [0, 1]: 0 where any part of a cell is kept, and softly more away from it."""
    if kept is None:
        return np.ones(grid.shape, np.float32)
    clear = (over_canvas(kept, grid) <= 0.0).astype(np.uint8)
    depth = cv2.distanceTransform(np.ascontiguousarray(clear), cv2.DIST_L2, 5)
    reach = 1.5 * max(grid.cell)
    soft = np.clip((depth - reach) / (2.0 * reach), 0.0, 1.0).astype(np.float32)
    least = cv2.erode(soft, np.ones((round(grid.cell[1]) | 1, round(grid.cell[0]) | 1)))
    return grid.coarse(np.asarray(least, np.float32))
