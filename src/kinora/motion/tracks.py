"""A beat's parts → tracks: straight lines through rig space, each with its own progress.

Translations go along the axes that the camera has half-way through the beat, and picture amounts
are measured with the distance and the focal length half-way: seen from its end, a beat then is
exactly the reverse of itself, so every way back ends where it began.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod, radians, tan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.motion.amounts import Lens
from kinora.motion.easing import Curve
from kinora.motion.moves import Part, PartKind
from kinora.motion.rig import (
    AZIMUTH,
    CHANNELS,
    ELEVATION,
    LOG_FOCAL,
    PITCH,
    POSITION,
    ROLL,
    YAW,
    rotations,
)

F64 = NDArray[np.float64]

#: A crane's arm swings by this angle, so it carries the camera forward as it rises.
CRANE_SWING: Final = radians(30.0)
_CRANE_ADVANCE: Final = tan(CRANE_SWING / 2)  # way forward per way up

_ROUNDS: Final = 10  # of a fixed point that gains two digits or more in each
_CLOSEST: Final = 1e-3  # scene units; bounds keep real views much farther off

_DIRECT: Final[dict[PartKind, int]] = {
    "yaw": YAW,
    "pitch": PITCH,
    "roll": ROLL,
    "azimuth": AZIMUTH,
    "elevation": ELEVATION,
    "zoom": LOG_FOCAL,
}


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """``direction`` (9,) in rig space times ``curve`` of the eased progress."""

    direction: F64
    curve: Curve


def tracks_of(
    parts: Sequence[Part], *, state: F64, lens: Lens, pivot: F64, cycles: int
) -> list[tuple[int, Track]]:
    """One or more tracks per part, each with the index of its part.

    Args:
        parts: what happens during the beat.
        state: (9,) the rig at the beat's start.
        lens: of the photo.
        pivot: (3,) the focus subject in the world.
        cycles: how often a sway goes to and fro.
    """
    turns = [(i, _direct(part)) for i, part in enumerate(parts) if part.kind in _DIRECT]
    half_way = state + 0.5 * sum((t.direction for _, t in turns), np.zeros(CHANNELS))
    view = _HalfWay.of(half_way, parts, state=state, pivot=pivot, lens=lens)
    moved = [(i, part) for i, part in enumerate(parts) if part.kind not in _DIRECT]
    return turns + [(i, track) for i, p in moved for track in view.translate(p, cycles=cycles)]


def _direct(part: Part) -> Track:
    direction = np.zeros(CHANNELS)
    direction[_DIRECT[part.kind]] = part.value
    return Track(direction, _as_is)


def _as_is(u: F64) -> F64:
    return u


@dataclass(frozen=True, slots=True, eq=False)
class _HalfWay:
    """The camera half-way through a beat."""

    axes: F64  # (3, 3) columns: right, down, forward, in the turntable's axes
    distance: float  # of the subject along the view, scene units
    lens: Lens  # with the zoom half-way

    @classmethod
    def of(
        cls, half_way: F64, parts: Sequence[Part], *, state: F64, pivot: F64, lens: Lens
    ) -> _HalfWay:
        angles = half_way[[YAW, PITCH, ROLL]]
        axes = rotations(angles[:1], angles[1:2], angles[2:])[0]
        zoom = float(np.exp(half_way[LOG_FOCAL]))
        start = float(axes[:, 2] @ (pivot - state[POSITION]))
        pushes = [part.value for part in parts if part.kind == "dolly_zoom"]
        forward = sum(pushes) + sum(part.value for part in parts if part.kind == "dolly")
        rise = sum(-part.value for part in parts if part.kind == "crane")
        middle = start - forward / 2
        # A crane's way forward depends on the lens, a dolly zoom's lens on the distance.
        distance, lensed = middle, zoom
        for _ in range(_ROUNDS):
            lensed = zoom * prod(
                (_after(distance, p) / _before(distance, p)) ** 0.5 for p in pushes
            )
            distance = middle / (1 + _CRANE_ADVANCE * rise / (lens.per_height * lensed) / 2)
        return cls(
            axes,
            distance,
            Lens(per_width=lens.per_width * lensed, per_height=lens.per_height * lensed),
        )

    def translate(self, part: Part, *, cycles: int) -> list[Track]:
        """The tracks of a part that changes the camera's place."""
        right, down, forward = self.axes.T
        if part.kind in ("truck", "sway"):
            way = right * (part.value * self.distance / self.lens.per_width)
            curve = _sway(cycles) if part.kind == "sway" else _as_is
            return [_place(way, curve)]
        if part.kind in ("pedestal", "crane"):
            length = part.value * self.distance / self.lens.per_height
            if part.kind == "pedestal":
                return [_place(down * length, _as_is)]
            rise, advance = _crane_curves(up=length < 0)
            return [
                _place(down * length, rise),
                _place(forward * (-length * _CRANE_ADVANCE), advance),
            ]
        track = _place(forward * part.value, _as_is)
        if part.kind == "dolly_zoom":
            return [track, self._compensation(part.value)]
        return [track]

    def _compensation(self, forward: float) -> Track:
        """Focal length in proportion to the subject's distance, which keeps its size."""
        before = _before(self.distance, forward)
        direction = np.zeros(CHANNELS)
        direction[LOG_FOCAL] = 1.0
        return Track(direction, lambda u: np.log(np.maximum(1.0 - forward * u / before, _CLOSEST)))


def _before(distance: float, forward: float) -> float:
    """The subject's distance at the start of a way forward, from that half-way.

    Never behind the camera: earlier beats may have gone past the subject.
    """
    return max(distance + forward / 2, _CLOSEST)


def _after(distance: float, forward: float) -> float:
    return max(distance - forward / 2, _CLOSEST)


def _place(way: F64, curve: Curve) -> Track:
    direction = np.zeros(CHANNELS)
    direction[POSITION] = way
    return Track(direction, curve)


def _sway(cycles: int) -> Curve:
    def curve(u: F64) -> F64:
        swing = np.sin(2.0 * np.pi * cycles * u)
        return np.where(u < 1.0, swing, 0.0)  # exactly back

    return curve


def _crane_curves(*, up: bool) -> tuple[Curve, Curve]:
    """Rise and advance of an arm that starts level and swings up, or the same backwards."""

    def rise(u: F64) -> F64:
        height: F64 = np.sin(CRANE_SWING * u) / np.sin(CRANE_SWING)
        return height

    def advance(u: F64) -> F64:
        way: F64 = (1.0 - np.cos(CRANE_SWING * u)) / (1.0 - np.cos(CRANE_SWING))
        return way

    if up:
        return rise, advance
    return (lambda u: 1.0 - rise(1.0 - u)), (lambda u: 1.0 - advance(1.0 - u))
