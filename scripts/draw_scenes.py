"""Draw the pictures of the gallery that no free photo shows: ``python scripts/draw_scenes.py DIR``.

A candle, a camp fire, a waterfall, a boat, a clock … as PNG files of 720 × 480, the same each time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from brushes import (
    F32,
    HEIGHT,
    WIDTH,
    Colour,
    between,
    flame,
    glow,
    grain,
    line,
    oval,
    paint,
    shape,
)


def candle() -> F32:
    """A candle on a table in a dark room."""
    picture = between((0.05, 0.035, 0.03), (0.10, 0.06, 0.04))
    paint(picture, shape([(0, 350), (720, 350), (720, 480), (0, 480)], soft=2), (0.22, 0.11, 0.05),
          texture=grain(3, 240, stretch=(2.5, 0.12)))  # fmt: skip
    for x, y, radius in (
        (90, 120, 20),
        (170, 70, 14),
        (590, 95, 24),
        (650, 170, 15),
        (510, 50, 12),
    ):
        paint(picture, oval(x, y, radius, radius, soft=4) * 0.35, (0.75, 0.4, 0.12))
    wax = shape([(305, 215), (415, 215), (418, 405), (302, 405)], soft=1) + oval(360, 405, 58, 14)
    shade = np.linspace(0.55, 1.0, WIDTH, dtype=np.float32)[None, :].repeat(HEIGHT, 0)
    paint(picture, np.clip(wax, 0, 1), (0.88, 0.78, 0.58), texture=0.35 * shade)
    paint(picture, oval(360, 215, 55, 13, soft=1), (0.98, 0.86, 0.56))
    glow(picture, 360, 170, reach=260, colour=(1.0, 0.55, 0.2))
    paint(picture, line((360, 216), (361, 190), width=4), (0.08, 0.05, 0.04))
    flame(picture, 361, 202, wide=19, high=98)
    return picture


def campfire() -> F32:
    """A fire before a wood at night."""
    picture = between((0.02, 0.035, 0.08), (0.05, 0.06, 0.10))
    rng = np.random.default_rng(5)
    for _ in range(90):
        paint(picture, oval(*rng.uniform((0, 0), (720, 200)), 0.9, 0.9), (0.8, 0.85, 0.95))
    for x in np.sort(rng.uniform(-20, 740, 26)):
        foot, high, half = (
            330 + 0.2 * abs(x - 360) ** 0.7,
            rng.uniform(140, 290),
            rng.uniform(26, 44),
        )
        up = np.arange(8) / 7
        out = half * (1 - up) * np.where(np.arange(8) % 2, 0.75, 1.1)
        left, right = (list(zip(x + side * out, foot - high * up, strict=True)) for side in (-1, 1))
        steps = [*left, *right[::-1]]
        paint(picture, shape(steps, soft=0.8), (0.025, 0.04, 0.035))
    paint(picture, shape([(0, 335), (720, 335), (720, 480), (0, 480)], soft=5), (0.10, 0.085, 0.05),
          texture=grain(8, 30, stretch=(1.6, 0.7)))  # fmt: skip
    glow(picture, 360, 350, reach=230, colour=(1.3, 0.55, 0.14))
    for a, b in (((270, 405), (430, 372)), ((450, 408), (290, 374)), ((330, 412), (395, 366))):
        paint(picture, line(a, b, width=19, soft=1), (0.13, 0.07, 0.04), texture=grain(9, 14))
    for x, wide, high in (
        (328, 24, 105),
        (392, 24, 118),
        (300, 15, 60),
        (424, 15, 66),
        (360, 38, 175),
    ):
        flame(picture, x, 390, wide=wide, high=high)
    return picture


def waterfall() -> F32:
    """A fall between mossy rocks into a pool."""
    picture = between((0.55, 0.68, 0.74), (0.35, 0.45, 0.4))
    rock = grain(11, 90, stretch=(1.2, 0.8))
    paint(
        picture,
        shape([(0, 60), (270, 95), (285, 480), (0, 480)], soft=1),
        (0.25, 0.25, 0.22),
        texture=rock,
    )
    paint(
        picture,
        shape([(440, 90), (720, 50), (720, 480), (430, 480)], soft=1),
        (0.27, 0.26, 0.22),
        texture=rock,
    )
    moss = np.clip(3 * grain(12, 70) - 1.7, 0, 1) * shape(
        [(0, 60), (720, 50), (720, 360), (0, 360)], soft=3
    )
    paint(
        picture,
        0.8 * moss * (np.abs(np.arange(WIDTH) - 358) > 84)[None, :],
        (0.2, 0.34, 0.1),
        texture=grain(13, 18),
    )
    fall = shape([(272, 92), (446, 88), (462, 392), (250, 392)], soft=2)
    streaks = grain(14, 60, stretch=(0.14, 3.2)) * 0.7 + grain(15, 14, stretch=(0.4, 2.0)) * 0.3
    paint(picture, fall, (0.82, 0.88, 0.92), texture=0.15 + 0.6 * streaks)
    pool = shape([(0, 385), (720, 385), (720, 480), (0, 480)], soft=3)
    paint(picture, pool, (0.22, 0.36, 0.37), texture=grain(16, 60, stretch=(1.8, 0.25)))
    mist = np.clip(oval(356, 392, 150, 34, soft=16) * (0.4 + grain(17, 40)), 0, 0.9)
    paint(picture, mist, (0.93, 0.96, 0.97))
    return picture


def _sea(picture: F32, horizon: int, *, near: Colour, far: Colour, seed: int) -> None:
    """Water up to a horizon: level waves, the nearer the larger."""
    rng, high = np.random.default_rng(seed), HEIGHT - horizon
    rows = np.arange(high, dtype=np.float32) + 3.0
    away = (high / rows)[:, None]
    waves = np.zeros((high, WIDTH), np.float32)
    for finer, share in ((1.0, 1.0), (2.2, 0.6), (4.5, 0.4)):
        noise = rng.standard_normal((512, 2048)).astype(np.float32)
        noise = cv2.GaussianBlur(noise, (0, 0), 16.0, sigmaY=5.0, borderType=cv2.BORDER_REFLECT)
        x = (np.arange(WIDTH)[None, :] - WIDTH / 2) * away * finer + 777.0
        y = np.broadcast_to(230.0 * away * finer, x.shape)
        here = cv2.remap(
            noise / noise.std(),
            (x % 2048).astype(np.float32),
            (y % 512).astype(np.float32),
            cv2.INTER_LINEAR,
        )
        # What passes faster than a wave in a few rows can't be drawn.
        waves += share * here / (1.0 + (230.0 * finer * high / rows**2 / 7.0)[:, None] ** 2)
    down = (rows / high)[:, None, None]
    base = np.array(far, np.float32) * (1 - down) + np.array(near, np.float32) * down
    picture[horizon:] = np.clip(base * (1.0 + 0.2 * waves[..., None]), 0, 1)


def boat() -> F32:
    """A sailing boat on a calm sea in the evening, a buoy before it."""
    picture = between((0.36, 0.5, 0.72), (0.98, 0.82, 0.62))
    cloud = np.clip(1.6 * grain(21, 190, stretch=(2.4, 0.6)) - 0.75, 0, 0.75)
    paint(picture, cloud * (np.arange(HEIGHT) < 230)[:, None], (1.0, 0.92, 0.86))
    _sea(picture, 235, near=(0.12, 0.27, 0.36), far=(0.62, 0.62, 0.62), seed=22)
    paint(picture, oval(330, 318, 92, 9, soft=6) * 0.6, (0.08, 0.14, 0.2))
    paint(picture, shape([(245, 285), (425, 285), (395, 316), (275, 316)]), (0.42, 0.16, 0.12))
    paint(picture, shape([(245, 285), (425, 285), (421, 291), (249, 291)]), (0.93, 0.9, 0.84))
    paint(picture, line((335, 286), (335, 95), width=4), (0.3, 0.2, 0.14))
    paint(
        picture,
        shape([(341, 102), (412, 272), (341, 272)]),
        (0.97, 0.94, 0.87),
        texture=0.45 + 0.1 * grain(23, 50),
    )
    paint(
        picture,
        shape([(329, 118), (329, 272), (268, 272)]),
        (0.9, 0.85, 0.77),
        texture=0.45 + 0.1 * grain(24, 50),
    )
    paint(picture, oval(566, 405, 34, 8, soft=4) * 0.6, (0.06, 0.12, 0.16))
    paint(picture, shape([(540, 398), (592, 398), (580, 372), (552, 372)]), (0.86, 0.24, 0.14))
    paint(picture, shape([(540, 398), (592, 398), (588, 389), (544, 389)]), (0.95, 0.95, 0.92))
    paint(picture, line((566, 372), (566, 330), width=5), (0.3, 0.3, 0.3))
    paint(picture, oval(566, 326, 7, 7), (0.95, 0.8, 0.3))
    return picture


def clock() -> F32:
    """A pendulum clock on a papered wall."""
    picture = between((0.48, 0.53, 0.45), (0.4, 0.45, 0.38))
    stripes = (np.sin(np.arange(WIDTH) / 14) > 0).astype(np.float32)[None, :].repeat(HEIGHT, 0)
    paint(picture, 0.12 * stripes, (0.8, 0.82, 0.7))
    wood = grain(31, 120, stretch=(0.15, 3.0))
    paint(
        picture,
        shape([(248, 30), (472, 30), (472, 456), (248, 456)], soft=1),
        (0.36, 0.2, 0.1),
        texture=wood,
    )
    paint(
        picture,
        shape([(270, 205), (450, 205), (450, 436), (270, 436)], soft=1),
        (0.12, 0.07, 0.05),
        texture=0.3 + 0.2 * wood,
    )
    paint(picture, oval(360, 118, 80, 80), (0.75, 0.58, 0.25))
    paint(picture, oval(360, 118, 73, 73), (0.95, 0.92, 0.84))
    for hour in range(12):
        turn = np.pi * hour / 6
        ends = [(360 + r * np.sin(turn), 118 - r * np.cos(turn)) for r in (58, 67)]
        paint(picture, line(*ends, width=4), (0.12, 0.1, 0.1))
    paint(picture, line((360, 118), (389, 92), width=6), (0.1, 0.08, 0.08))
    paint(picture, line((360, 118), (343, 63), width=4), (0.1, 0.08, 0.08))
    paint(picture, line((360, 208), (360, 385), width=5), (0.78, 0.62, 0.3))
    paint(picture, oval(360, 388, 27, 27), (0.85, 0.68, 0.32))
    paint(picture, oval(352, 380, 11, 11, soft=3), (1.0, 0.9, 0.62))
    return picture


def room() -> F32:
    """A room in the evening: a hanging lamp, a screen, a door."""
    picture = between((0.3, 0.27, 0.26), (0.36, 0.32, 0.29))
    paint(picture, 0.08 * grain(41, 60), (0.6, 0.55, 0.5))
    paint(
        picture,
        shape([(0, 405), (720, 405), (720, 480), (0, 480)]),
        (0.26, 0.17, 0.11),
        texture=grain(42, 200, stretch=(2.2, 0.1)),
    )
    paint(picture, shape([(510, 130), (640, 130), (640, 406), (510, 406)]), (0.2, 0.15, 0.12))
    paint(
        picture,
        shape([(518, 138), (632, 138), (632, 406), (518, 406)]),
        (0.5, 0.36, 0.24),
        texture=0.4 + 0.25 * grain(43, 90, stretch=(0.2, 2.5)),
    )
    for top in (156, 284):
        panel = shape([(536, top), (614, top), (614, top + 104), (536, top + 104)])
        paint(picture, panel, (0.43, 0.3, 0.2))
    paint(picture, oval(527, 280, 5, 5), (0.85, 0.7, 0.4))
    paint(
        picture,
        shape([(60, 318), (300, 318), (300, 404), (60, 404)]),
        (0.2, 0.13, 0.1),
        texture=grain(44, 120, stretch=(2, 0.2)),
    )
    paint(picture, shape([(84, 178), (276, 178), (276, 300), (84, 300)]), (0.03, 0.03, 0.035))
    screen = shape([(92, 186), (268, 186), (268, 292), (92, 292)])
    paint(picture, screen, (0.35, 0.6, 0.85), texture=0.35 + 0.4 * grain(45, 70))
    paint(picture, shape([(168, 300), (192, 300), (204, 318), (156, 318)]), (0.05, 0.05, 0.05))
    paint(picture, line((392, 0), (392, 106), width=3), (0.06, 0.05, 0.05))
    glow(picture, 392, 165, reach=210, colour=(1.0, 0.72, 0.38))
    paint(picture, shape([(372, 104), (412, 104), (448, 152), (336, 152)]), (0.16, 0.3, 0.3))
    paint(picture, oval(392, 154, 50, 9, soft=1), (1.0, 0.93, 0.72))
    return picture


def neon() -> F32:
    """A brick wall at night with a sign of two colours."""
    picture = between((0.10, 0.07, 0.09), (0.14, 0.09, 0.10))
    for row in range(21):
        for column in range(-1, 14):
            x, y = column * 56 + 28 * (row % 2), row * 24
            shade = 0.5 + 0.5 * np.random.default_rng(row * 31 + column + 7).random()
            brick = shape([(x + 2, y + 2), (x + 54, y + 2), (x + 54, y + 22), (x + 2, y + 22)])
            paint(picture, brick, (0.26 * shade, 0.13 * shade, 0.12 * shade))
    picture *= 0.75 + 0.5 * grain(51, 20)[..., None]
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.putText(mask, "OPEN", (178, 265), cv2.FONT_HERSHEY_SIMPLEX, 4.6, 255, 9, cv2.LINE_AA)
    frame = np.zeros_like(mask)
    cv2.ellipse(frame, (360, 212), (285, 130), 0, 0, 360, 255, 8, cv2.LINE_AA)
    for tube, colour in ((mask, (1.0, 0.16, 0.42)), (frame, (0.15, 0.75, 1.0))):
        lit = tube.astype(np.float32) / 255
        for reach, share in ((34.0, 0.9), (11.0, 0.8)):
            halo = cv2.GaussianBlur(lit, (0, 0), reach)[..., None]
            picture += share * halo * np.array(colour, np.float32) * (0.35 + 2.2 * picture)
        paint(picture, lit, np.clip(np.array(colour, np.float32) + 0.35, 0, 1))
    return picture


def windmill() -> F32:
    """A windmill before a summer sky."""
    picture = between((0.32, 0.55, 0.85), (0.86, 0.92, 0.95))
    cloud = np.clip(1.9 * grain(61, 210, stretch=(1.8, 0.9)) - 0.9, 0, 0.95)
    paint(
        picture,
        cloud * np.clip((400 - np.arange(HEIGHT)) / 160, 0, 1)[:, None].astype(np.float32),
        (1.0, 1.0, 1.0),
    )
    paint(
        picture,
        shape([(0, 395), (240, 372), (520, 380), (720, 398), (720, 480), (0, 480)], soft=1),
        (0.36, 0.5, 0.16),
        texture=grain(62, 26, stretch=(1.5, 0.8)),
    )
    paint(
        picture,
        shape([(318, 190), (402, 190), (436, 402), (284, 402)]),
        (0.72, 0.66, 0.56),
        texture=0.35 + 0.3 * grain(63, 22),
    )
    paint(
        picture,
        shape([(310, 192), (410, 192), (384, 138), (336, 138)]),
        (0.42, 0.22, 0.16),
        texture=grain(64, 30),
    )
    paint(picture, shape([(345, 340), (377, 340), (379, 402), (343, 402)]), (0.25, 0.16, 0.1))
    for quarter in range(4):
        turn = np.pi * quarter / 2 + 0.42
        out, side = np.array([np.sin(turn), -np.cos(turn)]), np.array([np.cos(turn), np.sin(turn)])
        hub = np.array([360.0, 172.0])
        sail = [
            hub + 28 * out,
            hub + 142 * out,
            hub + 142 * out + 30 * side,
            hub + 28 * out + 24 * side,
        ]
        paint(
            picture,
            shape([tuple(p) for p in sail]),
            (0.93, 0.9, 0.83),
            texture=0.45 + 0.1 * grain(65, 12),
        )
        paint(picture, line(tuple(hub), tuple(hub + 146 * out), width=5), (0.3, 0.2, 0.14))
    paint(picture, oval(360, 172, 9, 9), (0.25, 0.17, 0.12))
    return picture


def _flag(picture: F32, left: float, top: float) -> None:
    """A flag of three colours in the wind."""
    u = np.linspace(0.0, 1.0, 60)
    x, wave = left + 108 * u, 5 * np.sin(9 * u + 0.6) * u
    folds = 0.45 + 0.012 * np.interp(np.arange(WIDTH), x, wave)
    texture = np.broadcast_to(folds, (HEIGHT, WIDTH)).astype(np.float32)
    for band, colour in enumerate(((0.78, 0.18, 0.16), (0.93, 0.91, 0.86), (0.16, 0.3, 0.6))):
        upper, lower = (list(zip(x, top + 22 * (band + k) + wave, strict=True)) for k in (0, 1))
        paint(picture, shape([*upper, *lower[::-1]]), colour, texture=texture)


def cottage() -> F32:
    """A house with lit windows by a lake at dusk, a flag on a pole."""
    picture = between((0.13, 0.19, 0.38), (0.85, 0.56, 0.42))
    hills = [(0, 265)] + [
        (x, 250 - 34 * np.sin(x / 95) - 16 * np.sin(x / 37)) for x in range(0, 721, 12)
    ]
    paint(
        picture,
        shape([*hills, (720, 300), (0, 300)], soft=1),
        (0.13, 0.16, 0.22),
        texture=0.4 + 0.2 * grain(71, 30),
    )
    paint(
        picture,
        shape([(0, 290), (720, 285), (720, 322), (0, 322)], soft=1),
        (0.10, 0.13, 0.09),
        texture=grain(72, 14),
    )
    wall = shape([(230, 205), (420, 205), (420, 305), (230, 305)])
    paint(picture, wall, (0.36, 0.27, 0.22), texture=0.35 + 0.3 * grain(73, 60, stretch=(3, 0.12)))
    paint(
        picture,
        shape([(372, 112), (400, 112), (400, 180), (372, 180)]),
        (0.3, 0.18, 0.15),
        texture=grain(74, 9),
    )
    paint(
        picture,
        shape([(210, 210), (325, 138), (440, 210)]),
        (0.17, 0.12, 0.13),
        texture=grain(75, 40, stretch=(2, 0.2)),
    )
    for x in (258, 352):
        paint(picture, shape([(x, 232), (x + 38, 232), (x + 38, 272), (x, 272)]), (1.0, 0.78, 0.38))
        paint(picture, line((x + 19, 232), (x + 19, 272), width=2), (0.2, 0.13, 0.1))
    paint(picture, line((560, 306), (560, 80), width=4), (0.8, 0.8, 0.8))
    _flag(picture, 562, 86)
    _sea(picture, 322, near=(0.1, 0.13, 0.24), far=(0.55, 0.4, 0.38), seed=76)
    mirror = cv2.GaussianBlur(picture[322 - 150 : 322][::-1], (0, 0), 1.0, sigmaY=2.5)
    picture[322:472] = 0.55 * mirror + 0.45 * picture[322:472]
    return picture


def wheel() -> F32:
    """A wheel with spokes on the wall of a barn."""
    picture = between((0.36, 0.2, 0.13), (0.26, 0.14, 0.09))
    boards = grain(81, 60, stretch=(0.4, 6.0))
    paint(picture, np.ones((HEIGHT, WIDTH), np.float32), (0.34, 0.17, 0.11), texture=boards)
    for x in range(30, WIDTH, 60):
        paint(picture, line((x, 0), (x, 420), width=3, soft=0.5), (0.12, 0.06, 0.04))
    ground = shape([(0, 408), (720, 408), (720, 480), (0, 480)], soft=2)
    paint(picture, ground, (0.3, 0.33, 0.14), texture=grain(82, 14, stretch=(0.7, 1.6)))
    rim = oval(360, 235, 165, 165) - oval(360, 235, 142, 142)
    iron = oval(360, 235, 170, 170) - oval(360, 235, 164, 164)
    hub = np.array([360.0, 235.0])
    for spoke in range(10):
        turn = np.pi * spoke / 5 + 0.2
        out = np.array([np.sin(turn), -np.cos(turn)])
        ends = [tuple(hub + far * out) for far in (16, 150)]
        paint(picture, line(*ends, width=10, soft=0.5), (0.78, 0.66, 0.44))
    paint(picture, rim, (0.72, 0.58, 0.36), texture=0.4 + 0.2 * grain(84, 20))
    paint(picture, iron, (0.14, 0.13, 0.13))
    paint(picture, oval(360, 235, 30, 30), (0.6, 0.44, 0.26))
    paint(picture, oval(360, 235, 12, 12), (0.15, 0.13, 0.12))
    return picture


def _cat_from_behind(picture: F32) -> None:
    """A dark cat that sits on the sill of a window and lets its tail hang down."""
    fur = (0.2, 0.17, 0.16)
    down = np.linspace(0.0, 1.0, 40)
    tail = zip(412 + 30 * np.sin(2.2 * down) + 20 * down**4, 330 + 118 * down, strict=True)
    paint(picture, line(*tail, width=17, soft=1), fur)
    paint(picture, oval(372, 282, 52, 62, soft=0.8), fur, texture=0.4 + 0.2 * grain(94, 10))
    paint(picture, oval(366, 228, 30, 30, soft=0.8), fur, texture=0.4 + 0.2 * grain(94, 10))
    paint(picture, oval(358, 195, 37, 33, soft=0.8), fur, texture=0.4 + 0.2 * grain(95, 10))
    for ear in ([(324, 190), (326, 148), (352, 168)], [(366, 167), (391, 148), (392, 190)]):
        paint(picture, shape(ear, soft=0.8), fur)


def window() -> F32:
    """A window by day with a cat on its sill and a curtain on its left."""
    picture = between((0.78, 0.72, 0.62), (0.68, 0.6, 0.5))
    paint(picture, 0.1 * grain(91, 80), (0.6, 0.52, 0.42))
    paint(picture, shape([(190, 30), (560, 30), (560, 340), (190, 340)]), (0.93, 0.91, 0.87))
    view = between((0.5, 0.7, 0.92), (0.85, 0.92, 0.95))
    trees = np.clip((np.arange(HEIGHT)[:, None] - 225 + 60 * grain(92, 120)) / 6, 0, 1)
    paint(view, trees.astype(np.float32), (0.24, 0.4, 0.2), texture=grain(93, 24))
    for left in (206, 382):
        pane = shape([(left, 46), (left + 162, 46), (left + 162, 324), (left, 324)])
        paint(picture, pane, view)
    paint(picture, shape([(160, 340), (590, 340), (600, 362), (150, 362)]), (0.86, 0.83, 0.77))
    _cat_from_behind(picture)
    paint(picture, line((70, 22), (660, 22), width=7), (0.3, 0.2, 0.13))
    folds = 0.5 + 0.3 * np.sin(np.arange(WIDTH, dtype=np.float32) / 7.5)
    texture = np.broadcast_to(folds, (HEIGHT, WIDTH)).astype(np.float32)
    cloth = shape([(100, 24), (250, 24), (262, 230), (238, 440), (92, 440)], soft=0.8)
    paint(picture, cloth, (0.72, 0.3, 0.24), texture=texture)
    return picture


def shutters() -> F32:
    """A window in a plastered wall, one of its two shutters closed."""
    picture = between((0.86, 0.74, 0.56), (0.76, 0.62, 0.45))
    paint(picture, 0.25 * grain(111, 50), (0.62, 0.47, 0.33))
    paint(picture, shape([(240, 70), (480, 70), (480, 410), (240, 410)]), (0.9, 0.87, 0.8))
    paint(picture, shape([(254, 84), (466, 84), (466, 396), (254, 396)]), (0.09, 0.1, 0.12))
    for bar in (((410, 84), (410, 396)), ((360, 240), (466, 240))):
        paint(picture, line(*bar, width=6), (0.88, 0.86, 0.8))
    paint(picture, shape([(226, 410), (494, 410), (502, 428), (218, 428)]), (0.8, 0.77, 0.7))
    for left in (254, 490):
        _shutter(picture, left)
    return picture


def _shutter(picture: F32, left: float) -> None:
    """One shutter with its slats."""
    right = left + 106
    leaf = shape([(left, 82), (right, 82), (right, 398), (left, 398)])
    paint(picture, leaf, (0.18, 0.4, 0.42), texture=0.4 + 0.2 * grain(112, 60, stretch=(0.3, 3)))
    for y in range(104, 384, 14):
        if abs(y - 239) > 9:
            paint(picture, line((left + 14, y), (right - 14, y), width=6), (0.1, 0.25, 0.27))
            paint(
                picture, line((left + 14, y + 5), (right - 14, y + 5), width=2), (0.3, 0.55, 0.56)
            )


def river() -> F32:
    """A river that winds from the hills through a meadow."""
    picture = between((0.42, 0.6, 0.86), (0.88, 0.93, 0.95))
    hills = [(0, 205)] + [(x, 165 - 38 * np.sin(x / 120 + 1)) for x in range(0, 721, 12)]
    hill = shape([*hills, (720, 230), (0, 230)], soft=1)
    paint(picture, hill, (0.3, 0.4, 0.36), texture=0.4 + 0.2 * grain(101, 40))
    meadow = shape([(0, 196), (720, 196), (720, 480), (0, 480)], soft=1.5)
    turf = grain(102, 60, stretch=(2.4, 0.35)) * 0.6 + grain(103, 12, stretch=(0.8, 1.4)) * 0.4
    paint(picture, meadow, (0.34, 0.48, 0.16), texture=turf)
    water = picture.copy()
    _sea(water, 190, near=(0.14, 0.3, 0.36), far=(0.6, 0.72, 0.8), seed=104)
    down = np.linspace(0.0, 1.0, 60)
    middle = 430 - 130 * np.sin(4.2 * down**0.7) * (0.25 + down)
    half, rows = 4 + 175 * down**1.5, 200 + 290 * down
    sides = [zip(middle + side * half, rows, strict=True) for side in (-1, 1)]
    bed = [*sides[0], *list(sides[1])[::-1]]
    paint(picture, shape([(x, y - 4) for x, y in bed], soft=3), (0.3, 0.27, 0.17))
    paint(picture, shape(bed, soft=1.5), water)
    return picture


SCENES: Final[dict[str, Callable[[], F32]]] = {
    "boat": boat,
    "campfire": campfire,
    "candle": candle,
    "clock": clock,
    "cottage": cottage,
    "neon": neon,
    "river": river,
    "room": room,
    "shutters": shutters,
    "waterfall": waterfall,
    "wheel": wheel,
    "windmill": windmill,
    "window": window,
}


def drawn(name: str) -> NDArray[np.uint8]:
    """One scene, (480, 720, 3) sRGB, with a film's grain."""
    picture = SCENES[name]()
    noise = np.random.default_rng(1).normal(0.0, 0.008, picture.shape)
    return np.asarray(np.clip(np.rint(255.0 * (picture + noise)), 0, 255), np.uint8)


def main() -> None:
    """Write all of them."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCENES:
        Image.fromarray(drawn(name)).save(folder / f"{name}.png")


if __name__ == "__main__":
    main()
