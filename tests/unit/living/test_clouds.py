"""Skies: what flies or stands before them stays, and a plain one is told of."""

from __future__ import annotations

import cv2
import numpy as np

from kinora.living import plan_living
from kinora.types.geometry import Intrinsics, Size
from kinora.types.living import Living
from kinora.types.plan import Beat, ElementMotion, Lang, ShotPlan
from kinora.types.scene import U8, Layer, Region, Scene

FRAME = Size(300, 200)
WIRE, BIRD = 60, (40, 220)  # a row, and a row and column


def sky(clouds: float) -> U8:
    """A blue sky with so much cloud, a wire across it and a bird in it."""
    chance = np.random.default_rng(2).standard_normal((FRAME.height, FRAME.width))
    soft = cv2.GaussianBlur(chance, (0, 0), 8.0)
    picture = np.full((FRAME.height, FRAME.width, 3), (130, 170, 215), np.float64)
    picture += clouds * (soft / soft.std())[..., None]
    picture[WIRE : WIRE + 2] = 40
    picture[BIRD[0] : BIRD[0] + 2, BIRD[1] : BIRD[1] + 3] = 30
    return np.clip(picture, 0, 255).astype(np.uint8)


def drifting(image: U8, *, lang: Lang = "en") -> Living:
    everywhere = np.ones((FRAME.height, FRAME.width), np.float32)
    region = Region(kind="sky", mask=everywhere, box=(0, 0, 1, 1), score=1.0, source="test")
    rgba = np.dstack([image, np.full(image.shape[:2], 255, np.uint8)])
    scene = Scene(
        image=image,
        disparity=np.zeros((FRAME.height, FRAME.width), np.float32),
        intrinsics=Intrinsics(focal=300, cx=150, cy=100),
        canvas=FRAME,
        frame_origin=(0, 0),
        layers=(Layer(rgba=rgba, disparity=np.zeros((20, 30), np.float32)),),
        regions=(region,),
        hole_limit=10.0,
        focus_point=(150.0, 100.0),
        sources={},
        photo_sha256="0",
    )
    beat = Beat(id="beat-1", t0=0, t1=4, elements=(ElementMotion(id="element-1", what="clouds"),))
    plan = ShotPlan(lang=(lang,), duration=4, seed=3, beats=(beat,))
    return plan_living(plan, scene, masks={})


def test_wires_and_birds_stay_while_clouds_drift() -> None:
    (surface,) = drifting(sky(clouds=14.0)).surfaces
    assert surface.mask[WIRE, 20:280].max() == 0.0
    assert surface.mask[BIRD[0], BIRD[1] + 1] == 0.0
    assert (surface.mask > 0.5).mean() > 0.8


def test_a_plain_sky_is_told_of() -> None:
    (cloudy,) = drifting(sky(clouds=14.0)).outcomes
    assert cloudy.status == "understood"
    (plain,) = drifting(sky(clouds=0.5)).outcomes
    assert plain.status == "approximated"
    assert "next to no clouds" in (plain.reason or "")
    (french,) = drifting(sky(clouds=0.5), lang="fr").outcomes
    assert "presque pas de nuages" in (french.reason or "")
