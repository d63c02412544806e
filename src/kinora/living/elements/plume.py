"""Smoke that the photo shows: it rises and swirls where the caller says it is."""

from __future__ import annotations

from typing import Final

import numpy as np

from kinora.living.element import Ask, Element, Made
from kinora.living.flows import cycle
from kinora.living.where import Search, inner, over_canvas
from kinora.types.living import Surface

#: Usual speed upwards, frame widths per second.
SPEED: Final = 0.035
_SWIRL: Final = 0.45  # of the speed


def _make(ask: Ask) -> Made:
    grid, width = ask.grid, ask.grid.frame.width
    mask = over_canvas(ask.place.mask, grid)
    speed = SPEED * ask.strength * width
    # Curl of a smooth potential: swirls without sources (Bridson et al., "Curl-noise", 2007).
    potential = grid.noise(ask.seed + 3, 0.12 * width)
    down, across = np.gradient(potential, *grid.cell[::-1])
    swirl = np.stack([down, -across])
    swirl *= _SWIRL * speed / max(float(np.abs(swirl).max()), 1e-9)
    drift = {"left": -0.5, "right": 0.5}.get(str(ask.direction), 0.12)
    velocity = swirl + np.array([drift * speed, -speed])[:, None, None]
    flow = cycle(velocity.astype(np.float32), grid, period=2.6, seed=ask.seed, timing=ask.timing)
    surface = Surface(
        name=ask.name, mask=inner(mask, grid, feather=0.02), flow=flow, wide=0.1, still_tone=0.6
    )
    return Made(
        surfaces=(surface,),
        done="rise",
        numbers={"percent": 100.0 * SPEED * ask.strength * ask.rate},
    )


SMOKE: Final = Element(search=Search(masks=("smoke",)), make=_make)
