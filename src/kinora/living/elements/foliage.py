"""Leaves, branches, grass and flowers: sway that grows from where they are held."""

from __future__ import annotations

from typing import Final

import numpy as np

from kinora.living.element import Ask, Element, Made
from kinora.living.held import free, gives_way, growth, with_give
from kinora.living.sway import Bands, sway
from kinora.living.where import Search, over_canvas
from kinora.types.living import F32, Warp

#: Usual sway at a full gust, of what is as near as the focus subject, frame widths.
SWAY: Final = 0.006
#: Within this distance of the region's edge it dies away, frame widths.
_EDGE: Final = 0.02
#: How far the sky around plants bends along, frame widths.
_GIVES: Final = 0.025
#: Sway at the foot of a plant, as a share of that at its top.
_ROOT: Final = 0.45
_BANDS: Final = (0.25, 2.4, 7)  # lowest and highest Hz, modes
#: Width of one branch, frame widths.
_BRANCH: Final = 0.05


def _make(ask: Ask) -> Made:
    width = ask.grid.frame.width
    reach = _GIVES * width
    mask = with_give(over_canvas(ask.place.mask, ask.grid), over_canvas(_sky(ask), ask.grid), reach)
    near = np.clip(ask.nearness, 0.15, 1.5)
    held = np.float32(_ROOT) + np.float32(1.0 - _ROOT) * growth(mask, ask.grid, "bottom")
    loose = free(mask, ask.grid, edge=_EDGE * width) * gives_way(ask.place.mask, ask.grid, reach)
    amplitude = SWAY * ask.strength * width * near * held * loose
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


def _sky(ask: Ask) -> F32:
    """What bends along around leaves: the sky, but for what is kept; (H, W) over the frame."""
    skies = [region.mask for region in ask.scene.regions if region.kind == "sky"]
    if not skies:
        return np.zeros_like(ask.place.mask)
    sky = np.maximum.reduce(skies)
    return np.asarray(sky if ask.kept is None else sky * (ask.kept <= 0.0), np.float32)


FOLIAGE: Final = Element(
    search=Search(
        masks=("foliage", "vegetation"),
        regions=("vegetation",),
        without=("person", "subject", "face", "sky"),
        joins=("subject",),
    ),
    make=_make,
)
