"""The arrow engine → encoder: frames on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from kinora.types.geometry import Size
from kinora.types.motion import Motion
from kinora.types.report import KeptChange, Note, Outcome
from kinora.types.sound import SoundPlace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class YuvPlanes:
    """Planes of one yuv420p frame, BT.709 limited range; rows may be longer than the picture."""

    y: NDArray[np.uint8]  # (H, ≥W)
    u: NDArray[np.uint8]  # (H/2, ≥W/2)
    v: NDArray[np.uint8]  # (H/2, ≥W/2)


class FrameSource(Protocol):
    """Renders frames into planes that the encoder owns. Thread-safe where ``random_access``."""

    @property
    def random_access(self) -> bool:
        """Whether any frame can be asked for at any time, from several threads."""

    def render(self, index: int, planes: YuvPlanes) -> None:
        """Write frame ``index`` into ``planes``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rendition:
    """A clip ready to be encoded: frame k is shown at exactly k/fps."""

    frames: FrameSource
    frame_count: int
    size: Size
    fps: Fraction
    outcomes: tuple[Outcome, ...] = ()
    notes: tuple[Note, ...] = ()
    kept: tuple[KeptChange, ...] = ()  # what was to stay unchanged, measured
    # Where what sounds is in the picture, by the ids of the plan's sounds and lines.
    places: Mapping[str, SoundPlace] = field(default_factory=dict)
    motion: Motion | None = None  # the camera, which sounds follow; None where it isn't known
    loops: bool = False  # whether the first frame shall follow the last unnoticed
    # (h, w) float32 over the frame, [0, 1]: where clouds drift while the camera stands; None:
    # nowhere. What is laid over all frames alike would make them seem slower.
    drifting: NDArray[np.float32] | None = None

    @property
    def duration(self) -> Fraction:
        """Exact length in seconds."""
        return self.frame_count / self.fps
