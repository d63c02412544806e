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


@dataclass(frozen=True, slots=True, kw_only=True)
class MouthShape:
    """A mouth as the photo shows it, and the jaw below. Lengths are canvas pixels.

    The edge of the lower lip runs from corner to corner at ``sag`` · (1 − p²) below them, with p
    from −1 to 1: for closed lips that is the line between them, in a smile the teeth's lower end.
    """

    x: float  # middle between the corners
    y: float
    axis: tuple[float, float]  # unit vector from the left corner to the right one
    half: float  # half the distance between the corners
    sag: float  # how far the edge of the lower lip hangs below the corners; negative: above
    teeth: bool  # whether the photo shows teeth above that edge
    apart: float  # distance between the eyes, by which the jaw is measured


class Talk(Protocol):
    """What a mouth says."""

    def at(self, seconds: float) -> float:
        """How far it is open at a time of the scene, in [0, 1]; 0: as in the photo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mouth:
    """The mouth of one face, and what it says."""

    shape: MouthShape
    talk: Talk
    most: float  # how far it opens at 1, canvas pixels
