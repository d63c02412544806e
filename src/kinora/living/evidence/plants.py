"""Plants whole: what a network sees of them, and by their colours what belongs to it.

A network sees leaves in the light; blossoms, stems and leaves in the shade it often leaves out.
What touches its plants, isn't sky or person or far behind, and has the colours of leaves or petals
belongs to them; so do gaps that they surround. Without a network's plants none are found: green
walls and shutters are too much like leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look, joined_to, opened
from kinora.types.living import F32

#: A network's share of a place from which plants grow from there; the least share of the picture.
_SEEN, _LEAST = 0.6, 0.01
#: Hues of leaves in CIELAB, degrees, their least chroma; likewise in the shade, where lightness is
#: below the last.
_GREEN, _GREENISH = (98.0, 160.0, 10.0), (80.0, 170.0, 35.0)
#: Hues of petals, and their least chroma.
_PETALS: Final = (-60.0, 100.0, 38.0)
#: Spread of lightness from which something isn't smooth as paint, and the window's σ, pixels.
_TEXTURE, _WINDOW = 3.0, 3.0
#: Hues of what a flower's heart and its withered or shaded petals have, least chroma; share of
#: their rim that is plants, but for the sky.
_HEART: Final = (-60.0, 130.0, 9.0)
_TOUCHED: Final = 0.3
#: How far each of the rounds reaches, pixels.
_REACH, _ROUNDS = 16, 3
#: How far apart parts may be, pixels; and where words name flowers, whose middles have any hue.
_APART, _PETALS_APART = 3, 9
#: Share of the disparity of plants around, below which something is behind them; within this σ.
_BEHIND, _AROUND = 0.65, 10.0
_BLURRED: Final = 4  # how far the edges of disparity are blurred, pixels
#: Share of a blossom's rim where plants are, from which it is theirs, and its greatest share of the
#: picture.
_RIM, _BLOSSOM = 0.22, 0.3
#: How wide gaps in plants are, twice, pixels; share of their rim that is plants; greatest share.
_GAP, _SURROUNDED, _HOLE = 12, 0.6, 0.06
_WET: Final = 0.35  # a network's share of water from which a gap in plants is a pond
#: Share of a subject that is petals, or of its surroundings that is plants, from which it is a
#: flower where words name some; share of plants in it below which it is no plant otherwise.
_PETALLED, _AMONG, _PLANT = 0.6, 0.55, 0.5


def find_plants(look: Look) -> Bool | None:
    """Plants with their blossoms and shades, (h, w); None where a network sees none."""
    return _find(look, np.zeros(look.shape, np.bool_), apart=_APART)


def find_flowers(look: Look) -> Bool | None:
    """Likewise, where words name flowers: what stands out may be one."""
    colours, flowers = _Colours.of(look), np.zeros(look.shape, np.bool_)
    people = _people(look)
    for mask in look.each("subject"):
        around = _wide(mask, 8) & ~mask
        petalled = float(colours.petals[mask].mean()) > _PETALLED if mask.any() else False
        among = float(look.region("vegetation")[around].mean()) > _AMONG if around.any() else False
        if (petalled or among) and not people[mask].any():
            flowers |= mask
    found = _find(look, flowers, apart=_PETALS_APART)
    return None if found is None else found | _hearts(look, found, _never(look, flowers))


@dataclass(frozen=True, slots=True, eq=False)
class _Colours:
    """Where colours are those of plants, (h, w) each."""

    leaves: Bool  # in the light or the shade, and textured
    petals: Bool
    textured: Bool

    @staticmethod
    def of(look: Look) -> _Colours:
        light = look.lab[..., 0]
        a, b = (_soft(look.lab[..., 1 + i] + look.cast[i], 1.0) for i in range(2))
        hue, chroma = np.rad2deg(np.arctan2(b, a)), np.hypot(a, b)
        mean = _soft(light, _WINDOW)
        spread = np.sqrt(np.maximum(_soft(light * light, _WINDOW) - mean * mean, 0.0))
        textured = _soft(spread, 1.5) > _TEXTURE
        lit = (hue > _GREEN[0]) & (hue < _GREEN[1]) & (chroma > _GREEN[2])
        shade = (hue > _GREENISH[0]) & (hue < _GREENISH[1]) & (light < _GREENISH[2])
        shade &= chroma > np.clip(3.0 + light / 8.0, 3.0, 10.0)
        petals = (hue > _PETALS[0]) & (hue < _PETALS[1]) & (chroma > _PETALS[2])
        return _Colours((lit | shade) & textured, petals, textured)


def _find(look: Look, flowers: Bool, *, apart: int) -> Bool | None:
    plants, colours = look.region("vegetation"), _Colours.of(look)
    if float((plants > _SEEN).mean()) < _LEAST:
        return None
    never = _never(look, flowers)
    seeds = opened((plants > _SEEN) & ~never) | flowers
    if not seeds.any():
        return None
    found = _grown(look, seeds, never, colours, apart=apart)
    for _ in range(_ROUNDS):
        found |= _blossoms(found, colours.petals, never)
        found |= _gaps(look, found, never, colours.textured)
    return _closed(found, 3) & ~never


def _never(look: Look, flowers: Bool) -> Bool:
    """Sky, people, and what else stands out without being mostly plants."""
    plants, never = look.region("vegetation"), _people(look) | (look.region("sky") > 0.5)
    for mask in (*look.each("subject"), *look.each("thing")):
        if mask.any() and float(plants[mask].mean()) < _PLANT:
            never |= mask
    return never & ~flowers


def _grown(look: Look, seeds: Bool, never: Bool, colours: _Colours, *, apart: int) -> Bool:
    """Seeds with what is joined to them in the colours of plants, told from the rest by colour."""
    alike, likely = colours.leaves | (colours.petals & colours.textured), seeds
    for _ in range(_ROUNDS):
        near = _wide(likely, _REACH) & ~_behind(look, likely)
        likely = likely | joined_to(near & alike & ~never, _wide(likely, apart))
    behind = _behind(look, likely)
    trimap = np.full(look.shape, cv2.GC_PR_BGD, np.uint8)
    trimap[likely] = cv2.GC_PR_FGD
    trimap[seeds] = cv2.GC_FGD
    trimap[never | behind | ~_wide(likely, _REACH)] = cv2.GC_BGD
    cut = (look.cut(trimap) & (colours.leaves | colours.petals)) | seeds
    return (joined_to(opened(_closed(cut, 2)), _wide(seeds, apart)) & ~never & ~behind) | seeds


def _blossoms(found: Bool, petals: Bool, never: Bool) -> Bool:
    """The parts of ``petals`` that plants touch, but for what is before the sky."""
    kept = np.zeros_like(found)
    for part in _parts(opened(petals & ~never), _BLOSSOM):
        rim = _wide(part, 3) & ~part & ~never
        if int((found & rim).sum()) > _RIM * int(rim.sum()):
            kept |= part
    return kept


def _hearts(look: Look, found: Bool, never: Bool) -> Bool:
    """Flowers' hearts and dull petals that stand out above plants: warm, and held by them alone."""
    a, b = (_soft(look.lab[..., 1 + i] + look.cast[i], 1.0) for i in range(2))
    hue, chroma = np.rad2deg(np.arctan2(b, a)), np.hypot(a, b)
    warm = (hue > _HEART[0]) & (hue < _HEART[1]) & (chroma > _HEART[2])
    kept = np.zeros_like(found)
    for part in _parts(opened(warm & ~found & ~never & ~_behind(look, found)), _HOLE):
        rim = _wide(part, 3) & ~part & ~never
        if int((found & rim).sum()) > _TOUCHED * int(rim.sum()):
            kept |= part
    return _closed(found | kept, 3) & ~never


