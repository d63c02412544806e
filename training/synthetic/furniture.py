"""Tables with things on them, seats and shelves."""

from __future__ import annotations

import numpy as np

from training.synthetic.parts import Supplies, material_of, thing, uniform
from training.synthetic.raycast import Box, Material, Pillar, Primitive


def furniture(supplies: Supplies, *, x: float, level: float, z: float) -> list[Primitive]:
    """A table with things on it, a seat with a back and arms, or a shelf with boards."""
    which = supplies.random.choice(3, p=(0.45, 0.35, 0.2))
    yaw = uniform(supplies, -0.9, 0.9)
    return (_desk, _seat, _shelf)[which](supplies, x, level, z, yaw)


def _block(
    centre: tuple[float, float, float], half: tuple[float, float, float], *, yaw: float,
    material: Material,
) -> Box:  # fmt: skip
    return Box(centre=centre, half=half, yaw=yaw, material=material, kind="thing")


def _turned(x: float, z: float, yaw: float, across: float, along: float) -> tuple[float, float]:
    """Where a point of a turned piece lies; as `Box` turns its own axes."""
    cos, sin = float(np.cos(yaw)), float(np.sin(yaw))
    return x + cos * across + sin * along, z - sin * across + cos * along


def _desk(supplies: Supplies, x: float, level: float, z: float, yaw: float) -> list[Primitive]:
    wide, deep = uniform(supplies, 0.3, 1.0), uniform(supplies, 0.25, 0.5)
    tall, thick = uniform(supplies, 0.4, 0.9), uniform(supplies, 0.015, 0.04)
    wood, leg = (material_of(supplies, size=1.0, plain=0.6) for _ in range(2))
    top = level - tall
    found: list[Primitive] = [
        _block((x, top + thick, z), (wide, thick, deep), yaw=yaw, material=wood)
    ]
    radius = uniform(supplies, 0.015, 0.05)
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
            x, z, yaw, uniform(supplies, -0.7, 0.7) * wide, uniform(supplies, -0.7, 0.4) * deep
        )
        size = uniform(supplies, 0.12, 0.4)
        found.append(thing(supplies, x=place[0], level=top, z=place[1], size=size, kind="thing"))
    return found


def _seat(supplies: Supplies, x: float, level: float, z: float, yaw: float) -> list[Primitive]:
    cloth = material_of(supplies, size=0.8, plain=0.5)
    wide, deep = uniform(supplies, 0.22, 1.0), uniform(supplies, 0.22, 0.45)
    seat, back = uniform(supplies, 0.18, 0.26), uniform(supplies, 0.35, 0.6)
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
    wood = material_of(supplies, size=1.0, plain=0.7)
    wide, deep = uniform(supplies, 0.3, 0.7), uniform(supplies, 0.12, 0.22)
    boards, gap = int(supplies.random.integers(2, 6)), uniform(supplies, 0.28, 0.42)
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
            size = uniform(supplies, 0.1, 0.22)
            across = uniform(supplies, -0.6, 0.6) * wide
            place = _turned(x, z, yaw, across, -0.3 * deep)
            found.append(
                thing(supplies, x=place[0], level=height, z=place[1], size=size, kind="thing")
            )
    return found
