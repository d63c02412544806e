"""Fakes for each seam: small, exact, without a photo or a codec behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import get_args

import numpy as np

from kinora.engines.protocol import Capabilities
from kinora.types.geometry import Size
from kinora.types.plan import CameraOp, ShotPlan
from kinora.types.rendition import Rendition, YuvPlanes
from kinora.types.report import Outcome
from kinora.types.request import ClipRequest, Progress
from kinora.types.scene import DisparityMap, Photo, Region


@dataclass(frozen=True, slots=True)
class RisingGrey:
    """A `FrameSource` whose frame k is grey of luma 16 + 2 k (at most 235)."""

    random_access: bool = True

    def render(self, index: int, planes: YuvPlanes) -> None:
        """Write frame ``index`` into ``planes``."""
        planes.y[...] = min(16 + 2 * index, 235)
        planes.u[...] = 128
        planes.v[...] = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class GreyEngine:
    """An `Engine` that ignores the photo and renders `RisingGrey`.

    Args:
        outcomes: what it says it did with plan items.
        failure: raised by ``render`` instead of rendering, if given.
    """

    outcomes: tuple[Outcome, ...] = ()
    failure: BaseException | None = None

    def capabilities(self) -> Capabilities:
        """Every camera move, nothing else."""
        return Capabilities(
            name="grey", camera=frozenset(get_args(CameraOp)), camera_as={}, features=frozenset()
        )

    def render(self, request: ClipRequest, plan: ShotPlan, progress: Progress) -> Rendition:
        """Grey frames for the length of ``plan``; 64×64 where the request names no size."""
        if self.failure is not None:
            raise self.failure
        progress("scene", 1, 1)
        count = round(Fraction(str(plan.duration)) * request.fps)
        return Rendition(
            frames=RisingGrey(),
            frame_count=count,
            size=request.size or Size(64, 64),
            fps=request.fps,
            outcomes=self.outcomes,
        )


@dataclass(frozen=True, slots=True)
class PlaneDepth:
    """A `DepthEstimator` that sees a ground plane: disparity rises from top (0) to bottom (1)."""

    def estimate(self, photo: Photo, regions: Sequence[Region]) -> DisparityMap:
        """The ramp, whatever the photo shows."""
        height, width = photo.rgb.shape[:2]
        ramp = np.linspace(0.0, 1.0, height, dtype=np.float32)[:, None]
        return DisparityMap(values=np.repeat(ramp, width, axis=1), source="plane")


@dataclass(slots=True)
class Recorder:
    """A `Progress` that remembers what it was told."""

    calls: list[tuple[str, int, int]] = field(default_factory=list)

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Remember the call."""
        self.calls.append((stage, done, total))