def _gaps(look: Look, found: Bool, never: Bool, textured: Bool) -> Bool:
    """What plants surround and isn't smooth: blossoms of all colours, stems, deep shade."""
    wet = look.region("wet") > _WET
    gaps = _closed(found, _GAP) & ~found & ~never & ~wet & ~_behind(look, found)
    kept = np.zeros_like(found)
    for part in _parts(gaps & (textured | _wide(found, 2)), _HOLE):
        rim = _wide(part, 2) & ~part & ~never
        if int((found & rim).sum()) > _SURROUNDED * int(rim.sum()):
            kept |= part
    return kept


def _behind(look: Look, found: Bool) -> Bool:
    """What is much farther away than the plants around it."""
    near = found.astype(np.float32)
    weight = _soft(near, _AROUND)
    usual = _soft(look.disparity * near, _AROUND) / np.maximum(weight, np.float32(1e-3))
    # Before a sky disparity is blurred: what stands there is as near as its nearest part.
    nearest = cv2.dilate(look.disparity, _disc(_BLURRED))
    return np.asarray((nearest < _BEHIND * usual) & (weight > 0.01))


def _people(look: Look) -> Bool:
    return np.asarray(np.maximum(look.region("person"), look.region("face")) > 0.5)


def _parts(mask: Bool, most: float) -> list[Bool]:
    """Connected parts of at most a share of the picture, but for specks."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=4
    )
    areas = stats[:, cv2.CC_STAT_AREA]
    return [labels == i for i in range(1, count) if 4 < areas[i] < most * mask.size]


def _disc(radius: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    side = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _wide(mask: Bool, radius: int) -> Bool:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), _disc(radius)) > 0)


def _closed(mask: Bool, radius: int) -> Bool:
    """A mask whose gaps are closed; beyond the frame it goes on."""
    padded = np.pad(mask.astype(np.uint8), radius, mode="edge")
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, _disc(radius)) > 0
    return np.asarray(closed[radius:-radius, radius:-radius])


def _soft(values: F32, sigma: float) -> F32:
    return np.asarray(cv2.GaussianBlur(np.ascontiguousarray(values), (0, 0), sigma), np.float32)
