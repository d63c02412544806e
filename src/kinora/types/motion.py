"""The arrow plan × scene → `Motion`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from kinora.types.geometry import Size
from kinora.types.report import Outcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

F64: TypeAlias = "NDArray[np.float64]"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Motion:
    """Where the camera is and what it sees, for each frame k at exactly k/fps."""

    size: Size  # output frame
    fps: Fraction
    world_to_camera: F64  # (T, 4, 4) rigid; world = the photo's camera, so identity = the photo
    intrinsics: F64  # (T, 3, 3) in pixels of the output frame
    shutter: F64  # (T,) open time as a fraction of the frame interval; 0 = no motion blur
    focus: F64  # (T,) scene disparity in focus
    aperture: F64  # (T,) circle-of-confusion diameter per unit of disparity, in frame heights
    outcomes: tuple[Outcome, ...] = ()  # what was reduced or replaced, per camera move
    # (T,) seconds of the scene that each frame shows, for what moves by itself; None: k/fps.
    seconds: F64 | None = None

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return int(self.world_to_camera.shape[0])

    @property
    def stands(self) -> bool:
        """Whether the camera stands from the first frame to the last."""
        curves = (self.world_to_camera, self.intrinsics)
        return all(bool((curve == curve[:1]).all()) for curve in curves)

    def scene_seconds(self, frame: int) -> float:
        """The scene's time that a frame shows."""
        return float(frame / self.fps if self.seconds is None else self.seconds[frame])
