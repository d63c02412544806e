"""Meadows and waters before hills, and fronts of houses looked at from near."""

from __future__ import annotations

import cv2
import numpy as np

from training.synthetic.parts import (
    U8,
    Scene,
    Supplies,
    camera_of,
    figure,
    light_of,
    material_of,
    sky_of,
    thing,
    uniform,
    waves_of,
)
from training.synthetic.raycast import Box, CutOut, Ground, Material, Pillar, Primitive, Relief


def landscape(supplies: Supplies) -> Scene:
    """Ground or water, hills one behind the other, trees, sometimes a figure; haze far away."""
    random = supplies.random
    level = uniform(supplies, 0.7, 4.0)
    camera = camera_of(supplies, pitch=(-5, 16))
    wet = random.random() < 0.5
    primitives: list[Primitive] = [_water(supplies, level) if wet else _meadow(supplies, level)]
    for _ in range(random.integers(0, 4)):
        primitives.append(_hill(supplies, level))
    contact = []
    for _ in range(random.integers(0, 7)):
        z = float(np.exp(random.uniform(np.log(4.0), np.log(60.0))))
        primitives += _tree(supplies, x=uniform(supplies, -0.55, 0.55) * z, level=level, z=z)
    for _ in range(random.integers(0, 4)):
        z = float(np.exp(random.uniform(np.log(2.0), np.log(20.0))))
        x, size = uniform(supplies, -0.45, 0.45) * z, uniform(supplies, 0.3, 1.6)
        primitives.append(thing(supplies, x=x, level=level, z=z, size=size, kind="thing"))
        contact.append((x, z, size / 2))
    if supplies.cut_outs and random.random() < 0.5:
        z = uniform(supplies, 2.0, 9.0)
        height, x = uniform(supplies, 0.6, 1.9), uniform(supplies, -0.4, 0.4) * z
        primitives.append(figure(supplies, x=x, level=level, z=z, height=height))
        contact.append((x, z, height / 4))
    haze = float(np.exp(random.uniform(np.log(0.5), np.log(25.0))))
    calm = waves_of(supplies, length=(0.3, 4.0), height=uniform(supplies, 0.0, 0.02), count=12)
    sky = sky_of(supplies, camera)
    return (
        primitives, camera, light_of(supplies, sky=sky, contact=contact, haze=haze, ripples=calm)
    )  # fmt: skip


def facade(supplies: Supplies) -> Scene:
    """One or two buildings from near, looked up at or along, with ledges, over a street."""
    random = supplies.random
    level = uniform(supplies, 1.0, 2.0)
    camera = camera_of(supplies, pitch=(-32, 8))
    street = Ground(level=level, material=material_of(supplies, size=3.0, plain=0.5))
    primitives: list[Primitive] = [street]
    sides = (-1, 1) if random.random() < 0.35 else (random.choice((-1, 1)),)
    for side in sides:
        near = uniform(supplies, 2.5, 18.0)
        yaw = side * uniform(supplies, 0.0, 1.35)
        half = (uniform(supplies, 4, 25), uniform(supplies, 3, 25), uniform(supplies, 3, 10))
        # The middle of the front lies straight ahead or aside, the body behind it.
        x = side * uniform(supplies, 0.0, 0.7) * near
        centre = (
            x + float(np.sin(yaw)) * half[2],
            level - half[1],
            near + float(np.cos(yaw)) * half[2],
        )
        primitives.append(
            Box(
                centre=centre, half=half, yaw=yaw, kind="thing",
                material=material_of(supplies, size=uniform(supplies, 1.5, 6.0), plain=0.1),
            )
        )  # fmt: skip
        primitives += _ledges(supplies, centre=centre, half=half, yaw=yaw)
    for _ in range(random.integers(0, 4)):
        z = uniform(supplies, 1.5, 9.0)
        x = uniform(supplies, -0.45, 0.45) * z
        if random.random() < 0.4:
            primitives.append(
                Pillar(
                    foot=(x, level, z), radius=uniform(supplies, 0.04, 0.2), height=9.0,
                    material=material_of(supplies, size=1.0, plain=0.5), kind="thing",
                )
            )  # fmt: skip
        else:
            size = uniform(supplies, 0.5, 2.0)
            primitives.append(thing(supplies, x=x, level=level, z=z, size=size, kind="thing"))
    return primitives, camera, light_of(supplies, sky=sky_of(supplies, camera))


