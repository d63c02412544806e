"""Clouds: the sky as a layer that drifts one way, nearer to the horizon slower."""

from __future__ import annotations

from typing import Final

import numpy as np

from kinora.living.element import Ask, Element, Made
from kinora.living.flows import Cycle, Drift, cycle
from kinora.living.where import inner, over_canvas
from kinora.types.living import F32, Surface

#: Usual speed at the top of the sky, frame widths per second.
SPEED: Final = 0.016
#: Speed right above the horizon as a share of that at the top.
_LOW: Final = 0.35


def _make(ask: Ask) -> Made:
    mask = over_canvas(ask.place.mask, ask.grid)
    speed = SPEED * ask.strength * ask.grid.frame.width
    way = -1.0 if ask.direction == "left" else 1.0
    velocity = _velocity(ask, mask) * np.float32(way * speed)
    flow: Cycle | Drift = Drift(velocity=velocity, timing=ask.timing, seconds=ask.seconds)
    if ask.timing.period is not None:
        length = ask.timing.period * ask.timing.rate
        flow = cycle(velocity, ask.grid, period=length, seed=ask.seed, timing=ask.timing)
    surface = Surface(
        name=ask.name, mask=inner(mask, ask.grid), flow=flow, grain=0.12, still_tone=1.0
    )
    percent = 100.0 * SPEED * ask.strength * ask.timing.rate
    return Made(
        surfaces=(surface,),
        done="drift",
        numbers={"way": "left" if way < 0 else "right", "percent": percent},
    )


def _velocity(ask: Ask, mask: F32) -> F32:
    """(2, gh, gw) direction and relative speed to the right; slower low down."""
    _, y = ask.grid.places()
    rows = np.flatnonzero((mask > 0.5).any(axis=1))
    top, bottom = float(rows[0]), float(rows[-1]) + 1.0
    height = np.clip((bottom - y) / max(bottom - top, 1.0), 0.0, 1.0)
    across = _LOW + (1.0 - _LOW) * height
    return np.stack([across, np.zeros_like(across)]).astype(np.float32)


CLOUDS: Final = Element(where=("clouds", "sky"), without=("person", "subject", "face"), make=_make)
