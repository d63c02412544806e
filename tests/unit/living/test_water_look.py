"""Water found by its look in pictures made by code."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

import kinora
from kinora.living.evidence.look import Look
from kinora.living.evidence.water import find_water

HIGH, WIDE, HORIZON = 180, 320, 70


def sea(*, gilded: float) -> NDArray[np.uint8]:
    """A sky over cool, streaky water; on the left, below the horizon, the sun gilds it."""
    rng = np.random.default_rng(3)
    streaks = cv2.GaussianBlur(rng.standard_normal((HIGH, WIDE)), (0, 0), sigmaX=9.0, sigmaY=1.0)
    light = 105.0 + 26.0 * streaks / streaks.std()
    picture = np.stack([0.62 * light, 0.95 * light, 1.05 * light], axis=-1)
    y, x = np.mgrid[0:HIGH, 0:WIDE]
    share = gilded * np.exp(-(((x - 60) / 60.0) ** 2) - ((y - HORIZON - 25) / 22.0) ** 2)
    gold = np.stack([1.12 * light, 0.98 * light, 0.68 * light], axis=-1)
    picture += share[..., None] * (gold - picture)
    sky = 205.0 - 0.4 * y[:HORIZON]
    picture[:HORIZON] = sky[..., None] * np.array([0.86, 0.94, 1.0])
    return np.clip(picture, 0, 255).astype(np.uint8)


def test_water_goes_on_where_the_sun_gilds_it() -> None:
    scene = kinora.Scene.from_image(sea(gilded=0.9), size="320x180")
    water = find_water(Look.of(scene))
    assert water is not None
    scale = water.shape[1] / WIDE
    top, foot = (round(scale * (HORIZON + by)) for by in (8, 45))
    assert water[top:foot, : round(110 * scale)].mean() > 0.9
    assert water[: round(scale * (HORIZON - 6))].mean() < 0.02
