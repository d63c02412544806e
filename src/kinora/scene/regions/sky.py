"""The sky: smooth, of a sky's colour, joined to the top of the picture, and lit like a sky.

Candidates are grown from the top border at several smoothness bounds; each is weighed by a
logistic score over a few properties that tell skies from white walls, ceilings and water. The
weights are rounded from a fit to some nine hundred photos in which the far distance was known.
Where a network looked, too, it counts how far it agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.regions.masks import SmallPhoto
from kinora.scene.together import side_by_side
from kinora.types.scene import F32

Bool = NDArray[np.bool_]

#: Shares of the picture between which a sky may lie.
MIN_AREA, MAX_AREA = 0.04, 0.97
#: Lowest score at which a candidate is called sky.
MIN_SCORE: Final = 0.55
# Steepest change of colour inside a candidate (CIELAB units per pixel at working size).
_SMOOTHNESS_BOUNDS: Final = (4.5, 3.2, 1.8, 0.9)
# Bounds above this may let the sky in through gaps in an outline, so that it must pass this width.
_STRICT, _PASSAGE = 2.5, 5
# How much darker than the rest of the sky a part of it may be that the top border cuts (CIE L*).
_DARKER: Final = 20.0
# Widest thing that is thin, pixels at working size, and its contrast (CIE L*): at some place, at
# all places, and the share that counts of what is lighter than the sky, as wisps of cloud are.
_THIN: Final = 9
_STRONG_CONTRAST, _WEAK_CONTRAST, _LIGHT_SHARE = 16.0, 8.0, 0.6
# Steepness at which what the top border cuts still fades into the sky (CIELAB units per pixel), and
# how much of the height such a cloud takes at most.
_FADING, _TALLEST_CLOUD = 2.5, 0.6
# Chroma (CIELAB) from which on it is no cloud.
_GREY: Final = 16.0
# Share of the top border that a candidate's parts must touch.
_MIN_TOP: Final = 0.08
# A larger candidate is preferred: score per share of the picture.
_SIZE_BONUS: Final = 0.2
# What agreement with a network counts in a candidate's score, against how much of it.
_AGREEMENT, _HALF_AGREED = 10.0, 0.6
# Below this share of the height lies what is rarely sky.
_LOW: Final = 0.7
# Pixels of a picture from which on every other one along both sides says enough of its colours.
_MANY: Final = 50_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Colours:
    """The picture in CIELAB, blurred a little, with what the candidates are judged by."""

    lab: F32
    steepness: F32  # change of colour, CIELAB units per pixel
    chroma: F32
    detail: F32  # how much lightness differs from that of the neighbours
    blue: Bool
    plausible: Bool  # of any colour that skies have: blue, grey to white, or sunset
    leafy: Bool
    woody: Bool  # or skin, or lamplight

    @staticmethod
    def of(small: SmallPhoto) -> _Colours:
        lab = np.asarray(cv2.GaussianBlur(small.lab, (0, 0), 1.2), dtype=np.float32)
        lightness, a, b = (np.ascontiguousarray(lab[:, :, i]) for i in range(3))
        chroma = np.hypot(a, b)
        blue = (b < -5.0) & (a < 20.0) & (a > -25.0)
        grey = (chroma < 16.0) & (lightness > 35.0)
        warm = (b >= -5.0) & (a > -12.0) & (lightness > 35.0) & ((a > -5.0) | (chroma < 30.0))
        return _Colours(
            lab=lab,
            steepness=_steepness(lab),
            chroma=chroma,
            detail=np.abs(cv2.Laplacian(lightness, cv2.CV_32F)),
            blue=blue,
            plausible=blue | grey | warm,
            leafy=(a < -5.0) & (b > 5.0),
            woody=(a > 5.0) & (b > 10.0),
        )


def find_sky(small: SmallPhoto, *, seen: F32 | None = None) -> tuple[F32, float] | None:
    """Mask (h, w) in [0, 1] and score in [0, 1] of the sky, or None.

    Args:
        small: the photo at working size.
        seen: (h, w) a network's probability of sky.
    """
    if seen is not None and not (seen > 0.5).any():
        return None
    colours = _Colours.of(small)
    likely = None if seen is None else seen > 0.5
    weighed = side_by_side(lambda bound: _weighed(colours, bound, likely), _SMOOTHNESS_BOUNDS)
    best: tuple[float, Bool, float] | None = None
    for sky, score in weighed:
        merit = score + _SIZE_BONUS * float(sky.mean())
        if score >= MIN_SCORE and (best is None or merit > best[0]):
            best = merit, sky, score
    if best is None:
        return None
    sky = _without_things(_with_dark_clouds(best[1], colours), small.lab[:, :, 0])
    return sky.astype(np.float32), best[2]


def _weighed(colours: _Colours, bound: float, likely: Bool | None) -> tuple[Bool, float]:
    """The candidate of a smoothness bound, and its score; 0 where its size is no sky's."""
    sky = _candidate(colours, bound)
    if not MIN_AREA <= sky.mean() <= MAX_AREA:
        return sky, 0.0
    evidence = _evidence(sky, colours)
    if likely is not None:
        evidence += _AGREEMENT * (_overlap(sky, likely) - _HALF_AGREED)
    return sky, float(1.0 / (1.0 + np.exp(-evidence)))


