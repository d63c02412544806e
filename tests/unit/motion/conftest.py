"""Scenes and plans for the motion tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from kinora.motion import plan_motion
from kinora.types.geometry import Intrinsics, Size
from kinora.types.motion import Motion
from kinora.types.plan import Amount, Beat, CameraMove, Framing, ShotPlan
from kinora.types.scene import Layer, Scene

FRAME = Size(640, 360)


@dataclass(frozen=True)
class Stage:
    """Makes scenes, plans and motions; what a test doesn't name is large enough not to matter."""

    frame: Size = FRAME
    focal: float = 700.0

    def layer(self, disparity: np.ndarray, *, canvas: Size) -> Layer:
        rgba = np.full((canvas.height, canvas.width, 4), 255, np.uint8)
        return Layer(rgba=rgba, disparity=disparity.astype(np.float32))

    def scene(
        self,
        *,
        margin: float = 1.5,
        back: np.ndarray | None = None,
        front: Sequence[Layer] = (),
        hole_limit: float = 1e6,
        focus: tuple[float, float] | None = None,
        disparity: np.ndarray | None = None,
    ) -> Scene:
        across, down = round(margin * self.frame.width), round(margin * self.frame.height)
        canvas = Size(self.frame.width + 2 * across, self.frame.height + 2 * down)
        field_ = np.full((8, 8), 0.25) if back is None else back
        shown = np.linspace(0.2, 1.0, self.frame.height)[:, None].repeat(self.frame.width, axis=1)
        return Scene(
            image=np.zeros((self.frame.height, self.frame.width, 3), np.uint8),
            disparity=(shown if disparity is None else disparity).astype(np.float32),
            intrinsics=Intrinsics(
                focal=self.focal, cx=self.frame.width / 2, cy=self.frame.height / 2
            ),
            canvas=canvas,
            frame_origin=(across, down),
            layers=(self.layer(field_, canvas=canvas), *front),
            regions=(),
            hole_limit=hole_limit,
            focus_point=focus or (self.frame.width / 2, self.frame.height / 2),
            sources={},
            photo_sha256="0" * 64,
        )

    def move(
        self, op: str, direction: str | None = None, value: float | None = None, unit: str = ""
    ) -> dict[str, Any]:
        amount = None if value is None else Amount(value=value, unit=unit, source="explicit")
        return {"op": op, "direction": direction, "amount": amount}

    def plan(self, *beats: tuple[Any, ...], lang: str = "en", **fields: Any) -> ShotPlan:
        """Beats as (seconds, move, move …)."""
        clock, made = Fraction(0), []
        for index, (seconds, *moves) in enumerate(beats):
            end = clock + Fraction(seconds).limit_denominator(10_000)
            camera = tuple(
                CameraMove(id=f"b{index}m{number}", **move) for number, move in enumerate(moves)
            )
            made.append(Beat(id=f"b{index}", t0=float(clock), t1=float(end), camera=camera))
            clock = end
        return ShotPlan(duration=float(clock), beats=tuple(made), lang=(lang,), **fields)

    def motion(
        self,
        plan: ShotPlan,
        scene: Scene | None = None,
        *,
        fps: Fraction = Fraction(30),
        frames: int | None = None,
        size: Size | None = None,
    ) -> Motion:
        """One frame more than the clip has by default, so that the end pose is there."""
        count = round(Fraction(plan.duration).limit_denominator(10_000) * fps) + 1
        return plan_motion(
            plan,
            scene or self.scene(),
            size=size or self.frame,
            fps=fps,
            frame_count=frames or count,
        )

    def shallow(self) -> Framing:
        return Framing(depth_of_field="shallow")


@pytest.fixture(scope="session")
def stage() -> Stage:
    return Stage()


@dataclass(frozen=True)
class Viewed:
    """Measures a motion without any of the code under test."""

    motion: Motion
    centres: np.ndarray = field(init=False)
    turned: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        to_world = np.linalg.inv(self.motion.world_to_camera)
        object.__setattr__(self, "centres", to_world[:, :3, 3])
        object.__setattr__(self, "turned", to_world[:, :3, :3])

    def project(self, point: Sequence[float]) -> np.ndarray:
        """(T, 2) pixels of a world point."""
        homogeneous = self.motion.world_to_camera @ np.array([*point, 1.0])
        image = (self.motion.intrinsics @ homogeneous[:, :3, None])[:, :, 0]
        assert (image[:, 2] > 0).all()
        return image[:, :2] / image[:, 2:]

    def at_disparity(self, disparity: float, *, x: float = 0.0, y: float = 0.0) -> np.ndarray:
        """(T, 2) pixels of the point that the photo shows at normalised (x, y)."""
        depth = 1.0 / disparity
        return self.project([x * depth, y * depth, depth])

    def zoom(self) -> np.ndarray:
        focal = self.motion.intrinsics[:, 0, 0]
        return focal / focal[0]

    def yaw(self) -> np.ndarray:
        """Degrees to the right."""
        return np.degrees(np.arctan2(self.turned[:, 0, 2], self.turned[:, 2, 2]))

    def pitch(self) -> np.ndarray:
        """Degrees upwards."""
        return np.degrees(np.arcsin(-self.turned[:, 1, 2]))

    def roll(self) -> np.ndarray:
        """Degrees clockwise."""
        return np.degrees(np.arctan2(self.turned[:, 1, 0], self.turned[:, 1, 1]))


@pytest.fixture(scope="session")
def viewed() -> Callable[[Motion], Viewed]:
    return Viewed
