"""What random scenes are put together from: materials, cameras, light, things, skies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.synthetic.raycast import (
    Ball,
    Box,
    Camera,
    CutOut,
    Lighting,
    Material,
    Pillar,
    Primitive,
    Wave,
)

U8 = NDArray[np.uint8]
Picture = Callable[[], U8]
Scene = tuple[list[Primitive], Camera, Lighting]

#: Size of the pictures, (width, height), either way round.
SIZES: Final = ((320, 240), (336, 224), (240, 320))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Supplies:
    """What scenes are made from."""

    random: np.random.Generator
    photo: Picture  # a random photo, (h, w, 3)
    cut_outs: Sequence[U8]  # (h, w, 4) figures


def uniform(supplies: Supplies, low: float, high: float) -> float:
    """A number between the bounds."""
    return float(supplies.random.uniform(low, high))


def material_of(supplies: Supplies, *, size: float, plain: float) -> Material:
    """Part of a photo, or with the chance ``plain`` nearly one colour."""
    random, photo = supplies.random, supplies.photo()
    height, width = photo.shape[:2]
    side = int(random.uniform(0.15, 0.6) * min(height, width)) + 8
    y, x = random.integers(0, height - side + 1), random.integers(0, width - side + 1)
    part = photo[y : y + side, x : x + side]
    if random.random() < plain:
        colour = part.reshape(-1, 3).mean(axis=0)
        if random.random() < 0.5:
            colour = colour.mean() + random.uniform(-25, 25, 3) + random.uniform(0, 60)
        weak = random.uniform(0.0, 0.25)
        noise = random.normal(0.0, random.uniform(0, 4), part.shape)
        part = np.clip(colour + weak * (part - part.mean(axis=(0, 1))) + noise, 5, 250)
    part = cv2.resize(part.astype(np.uint8), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return Material(texture=part, size=size * float(random.uniform(0.5, 1.5)))


def camera_of(supplies: Supplies, *, pitch: tuple[float, float]) -> Camera:
    """A camera whose pitch, in degrees downwards, lies between the bounds."""
    random = supplies.random
    width, height = SIZES[random.choice(len(SIZES), p=(0.5, 0.25, 0.25))]
    return Camera(
        width=width,
        height=height,
        focal=uniform(supplies, 0.65, 1.3) * (1.3 if height > width else 1.0),
        pitch=float(np.radians(random.uniform(*pitch))),
        roll=float(np.radians(random.normal(0.0, 2.5))),
    )


def light_of(
    supplies: Supplies, *, sky: U8 | None = None,
    contact: Sequence[tuple[float, float, float]] = (), haze: float = 0.0,
    ripples: tuple[Wave, ...] = (),
) -> Lighting:  # fmt: skip
    """Light from a random side; with a sky, no lamp's pool."""
    random = supplies.random
    direction = np.array([random.normal(0, 0.6), -random.uniform(0.4, 1.2), -random.uniform(0, 1)])
    return Lighting(
        direction=(direction / np.linalg.norm(direction)).astype(np.float32),
        ambient=uniform(supplies, 0.4, 0.85),
        sky=sky,
        dark_corners=uniform(supplies, 0.0, 0.35),
        pool=_pool(supplies) if sky is None and random.random() < 0.6 else None,
        contact=tuple(contact),
        haze=haze,
        ripples=ripples,
    )


def waves_of(
    supplies: Supplies, *, length: tuple[float, float], height: float, count: int
) -> tuple[Wave, ...]:
    """Random waves; shorter ones are lower, and none is steep.

    Args:
        supplies: where chance comes from.
        length: of the shortest and the longest wave, metres.
        height: of the longest, metres.
        count: how many.
    """
    random = supplies.random
    found = []
    for _ in range(count):
        long = float(np.exp(random.uniform(np.log(length[0]), np.log(length[1]))))
        angle, rate = uniform(supplies, 0.0, 2 * np.pi), 2 * np.pi / long
        high = height * (long / length[1]) * uniform(supplies, 0.3, 1.0)
        across, along = rate * float(np.cos(angle)), rate * float(np.sin(angle))
        found.append(
            Wave(across=across, along=along, height=high, shift=uniform(supplies, 0.0, 2 * np.pi))
        )
    return tuple(found)


def _pool(supplies: Supplies) -> tuple[float, float, float, float]:
    """Where a lamp's light falls in the picture: x, y, radius and how dark it is elsewhere."""
    random = supplies.random
    x, y = random.uniform(-0.8, 0.8, 2)
    return float(x), float(y), uniform(supplies, 0.5, 1.6), uniform(supplies, 0.1, 0.75)


def thing(
    supplies: Supplies, *, x: float, level: float, z: float, size: float, kind: str
) -> Primitive:
    """Something of about this size (metres) that stands on the ground at (x, z)."""
    random = supplies.random
    material = material_of(supplies, size=size, plain=0.45)
    which = random.random()
    if which < 0.45:
        half = size * random.uniform(0.2, 0.6, 3)
        centre = (x, level - float(half[1]), z + float(half[2]))
        yaw = uniform(supplies, -0.8, 0.8)
        return Box(
            centre=centre, half=(float(half[0]), float(half[1]), float(half[2])),
            yaw=yaw, material=material, kind=kind,
        )  # fmt: skip
    if which < 0.7:
        radius = size * uniform(supplies, 0.1, 0.4)
        height = size * uniform(supplies, 0.3, 1.2)
        return Pillar(
            foot=(x, level, z), radius=radius, height=height, material=material, kind=kind
        )
    radius = size * uniform(supplies, 0.2, 0.45)
    return Ball(centre=(x, level - radius, z), radius=radius, material=material, kind=kind)


def figure(supplies: Supplies, *, x: float, level: float, z: float, height: float) -> CutOut:
    """A cut-out of so many metres that stands on the ground at (x, z)."""
    cut_out = supplies.cut_outs[supplies.random.integers(len(supplies.cut_outs))]
    if supplies.random.random() < 0.5:
        cut_out = cut_out[:, ::-1]
    return CutOut(foot=(x, level, z), height=height, material=Material(texture=cut_out))


def sky_of(supplies: Supplies, camera: Camera) -> U8:
    """A gradient of a sky's colours with soft clouds, or a dull one."""
    random = supplies.random
    top = np.array([random.uniform(40, 190), random.uniform(110, 200), random.uniform(170, 250)])
    low = np.array([random.uniform(170, 250), random.uniform(180, 245), random.uniform(190, 250)])
    if random.random() < 0.3:
        top = np.full(3, random.uniform(120, 240)) + random.uniform(-8, 8, 3)
    if random.random() < 0.15:
        low = np.array(
            [random.uniform(220, 255), random.uniform(130, 200), random.uniform(80, 160)]
        )
    rows = np.linspace(0, 1, camera.height)[:, None, None] ** random.uniform(0.6, 1.6)
    sky = np.repeat(top + rows * (low - top), camera.width, axis=1)
    if random.random() < 0.6:
        clouds = np.zeros((camera.height, camera.width))
        for octave in (4, 8, 16, 32):
            grid = random.random((octave // 2 + 1, octave + 1))
            size = (camera.width, camera.height)
            clouds += cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC) / octave**0.7
        clouds = np.clip((clouds / clouds.max() - random.uniform(0.4, 0.8)) * 4, 0, 1)[..., None]
        sky = sky + clouds * 0.8 * (random.uniform(190, 255) - sky)
    return np.clip(sky + random.normal(0, 1.5, sky.shape), 0, 255).astype(np.uint8)
