"""What the sound follows of the camera: how fast the picture moves, and where the camera looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.types.motion import Motion

F64 = NDArray[np.float64]

#: Speed of the picture, in frame widths a second, that counts as the fastest usual move.
FULL_SPEED: Final = 1.5

_GRID: Final = (0.2, 0.5, 0.8)  # of width and height: the points that are watched


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CameraTrack:
    """A camera over the frames k at k/fps.

    Attributes:
        seconds: (T,) of each frame.
        speed: (T,) how fast the focus subject's plane moves through the picture, in frame widths
            a second.
        yaw: (T,) radians that the camera has turned to the right since the photo.
    """

    seconds: F64
    speed: F64
    yaw: F64


def track(motion: Motion) -> CameraTrack:
    """The camera of ``motion``, as far as it is heard."""
    fps = float(motion.fps)
    seconds = np.arange(motion.frame_count) / fps
    forward = motion.world_to_camera[:, 2, :3]  # the camera's z axis, in the world
    yaw = np.unwrap(np.arctan2(forward[:, 0], forward[:, 2]))
    return CameraTrack(seconds=seconds, speed=_speed(motion, fps), yaw=yaw)


def _speed(motion: Motion, fps: float) -> F64:
    """Mean motion of nine points at the focus subject's distance, by central differences."""
    if motion.frame_count < 2:
        return np.zeros(motion.frame_count)
    places = _projected(motion) / motion.size.width
    velocity = np.gradient(places, 1.0 / fps, axis=0)
    return np.asarray(np.linalg.norm(velocity, axis=2).mean(axis=1))


def _projected(motion: Motion) -> F64:
    """(T, 9, 2) pixels where each frame shows points that lie on a grid of the first."""
    width, height = motion.size.width, motion.size.height
    pixels = np.array([(x * width, y * height, 1.0) for y in _GRID for x in _GRID])
    rays = pixels @ np.linalg.inv(motion.intrinsics[0]).T  # at disparity 1: z = 1
    turn, shift = motion.world_to_camera[0, :3, :3], motion.world_to_camera[0, :3, 3]
    world = (rays - shift) @ turn  # the inverse of a rigid motion
    seen = np.einsum("tij,nj->tni", motion.world_to_camera[:, :3, :3], world)
    seen += motion.world_to_camera[:, None, :3, 3]
    flat = np.einsum("tij,tnj->tni", motion.intrinsics, seen)
    return np.asarray(flat[..., :2] / np.maximum(flat[..., 2:], 1e-6))
