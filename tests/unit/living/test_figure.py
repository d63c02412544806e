"""Hair by its colour and place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.unit.living.test_living import FRAME, ORIGIN, scene

from kinora.living.evidence.figure import find_hair
from kinora.living.evidence.look import Look
from kinora.types.scene import Region, Scene

SKIN, BROWN, RED = (208, 164, 140), (84, 60, 40), (190, 30, 36)


def head(crown: tuple[int, int, int]) -> Scene:
    """A face before a light wall, with hair or a hat of a colour around it, and a coat."""
    y, x = np.mgrid[: FRAME.height, : FRAME.width]
    image = np.full((FRAME.height, FRAME.width, 3), (200, 204, 210), np.uint8)
    around = ((x - 80) / 26.0) ** 2 + ((y - 40) / 30.0) ** 2 < 1.0
    face = ((x - 80) / 16.0) ** 2 + ((y - 46) / 20.0) ** 2 < 1.0
    coat = (y > 66) & (abs(x - 80) < 45)
    image[around] = crown
    image[coat] = (40, 60, 120)
    image[face] = SKIN
    person = around | face | coat

    def region(kind: str, mask: np.ndarray) -> Region:
        box = (0, 0, 1, 1)
        return Region(kind=kind, mask=mask.astype(np.float32), box=box, score=1.0, source="test")  # type: ignore[arg-type]

    base = scene(region("person", person), region("face", face))
    rgba = base.layers[0].rgba.copy()
    left, top = ORIGIN
    rgba[top : top + FRAME.height, left : left + FRAME.width, :3] = image
    return replace(base, image=image, layers=(replace(base.layers[0], rgba=rgba),))


def test_hair_is_found_around_the_face_and_not_on_the_shoulders() -> None:
    look = Look.of(head(BROWN))
    hair = find_hair(look)
    assert hair is not None
    tall = look.shape[0] / FRAME.height
    face = look.region("face") > 0.5
    assert not hair[round(70 * tall) :].any()  # the coat
    assert hair[: round(22 * tall)].sum() > 0.5 * (look.region("person")[: round(22 * tall)]).sum()
    assert (hair & face)[round(40 * tall) :].mean() < 0.01


def test_a_hat_is_no_hair() -> None:
    assert find_hair(Look.of(head(RED))) is None
