"""Things on a table or on cloth, from near, from above and from the side."""

from __future__ import annotations

import numpy as np

from training.synthetic.parts import (
    Scene,
    Supplies,
    camera_of,
    light_of,
    material_of,
    thing,
    uniform,
    waves_of,
)
from training.synthetic.raycast import Ball, Box, Camera, Ground, Pillar, Primitive, Relief


def table(supplies: Supplies) -> Scene:
    """A few things on a table, seen from above."""
    random = supplies.random
    level = uniform(supplies, 0.35, 0.8)
    camera = camera_of(supplies, pitch=(25.0, 82.0))
    ground = Ground(level=level, material=material_of(supplies, size=1.0, plain=0.8), kind="table")
    primitives: list[Primitive] = [ground]
    contact = []
    reach = float(level / np.tan(camera.pitch))
    if random.random() < 0.5 and np.degrees(camera.pitch) < 50:
        primitives.append(_wall(supplies, z=reach * uniform(supplies, 2.0, 4.0) + 1.0))
    for _ in range(random.integers(1, 7)):
        size = float(np.exp(random.uniform(np.log(0.03), np.log(0.3))))
        x, z = uniform(supplies, -0.3, 0.3), reach + uniform(supplies, -0.22, 0.25)
        if random.random() < 0.3:
            primitives.append(_flat(supplies, x=x, level=level, z=z, size=size))
        else:
            primitives.append(thing(supplies, x=x, level=level, z=z, size=size, kind="subject"))
        contact.append((x, z, size / 3))
    return primitives, camera, light_of(supplies, contact=contact)


def heap(supplies: Supplies) -> Scene:
    """A full table or cloth, from the side or from above, things of similar size close together.

    What counts is how high each one is: on a plain table seen from above nothing else tells it.
    """
    random = supplies.random
    level = uniform(supplies, 0.25, 0.7)
    camera = camera_of(supplies, pitch=(6.0, 85.0))
    primitives: list[Primitive] = [_cover(supplies, level)]
    if np.degrees(camera.pitch) < 40:
        reach = level / float(np.tan(max(camera.pitch, 0.25)))
        primitives.append(_wall(supplies, z=reach * uniform(supplies, 1.6, 5.0) + 0.6))
    contact = []
    usual = float(np.exp(random.uniform(np.log(0.04), np.log(0.22))))
    for _ in range(random.integers(3, 16)):
        x, z = _spot(supplies, camera, level)
        size = usual * float(np.exp(random.normal(0.0, 0.35)))
        which = random.random()
        if which < 0.4:
            primitives += _pile(supplies, x=x, level=level, z=z, size=size)
        elif which < 0.7:
            primitives.append(_flat(supplies, x=x, level=level, z=z, size=size))
        else:
            primitives.append(thing(supplies, x=x, level=level, z=z, size=size, kind="subject"))
        contact.append((x, z, size / 3))
    return primitives, camera, light_of(supplies, contact=contact)


def _cover(supplies: Supplies, level: float) -> Primitive:
    """A plain, patterned or folded surface."""
    which = supplies.random.random()
    cloth = material_of(supplies, size=uniform(supplies, 0.3, 1.2), plain=0.5)
    if which < 0.6:
        return Ground(level=level, material=cloth, kind="table")
    high = uniform(supplies, 0.004, 0.02)
    waves = waves_of(supplies, length=(0.08, 0.5), height=high, count=7)
    return Relief(level=level, waves=waves, material=cloth, kind="table")


def _wall(supplies: Supplies, *, z: float) -> Box:
    return Box(
        centre=(0.0, 0.0, z + 0.5), half=(9.0, 9.0, 0.5), yaw=uniform(supplies, -0.3, 0.3),
        material=material_of(supplies, size=2.0, plain=0.4), kind="room",
    )  # fmt: skip


def _spot(supplies: Supplies, camera: Camera, level: float) -> tuple[float, float]:
    """A place (x, z) on the ground that the camera sees."""
    down = uniform(supplies, -0.35, 0.5) * camera.height / (camera.width * camera.focal)
    slope = float(np.tan(max(camera.pitch + np.arctan(down), 0.12)))
    z = min(level / slope, 3.0) if slope > 0 else uniform(supplies, 0.0, 0.1)
    away = float(np.hypot(z, level))
    return uniform(supplies, -0.45, 0.45) * away / camera.focal, float(z)


def _flat(supplies: Supplies, *, x: float, level: float, z: float, size: float) -> Box:
    """Something flat or long that lies there: a tool, a book, a strip."""
    half = (
        size * uniform(supplies, 0.3, 1.3), size * uniform(supplies, 0.03, 0.2),
        size * uniform(supplies, 0.06, 0.8),
    )  # fmt: skip
    return Box(
        centre=(x, level - half[1], z), half=half, yaw=uniform(supplies, -1.6, 1.6),
        material=material_of(supplies, size=size, plain=0.5), kind="subject",
    )  # fmt: skip


def _pile(supplies: Supplies, *, x: float, level: float, z: float, size: float) -> list[Primitive]:
    """Boxes or rounds on one another, each smaller than the one below, with a ball or none."""
    found: list[Primitive] = []
    round_one = supplies.random.random() < 0.5
    wide = 0.5 * size
    for _ in range(supplies.random.integers(1, 4)):
        high = wide * uniform(supplies, 0.15, 0.9)
        cloth = material_of(supplies, size=size, plain=0.55)
        if round_one:
            found.append(
                Pillar(foot=(x, level, z), radius=wide, height=2 * high, material=cloth,
                       kind="subject")
            )  # fmt: skip
        else:
            half = (wide, high, wide * uniform(supplies, 0.4, 1.2))
            found.append(
                Box(centre=(x, level - high, z), half=half, yaw=uniform(supplies, -1.6, 1.6),
                    material=cloth, kind="subject")
            )  # fmt: skip
        level -= 2 * high
        wide *= uniform(supplies, 0.45, 1.0)
    if supplies.random.random() < 0.3:
        cloth = material_of(supplies, size=size, plain=0.55)
        found.append(
            Ball(centre=(x, level - 0.8 * wide, z), radius=0.8 * wide, material=cloth,
                 kind="subject")
        )  # fmt: skip
    return found
