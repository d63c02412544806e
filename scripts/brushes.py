"""What drawn pictures are painted with: shapes, lines, grain, glow; each mask is (H, W) in [0, 1].

Pictures are (H, W, 3) in [0, 1], 720 × 480.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
Colour = tuple[float, float, float]

WIDTH, HEIGHT = 720, 480
#: Shapes are drawn larger by this and averaged, so that edges are soft.
_FINER: Final = 3


def grain(seed: int, scale: float, *, stretch: tuple[float, float] = (1.0, 1.0)) -> F32:
    """Clouds of chance, (H, W) in [0, 1]: detail at ``scale`` pixels and at finer ones, weaker."""
    rng, total = np.random.default_rng(seed), np.zeros((HEIGHT, WIDTH))
    for octave in range(5):
        across = max(2, round(WIDTH / (scale / 2**octave * stretch[0])))
        down = max(2, round(HEIGHT / (scale / 2**octave * stretch[1])))
        small = rng.random((min(down, HEIGHT), min(across, WIDTH))).astype(np.float32)
        total += cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) / 2**octave
    low, high = np.percentile(total, (1, 99))
    return np.clip((total - low) / (high - low), 0.0, 1.0).astype(np.float32)


def between(top: Colour, bottom: Colour) -> F32:
    """A picture that goes from one colour to another."""
    share = np.linspace(0.0, 1.0, HEIGHT, dtype=np.float32)[:, None, None]
    rows = np.array(top, np.float32) * (1 - share) + np.array(bottom, np.float32) * share
    return np.broadcast_to(rows, (HEIGHT, WIDTH, 3)).astype(np.float32)


def shape(points: Sequence[tuple[float, float]], *, soft: float = 0.0) -> F32:
    """A filled outline, (H, W) in [0, 1]."""
    mask = np.zeros((HEIGHT * _FINER, WIDTH * _FINER), np.uint8)
    cv2.fillPoly(mask, [np.round(np.array(points) * _FINER).astype(np.int32)], 255)
    return _small(mask, soft)


def oval(x: float, y: float, across: float, down: float, *, soft: float = 0.0) -> F32:
    """A filled ellipse, (H, W) in [0, 1]."""
    turn = np.linspace(0.0, 2.0 * np.pi, 120)
    return shape(
        list(zip(x + across * np.cos(turn), y + down * np.sin(turn), strict=True)), soft=soft
    )


def line(*points: tuple[float, float], width: float, soft: float = 0.0) -> F32:
    """A line, (H, W) in [0, 1]."""
    mask = np.zeros((HEIGHT * _FINER, WIDTH * _FINER), np.uint8)
    path = [np.round(np.array(points) * _FINER).astype(np.int32)]
    cv2.polylines(mask, path, False, 255, max(1, round(width * _FINER)), cv2.LINE_AA)
    return _small(mask, soft)


def _small(mask: NDArray[np.uint8], soft: float) -> F32:
    small = cv2.resize(mask, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return np.asarray(cv2.GaussianBlur(small, (0, 0), soft) if soft else small, np.float32)


def paint(picture: F32, mask: F32, colour: Colour | F32, *, texture: F32 | None = None) -> None:
    """Lay a colour over a picture where a mask is, lighter and darker by a texture around 0.5."""
    own = np.asarray(colour, np.float32)
    if texture is not None:
        own = own * (0.55 + 0.9 * texture[..., None])
    picture[:] = picture * (1 - mask[..., None]) + own * mask[..., None]


def glow(picture: F32, x: float, y: float, *, reach: float, colour: Colour) -> None:
    """Light that falls on what is around a lamp or a flame."""
    rows, columns = np.ogrid[:HEIGHT, :WIDTH]
    away = np.hypot(columns - x, rows - y) / reach
    light = (1.0 / (1.0 + (2.2 * away) ** 2)).astype(np.float32)[..., None]
    picture += light * np.array(colour, np.float32) * (0.25 + picture)


def flame(picture: F32, x: float, foot: float, *, wide: float, high: float) -> None:
    """A flame: yellow around, white within, blue at its foot."""
    for share, colour in ((1.0, (1.0, 0.55, 0.12)), (0.72, (1.0, 0.82, 0.4)), (0.45, (1, 1, 0.9))):
        up = np.linspace(0.0, 1.0, 40)
        half = wide * share * np.sin(np.pi * up**0.75) ** 0.9 * (1 - 0.35 * up)
        y = foot - high * (0.05 + 0.95 * share * up)
        sides = [*zip(x - half, y, strict=True), *list(zip(x + half, y, strict=True))[::-1]]
        paint(picture, shape(sides, soft=1.5 + 2 * (1 - share)), colour)
