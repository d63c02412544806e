"""Leaves, branches, grass and flowers: sway that grows from where they are held."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.element import Ask, Element, Made
from kinora.living.grid import Grid
from kinora.living.sway import Bands, sway
from kinora.living.where import Search, over_canvas
from kinora.types.living import F32, Warp

#: Usual sway at a full gust, of what is as near as the focus subject, frame widths.
SWAY: Final = 0.006
#: Within this distance of the region's edge it dies away, frame widths.
_EDGE: Final = 0.02
_BANDS: Final = (0.25, 2.4, 7)  # lowest and highest Hz, modes
#: Width of one branch, frame widths.
_BRANCH: Final = 0.05


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


def _make(ask: Ask) -> Made:
    width = ask.grid.frame.width
    mask = over_canvas(ask.place.mask, ask.grid)
    near = np.clip(ask.nearness, 0.15, 1.5)
    amplitude = SWAY * ask.strength * width * near * free(mask, ask.grid, edge=_EDGE * width)
    lowest, highest, modes = _BANDS
    bands = Bands(lowest=lowest, highest=highest, modes=modes, scale=_BRANCH * width)
    displacement = sway(
        amplitude.astype(np.float32),
        bands,
        ask.grid,
        timing=ask.timing,
        seed=ask.seed,
        wind_seed=ask.wind_seed,
    )
    return Made(
        warps=(Warp(name=ask.name, displacement=displacement),),
        done="sway",
        numbers={"percent": 100.0 * float(amplitude.max()) / width},
    )


FOLIAGE: Final = Element(
    search=Search(
        masks=("foliage", "vegetation"),
        regions=("vegetation",),
        without=("person", "subject", "face", "sky"),
    ),
    make=_make,
)
