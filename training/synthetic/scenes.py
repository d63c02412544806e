"""Random rooms, streets and table-tops for the ray caster."""

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
    Ground,
    Lighting,
    Material,
    Pillar,
    Primitive,
    Rendering,
    render,
)

U8 = NDArray[np.uint8]
Picture = Callable[[], U8]

#: Size of the pictures, (width, height), either way round.
SIZES: Final = ((256, 192), (264, 176), (192, 256))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Supplies:
    """What scenes are made from."""

    random: np.random.Generator
    photo: Picture  # a random photo, (h, w, 3)
    cut_outs: Sequence[U8]  # (h, w, 4) figures


def random_scene(supplies: Supplies) -> tuple[Rendering, list[str]]:
    """A picture, its exact disparity, and the kind of each primitive that its `kinds` index."""
    chosen = supplies.random.choice(3, p=(0.4, 0.27, 0.33))
    primitives, camera, light = (_room, _street, _table)[chosen](supplies)
    return render(primitives, camera, light), [primitive.kind for primitive in primitives]


def _uniform(supplies: Supplies, low: float, high: float) -> float:
    return float(supplies.random.uniform(low, high))


def _material(supplies: Supplies, *, size: float, plain: float) -> Material:
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


def _camera(supplies: Supplies, *, pitch: tuple[float, float]) -> Camera:
    random = supplies.random
    width, height = SIZES[random.choice(len(SIZES), p=(0.5, 0.25, 0.25))]
    return Camera(
        width=width,
        height=height,
        focal=_uniform(supplies, 0.65, 1.3) * (1.3 if height > width else 1.0),
        pitch=float(np.radians(random.uniform(*pitch))),
        roll=float(np.radians(random.normal(0.0, 2.5))),
    )


def _light(
    supplies: Supplies, *, sky: U8 | None = None, contact: Sequence[tuple[float, float, float]] = ()
) -> Lighting:
    random = supplies.random
    direction = np.array([random.normal(0, 0.6), -random.uniform(0.4, 1.2), -random.uniform(0, 1)])
    return Lighting(
        direction=(direction / np.linalg.norm(direction)).astype(np.float32),
        ambient=_uniform(supplies, 0.4, 0.85),
        sky=sky,
        dark_corners=_uniform(supplies, 0.0, 0.35),
        pool=_pool(supplies) if sky is None and random.random() < 0.6 else None,
        contact=tuple(contact),
    )


def _pool(supplies: Supplies) -> tuple[float, float, float, float]:
    """Where a lamp's light falls in the picture: x, y, radius and how dark it is elsewhere."""
    random = supplies.random
    x, y = random.uniform(-0.8, 0.8, 2)
    return float(x), float(y), _uniform(supplies, 0.5, 1.6), _uniform(supplies, 0.1, 0.75)


def _object(
    supplies: Supplies, *, x: float, level: float, z: float, size: float, kind: str
) -> Primitive:
    """Something of about this size (metres) that stands on the ground at (x, z)."""
    random = supplies.random
    material = _material(supplies, size=size, plain=0.45)
    which = random.random()
    if which < 0.45:
        half = size * random.uniform(0.2, 0.6, 3)
        centre = (x, level - float(half[1]), z + float(half[2]))
        yaw = _uniform(supplies, -0.8, 0.8)
        return Box(
            centre=centre, half=(float(half[0]), float(half[1]), float(half[2])),
            yaw=yaw, material=material, kind=kind,
        )  # fmt: skip
    if which < 0.7:
        radius = size * _uniform(supplies, 0.1, 0.4)
        height = size * _uniform(supplies, 0.3, 1.2)
        return Pillar(
            foot=(x, level, z), radius=radius, height=height, material=material, kind=kind
        )
    radius = size * _uniform(supplies, 0.2, 0.45)
    return Ball(centre=(x, level - radius, z), radius=radius, material=material, kind=kind)


