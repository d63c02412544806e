"""Eyelids and gaze: what is drawn over a face, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class EyeShape:
    """An eye as the photo shows it, open. Lengths are canvas pixels."""

    x: float  # middle between the corners
    y: float
    axis: tuple[float, float]  # unit vector from the left corner to the right one
    half: float  # half the distance between the corners
    upper: float  # height of the opening above the line between the corners, in the middle
    lower: float  # and below it
    skin: float  # how far up from the upper lid's edge skin is plain


class Look(Protocol):
    """What the eyes do."""

    def at(self, seconds: float) -> tuple[float, float, float]:
        """How far the lids are closed, in [0, 1], and where the gaze has gone.

        The gaze is given in canvas pixels, right and down.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Lids:
    """The eyes of one face, and what they do."""

    eyes: tuple[EyeShape, ...]
    look: Look
