"""Every element that can move, by the name that plans give it."""

from __future__ import annotations

from typing import Final

from kinora.living.element import Element
from kinora.living.elements import clouds, foliage, water

ELEMENTS: Final[dict[str, Element]] = {
    "clouds": clouds.CLOUDS,
    "river": water.RIVER,
    "sea": water.SEA,
    "water": water.STILL_WATER,
    "waves": water.SEA,
    "foliage": foliage.FOLIAGE,
}