def _steepness(lab: F32) -> F32:
    dx = cv2.Scharr(lab, cv2.CV_32F, 1, 0, scale=1 / 32)
    dy = cv2.Scharr(lab, cv2.CV_32F, 0, 1, scale=1 / 32)
    squared = cv2.transform(
        cv2.multiply(dx, dx) + cv2.multiply(dy, dy), np.ones((1, 3), np.float32)
    )
    return np.asarray(cv2.blur(cv2.sqrt(squared), (3, 3)), dtype=np.float32)


def _candidate(colours: _Colours, bound: float) -> Bool:
    """What is joined to the top border through smooth pixels of a sky's colour, clouds filled."""
    passable = colours.plausible & (colours.steepness < bound)
    side = _PASSAGE if bound > _STRICT else 3  # else a gap in an outline lets it in
    square = np.ones((side, side), np.uint8)
    eroded = cv2.erode(passable.astype(np.uint8), square)
    eroded[:2] = passable[:2]
    count, labels = cv2.connectedComponents(eroded, connectivity=4)
    tops = np.bincount(labels[:3].ravel(), minlength=count)
    tops[0] = 0
    kept = np.zeros(count, np.uint8)
    kept[_alike(np.flatnonzero(tops > _MIN_TOP * labels[:3].size), np.asarray(labels), colours)] = 1
    grown = cv2.dilate(kept[labels], square) > 0
    return _without_gaps(grown, colours)


def _alike(parts: NDArray[np.int64], labels: NDArray[np.integer], colours: _Colours) -> list[int]:
    """Those of the parts that aren't much darker than the largest: houses touch the top, too."""
    if parts.size < 2:
        return [int(part) for part in parts]
    largest = max(parts, key=lambda part: int((labels == part).sum()))
    lightness = colours.lab[:, :, 0]
    least = float(lightness[labels == largest].mean()) - _DARKER
    return [int(part) for part in parts if float(lightness[labels == part].mean()) >= least]


def _without_gaps(sky: Bool, colours: _Colours) -> Bool:
    """The sky with what it encloses, as far as that has a sky's colour.

    Beyond the top border the sky goes on, so that a cloud cut by it is enclosed; but so is a house
    that stands before the sky, which is darker.
    """
    count, labels = cv2.connectedComponents((~sky).astype(np.uint8), connectivity=4)
    reaching, cut = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    for rim in (labels[-1], labels[:, 0], labels[:, -1]):
        reaching[rim] = True
    cut[labels[0]] = True
    filled = ~reaching & ~cut
    cut &= ~reaching
    filled[0] = cut[0] = False  # the sky itself
    if cut.any() and sky.any():
        lightness = colours.lab[:, :, 0]
        total = np.maximum(np.bincount(labels.ravel()), 1)
        mean = np.bincount(labels.ravel(), weights=lightness.ravel()) / total
        filled |= cut & (mean > float(np.median(lightness[sky])) - _DARKER)
    return np.asarray(sky | (filled[labels] & colours.plausible), dtype=bool)


