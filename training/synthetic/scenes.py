"""Random rooms, streets and table-tops for the ray caster."""

from __future__ import annotations

from typing import Final

import numpy as np

from training.synthetic.furniture import furniture
from training.synthetic.outdoors import facade, landscape
from training.synthetic.parts import (
    Scene,
    Supplies,
    camera_of,
    figure,
    light_of,
    material_of,
    sky_of,
    thing,
    uniform,
)
from training.synthetic.raycast import Box, Ground, Pillar, Primitive, Rendering, render
from training.synthetic.tabletop import heap, table


def random_scene(supplies: Supplies) -> tuple[Rendering, list[str]]:
    """A picture, its exact disparity, and the kind of each primitive that its `kinds` index."""
    chosen = supplies.random.choice(len(_MAKERS), p=[share for _, share in _MAKERS])
    primitives, camera, light = _MAKERS[chosen][0](supplies)
    return render(primitives, camera, light), [primitive.kind for primitive in primitives]


def _room(supplies: Supplies) -> Scene:
    random = supplies.random
    level = uniform(supplies, 0.9, 1.8)  # metres from the floor to the camera
    wide, deep = random.uniform(1.3, 3.5), random.uniform(2.0, 8.0)
    tall = uniform(supplies, 2.3, 3.4)
    yaw = uniform(supplies, -0.7, 0.7)
    middle = (
        float(random.uniform(-0.6, 0.6) * wide), level - tall / 2, float(deep / 2 - 0.3)
    )  # fmt: skip
    walls = Box(
        centre=middle, half=(float(wide), tall / 2, float(deep / 2 + 0.6)), yaw=yaw, inside=True,
        material=material_of(supplies, size=2.5, plain=0.7), kind="room",
        walls=(
            material_of(supplies, size=2.0, plain=0.9), material_of(supplies, size=1.2, plain=0.5)
        ),
    )  # fmt: skip
    primitives: list[Primitive] = [walls]
    for _ in range(random.integers(0, 5)):
        z = uniform(supplies, 1.0, max(1.6, deep - 0.4))
        x = uniform(supplies, -0.8, 0.8) * float(wide)
        primitives += furniture(supplies, x=x, level=level, z=z)
    for _ in range(random.integers(0, 5)):
        z = uniform(supplies, 0.9, max(1.2, deep - 0.6))
        x = uniform(supplies, -0.9, 0.9) * float(wide)
        primitives.append(
            thing(supplies, x=x, level=level, z=z, size=uniform(supplies, 0.4, 1.3), kind="thing")
        )
    for _ in range(random.integers(0, 4)):  # pictures and shelves
        half = (uniform(supplies, 0.1, 0.6), uniform(supplies, 0.1, 0.6), 0.03)
        x, z = uniform(supplies, -0.8, 0.8) * float(wide), float(deep) * uniform(supplies, 0.6, 1)
        primitives.append(
            Box(
                centre=(x, uniform(supplies, -1.0, 0.2), z), half=half, yaw=yaw,
                material=material_of(supplies, size=0.7, plain=0.2), kind="thing",
            )
        )  # fmt: skip
    if supplies.cut_outs and random.random() < 0.35:
        z = uniform(supplies, 1.2, max(1.5, 0.7 * float(deep)))
        height = uniform(supplies, 0.5, 1.7)
        primitives.append(
            figure(supplies, x=uniform(supplies, -0.4, 0.4) * z, level=level, z=z, height=height)
        )
    return primitives, camera_of(supplies, pitch=(-8, 28)), light_of(supplies)


def _street(supplies: Supplies) -> Scene:
    random = supplies.random
    level = uniform(supplies, 0.5, 2.2)
    ground = Ground(level=level, material=material_of(supplies, size=4.0, plain=0.35))
    primitives: list[Primitive] = [ground]
    contact = []
    aside = uniform(supplies, 4.0, 12.0)
    for side in (-1, 1):
        if random.random() < 0.6:
            for step in range(random.integers(1, 4)):
                half = (3.0, uniform(supplies, 1.5, 8.0), uniform(supplies, 2.0, 6.0))
                centre = (side * (aside + 3.0), level - half[1], 6.0 + 12.0 * step)
                primitives.append(
                    Box(
                        centre=centre, half=half, yaw=uniform(supplies, -0.1, 0.1),
                        material=material_of(supplies, size=6.0, plain=0.1), kind="thing",
                    )
                )  # fmt: skip
    for _ in range(random.integers(2, 8)):
        z = float(np.exp(random.uniform(np.log(2.5), np.log(30.0))))
        x = uniform(supplies, -0.5, 0.5) * z
        if random.random() < 0.3:
            primitives.append(
                Pillar(
                    foot=(x, level, z), radius=uniform(supplies, 0.05, 0.3), height=9.0,
                    material=material_of(supplies, size=1.0, plain=0.4), kind="thing",
                )
            )  # fmt: skip
            continue
        size = uniform(supplies, 0.6, 2.6)
        primitives.append(thing(supplies, x=x, level=level, z=z, size=size, kind="thing"))
        contact.append((x, z, size / 2))
    if supplies.cut_outs and random.random() < 0.7:
        z = uniform(supplies, 2.5, 8.0)
        x, height = uniform(supplies, -0.4, 0.4) * z, uniform(supplies, 0.8, 1.9)
        primitives.append(figure(supplies, x=x, level=level, z=z, height=height))
        contact.append((x, z, height / 4))
    camera = camera_of(supplies, pitch=(-6, 14))
    return primitives, camera, light_of(supplies, sky=sky_of(supplies, camera), contact=contact)


#: What makes a scene, and how often.
_MAKERS: Final = (
    (_room, 0.28), (_street, 0.14), (table, 0.14), (heap, 0.18), (landscape, 0.16), (facade, 0.1)
)  # fmt: skip
