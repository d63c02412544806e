"""Kinds of particles as numbers.

Lengths are in scene units: the focus subject is at distance 1, and the frame is about half as high
there; where it is a person, a unit is about 4 m. Speeds are scene units per second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kinora.types.air import COVERS, GLOWS, RING, SOFT

RGB = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What the particles of a swarm have in common."""

    count: int  # at density 1
    near: float  # nearest and farthest distance from the camera
    far: float
    radius: tuple[float, float]  # least and greatest
    fall: float  # downwards; negative rises
    wind: float  # sideways at full wind
    wander: float  # how far it sways from its path
    pace: float  # swings per second
    colours: tuple[RGB, ...]
    alpha: float
    shape: float = COVERS
    slim: float = 1.0  # its thickness against its length, for what isn't round
    tumble: float = 0.0  # turns per second
    twinkle: float = 0.0  # how much its brightness comes and goes, in [0, 1]
    pulse: float = 1.0  # exponent of that: greater is a shorter flash
    shutter: float = 1 / 60  # seconds over which motion blurs
    least: float = 0.6  # smallest radius that is drawn, pixels; smaller ones get fainter instead
    own_light: bool = False  # whether it shines by itself
    low: bool = False  # whether it keeps to the lower part of the picture


KINDS: Final[dict[str, Kind]] = {
    "rain": Kind(
        count=5200,
        near=0.25,
        far=5.0,
        radius=(0.00022, 0.0004),
        fall=2.1,
        wind=0.5,
        wander=0.0,
        pace=0.0,
        colours=((214, 220, 228), (196, 204, 214)),
        alpha=0.34,
        shutter=1 / 50,
        least=0.45,
    ),
    "snow": Kind(
        count=4200,
        near=0.22,
        far=4.5,
        radius=(0.0009, 0.0019),
        fall=0.30,
        wind=0.30,
        wander=0.028,
        pace=0.6,
        colours=((252, 253, 255), (244, 247, 252)),
        alpha=0.95,
        shape=SOFT,
        shutter=1 / 160,
        least=0.75,
    ),
    "dust": Kind(
        count=620,
        near=0.16,
        far=1.6,
        radius=(0.0005, 0.0011),
        fall=0.008,
        wind=0.03,
        wander=0.03,
        pace=0.13,
        colours=((255, 240, 214), (255, 232, 198)),
        alpha=0.42,
        shape=GLOWS,
        twinkle=0.85,
        least=0.9,
    ),
    "embers": Kind(
        count=420,
        near=0.2,
        far=2.2,
        radius=(0.0008, 0.0018),
        fall=-0.24,
        wind=0.16,
        wander=0.035,
        pace=0.7,
        colours=((255, 150, 46), (255, 108, 26), (255, 190, 90)),
        alpha=0.95,
        twinkle=0.6,
        shutter=1 / 100,
        least=0.9,
        own_light=True,
    ),
    "fireflies": Kind(
        count=120,
        near=0.3,
        far=2.6,
        radius=(0.0045, 0.0075),
        fall=0.0,
        wind=0.0,
        wander=0.09,
        pace=0.16,
        colours=((206, 255, 96), (232, 255, 120)),
        alpha=1.0,
        shape=GLOWS,
        twinkle=1.0,
        pulse=2.5,
        least=1.6,
        own_light=True,
        low=True,
    ),
    "petals": Kind(
        count=150,
        near=0.28,
        far=2.6,
        radius=(0.0045, 0.0075),
        fall=0.17,
        wind=0.26,
        wander=0.045,
        pace=0.4,
        colours=((250, 206, 218), (246, 184, 204), (255, 228, 234)),
        alpha=0.95,
        slim=0.55,
        tumble=0.7,
        least=1.0,
    ),
    "leaves": Kind(
        count=90,
        near=0.28,
        far=2.6,
        radius=(0.007, 0.012),
        fall=0.2,
        wind=0.26,
        wander=0.06,
        pace=0.35,
        colours=((190, 112, 38), (166, 74, 30), (204, 150, 56), (128, 84, 40)),
        alpha=0.97,
        slim=0.5,
        tumble=0.6,
        least=1.0,
    ),
    "confetti": Kind(
        count=320,
        near=0.28,
        far=2.4,
        radius=(0.0035, 0.005),
        fall=0.26,
        wind=0.08,
        wander=0.03,
        pace=0.7,
        colours=((230, 60, 70), (250, 196, 50), (60, 150, 230), (80, 190, 110), (222, 110, 210)),
        alpha=0.97,
        slim=0.6,
        tumble=1.6,
        least=1.0,
    ),
    "bubbles": Kind(
        count=70,
        near=0.35,
        far=2.2,
        radius=(0.009, 0.022),
        fall=-0.055,
        wind=0.05,
        wander=0.035,
        pace=0.25,
        colours=((226, 240, 255), (240, 226, 255)),
        alpha=0.55,
        shape=RING,
        least=2.0,
    ),
}
