"""Which way and how fast what moves by itself goes: the planned field, for people to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kinora.living.grid import Grid
from kinora.types.living import F32, Displacement, Flow, Living
from kinora.types.scene import Scene

#: Arrows across the frame.
_ACROSS: Final = 16
#: Seconds over which a flow's way is measured, and moments at which a sway's is.
_STEP: Final = 1.0 / 60.0
_MOMENTS: Final = np.linspace(0.3, 3.7, 18)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """Motion at one place of the frame, pixels and pixels per second."""

    name: str  # of the element
    x: float
    y: float
    right: float
    down: float
    swings: bool  # to and fro: the arrow is how far it goes to one side


def arrows_of(living: Living, scene: Scene) -> tuple[Arrow, ...]:
    """Arrows on a regular grid over the frame, where anything moves.

    Flows show their velocity, what sways shows its reach.
    """
    grid = Grid.of(scene)
    step = scene.size.width / _ACROSS
    x, y = np.meshgrid(
        np.arange(step / 2, scene.size.width, step), np.arange(step / 2, scene.size.height, step)
    )
    at = ((x + grid.origin[0]).astype(np.float32), (y + grid.origin[1]).astype(np.float32))
    found: list[Arrow] = []
    for surface in living.surfaces:
        inside = surface.mask[at[1].astype(int), at[0].astype(int)] > 0.5
        found += _sampled(surface.name, velocity(surface.flow), grid, at, inside)
    for warp in living.warps:
        field = _swing(warp.displacement)
        inside = np.hypot(*(grid.sample(part, *at) for part in field)) > 0.05
        found += _sampled(warp.name, field, grid, at, inside, swings=True)
    return tuple(found)


def velocity(flow: Flow) -> F32:
    """(2, gh, gw) canvas pixels per second at which a flow carries its texture."""
    start = 0.5
    one, other = flow.at(start), flow.at(start + _STEP)
    # Of the copy that shows most: another may just begin anew.
    best = one.weights.argmax(axis=0)[None, None]
    moved = one.offsets - other.offsets
    return np.asarray(np.take_along_axis(moved, best, axis=0)[0] / _STEP, np.float32)


def _swing(displacement: Displacement) -> F32:
    """(2, gh, gw) how far a place goes to one side, canvas pixels."""
    fields = np.stack([displacement.at(float(t)) for t in _MOMENTS])
    return np.asarray(np.abs(fields).max(axis=0), np.float32)


def _sampled(
    name: str,
    field: F32,
    grid: Grid,
    at: tuple[F32, F32],
    inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    *,
    swings: bool = False,
) -> Sequence[Arrow]:
    right, down = (grid.sample(part, *at) for part in field)
    left, top = grid.origin
    return [
        Arrow(
            name=name,
            x=float(at[0][place]) - left,
            y=float(at[1][place]) - top,
            right=float(right[place]),
            down=float(down[place]),
            swings=swings,
        )
        for place in zip(*np.nonzero(inside), strict=True)
    ]