def _figure(supplies: Supplies, *, x: float, level: float, z: float, height: float) -> CutOut:
    cut_out = supplies.cut_outs[supplies.random.integers(len(supplies.cut_outs))]
    if supplies.random.random() < 0.5:
        cut_out = cut_out[:, ::-1]
    return CutOut(foot=(x, level, z), height=height, material=Material(texture=cut_out))


def _block(
    centre: tuple[float, float, float], half: tuple[float, float, float], *, yaw: float,
    material: Material,
) -> Box:  # fmt: skip
    return Box(centre=centre, half=half, yaw=yaw, material=material, kind="thing")


def _furniture(supplies: Supplies, *, x: float, level: float, z: float) -> list[Primitive]:
    """A table with things on it, a seat with a back and arms, or a shelf with boards."""
    which = supplies.random.choice(3, p=(0.45, 0.35, 0.2))
    yaw = _uniform(supplies, -0.9, 0.9)
    return (_desk, _seat, _shelf)[which](supplies, x, level, z, yaw)


def _turned(x: float, z: float, yaw: float, across: float, along: float) -> tuple[float, float]:
    """Where a point of a turned piece lies; as `Box` turns its own axes."""
    cos, sin = float(np.cos(yaw)), float(np.sin(yaw))
    return x + cos * across + sin * along, z - sin * across + cos * along


def _desk(supplies: Supplies, x: float, level: float, z: float, yaw: float) -> list[Primitive]:
    wide, deep = _uniform(supplies, 0.3, 1.0), _uniform(supplies, 0.25, 0.5)
    tall, thick = _uniform(supplies, 0.4, 0.9), _uniform(supplies, 0.015, 0.04)
    wood, leg = (_material(supplies, size=1.0, plain=0.6) for _ in range(2))
    top = level - tall
    found: list[Primitive] = [
        _block((x, top + thick, z), (wide, thick, deep), yaw=yaw, material=wood)
    ]
    radius = _uniform(supplies, 0.015, 0.05)
    for across in (-0.9 * wide, 0.9 * wide):
        for along in (-0.9 * deep, 0.9 * deep):
            foot = _turned(x, z, yaw, across, along)
            found.append(
                Pillar(
                    foot=(foot[0], level, foot[1]), radius=radius, height=tall - thick,
                    material=leg, kind="thing",
                )
            )  # fmt: skip
    for _ in range(supplies.random.integers(0, 4)):
        place = _turned(
            x, z, yaw, _uniform(supplies, -0.7, 0.7) * wide, _uniform(supplies, -0.7, 0.4) * deep
        )
        size = _uniform(supplies, 0.12, 0.4)
        found.append(_object(supplies, x=place[0], level=top, z=place[1], size=size, kind="thing"))
    return found


def _seat(supplies: Supplies, x: float, level: float, z: float, yaw: float) -> list[Primitive]:
    cloth = _material(supplies, size=0.8, plain=0.5)
    wide, deep = _uniform(supplies, 0.22, 1.0), _uniform(supplies, 0.22, 0.45)
    seat, back = _uniform(supplies, 0.18, 0.26), _uniform(supplies, 0.35, 0.6)
    away = deep if supplies.random.random() < 0.75 else -deep  # the back may be turned to us
    behind = _turned(x, z, yaw, 0.0, away)
    found: list[Primitive] = [
        _block((x, level - seat, z), (wide, seat, deep), yaw=yaw, material=cloth),
        _block((behind[0], level - back, behind[1]), (wide, back, 0.08), yaw=yaw, material=cloth),
    ]
    if supplies.random.random() < 0.6:
        for side in (-wide, wide):
            arm = _turned(x, z, yaw, side, 0.0)
            tall = seat + 0.08
            found.append(
                _block((arm[0], level - tall, arm[1]), (0.07, tall, deep), yaw=yaw, material=cloth)
            )
    return found


