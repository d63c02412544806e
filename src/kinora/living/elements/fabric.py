"""Flags, curtains, clothes and hair: waves that run from where they are held to the free end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kinora.living.element import Ask, Element, Made
from kinora.living.evidence.clothes import find_clothes
from kinora.living.evidence.figure import find_hair
from kinora.living.evidence.look import Bool, Look
from kinora.living.held import Side, free, gives_way, growth, with_give
from kinora.living.timing import Timing
from kinora.living.where import Search, over_canvas
from kinora.types.living import F32, Warp
from kinora.types.scene import Region
from kinora.weather import wind

#: Slack that even still air leaves.
_CALM: Final = 0.35
#: Of a face, share of its width from its edge inwards that may bend with its hair.
_RIM: Final = 0.14


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cloth:
    """How one kind of thing moves."""

    held: Side = "top"
    height: float  # of the waves at the free end in a gust, frame widths
    length: float  # of the longest wave, frame widths
    turns: float  # of that wave per second
    along: float  # displacement along the cloth as a share of that across it
    edge: float  # within this distance of its edge motion dies away, frame widths
    modes: int = 4
    gives: float = 0.0  # how far what is around it bends along, frame widths
    skin: bool = False  # whether the rim of a face does


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Running:
    """A `Displacement` of waves running outwards from the attachment."""

    phase: F32  # (M, gh, gw) radians
    height: F32  # (M, gh, gw) canvas pixels in a full gust
    turns: tuple[float, ...]  # per second of the element
    direction: tuple[float, float]  # of the displacement
    along: float
    timing: Timing
    wind_seed: int

    @property
    def reach(self) -> float:
        """Longest offset, canvas pixels."""
        return float(2.2 * self.height.sum(axis=0).max())

    def at(self, seconds: float) -> F32:
        """Offsets at a time."""
        elapsed = self.timing.elapsed(seconds)
        across = np.zeros(self.phase.shape[1:], np.float32)
        along = np.zeros_like(across)
        for phase, height, turns in zip(self.phase, self.height, self.turns, strict=True):
            now = phase - np.float32(2.0 * np.pi * turns * elapsed)
            across += height * (np.sin(now) - np.sin(phase))
            along += height * (np.cos(2.0 * now) - np.cos(2.0 * phase))
        gust = float(wind(self.wind_seed, seconds, period=self.timing.period))
        scale = np.float32((_CALM + (1.0 - _CALM) * gust) * self.timing.gain(seconds))
        x, y = self.direction
        slack = np.float32(0.5 * self.along)
        return np.stack(
            [scale * (x * across + y * slack * along), scale * (y * across + x * slack * along)]
        ).astype(np.float32)


def _maker(cloth: _Cloth) -> Callable[[Ask], Made]:
    def make(ask: Ask) -> Made:
        moves = _moves(cloth, ask)
        return Made(
            warps=(Warp(name=ask.name, displacement=_running(cloth, ask, moves)),),
            done="billow",
            numbers={
                "name": ask.name,
                "percent": 100.0 * cloth.height * ask.strength * float(moves.max()),
            },
        )

    return make


def _moves(cloth: _Cloth, ask: Ask) -> F32:
    """(gh, gw) in [0, 1]: how far each place moves, 1 where it is free."""
    width = ask.grid.frame.width
    mask = over_canvas(ask.place.mask, ask.grid)
    gives = cloth.gives * width
    if gives:
        mask = with_give(mask, over_canvas(_around(ask, skin=cloth.skin), ask.grid), gives)
    loose = free(mask, ask.grid, edge=cloth.edge * width)
    if gives:
        loose *= gives_way(ask.place.mask, ask.grid, gives)
    return growth(mask, ask.grid, cloth.held) * loose


def _running(cloth: _Cloth, ask: Ask, moves: F32) -> Running:
    """Waves from the attachment on, each mode shorter, lower and quicker than the one before."""
    width = ask.grid.frame.width
    x, y = ask.grid.places()
    upright = cloth.held in ("top", "bottom")
    run, beside = (y, x) if upright else (x, y)
    if cloth.held in ("bottom", "right"):
        run = -run
    rng = np.random.default_rng(ask.seed)
    phases, heights, turns = [], [], []
    height = cloth.height * ask.strength * width
    for mode in range(cloth.modes):
        shrink = 1.5**mode
        k = 2.0 * np.pi * shrink / (cloth.length * width)
        lean = float(rng.normal(0.0, 0.45))  # crests aren't parallel to the attachment
        phases.append(k * (run + lean * beside) + rng.uniform(0.0, 2.0 * np.pi))
        heights.append(0.6 * height / shrink**1.3 * moves)
        rate = cloth.turns * shrink**0.6 * float(rng.uniform(0.9, 1.1))
        if ask.timing.period is not None:
            whole = ask.timing.period
            rate = max(1.0, round(rate * whole)) / whole
        turns.append(rate)
    return Running(
        phase=np.stack(phases).astype(np.float32),
        height=np.stack(heights).astype(np.float32),
        turns=tuple(turns),
        direction=(1.0, 0.0) if upright else (0.0, 1.0),
        along=cloth.along,
        timing=ask.timing,
        wind_seed=ask.wind_seed,
    )


def _around(ask: Ask, *, skin: bool) -> F32:
    """What bends along around hair and clothes, (H, W) over the frame: all but what is kept and
    faces, or with ``skin`` only their middle; nothing where no person is known."""
    people = [r.mask for r in ask.scene.regions if r.kind in ("person", "subject")]
    faces = [r for r in ask.scene.regions if r.kind == "face"]
    if not people:
        return np.zeros_like(ask.place.mask)
    firm = [_middle(face) if skin else face.mask for face in faces]
    loose = 1.0 - np.maximum.reduce([*firm, np.zeros_like(people[0])])
    return np.asarray(loose if ask.kept is None else loose * (ask.kept <= 0.0), np.float32)


def _middle(face: Region) -> F32:
    """A face without its rim."""
    side = 2 * round(_RIM * (face.box[2] - face.box[0])) + 1
    return np.asarray(cv2.erode(face.mask, np.ones((side, side), np.uint8)), np.float32)


def _element(
    cloth: _Cloth, *masks: str, evidence: Callable[[Look], Bool | None] | None = None
) -> Element:
    return Element(search=Search(masks=masks, evidence=evidence), make=_maker(cloth))


FLAG: Final = _element(
    _Cloth(held="left", height=0.008, length=0.11, turns=1.3, along=0.4, edge=0.006), "flag"
)
CLOTH: Final = _element(
    _Cloth(height=0.011, length=0.26, turns=0.5, along=0.15, edge=0.015, modes=3, gives=0.02),
    "cloth",
    evidence=find_clothes,
)
HAIR: Final = _element(
    _Cloth(height=0.008, length=0.14, turns=0.55, along=0.3, edge=0.008, gives=0.025, skin=True),
    "hair",
    evidence=find_hair,
)
