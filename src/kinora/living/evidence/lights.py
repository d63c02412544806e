"""Lit lamps, windows and signs: small, bright, and brighter or more vivid than what is around."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look, joined_to
from kinora.types.living import F32

#: Least lightness (L*) of a light, and by how much it outshines its surroundings.
_BRIGHT, _OUTSHINES = 68.0, 24.0
#: Least chroma of a coloured light, and its least lightness.
_VIVID, _COLOURED = 45.0, 48.0
#: Most lightness around a light. Its glow: least lightness and chroma, how far it goes, pixels, and
#: most difference of hue from the light's, degrees. By day, median lightness, lamps cast none.
_DIM, _GLOW, _TINGED, _REACH, _ALIKE = 52.0, 22.0, 30.0, 14, 24.0
_NIGHT: Final = 22.0
#: Above that lightness what is bright may only be lit: a lamp that burns has a core at least this
#: light, outshines this much, is this vivid at its rim, and in another hue, degrees, than what is
#: around it, between so many pixels from it: highlights, sunlit leaves and stones have its hue.
_WHITE, _BURNS, _RIM, _APART, _AROUND = 97.0, 50.0, 48.0, 24.0, (6, 12)
#: Median lightness above which only what burns is a light; below, what burns tells of dusk.
_DUSK: Final = 32.0
#: Height over width from which what isn't vivid is a tower in floodlight.
_TOWER: Final = 4.0
#: Least median chroma of a neon sign, and its least size, pixels: tail lights and street lamps are
#: paler or smaller.
_NEON, _SIGN = 60.0, 10
#: The same of a large sign, from that size on, that is nowhere as light as a lamp's core.
_LARGE_NEON, _LARGE_SIGN, _CORE = 50.0, 100, 85.0
#: Largest light and most of the frame that lights fill together, shares of the frame.
_LARGEST, _MOST = 0.012, 0.12


def find_lights(look: Look) -> Bool | None:
    """Small lights, (h, w), or None where nothing shines."""
    found = _emitters(look)
    return None if found is None else _with_glow(found, look)


def find_neon(look: Look) -> Bool | None:
    """Lights of a vivid colour, as of neon signs, (h, w), or None where there are none."""
    lights = _emitters(look)
    if lights is None:
        return None
    chroma = _chroma(look)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lights.astype(np.uint8))
    found = np.zeros(look.shape, np.bool_)
    for part in range(1, count):
        inside, area = labels == part, stats[part, cv2.CC_STAT_AREA]
        even = area >= _LARGE_SIGN and float(look.lab[..., 0][inside].max()) < _CORE
        least = _LARGE_NEON if even else _NEON
        if area >= _SIGN and float(np.median(chroma[inside])) > least:
            found |= inside
    return _with_glow(found, look) if found.any() else None


def _chroma(look: Look) -> F32:
    a, b = (look.lab[..., i + 1] + np.float32(look.cast[i]) for i in range(2))
    return np.asarray(np.hypot(a, b), np.float32)


def _emitters(look: Look) -> Bool | None:
    """Lights without their glow."""
    lightness = np.ascontiguousarray(look.lab[..., 0])
    chroma = _chroma(look)
    around = cv2.GaussianBlur(lightness, (0, 0), 9.0)
    outshines = lightness - around
    lit = (lightness > _BRIGHT) & (outshines > _OUTSHINES)
    lit |= (chroma > _VIVID) & (lightness > _COLOURED) & (outshines > 0.5 * _OUTSHINES)
    lit &= ~(look.region("sky") > 0.5) & ~(look.region("person") > 0.5)
    lit &= ~(look.region("face") > 0.3)
    daylight = float(np.median(lightness))
    # A scene in full daylight has bright things that aren't lights.
    if daylight > 52.0:
        return None
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lit.astype(np.uint8))
    found, burning = np.zeros(look.shape, np.bool_), np.zeros(look.shape, np.bool_)
    for part in range(1, count):
        inside = labels == part
        _, _, wide, high, area = stats[part]
        small = 2 <= area < _LARGEST * lit.size
        tower = high > _TOWER * wide and float(np.median(chroma[inside])) < _VIVID
        if small and not tower and float(around[inside].mean()) < _DIM:
            found |= inside
            if daylight > _NIGHT and _burns(inside, outshines, look):
                burning |= inside
    if daylight > _NIGHT and not burning.any():
        return None
    if daylight > _DUSK:
        return burning
    share = float(found.mean())
    return found if 0.0002 < share < _MOST else None


def _burns(inside: Bool, outshines: F32, look: Look) -> bool:
    """Whether a bright part shines by itself, seen in a picture that isn't dark."""
    a, b = (look.lab[..., i + 1] + look.cast[i] for i in range(2))
    chroma = np.where(inside, np.hypot(a, b), 0.0)
    rim = np.unravel_index(int(chroma.argmax()), chroma.shape)
    core = float(look.lab[..., 0][inside].max()) >= _WHITE
    if not core or float(outshines[inside].max()) < _BURNS or chroma[rim] < _RIM:
        return False
    near, far = (
        cv2.dilate(inside.astype(np.uint8), np.ones((2 * way + 1, 2 * way + 1), np.uint8)) > 0
        for way in _AROUND
    )
    ring = far & ~near
    if not ring.any():
        return False
    hue = np.degrees(np.arctan2(b[rim], a[rim]))
    ground = np.degrees(np.arctan2(np.median(b[ring]), np.median(a[ring])))
    return float(abs((hue - ground + 180.0) % 360.0 - 180.0)) > _APART


def _with_glow(found: Bool, look: Look) -> Bool:
    """Lights with what shines in their light, by night."""
    night = float(np.median(look.lab[..., 0])) < _NIGHT
    return found | _glow(found, look) if night else found


def _glow(lights: Bool, look: Look) -> Bool:
    """What shines in the light of vivid ones: it goes with them, or it would outshine them."""
    a, b = (look.lab[..., i + 1] + look.cast[i] for i in range(2))
    chroma, hue = np.hypot(a, b), np.degrees(np.arctan2(b, a))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lights.astype(np.uint8))
    found = np.zeros(look.shape, np.bool_)
    tinged = (look.lab[..., 0] > _GLOW) & (chroma > _TINGED)
    for part in range(1, count):
        x, y, wide, high, _ = stats[part]
        rows = slice(max(y - _REACH, 0), y + high + _REACH)
        columns = slice(max(x - _REACH, 0), x + wide + _REACH)
        inside = labels[rows, columns] == part
        if float(np.median(chroma[rows, columns][inside])) < _VIVID:
            continue
        own = float(np.median(hue[rows, columns][inside]))
        apart = np.abs((hue[rows, columns] - own + 180.0) % 360.0 - 180.0)
        alike = tinged[rows, columns] & (apart < _ALIKE)
        found[rows, columns] |= joined_to(alike | inside, inside)
    return found