def _ledges(
    supplies: Supplies, *, centre: tuple[float, float, float],
    half: tuple[float, float, float], yaw: float,
) -> list[Primitive]:  # fmt: skip
    """Bands that stand out of a front at equal heights."""
    if supplies.random.random() < 0.5:
        return []
    step, out = uniform(supplies, 1.5, 4.0), uniform(supplies, 0.1, 0.5)
    stone = material_of(supplies, size=1.0, plain=0.7)
    foot = centre[1] + half[1]
    return [
        Box(
            centre=(centre[0], foot - step * (number + 1), centre[2]),
            half=(half[0] + out, 0.12, half[2] + out), yaw=yaw, material=stone, kind="thing",
        )
        for number in range(min(int(2 * half[1] / step), 8))
    ]  # fmt: skip


def _meadow(supplies: Supplies, level: float) -> Primitive:
    grass = material_of(supplies, size=uniform(supplies, 1.5, 6.0), plain=0.2)
    if supplies.random.random() < 0.4:
        return Ground(level=level, material=grass)
    high = level * uniform(supplies, 0.02, 0.1)
    return Relief(
        level=level, waves=waves_of(supplies, length=(3.0, 40.0), height=high, count=6),
        material=grass,
    )  # fmt: skip


def _water(supplies: Supplies, level: float) -> Ground:
    """A dark or green or blue surface whose shine comes from the sky."""
    random = supplies.random
    colour = np.array([random.uniform(5, 70), random.uniform(25, 100), random.uniform(35, 120)])
    noise = cv2.resize(random.normal(0, 7, (24, 48, 1)), (192, 96), interpolation=cv2.INTER_CUBIC)
    texture = np.clip(colour + noise[..., None], 0, 255).astype(np.uint8)
    return Ground(
        level=level, kind="water",
        material=Material(texture=texture, size=uniform(supplies, 1.0, 12.0)),
    )  # fmt: skip


def _hill(supplies: Supplies, level: float) -> CutOut:
    """A far ridge, upright and covered with a photo's texture."""
    random = supplies.random
    z = float(np.exp(random.uniform(np.log(15.0), np.log(900.0))))
    wide = z * uniform(supplies, 2.5, 5.0)
    height = z * float(np.exp(random.uniform(np.log(0.03), np.log(0.5))))
    columns = 600
    rows = max(int(columns * height / wide), 8)
    waves = sum(
        random.normal(0, 1 / k) * np.sin(np.linspace(0, k * 6.3, columns) + random.uniform(0, 6.3))
        for k in (1, 2, 3, 5, 8, 13, 21, 34, 55)
    )
    ridge = 0.15 + 0.8 * (waves - waves.min()) / max(float(np.ptp(waves)), 1e-6)
    part = material_of(supplies, size=1.0, plain=0.25).texture
    texture = cv2.resize(_tiled(part, (rows, columns)), (columns, rows))
    alpha = np.arange(rows)[::-1, None] / rows < ridge[None]
    rgba = np.dstack([texture, np.where(alpha, 255, 0).astype(np.uint8)])
    x = uniform(supplies, -0.5, 0.5) * z
    return CutOut(foot=(x, level, z), height=height, material=Material(texture=rgba), kind="thing")


def _tiled(part: U8, shape: tuple[int, int]) -> U8:
    """A texture that goes on to the right, mirrored."""
    pair = np.concatenate([part, part[:, ::-1]], axis=1)
    count = -(-shape[1] // pair.shape[1])
    whole = np.concatenate([pair] * count, axis=1)[:, : shape[1]]
    return np.asarray(whole[: max(shape[0], 2)], dtype=np.uint8)


def _tree(supplies: Supplies, *, x: float, level: float, z: float) -> list[Primitive]:
    """A trunk with a crown whose outline is ragged."""
    random = supplies.random
    tall = uniform(supplies, 1.5, 9.0)
    side = 96
    axis = np.linspace(-1, 1, side)
    across, down = np.meshgrid(axis, axis)
    ragged = cv2.resize(
        random.normal(0, 0.28, (14, 14)), (side, side), interpolation=cv2.INTER_CUBIC
    )
    alpha = np.hypot(across, down) + ragged < 0.8
    leaves = cv2.resize(material_of(supplies, size=1.0, plain=0.1).texture, (side, side))
    crown = np.dstack([leaves, np.where(alpha, 255, 0).astype(np.uint8)])
    bark = material_of(supplies, size=0.6, plain=0.6)
    return [
        Pillar(
            foot=(x, level, z), radius=0.03 * tall, height=0.55 * tall, material=bark, kind="thing"
        ),
        CutOut(
            foot=(x, level - 0.3 * tall, z), height=0.7 * tall,
            material=Material(texture=crown), kind="thing",
        ),
    ]  # fmt: skip
