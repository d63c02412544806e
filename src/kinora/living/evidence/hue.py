"""Where a picture has a colour that words name: "the red hat"."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.types.living import F32
from kinora.types.scene import U8

#: Words of each hue, in English and French, without accents.
_WORDS: Final[dict[str, str]] = {
    "red": "red|crimson|scarlet|rouges?|ecarlates?",
    "orange": "oranges?",
    "yellow": "yellow|jaunes?",
    "green": "green|emerald|verte?s?",
    "turquoise": "turquoises?|teal|cyan",
    "blue": "blue|bleue?s?",
    "purple": "purple|violet(?:te)?s?|mauves?|pourpres?",
    "pink": "pink|magenta|roses?",
    "gold": "gold|golden|doree?s?",
    "brown": "brown|marron|brune?s?",
    "white": "white|blanc(?:he)?s?",
    "grey": "gr[ea]y|grise?s?",
    "black": "black|noire?s?",
}
#: Of each hue: its angle in CIELAB and how far from it others may lie, degrees; least and greatest
#: lightness; least and greatest chroma.
_RANGES: Final[dict[str, tuple[float, float, float, float, float, float]]] = {
    "red": (33, 20, 8, 75, 19, 200),
    "orange": (55, 20, 30, 90, 40, 200),
    "yellow": (88, 19, 45, 100, 28, 200),
    "green": (135, 32, 8, 95, 12, 200),
    "turquoise": (195, 30, 20, 95, 10, 200),
    "blue": (273, 43, 6, 90, 12, 200),  # sRGB's own lies at 306
    "purple": (325, 22, 6, 85, 14, 200),
    "pink": (5, 28, 45, 95, 12, 200),
    "gold": (80, 20, 30, 90, 22, 200),
    "brown": (58, 24, 10, 50, 9, 45),
    "white": (0, 180, 74, 101, 0, 14),
    "grey": (0, 180, 25, 78, 0, 9),
    "black": (0, 180, 0, 24, 0, 14),
}
_ALL_ROUND: Final = 180  # reach of what has no angle: white, grey, black
_UNSURE: Final = 8  # last degrees of the reach, in which a pixel isn't one of the hue on its own
_SURER: Final = 1.3  # times the least chroma, likewise
_SOFT: Final = 6.0  # width of the edge of each range, in its unit
_CLOSED: Final = 0.004  # radius over which areas grow together, share of the long side
_WITHIN: Final = 0.5  # share of an area that lies in what the words name as well
_LARGEST: Final = 0.04  # share of the largest area from which smaller ones count
_LEAST: Final = 0.0015  # share of the picture
_SURELY: Final = 0.2  # share of an area that is of the hue on its own


def hue_named(words: str) -> str | None:
    """The hue that words name something by, "the red hat"; None: they name none."""
    split = unicodedata.normalize("NFKD", words.lower())
    plain = "".join(char for char in split if not unicodedata.combining(char))
    for hue, pattern in _WORDS.items():
        if re.search(rf"\b(?:{pattern})\b", plain):
            return hue
    return None


def colour_area(image: U8, hue: str, within: F32 | None = None) -> F32 | None:
    """Where a picture has a hue, in areas and not in specks: (H, W) in [0, 1].

    Args:
        image: (H, W, 3) sRGB.
        hue: a name of `hue_named`.
        within: (H, W); where areas lie mostly in it, no others count.

    Returns:
        None where there is none of at least 0.15 % of the picture.
    """
    code = image.astype(np.float32) / np.float32(255.0)
    lab = np.asarray(cv2.cvtColor(code, cv2.COLOR_RGB2LAB), np.float32)
    chroma = np.asarray(np.hypot(lab[..., 1], lab[..., 2]), np.float32)
    share, off = _alike(hue, lab, chroma)
    reach, dull = _RANGES[hue][1], _RANGES[hue][4]
    sure = (share >= 1.0) & (chroma >= _SURER * dull)
    if reach < _ALL_ROUND:
        sure &= off <= reach - _UNSURE
    side = 2 * max(1, round(_CLOSED * max(share.shape))) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    inside = (share > 0.5).astype(np.uint8)
    closed = np.asarray(cv2.morphologyEx(inside, cv2.MORPH_CLOSE, kernel), np.uint8)
    found = _areas(closed, sure, within)
    if found.mean() < _LEAST:
        return None
    wide = cv2.dilate(found.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    inner = cv2.erode(found.astype(np.uint8), kernel) > 0  # specks of gloss within belong to it
    return np.asarray(np.where(wide, np.maximum(share, inner), 0.0), np.float32)


def _alike(hue: str, lab: F32, chroma: F32) -> tuple[F32, F32]:
    """How much pixels have a hue, in [0, 1], and by how many degrees they are off."""
    angle, reach, dark, light, dull, strong = _RANGES[hue]
    off = np.abs((np.rad2deg(np.arctan2(lab[..., 2], lab[..., 1])) - angle + 180) % 360 - 180)
    parts = (
        (lab[..., 0] - dark) / _SOFT + 1.0,
        (light - lab[..., 0]) / _SOFT + 1.0,
        (chroma - dull) / _SOFT + 1.0,
        (strong - chroma) / _SOFT + 1.0,
        (reach - off) / _SOFT + 1.0,
    )
    share = np.clip(np.minimum.reduce(parts), 0.0, 1.0)
    return np.asarray(share, np.float32), np.asarray(off, np.float32)


def _areas(
    closed: NDArray[np.uint8], sure: NDArray[np.bool_], within: F32 | None
) -> NDArray[np.bool_]:
    """Connected parts that are large enough and surely of the hue."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    sizes = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    sizes[0] = 0.0
    sizes *= np.bincount(labels.ravel(), sure.ravel(), count) >= _SURELY * sizes
    if within is not None:
        inside = np.bincount(labels.ravel(), within.ravel(), count) >= _WITHIN * sizes
        sizes *= inside if (sizes * inside).any() else 1.0
    sizes[sizes < _LARGEST * sizes.max()] = 0.0
    return np.asarray((sizes > 0.0)[labels])
