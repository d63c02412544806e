"""How much like water each place looks, in a photo of which words say that it shows some.

A logistic score over measures of colour, texture and lie, and what a network hints at. Its weights
were fitted to water drawn by hand on 33 photos (streams, rivers, ponds, lakes, sea);
`benchmarks.water` holds the outlines.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look
from kinora.types.living import F32

#: Fitted weights, by measure; and what is added.
_WEIGHTS: Final = {
    "a": -0.044,
    "chroma": -0.097,
    "detail": -0.14,
    "spread": -0.024,
    "motley": -0.019,
    "below": 3.2,
    "from_sky": -0.019,
    "green": -0.41,
    "warm": -0.47,
    "lighter": 0.032,
    "yellower": -0.09,
    "richer": 0.1,
    "plants": -0.13,
    "seen": 1.0,
    "rise": 0.26,
    "rough": -0.5,
    "above": -3.5,
}
_BIAS: Final = 1.47
#: Log odds beyond which a place is as sure as can be.
_MOST: Final = 9.2
#: Distance in colour from the sky that is taken where no sky is seen.
_NO_SKY: Final = 30.0
#: Rounds of reweighting of the plane of the ground.
_ROUNDS: Final = 8


def wetness(look: Look, sky: Bool) -> tuple[F32, F32]:
    """Log odds of water, (h, w), and the part of them that a place's height in the picture gives.

    They have no meaning within ``sky``.
    """
    parts = {
        name: np.float32(_WEIGHTS[name]) * values for name, values in measures(look, sky).items()
    }
    score = np.clip(sum(parts.values()) + np.float32(_BIAS), -_MOST, _MOST)
    return _soft(np.asarray(score, np.float32), 2.0), parts["below"]


def measures(look: Look, sky: Bool) -> dict[str, F32]:
    """What the score is made of, (h, w) each: colours, their spread, and how the place lies."""
    height, width = look.shape
    light, a, b = (np.ascontiguousarray(look.lab[..., i]) for i in range(3))
    low = (look.rows() > 0.4) & ~sky
    low = low if low.any() else np.ones_like(sky)
    soft_light, soft_a, soft_b = _soft(light, 2.0), _soft(a, 2.0), _soft(b, 2.0)
    true_a, true_b = soft_a + look.cast[0], soft_b + look.cast[1]
    chroma = np.hypot(true_a, true_b)
    rows = np.flatnonzero(sky.mean(axis=1) > 0.05)
    horizon = (rows[-1] + 1) / height if rows.size else 0.2
    found = {
        "a": soft_a,
        "chroma": _soft(np.hypot(a, b), 2.0),
        "detail": _soft(np.abs(light - _soft(light, 1.2)), 6.0),
        "spread": _spread(light, 10.0),
        "motley": _spread(a, 4.0) + _spread(b, 4.0),
        "below": np.broadcast_to(look.rows() - horizon, (height, width)),
        "from_sky": _from_sky(look, sky, (soft_light, soft_a, soft_b)),
        # Grass and sand, whatever the picture's cast.
        "green": np.clip((-true_a - 3) / 8, 0, 1) * np.clip((true_b - 5) / 12, 0, 1),
        "warm": np.clip((true_b - 6) / 12, 0, 1) * np.clip((true_a + 3) / 8, 0, 1),
        # Against what else lies in the lower part of the picture.
        "lighter": soft_light - np.median(soft_light[low]),
        "yellower": true_b - np.median(true_b[low]),
        "richer": chroma - np.median(chroma[low]),
        "plants": look.region("vegetation"),
        "seen": look.region("wet"),
        **_lie(look, sky),
    }
    return {name: np.asarray(values, np.float32) for name, values in found.items()}


def _lie(look: Look, sky: Bool) -> dict[str, F32]:
    """How disparity goes there: its rise downwards, its unrest, and how far it stands out."""
    near = _soft(look.disparity, 2.0)
    low = (look.rows() > 0.35) & ~sky
    plain = low & (look.region("vegetation") < 0.5) & (look.region("subject") < 0.5)
    return {
        "rise": _slope(near, (0, 1)),
        "rough": roughness(look),
        "above": near - _ground(near, plain if float(plain.mean()) > 0.1 else low),
    }


def roughness(look: Look) -> F32:
    """How much the slope of disparity changes around each place, per frame height: (h, w)."""
    near = _soft(look.disparity, 2.0)
    return np.hypot(*(_spread(_slope(near, axis, soft=0.0), 4.0) for axis in ((1, 0), (0, 1))))


def _slope(near: F32, axis: tuple[int, int], *, soft: float = 4.0) -> F32:
    """Change of disparity along an axis (right, down), per frame height: (h, w)."""
    slope = np.asarray(cv2.Sobel(near, cv2.CV_32F, *axis, scale=near.shape[0] / 8), np.float32)
    return _soft(slope, soft) if soft else slope


def _ground(near: F32, within: Bool) -> F32:
    """The plane that most of ``within`` lies on or above, in disparity: (h, w)."""
    height, width = near.shape
    if within.sum() < 50:
        return np.zeros_like(near)
    y, x = np.mgrid[0:height, 0:width]
    terms = np.stack([np.ones_like(near), x / width - 0.5, y / height], axis=-1)
    known, values = terms[within], near[within]
    weight = np.ones(len(values))
    for _ in range(_ROUNDS):
        plane, *_ = np.linalg.lstsq(known * weight[:, None], values * weight, rcond=None)
        miss = values - known @ plane
        scale = max(float(np.median(np.abs(miss))), 0.01)
        # What stands out of the ground counts less, what lies below it wholly.
        weight = np.where(miss > 0.0, 1.0 / (1.0 + (miss / scale) ** 2), 1.0) ** 0.5
    return np.asarray(terms @ plane, np.float32)


def _from_sky(look: Look, sky: Bool, colours: tuple[F32, F32, F32]) -> F32:
    """How far a place's colour is from the sky's, which water mirrors."""
    if float(sky.mean()) <= 0.02:
        return np.full(look.shape, _NO_SKY, np.float32)
    away = np.stack(colours, axis=-1) - look.lab[sky].mean(axis=0)
    return np.asarray(np.sqrt(((away * np.array([0.4, 1.0, 1.0])) ** 2).sum(axis=-1)), np.float32)


def _spread(values: F32, sigma: float) -> F32:
    mean = _soft(values, sigma)
    return np.sqrt(np.maximum(_soft(values * values, sigma) - mean * mean, 0.0))


def _soft(values: F32, sigma: float) -> F32:
    return np.asarray(cv2.GaussianBlur(np.ascontiguousarray(values), (0, 0), sigma), np.float32)
