"""What the sound follows of the camera: how fast the picture moves, and where the camera looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.types.motion import Motion
from kinora.types.sound import SoundPlace

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
        fps: frames a second.
        places: where what sounds is in the picture, by the plan's items.
    """

    seconds: F64
    speed: F64
    yaw: F64
    fps: Fraction
    places: Mapping[str, SoundPlace] = field(default_factory=dict)


def track(motion: Motion, places: Mapping[str, SoundPlace] | None = None) -> CameraTrack:
    """The camera of ``motion``, as far as it is heard, and what it sees that sounds."""
    fps = float(motion.fps)
    seconds = np.arange(motion.frame_count) / fps
    forward = motion.world_to_camera[:, 2, :3]  # the camera's z axis, in the world
    yaw = np.unwrap(np.arctan2(forward[:, 0], forward[:, 2]))
    return CameraTrack(
        seconds=seconds,
        speed=_speed(motion, fps),
        yaw=yaw,
        fps=motion.fps,
        places=places or {},
    )


def _speed(motion: Motion, fps: float) -> F64:
    """Mean motion of nine points that each frame shows at the focus subject's distance."""
    count = motion.frame_count
    if count < 2:
        return np.zeros(count)
    pixels = np.array(
        [(x * motion.size.width, y * motion.size.height, 1.0) for y in _GRID for x in _GRID]
    )
    ahead = _shift(motion, pixels, slice(0, -1), slice(1, None))
    steps = np.linalg.norm(ahead, axis=2).mean(axis=1) / motion.size.width * fps
    return np.asarray(np.interp(np.arange(count), np.arange(count - 1) + 0.5, steps))


def _shift(motion: Motion, pixels: F64, now: slice, then: slice) -> F64:
    """(T - 1, 9, 2) pixels by which points on a grid of one frame have moved in the next."""
    step = motion.world_to_camera[then] @ np.linalg.inv(motion.world_to_camera[now])
    rays = np.einsum("tij,nj->tni", np.linalg.inv(motion.intrinsics[now]), pixels)  # z = 1
    seen = np.einsum("tij,tnj->tni", step[:, :3, :3], rays) + step[:, None, :3, 3]
    flat = np.einsum("tij,tnj->tni", motion.intrinsics[then], seen)
    return np.asarray(flat[..., :2] / np.maximum(flat[..., 2:], 1e-6) - pixels[:, :2])
