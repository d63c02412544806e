"""Every element that can move, by the name that plans give it."""

from __future__ import annotations

from typing import Final

from kinora.living.element import Element
from kinora.living.elements import afloat, clouds, fabric, fire, foliage, plume, water

ELEMENTS: Final[dict[str, Element]] = {
    "boat": afloat.BOAT,
    "buoy": afloat.BUOY,
    "cloth": fabric.CLOTH,
    "clouds": clouds.CLOUDS,
    "fire": fire.FIRE,
    "flag": fabric.FLAG,
    "hair": fabric.HAIR,
    "river": water.RIVER,
    "sea": water.SEA,
    "water": water.STILL_WATER,
    "waterfall": water.WATERFALL,
    "waves": water.SEA,
    "foliage": foliage.FOLIAGE,
    "smoke": plume.SMOKE,
}
