"""Light over time: the scene as other light would show it, and what is cross-faded when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kinora.types.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Fade:
    """A change of light, from one scene of `Lighting` to the next one."""

    t0: float  # seconds of the clip
    t1: float

    def share(self, seconds: float) -> float:
        """How far it has come, in [0, 1]: slow, faster, slow, as dusk falls."""
        x = min(max((seconds - self.t0) / max(self.t1 - self.t0, 1e-9), 0.0), 1.0)
        return x * x * (3.0 - 2.0 * x)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lighting:
    """The scene in each light that the clip shows, in order of appearance.

    ``scenes`` differ in colours alone; ``fades`` lead from each to the next and don't overlap.
    """

    scenes: tuple[Scene, ...]
    fades: tuple[Fade, ...] = ()


def light_at(fades: Sequence[Fade], seconds: float) -> tuple[int, int, float]:
    """Which two lights are shown at a time, and how much of the second one, in [0, 1]."""
    for number, fade in enumerate(fades):
        if seconds < fade.t1:
            return number, number + 1, fade.share(seconds)
    return len(fades), len(fades), 0.0
