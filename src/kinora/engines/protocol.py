"""The seam for engines: a request and a plan in, frames on demand out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kinora.types.plan import CameraOp, ShotPlan
from kinora.types.rendition import Rendition
from kinora.types.request import ClipRequest, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an engine can do, so that a plan can be checked before anything is rendered."""

    name: str
    camera: frozenset[CameraOp]  # moves done as asked, up to bounds of the scene
    camera_as: dict[CameraOp, str]  # moves done by their nearest kin, with a word on how
    features: frozenset[str]  # plan item kinds done beyond the camera: "depth_of_field", …
    text_only: bool = False
    generates: bool = False  # a learned video model invents the frames


class Engine(Protocol):
    """Makes clips."""

    def capabilities(self) -> Capabilities:
        """What this engine can do."""

    def render(self, request: ClipRequest, plan: ShotPlan, progress: Progress) -> Rendition:
        """Analyse, plan the motion and return frames on demand; nothing is encoded yet."""
