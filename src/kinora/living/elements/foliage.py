"""Leaves, branches, grass and flowers: sway that grows from where they are held."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import numpy as np

from kinora.living.element import Ask, Element, Made
from kinora.living.evidence.plants import find_flowers, find_plants
from kinora.living.held import free, gives_way, growth, with_give
from kinora.living.sway import Bands, sway
from kinora.living.where import Search, over_canvas
from kinora.types.living import F32, Warp

#: Usual sway at a full gust, of what is as near as the focus subject, frame widths.
SWAY: Final = 0.008
#: Within this distance of the region's edge it dies away, frame widths.
_EDGE: Final = 0.025
#: How far the sky around plants bends along, frame widths.
_GIVES: Final = 0.03
#: Sway at the foot of a plant, as a share of that at its top.
_ROOT: Final = 0.45
_BANDS: Final = (0.25, 2.4, 7)  # lowest and highest Hz, modes
#: Width of one branch, frame widths.
_BRANCH: Final = 0.05


def _make(ask: Ask) -> Made:
    width = ask.grid.frame.width
    reach = _GIVES * width
    mask = with_give(
        over_canvas(ask.place.mask, ask.grid),
        over_canvas(_sky(ask), ask.grid),
        reach,
        held=over_canvas(_firm(ask), ask.grid),
    )
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


def _firm(ask: Ask) -> F32:
    """What doesn't bend between leaves and sky: people, things, what is kept; (H, W)."""
    kept = np.zeros_like(ask.place.mask) if ask.kept is None else ask.kept
    firm = [r.mask for r in ask.scene.regions if r.kind in ("person", "face", "thing", "subject")]
    leaves = ask.place.mask > 0.5
    others = (np.where(leaves, 0.0, mask > 0.5).astype(np.float32) for mask in firm)
    return np.asarray(np.maximum.reduce([kept, *others]), np.float32)


def _sky(ask: Ask) -> F32:
    """What bends along around leaves: the sky, but for what is kept; (H, W) over the frame."""
    skies = [region.mask for region in ask.scene.regions if region.kind == "sky"]
    if not skies:
        return np.zeros_like(ask.place.mask)
    sky = np.maximum.reduce(skies)
    return np.asarray(sky if ask.kept is None else sky * (ask.kept <= 0.0), np.float32)


_PLANTS: Final = Search(
    masks=("foliage", "vegetation"),
    regions=("vegetation",),
    evidence=find_plants,
    looks_first=True,
    without=("person", "subject", "face", "sky"),
    joins=("subject",),
)
_FLOWERS: Final = re.compile(
    r"flower|bloom|blossom|petal|tulip|\broses?\b|dais(?:y|ies)|popp(?:y|ies)|lavender|lil(?:y|ies)\b"
    r"|orchid|dahlia|fleur|tournesol|pétale|tulipe|marguerite|pâquerette|coquelicot|lavande|\blys\b"
    r"|orchidée"
)

FOLIAGE: Final = Element(
    search=_PLANTS, make=_make, named=_FLOWERS, more=replace(_PLANTS, evidence=find_flowers)
)