def _with_dark_clouds(sky: Bool, colours: _Colours) -> Bool:
    """The sky with what the top border cuts and what fades into it: clouds darker than skies are.

    Roofs and branches that the border cuts have an edge, leaves out of focus a colour.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~sky).astype(np.uint8))
    beside = cv2.dilate(sky.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    result = sky.copy()
    for number in range(1, len(stats)):
        top, tall = stats[number, cv2.CC_STAT_TOP], stats[number, cv2.CC_STAT_HEIGHT]
        if top > 0 or tall > _TALLEST_CLOUD * sky.shape[0]:
            continue
        part = labels == number
        edge = colours.steepness[part & beside]
        body = part & ~beside
        grey = float(np.median(colours.chroma[body if body.any() else part])) < _GREY
        if edge.size and grey and np.percentile(edge, 80) < _FADING:
            result |= part
    return result


def _without_things(sky: Bool, lightness: F32) -> Bool:
    """The sky without thin things that rise into it, such as lamps and masts.

    They are narrow and differ from what is on both their sides; what touches nothing but sky, such
    as a bird, stays there.
    """
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_THIN, _THIN))
    dark = cv2.morphologyEx(lightness, cv2.MORPH_CLOSE, disc) - lightness
    light = lightness - cv2.morphologyEx(lightness, cv2.MORPH_OPEN, disc)
    contrast = np.maximum(dark, _LIGHT_SHARE * light)
    weak = (contrast > _WEAK_CONTRAST) & sky
    count, labels = cv2.connectedComponents(weak.astype(np.uint8), connectivity=8)
    joined = weak & (cv2.dilate((~sky).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    strong = weak & (contrast > _STRONG_CONTRAST)
    thing = np.ones(count, dtype=bool)
    for part in (joined, strong):
        thing &= np.bincount(labels[part], minlength=count) > 0
    thing[0] = False
    return np.asarray(sky & ~thing[labels], dtype=bool)


def _overlap(one: Bool, other: Bool) -> float:
    """Intersection over union."""
    return float((one & other).sum() / max((one | other).sum(), 1))


def _evidence(sky: Bool, colours: _Colours) -> float:
    """How likely a candidate is sky by its looks: the logarithm of its odds."""
    outline = cv2.morphologyEx(sky.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8))
    outline[:3] = 0
    edge = float(np.median(colours.steepness[outline > 0])) if outline.any() else 0.0
    every = slice(None, None, 2 if sky.size > _MANY else 1)
    some = (every, every)
    sky = sky[some]
    lab, rest = colours.lab[some], ~sky
    lightness, a, b = lab[:, :, 0], lab[:, :, 1], lab[:, :, 2]
    middle = float(np.median(lightness[sky]))
    rows = (np.arange(sky.shape[0]) + 0.5) / sky.shape[0]
    return float(
        -3.3
        + 2.3 * float(colours.blue[some][sky].mean())
        - 0.85 * float(np.median(b[sky])) / 20.0
        + 1.5 * float(colours.chroma[some][sky].mean()) / 30.0
        - 1.5 * float(np.hypot(a[sky].std(), b[sky].std())) / 10.0
        + 2.5 * middle / 100.0
        + 1.65 * float((lightness[rest] < middle).mean())  # few things are brighter than the sky
        - 8.1 * float(sky[rows > _LOW].sum() / sky.sum())
        - 0.5 * float(np.percentile(colours.steepness[some][sky], 90))  # walls have things on them
        - 0.4 * float(colours.detail[some][sky].mean())
        + 2.4 * edge / 10.0  # a skyline is sharper than the foot of a wall
        + 2.2 * float(colours.leafy[some][rest].mean())
        - 2.0 * float(colours.woody[some][rest].mean())
    )