def _shelf(supplies: Supplies, x: float, level: float, z: float, yaw: float) -> list[Primitive]:
    wood = _material(supplies, size=1.0, plain=0.7)
    wide, deep = _uniform(supplies, 0.3, 0.7), _uniform(supplies, 0.12, 0.22)
    boards, gap = int(supplies.random.integers(2, 6)), _uniform(supplies, 0.28, 0.42)
    tall = boards * gap / 2
    found: list[Primitive] = []
    for side in (-wide, wide):
        end = _turned(x, z, yaw, side, 0.0)
        found.append(
            _block((end[0], level - tall, end[1]), (0.02, tall, deep), yaw=yaw, material=wood)
        )
    behind = _turned(x, z, yaw, 0.0, deep)
    found.append(
        _block((behind[0], level - tall, behind[1]), (wide, tall, 0.01), yaw=yaw, material=wood)
    )
    for board in range(boards + 1):
        height = level - gap * board
        found.append(_block((x, height, z), (wide, 0.015, deep), yaw=yaw, material=wood))
        if supplies.random.random() < 0.5:
            size = _uniform(supplies, 0.1, 0.22)
            across = _uniform(supplies, -0.6, 0.6) * wide
            place = _turned(x, z, yaw, across, -0.3 * deep)
            found.append(
                _object(supplies, x=place[0], level=height, z=place[1], size=size, kind="thing")
            )
    return found


def _room(supplies: Supplies) -> tuple[list[Primitive], Camera, Lighting]:
    random = supplies.random
    level = _uniform(supplies, 0.9, 1.8)  # metres from the floor to the camera
    wide, deep = random.uniform(1.3, 3.5), random.uniform(2.0, 8.0)
    tall = _uniform(supplies, 2.3, 3.4)
    yaw = _uniform(supplies, -0.7, 0.7)
    middle = (
        float(random.uniform(-0.6, 0.6) * wide), level - tall / 2, float(deep / 2 - 0.3)
    )  # fmt: skip
    walls = Box(
        centre=middle, half=(float(wide), tall / 2, float(deep / 2 + 0.6)), yaw=yaw, inside=True,
        material=_material(supplies, size=2.5, plain=0.7), kind="room",
        walls=(
            _material(supplies, size=2.0, plain=0.9), _material(supplies, size=1.2, plain=0.5)
        ),
    )  # fmt: skip
    primitives: list[Primitive] = [walls]
    for _ in range(random.integers(0, 5)):
        z = _uniform(supplies, 1.0, max(1.6, deep - 0.4))
        x = _uniform(supplies, -0.8, 0.8) * float(wide)
        primitives += _furniture(supplies, x=x, level=level, z=z)
    for _ in range(random.integers(0, 5)):
        z = _uniform(supplies, 0.9, max(1.2, deep - 0.6))
        x = _uniform(supplies, -0.9, 0.9) * float(wide)
        primitives.append(
            _object(
                supplies, x=x, level=level, z=z, size=_uniform(supplies, 0.4, 1.3), kind="thing"
            )
        )
    for _ in range(random.integers(0, 4)):  # pictures and shelves
        half = (_uniform(supplies, 0.1, 0.6), _uniform(supplies, 0.1, 0.6), 0.03)
        x, z = _uniform(supplies, -0.8, 0.8) * float(wide), float(deep) * _uniform(supplies, 0.6, 1)
        primitives.append(
            Box(
                centre=(x, _uniform(supplies, -1.0, 0.2), z), half=half, yaw=yaw,
                material=_material(supplies, size=0.7, plain=0.2), kind="thing",
            )
        )  # fmt: skip
    if supplies.cut_outs and random.random() < 0.35:
        z = _uniform(supplies, 1.2, max(1.5, 0.7 * float(deep)))
        height = _uniform(supplies, 0.5, 1.7)
        primitives.append(
            _figure(supplies, x=_uniform(supplies, -0.4, 0.4) * z, level=level, z=z, height=height)
        )
    return primitives, _camera(supplies, pitch=(-8, 28)), _light(supplies)


def _sky(supplies: Supplies, camera: Camera) -> U8:
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


