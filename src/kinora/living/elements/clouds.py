"""Clouds: the sky as a layer that drifts one way, nearer to the horizon slower."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.element import Ask, Element, Made
from kinora.living.evidence.look import Bool, joined_to
from kinora.living.evidence.sky import whole_sky
from kinora.living.flows import Cycle, Drift, cycle
from kinora.living.where import Search, inner, over_canvas
from kinora.types.living import F32, Surface
from kinora.types.scene import U8

#: Usual speed at the top of the sky, frame widths per second.
SPEED: Final = 0.016
#: Speed right above the horizon as a share of that at the top.
_LOW: Final = 0.35
#: Least way that clouds may go without forming anew, frame widths.
_ROOM: Final = 0.12
#: Spread of lightness below which a sky is plain, 0..255.
_PLAIN: Final = 3.0
#: Width of the sky's edge where tips of masts and leaves may be, frame widths, and how much darker
#: than the sky around they are, 0..255.
_BAND, _DARKER = 0.02, 16.0
#: What is narrower than twice this, frame widths, and lacks more than this share of the light
#: around it, is no cloud wherever in the sky it is.
_SLENDER, _FAINT, _USUAL = 0.006, 0.22, 0.97
#: Longest side at which what is wide is looked at, pixels; every how many rows are asked how light
#: the sky usually is there.
_SIDE, _ROWS = 480, 4


def _make(ask: Ask) -> Made:
    sky = _cleared(ask.place.mask, ask.scene.image)
    mask = over_canvas(sky, ask.grid)
    speed = SPEED * ask.strength * ask.grid.frame.width
    way = -1.0 if ask.direction == "left" else 1.0
    velocity = _velocity(ask, mask) * np.float32(way * speed)
    flow: Cycle | Drift = Drift(velocity=velocity, timing=ask.timing, seconds=ask.seconds)
    room = max(float(ask.grid.origin[0]), _ROOM * ask.grid.frame.width)
    if ask.timing.period is not None:
        length = ask.timing.period
        flow = cycle(velocity, ask.grid, period=length, seed=ask.seed, timing=ask.timing)
    elif flow.reach > room:  # in a time-lapse clouds form and dissolve as they go
        flow = cycle(
            velocity, ask.grid, period=2.0 * room / speed, seed=ask.seed, timing=ask.timing
        )
    surface = Surface(
        name=ask.name,
        mask=inner(mask, ask.grid, rim=0.005),  # nothing of a skyline may drift along
        flow=flow,
        wide=0.2,
        still_tone=1.0,
    )
    percent = 100.0 * SPEED * ask.strength * ask.rate
    return Made(
        surfaces=(surface,),
        done="drift",
        numbers={"way": "left" if way < 0 else "right", "percent": percent},
        but="faint" if _contrast(sky, ask.scene.image) < _PLAIN else "",
    )


def _contrast(sky: F32, image: U8) -> float:
    """Spread of lightness at the scale of clouds, 0..255: next to none in a clear sky."""
    sky, light = _small(sky), _small(_light(image))
    long_side = max(sky.shape)
    side = 2 * round(0.006 * long_side) + 1
    inside = cv2.erode((sky > 0.5).astype(np.uint8), np.ones((side, side), np.uint8))
    weight = inside.astype(np.float32)
    if not weight.any():
        return 0.0
    fine, wide = (
        cv2.GaussianBlur(light * weight, (0, 0), sigma * long_side)
        / np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma * long_side), 1e-3)
        for sigma in (0.004, 0.06)
    )
    return float((fine - wide)[inside > 0].std())


def _light(image: U8) -> F32:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32)


def _small(plane: F32) -> F32:
    """A plane at the size at which what is wide is looked at."""
    scale = min(_SIDE / max(plane.shape), 1.0)
    size = (max(round(plane.shape[1] * scale), 1), max(round(plane.shape[0] * scale), 1))
    small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _cleared(mask: F32, image: U8) -> F32:
    """The sky's mask without what stands or flies before it, which is darker."""
    long_side = max(mask.shape)
    light = _light(image)
    inside = (mask > 0.5).astype(np.uint8)
    depth = cv2.distanceTransform(
        cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_REPLICATE), cv2.DIST_L2, 3
    )[1:-1, 1:-1]
    sure = (depth > _BAND * long_side).astype(np.float32)
    around = _around(light * sure, sure)
    tips = (depth > 0) & (sure == 0) & (light < around - _DARKER)
    tips |= _slender(light, inside > 0)
    side = 2 * round(0.002 * long_side) + 1
    grown = cv2.dilate(tips.astype(np.uint8), np.ones((side, side), np.uint8))
    return np.where(grown > 0, np.float32(0.0), mask)


def _around(light: F32, sure: F32) -> F32:
    """Mean lightness of the sure sky around each place."""
    lit, weight = _small(light), _small(sure)
    sigma = 2.0 * _BAND * max(lit.shape)
    mean = cv2.GaussianBlur(lit, (0, 0), sigma) / np.maximum(
        cv2.GaussianBlur(weight, (0, 0), sigma), np.float32(1e-4)
    )
    whole = cv2.resize(mean, light.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole, np.float32)


def _slender(light: F32, inside: Bool) -> Bool:
    """Birds, wires, masts and lattice: dark and narrow, and much darker than any gap in clouds."""
    side = 2 * round(_SLENDER * max(light.shape)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    soft = cv2.GaussianBlur(light, (0, 0), 0.8)
    sky = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, kernel)
    missing = (sky - soft) / np.maximum(sky, 1.0)
    # Between bright clouds the sky is dark, too, but no darker than much of it at that height.
    usual = np.zeros((len(light), 1), np.float32)
    for row in np.flatnonzero(inside.any(axis=1))[:: min(_ROWS, side)]:
        usual[row] = _USUAL * np.percentile(light[row][inside[row]], 25)
    tall = np.ones((2 * side + 1, 1), np.uint8)  # a wire may fill its row
    usual = np.asarray(cv2.dilate(usual, tall), np.float32)
    inside = inside & (soft < usual)
    return joined_to(inside & (missing > 0.5 * _FAINT), inside & (missing > _FAINT))


def _velocity(ask: Ask, mask: F32) -> F32:
    """(2, gh, gw) direction and relative speed to the right; slower low down."""
    _, y = ask.grid.places()
    rows = np.flatnonzero((mask > 0.5).any(axis=1))
    top, bottom = float(rows[0]), float(rows[-1]) + 1.0
    height = np.clip((bottom - y) / max(bottom - top, 1.0), 0.0, 1.0)
    across = _LOW + (1.0 - _LOW) * height
    return np.stack([across, np.zeros_like(across)]).astype(np.float32)


CLOUDS: Final = Element(
    search=Search(
        masks=("clouds", "sky"),
        evidence=whole_sky,
        looks_first=True,
        regions=("sky",),
        without=("person", "subject", "face"),
    ),
    make=_make,
)
