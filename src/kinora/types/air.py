"""What lies in the air between the camera and the layers: particles, haze, flashes, rays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

F32: TypeAlias = "NDArray[np.float32]"
F64: TypeAlias = "NDArray[np.float64]"

# Columns of a table of sprites. A sprite is a stadium: a straight part of half length S_LENGTH in
# direction (S_UX, S_UY), S_ALONG and S_ACROSS its radii; all in output pixels.
(
    S_X,
    S_Y,
    S_UX,
    S_UY,
    S_LENGTH,
    S_ALONG,
    S_ACROSS,
    S_DISPARITY,  # drawn where nothing nearer is
    S_ALPHA,  # [0, 1]
    S_LUMA,  # BT.709 limited range, code values
    S_U,
    S_V,
    S_KIND,
) = range(13)
SPRITE_COLUMNS = 13
#: A filled shape that covers, light that is added, an outline that covers, a shape without an edge.
COVERS, GLOWS, RING, SOFT = 0.0, 1.0, 2.0, 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Eye:
    """A camera as what projects: pixel ∝ ``project`` · (point − ``centre``); the third is depth."""

    project: F64  # (3, 3) photo-camera axes → homogeneous output pixels
    centre: F64  # (3,) in the world
    width: int  # of the output, pixels
    height: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Where the corners of the output's blocks lie, each (rows, columns)."""

    x: F32  # what the farthest layer shows there, canvas pixels
    y: F32
    u: F32  # in the frame: −1 at the left, 1 at the right
    v: F32  # −1 at the top, 1 at the bottom


class Swarm(Protocol):
    """Particles."""

    def at(self, seconds: float, eye: Eye) -> F32:
        """(n, SPRITE_COLUMNS) sprites at a time."""


class Shine(Protocol):
    """Light that comes and goes over the whole picture."""

    def at(self, seconds: float, places: Places) -> tuple[F32, F32] | None:
        """Gains (rows, columns), and what is added to luma and chroma (3, rows, columns).

        Both in code values above black; None where nothing changes.
        """


class Haze(Protocol):
    """Air that hides what is far."""

    @property
    def levels(self) -> tuple[float, float, float, float]:
        """Scene disparities between which cover is interpolated, from 0 up."""

    def colour(self, seconds: float) -> tuple[float, float, float]:
        """Luma and chroma of the air at a time, code values."""

    def at(self, seconds: float, places: Places) -> F32:
        """(4, rows, columns) how much the air covers what lies at each level, in [0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Air:
    """Everything in the air, drawn in this order."""

    haze: Haze | None = None
    shines: tuple[Shine, ...] = ()
    swarms: tuple[Swarm, ...] = ()
    #: Per layer of the scene, (H, W) over the canvas in [0, 1]: nothing is drawn there.
    kept: tuple[F32, ...] = ()

    @property
    def clear(self) -> bool:
        """Whether there is nothing."""
        return self.haze is None and not self.shines and not self.swarms


CLEAR = Air()