def _street(supplies: Supplies) -> tuple[list[Primitive], Camera, Lighting]:
    random = supplies.random
    level = _uniform(supplies, 0.5, 2.2)
    ground = Ground(level=level, material=_material(supplies, size=4.0, plain=0.35))
    primitives: list[Primitive] = [ground]
    contact = []
    aside = _uniform(supplies, 4.0, 12.0)
    for side in (-1, 1):
        if random.random() < 0.6:
            for step in range(random.integers(1, 4)):
                half = (3.0, _uniform(supplies, 1.5, 8.0), _uniform(supplies, 2.0, 6.0))
                centre = (side * (aside + 3.0), level - half[1], 6.0 + 12.0 * step)
                primitives.append(
                    Box(
                        centre=centre, half=half, yaw=_uniform(supplies, -0.1, 0.1),
                        material=_material(supplies, size=6.0, plain=0.1), kind="thing",
                    )
                )  # fmt: skip
    for _ in range(random.integers(2, 8)):
        z = float(np.exp(random.uniform(np.log(2.5), np.log(30.0))))
        x = _uniform(supplies, -0.5, 0.5) * z
        if random.random() < 0.3:
            primitives.append(
                Pillar(
                    foot=(x, level, z), radius=_uniform(supplies, 0.05, 0.3), height=9.0,
                    material=_material(supplies, size=1.0, plain=0.4), kind="thing",
                )
            )  # fmt: skip
            continue
        size = _uniform(supplies, 0.6, 2.6)
        primitives.append(_object(supplies, x=x, level=level, z=z, size=size, kind="thing"))
        contact.append((x, z, size / 2))
    if supplies.cut_outs and random.random() < 0.7:
        z = _uniform(supplies, 2.5, 8.0)
        x, height = _uniform(supplies, -0.4, 0.4) * z, _uniform(supplies, 0.8, 1.9)
        primitives.append(_figure(supplies, x=x, level=level, z=z, height=height))
        contact.append((x, z, height / 4))
    camera = _camera(supplies, pitch=(-6, 14))
    return primitives, camera, _light(supplies, sky=_sky(supplies, camera), contact=contact)


def _table(supplies: Supplies) -> tuple[list[Primitive], Camera, Lighting]:
    """Things on a table, seen from above."""
    random = supplies.random
    level = _uniform(supplies, 0.35, 0.8)
    pitch = (25.0, 82.0)
    camera = _camera(supplies, pitch=pitch)
    table = Ground(level=level, material=_material(supplies, size=1.0, plain=0.8), kind="table")
    primitives: list[Primitive] = [table]
    contact = []
    reach = level / np.tan(camera.pitch)
    if random.random() < 0.5 and np.degrees(camera.pitch) < 50:
        primitives.append(
            Box(
                centre=(0.0, 0.0, float(reach) * _uniform(supplies, 2.0, 4.0) + 1.0),
                half=(9.0, 9.0, 0.5), yaw=_uniform(supplies, -0.3, 0.3),
                material=_material(supplies, size=2.0, plain=0.4), kind="room",
            )
        )  # fmt: skip
    for _ in range(random.integers(1, 7)):
        size = float(np.exp(random.uniform(np.log(0.03), np.log(0.3))))
        x, z = _uniform(supplies, -0.3, 0.3), float(reach) + _uniform(supplies, -0.22, 0.25)
        if random.random() < 0.3:  # something flat or long that lies there
            flat = (size * _uniform(supplies, 0.5, 1.3), size * _uniform(supplies, 0.04, 0.2))
            half = (flat[0], flat[1], size * _uniform(supplies, 0.08, 0.8))
            primitives.append(
                Box(
                    centre=(x, level - half[1], z), half=half, yaw=_uniform(supplies, -1.6, 1.6),
                    material=_material(supplies, size=size, plain=0.5), kind="subject",
                )
            )  # fmt: skip
        else:
            primitives.append(_object(supplies, x=x, level=level, z=z, size=size, kind="subject"))
        contact.append((x, z, size / 3))
    return primitives, camera, _light(supplies, contact=contact)
