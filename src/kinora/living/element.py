"""The seam for elements: what is asked of one, and what it makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from re import Pattern

import numpy as np

from kinora.living.evidence.look import Look
from kinora.living.grid import Grid
from kinora.living.timing import Timing
from kinora.living.where import Place, Search, over_canvas
from kinora.types.living import F32, Surface, Warp
from kinora.types.plan import Direction
from kinora.types.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ask:
    """One element of a plan, with all that it may go by."""

    name: str  # what it is: "river"
    scene: Scene
    grid: Grid
    place: Place
    amount: float  # [0, 1], 0.5 is usual
    direction: Direction | None
    timing: Timing
    seconds: float  # of the clip
    seed: int  # of this element
    wind_seed: int  # of the clip's wind, which all elements share
    kept: F32 | None = None  # where nothing may move, (H, W) over the frame in [0, 1]
    look: Look | None = None  # of the scene, where something is looked for in it
    rate: float = 1.0  # seconds of the scene per second of the clip, for what is told of speeds

    @property
    def strength(self) -> float:
        """Factor on usual speeds and sways: 1 at an amount of 0.5, from a sixth to twice that."""
        return float(0.16 + 1.68 * self.amount)

    @property
    def nearness(self) -> F32:
        """(gh, gw) scene disparity of what is seen, at least a twentieth of the focus subject's."""
        return np.maximum(self.grid.coarse(over_canvas(self.scene.disparity, self.grid)), 0.05)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """What becomes of it."""

    warps: tuple[Warp, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    done: str = ""  # key of the wording: "drifts"
    numbers: dict[str, float | str] = field(default_factory=dict)  # that the wording names
    but: str = ""  # key of what is told against it: "faint"; then it is approximated


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A kind of thing that can move."""

    search: Search
    make: Callable[[Ask], Made]
    named: Pattern[str] | None = None  # words that call it something of which more is known,
    more: Search | None = None  # and the search for that

    def search_for(self, words: str) -> Search:
        """Where to look, as it is called."""
        if self.more is None or self.named is None or not self.named.search(words.lower()):
            return self.search
        return self.more
