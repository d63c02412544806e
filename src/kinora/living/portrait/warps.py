"""Heads that turn, faces that smile, shoulders that rise: displacements over the canvas.

The head is taken as a superellipsoid with a nose on it. Under a turn by θ a place of depth Z shows
what was at x·cos θ − Z·sin θ; the outline stays where it is, so nothing of the background is
uncovered, and towards it the side that was hidden is filled from what is next to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from kinora.living.grid import Grid
from kinora.living.portrait.find import Head
from kinora.types.living import F32

# The head against the face's box: half width, reach upwards and downwards, depth (box heights).
_WIDE, _UP, _DOWN, _DEEP = 0.60, 0.78, 0.62, 0.46
# The nose: place below the eyes and spread, against the distance between the eyes; and its depth.
_NOSE: Final = (0.62, 0.20, 0.30, 0.24)
# The mouth below the eyes, half its width, and how far a smile's pull reaches, likewise.
_MOUTH: Final = (1.08, 0.40, 0.26)


class Course(Protocol):
    """How much of something over time."""

    def at(self, seconds: float) -> float:
        """In [−1, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fixed:
    """A `Displacement` of one shape, more or less of it over time."""

    shape: F32  # (2, gh, gw) canvas pixels
    course: Course

    @property
    def reach(self) -> float:
        """Longest offset."""
        return float(np.hypot(*self.shape).max())

    def at(self, seconds: float) -> F32:
        """Offsets at a time."""
        return np.asarray(self.shape * np.float32(self.course.at(seconds)), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turn:
    """A `Displacement`: a head that turns about its own middle, or leans about its neck."""

    x: F32  # (gh, gw) from the head's middle along the eyes, canvas pixels
    y: F32  # and across
    depth: F32  # (gh, gw) towards the camera; 0 outside the head
    inside: F32  # (gh, gw) in [0, 1], 1 well within the head
    axis: tuple[float, float]
    pivot: float  # y of the neck, about which the head leans
    yaw: float  # greatest angles, radians
    pitch: float
    lean: float
    course: Course

    @property
    def reach(self) -> float:
        """Longest offset."""
        depth = float(self.depth.max())
        angle = abs(self.yaw) + abs(self.pitch) + 3.0 * abs(self.lean)
        return 1.1 * depth * angle

    def at(self, seconds: float) -> F32:
        """Offsets at a time."""
        share = self.course.at(seconds)
        if share == 0.0:
            return np.zeros((2, *self.x.shape), np.float32)
        yaw, pitch, lean = (angle * share for angle in (self.yaw, self.pitch, self.lean))
        # From where it is shown back to where the photo has it: turns the other way.
        along = self.x * (np.cos(yaw) - 1.0) * self.inside - self.depth * np.sin(yaw)
        across = self.y * (np.cos(pitch) - 1.0) * self.inside - self.depth * np.sin(pitch)
        if lean:
            up = self.y - self.pivot
            along += (self.x * (np.cos(lean) - 1.0) + up * np.sin(lean)) * self.inside
            across += (up * (np.cos(lean) - 1.0) - self.x * np.sin(lean)) * self.inside
        ux, uy = self.axis
        offsets = np.stack([along * ux - across * uy, along * uy + across * ux])
        return np.asarray(offsets, np.float32)


def turn_of(
    head: Head, grid: Grid, *, yaw: float, pitch: float, lean: float, course: Course
) -> Turn:
    """A head's turn by angles in radians: to the picture's right, down, and to its right."""
    x, y = _local(head, grid, (head.x, head.y))
    wide = _WIDE * head.width
    high = np.where(y < 0, _UP, _DOWN) * head.height
    # Rounder above, squarer below: jaws keep their depth down to the chin.
    power = np.where(y < 0, 2.0, 4.0)
    left = (1.0 - (np.abs(x) / wide) ** 2.2 - (np.abs(y) / high) ** power).astype(np.float32)
    depth = _DEEP * head.height * np.sqrt(np.clip(left, 0.0, 1.0)) * _soft(left, 0.0, 0.35)
    nose_x, nose_y = _local(head, grid, head.brow)
    below, spread, tall, out = (value * head.apart for value in _NOSE)
    nose = np.exp(-((nose_x / spread) ** 2) - ((nose_y - below) / tall) ** 2)
    inside = _soft(left, -0.25, 0.45) if lean else _soft(left, 0.0, 0.45)
    return Turn(
        x=x,
        y=y,
        depth=np.asarray(depth + out * nose * (left > 0.0), np.float32),
        inside=inside,
        axis=head.axis,
        pivot=float(_DOWN * head.height),
        yaw=yaw,
        pitch=pitch,
        lean=lean,
        course=course,
    )


def smile_of(head: Head, grid: Grid, *, amount: float, course: Course) -> Fixed:
    """The corners of the mouth, drawn up and apart."""
    x, y = _local(head, grid, head.brow)
    below, half, reach = (value * head.apart for value in _MOUTH)
    along, across = np.zeros_like(x), np.zeros_like(y)
    pull = amount * head.apart
    for side in (-1.0, 1.0):
        near = np.exp(-(((x - side * half) / reach) ** 2) - ((y - below) / (0.9 * reach)) ** 2)
        along -= side * 0.75 * pull * near
        across += pull * near
    ux, uy = head.axis
    shape = np.stack([along * ux - across * uy, along * uy + across * ux])
    shape[:, np.abs(shape).max(axis=0) < 0.02] = 0.0
    return Fixed(shape=shape.astype(np.float32), course=course)


def breath_of(head: Head, grid: Grid, body: F32, *, amount: float, course: Course) -> Fixed:
    """Shoulders and chest that rise, and a head that hardly does.

    Args:
        head: whose.
        grid: of the canvas.
        body: (gh, gw) in [0, 1], where the person is.
        amount: how far the shoulders rise, face heights.
        course: of the breath.
    """
    x, y = grid.places()
    chin = head.y + 0.55 * head.height
    below = np.clip((y - chin) / (0.8 * head.height), 0.0, 1.0)
    far = np.exp(-(((y - chin - 0.9 * head.height) / (1.6 * head.height)) ** 2))
    rise = amount * head.height * below * far * body
    spread = 0.35 * rise * np.clip((x - head.x) / (1.2 * head.width), -1.0, 1.0)
    shape = np.stack([-spread, rise]).astype(np.float32)
    shape[:, np.abs(shape).max(axis=0) < 0.01] = 0.0
    return Fixed(shape=shape, course=course)


def _local(head: Head, grid: Grid, middle: tuple[float, float]) -> tuple[F32, F32]:
    """Places along the eyes and across, from a middle, canvas pixels."""
    x, y = grid.places()
    dx, dy = x - np.float32(middle[0]), y - np.float32(middle[1])
    ux, uy = (np.float32(value) for value in head.axis)
    return dx * ux + dy * uy, dy * ux - dx * uy


def _soft(value: F32, low: float, high: float) -> F32:
    x = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(x * x * (3.0 - 2.0 * x), np.float32)
