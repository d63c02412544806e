"""Flames by their look: a candle's, but neither its wax nor lamps out of focus."""

from __future__ import annotations

import cv2
import numpy as np

from kinora.living.air.lamps import Lamps, firelight
from kinora.living.evidence.fire import find_fire
from kinora.living.evidence.lights import find_lights, find_neon
from kinora.living.evidence.look import Look
from kinora.prompt import read_prompt
from kinora.types.air import Places
from kinora.types.geometry import Intrinsics, Size
from kinora.types.scene import U8, Layer, Scene

FRAME = Size(256, 160)
FLAME, WAX, LAMP = (60, 128), (110, 128), (40, 40)  # rows and columns


def looked_at(image: U8) -> Look:
    rgba = np.dstack([image, np.full(image.shape[:2], 255, np.uint8)])
    return Look.of(
        Scene(
            image=image,
            disparity=np.full((FRAME.height, FRAME.width), 0.8, np.float32),
            intrinsics=Intrinsics(focal=256, cx=128, cy=80),
            canvas=FRAME,
            frame_origin=(0, 0),
            layers=(Layer(rgba=rgba, disparity=np.full((20, 32), 0.8, np.float32)),),
            regions=(),
            hole_limit=10.0,
            focus_point=(128.0, 80.0),
            sources={},
            photo_sha256="0",
        )
    )


def room(*, lit: bool) -> U8:
    """A candle in a dark room, a lamp out of focus behind it."""
    picture = np.full((FRAME.height, FRAME.width, 3), (22, 14, 10), np.uint8)
    cv2.circle(picture, LAMP[::-1], 6, (240, 150, 40), -1, cv2.LINE_AA)
    cv2.rectangle(picture, (108, 82), (148, 150), (235, 190, 110), -1)
    if lit:
        cv2.ellipse(picture, (128, 62), (7, 17), 0, 0, 360, (250, 150, 40), -1, cv2.LINE_AA)
        cv2.ellipse(picture, (128, 63), (4, 12), 0, 0, 360, (255, 250, 235), -1, cv2.LINE_AA)
    return picture


def test_the_flame_of_a_candle_is_found_and_neither_its_wax_nor_a_lamp() -> None:
    found = find_fire(looked_at(room(lit=True)))
    assert found is not None
    assert found[FLAME]
    assert not found[WAX]
    assert not found[LAMP]


def test_lamps_out_of_focus_are_no_fire() -> None:
    lamps = np.full((FRAME.height, FRAME.width, 3), (22, 14, 10), np.uint8)
    for x in range(30, 240, 40):
        cv2.circle(lamps, (x, 60), 5, (245, 160, 50), -1, cv2.LINE_AA)
    assert find_fire(looked_at(lamps)) is None


def test_tail_lights_at_dusk_are_no_fire() -> None:
    street = np.full((FRAME.height, FRAME.width, 3), (40, 44, 58), np.uint8)
    for x in (60, 110):
        for radius, colour in ((4, (200, 70, 30)), (3, (245, 130, 60)), (2, (255, 235, 190))):
            cv2.circle(street, (x, 110), radius, colour, -1, cv2.LINE_AA)
    assert find_fire(looked_at(street)) is None


def test_what_mirrors_something_bright_is_no_candle() -> None:
    glass = np.full((FRAME.height, FRAME.width, 3), (22, 14, 10), np.uint8)
    cv2.rectangle(glass, (134, 50), (150, 76), (225, 228, 232), -1)
    cv2.ellipse(glass, (128, 62), (7, 17), 0, 0, 360, (250, 150, 40), -1, cv2.LINE_AA)
    cv2.ellipse(glass, (128, 63), (4, 12), 0, 0, 360, (255, 250, 235), -1, cv2.LINE_AA)
    assert find_fire(looked_at(glass)) is None


