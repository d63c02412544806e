"""Streams, rivers and ponds, in photos of which the words say that they show one.

The words are taken at their word: what is sought is the part that looks most like water against
what lies around it. Level streaks, by which `find_water` goes, are what seas have; water
between banks may be white, brown or a mirror. A photo that doesn't look like a place with water at
all still shows none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look, joined_to, opened
from kinora.living.evidence.mirror import find_mirror
from kinora.living.evidence.place import may_hold
from kinora.living.evidence.sky import whole_sky
from kinora.living.evidence.water import find_sea, find_water, standing, things_in
from kinora.living.evidence.wetness import wetness
from kinora.types.living import F32

#: Shares of the places below which levels of the score are looked at for parts that stand out.
_LEVELS: Final = tuple(np.linspace(0.3, 0.97, 18).tolist())
#: Least share of the frame of a part, and from which it counts no more that it is large.
_LEAST, _LARGE = 0.006, 0.3
#: How far around a part its banks are looked at, pixels: from, to.
_BANKS: Final = (5, 17)
#: What a part is judged by: its score, less a share of what it has for lying low, which banks have
#: as well; what it has before its banks; its size (the natural logarithm of its share).
_SCORE, _LOW, _CONTRAST, _SIZE = 2.0, 1.5, 1.0, 0.6
#: How far its outline may lie from where the colours change, and what is surely inside, pixels.
_AWAY, _INSIDE = 13, 7
#: How far things in it reach in from its rim at least, twice, pixels.
_REACHES: Final = 25
#: Share of the frame from which a subject is no figure in the water, but may hold it: a mountain.
_HOLDS: Final = 0.45
#: Least mean log odds within the water that is found, and how much better than level streaks it
#: must be, where those are found as well.
_WET, _BETTER = 0.45, 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """A part that may be the water."""

    inside: Bool  # (h, w)
    merit: float


def find_stream(look: Look) -> Bool | None:
    """The water between its banks, (h, w), or None where the photo shows none."""
    sky = whole_sky(look)
    sky = np.zeros(look.shape, np.bool_) if sky is None else sky
    if sky.all():
        return None
    score, low = wetness(look, sky)
    best = _best(score, low, ~sky)
    level = look.once(find_water)
    if best is None or not may_hold(look, best.inside, streaks=level is not None):
        return None
    water = _outlined(look, best.inside, score, sky)
    if float(water.mean()) < _LEAST or float(score[water].mean()) < _WET:
        return None
    if level is not None:
        merit, other = (_merit(mask, (score, low), ~sky) for mask in (water, level))
        water = water if merit > other + _BETTER else level
    return water & ~standing(look)


def find_still(look: Look) -> Bool | None:
    """Ponds, lakes and any other water, (h, w), or None where the photo shows none."""
    mirror = look.once(find_mirror)  # first: a stream ends where the image of its shore begins
    if mirror is not None:
        return mirror & ~standing(look)
    water = look.once(find_stream)
    return look.once(find_sea) if water is None else water


def _best(score: F32, low: F32, able: Bool) -> _Part | None:
    """Of all parts above some level of the score, the one that stands out most."""
    best: _Part | None = None
    for level in np.quantile(score[able], _LEVELS):
        above = opened((score > level) & able).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(above)
        for part in range(1, count):
            if stats[part][4] >= _LEAST * score.size:
                inside = labels == part
                merit = _merit(inside, (score, low), able)
                if best is None or merit > best.merit:
                    best = _Part(inside=inside, merit=merit)
    return best


def _merit(inside: Bool, planes: tuple[F32, F32], able: Bool) -> float:
    """How wet a part looks, by itself and against its banks, and how large it is."""
    score, low = planes
    near, far = (
        cv2.dilate(inside.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (w, w)))
        for w in _BANKS
    )
    banks = (far > 0) & (near == 0) & able
    mean = float(score[inside].mean())
    around = float(score[banks].mean()) if banks.sum() > 30 else float(score[inside].min()) - 1.0
    large = float(np.log(min(float(inside.mean()), _LARGE)))
    own = _SCORE * mean - _LOW * float(low[inside].mean())
    return own + _CONTRAST * (mean - around) + _SIZE * large


def _outlined(look: Look, inside: Bool, score: F32, sky: Bool) -> Bool:
    """A part drawn to where the colours change nearby; figures in it are left out."""
    part = inside.astype(np.uint8)
    core = cv2.erode(part, np.ones((_INSIDE, _INSIDE), np.uint8)) > 0
    core &= score > np.quantile(score[inside], 0.3)
    trimap = np.where(inside, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[core] = cv2.GC_FGD
    trimap[cv2.dilate(part, np.ones((_AWAY, _AWAY), np.uint8)) == 0] = cv2.GC_BGD
    figures, subject = look.region("person"), look.region("subject", sure=0.65)
    if float(subject.mean()) < _HOLDS:
        figures = np.maximum(figures, subject)
    trimap[sky | (figures > 0.7)] = cv2.GC_BGD
    closed = cv2.morphologyEx(
        look.cut(trimap).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)
    )
    water = joined_to(opened(closed > 0), trimap == cv2.GC_FGD) & ~sky
    if not water.any():
        return water
    # Along its rim water differs from its middle as well: a thing reaches farther in.
    within = cv2.erode(water.astype(np.uint8), np.ones((_REACHES, _REACHES), np.uint8)) > 0
    things = things_in(water, look) & water
    return water & ~joined_to(things, things & within)
