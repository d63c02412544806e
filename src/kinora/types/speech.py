"""The arrow spoken lines → picture: when a mouth is how far open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    F32: TypeAlias = NDArray[np.float32]

#: Values a second of how far a mouth is open.
OPENING_RATE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SaidLine:
    """A spoken line of a plan, over [t0, t1) seconds of the clip."""

    item: str  # id of the plan's line
    t0: float
    t1: float
    opening: F32  # (n,) in [0, 1] at `OPENING_RATE` from ``t0`` on: how far the mouth is open
    heard: bool = True  # False: nobody says it, it is only written