def test_a_wide_fire_is_found_where_it_is_redder_at_its_rim() -> None:
    picture = np.full((FRAME.height, FRAME.width, 3), (12, 18, 22), np.uint8)
    rng = np.random.default_rng(5)
    for colour, tall in (((150, 45, 15), 34), ((225, 110, 25), 22), ((255, 225, 130), 9)):
        for x in range(20, 236, 6):
            top = 140 - int(tall * rng.uniform(0.5, 1.0))
            cv2.fillPoly(picture, [np.array([(x - 7, 140), (x + 7, 140), (x, top)])], colour)
    found = find_fire(looked_at(picture))
    assert found is not None
    rows, columns = np.nonzero(found)
    assert np.ptp(columns) > 150
    assert rows.max() < 145


def test_lights_take_their_glow_along_and_a_tower_in_floodlight_stays() -> None:
    picture = np.full((FRAME.height, FRAME.width, 3), (8, 6, 6), np.uint8)
    cv2.line(picture, (60, 50), (60, 110), (150, 12, 8), 9, cv2.LINE_AA)  # a letter of glass
    for y in (68, 92):
        cv2.circle(picture, (60, y), 3, (250, 90, 40), -1, cv2.LINE_AA)  # where it is brightest
    cv2.rectangle(picture, (180, 40), (185, 130), (200, 190, 165), -1)
    found = find_lights(looked_at(picture))
    assert found is not None
    assert found[80, 60]
    assert not found[80, 182]


def test_by_day_only_what_burns_is_a_light_and_sunlit_leaves_are_none() -> None:
    picture = np.full((FRAME.height, FRAME.width, 3), (66, 88, 58), np.uint8)  # shaded green
    for x in range(20, 240, 24):
        cv2.circle(picture, (x, 30), 2, (205, 240, 90), -1, cv2.LINE_AA)  # leaves in the sun
        cv2.circle(picture, (x, 60), 2, (255, 255, 255), -1)  # and what is glossy
    assert find_lights(looked_at(picture)) is None
    cv2.circle(picture, (128, 120), 4, (255, 90, 30), -1, cv2.LINE_AA)  # a lamp that burns
    cv2.circle(picture, (128, 120), 2, (255, 252, 240), -1)
    found = find_lights(looked_at(picture))
    assert found is not None
    assert found[120, 128]
    assert not found[:100].any()


def test_a_large_sign_is_neon_though_paler_and_a_lamp_with_a_white_core_is_none() -> None:
    picture = np.full((FRAME.height, FRAME.width, 3), (22, 16, 16), np.uint8)
    cv2.circle(picture, (60, 80), 9, (222, 122, 70), -1, cv2.LINE_AA)
    cv2.circle(picture, (60, 80), 4, (255, 250, 235), -1, cv2.LINE_AA)
    assert find_neon(looked_at(picture)) is None
    cv2.line(picture, (160, 55), (160, 105), (226, 96, 96), 5, cv2.LINE_AA)
    found = find_neon(looked_at(picture))
    assert found is not None
    assert found[80, 160]
    assert not found[:, :100].any()


def test_the_light_of_a_flame_wavers_around_it_by_night_and_closes_a_loop() -> None:
    plan = read_prompt("static camera, the fire burns", seconds=2).plan
    x, y = (np.array([[at]], np.float32) for at in (WAX[1], WAX[0]))
    here = Places(x=x, y=y, u=x, v=y)

    def light(image: U8) -> tuple[Lamps, ...]:
        scene = looked_at(image).scene
        return firelight(plan, scene, masks={}, kept=None, period=2.0)

    (glow,) = light(room(lit=True))
    gains = []
    for frame in range(61):
        shown = glow.at(frame / 30.0, here)
        gains.append(1.0 if shown is None else float(shown[0][0, 0]))
    assert gains[0] == gains[60] == 1.0
    assert 0.6 < min(gains) < 0.97
    assert light(np.maximum(room(lit=True), 150).astype(np.uint8)) == ()
