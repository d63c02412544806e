"""Hair by its colour and place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.living.test_living import FRAME, ORIGIN, scene

from kinora.living.evidence.figure import find_hair
from kinora.living.evidence.look import Look
from kinora.types.scene import Region, Scene

AT = {1: (80,), 2: (40, 120)}  # middles of one head, of two
SKIN, BROWN, RED = (208, 164, 140), (84, 60, 40), (190, 30, 36)


def head(*crowns: tuple[int, int, int], coat: tuple[int, int, int] = (40, 60, 120)) -> Scene:
    """Faces side by side before a light wall, hair or hats of a colour around them, and coats."""
    y, x = np.mgrid[: FRAME.height, : FRAME.width]
    image = np.full((FRAME.height, FRAME.width, 3), (200, 204, 210), np.uint8)
    person, faces = np.zeros((FRAME.height, FRAME.width), np.bool_), []
    for at, crown in zip(AT[len(crowns)], crowns, strict=True):
        around = ((x - at) / 26.0) ** 2 + ((y - 40) / 30.0) ** 2 < 1.0
        face = ((x - at) / 16.0) ** 2 + ((y - 46) / 20.0) ** 2 < 1.0
        below = (y > 66) & (abs(x - at) < 38)
        image[around] = crown
        image[below] = coat
        image[face] = SKIN
        person |= around | face | below
        faces.append(face)

    def region(kind: str, mask: np.ndarray) -> Region:
        box = (0, 0, 1, 1)
        return Region(kind=kind, mask=mask.astype(np.float32), box=box, score=1.0, source="test")  # type: ignore[arg-type]

    base = scene(region("person", person), *(region("face", face) for face in faces))
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


def test_a_black_and_white_hat_is_no_hair() -> None:
    before = head((238, 238, 238))
    stripes = np.arange(FRAME.width) // 5 % 2 == 0
    image = before.image.copy()
    crown = (image == 238).all(axis=2)
    image[crown & stripes[None]] = 20
    assert find_hair(Look.of(replace(before, image=image))) is None


@pytest.mark.parametrize(
    "crown",
    [
        (100, 50, 35),  # auburn
        (120, 60, 45),
        (190, 160, 110),  # blond
        (180, 150, 105),
        (200, 170, 120),
        (240, 240, 238),  # white
        (20, 18, 18),
        (220, 120, 170),  # dyed
        (60, 80, 160),
        (110, 60, 140),
    ],
)
def test_hair_of_all_colours_is_found(crown: tuple[int, int, int]) -> None:
    assert_crowned(head(crown), 80)


def test_two_heads_have_each_their_hair() -> None:
    both = head(BROWN, (190, 160, 110))
    assert_crowned(both, 40)
    assert_crowned(both, 120)


def assert_crowned(scene: Scene, at: int) -> None:
    """Hair is found above a face and beside it, none of it below its chin nor in its middle."""
    look = Look.of(scene)
    hair = find_hair(look)
    assert hair is not None
    tall = look.shape[0] / FRAME.height
    middle = slice(round((at - 8) * tall), round((at + 8) * tall))
    assert hair[round(14 * tall) : round(22 * tall), middle].mean() > 0.95
    assert hair[round(42 * tall) : round(48 * tall), round((at - 23) * tall)].all()
    assert not hair[round(46 * tall) : round(60 * tall), middle].any()
    assert not hair[round(72 * tall) :].any()


@pytest.mark.parametrize("crown", [(30, 30, 30), (60, 60, 60)])
def test_a_coat_like_the_hair_is_none(crown: tuple[int, int, int]) -> None:
    assert_crowned(head(crown, coat=(40, 40, 40)), 80)
