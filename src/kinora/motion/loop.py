"""A camera path that ends where it begins: it goes and comes back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kinora.types.motion import Motion

F64 = NDArray[np.float64]


def closed(motion: Motion) -> Motion:
    """The same path there and back, with rests at both ends, so that the clip can loop.

    Frame k shows the path at (1 − cos(2πk/T))/2 of its way; a camera that doesn't move stays.
    """
    count = motion.frame_count
    place = 0.5 * (1.0 - np.cos(2.0 * np.pi * np.arange(count) / count)) * (count - 1)
    return replace(
        motion,
        world_to_camera=_poses(motion.world_to_camera, place),
        intrinsics=_between(motion.intrinsics, place),
        shutter=np.zeros_like(motion.shutter),
        focus=_between(motion.focus, place),
        aperture=_between(motion.aperture, place),
    )


def _between(curve: F64, place: F64) -> F64:
    """Values of a curve over frames at fractional frames, linear; exact where it rests."""
    low = np.minimum(place.astype(np.int64), len(curve) - 1)
    high = np.minimum(low + 1, len(curve) - 1)
    rest = (place - low).reshape(-1, *[1] * (curve.ndim - 1))
    return np.asarray(curve[low] + rest * (curve[high] - curve[low]), np.float64)


def _poses(poses: F64, place: F64) -> F64:
    """Rigid poses at fractional frames: the nearest rotation to the mean of two neighbours."""
    mixed = _between(poses, place)
    low = np.minimum(place.astype(np.int64), len(poses) - 1)
    high = np.minimum(low + 1, len(poses) - 1)
    turned = np.any(poses[low, :3, :3] != poses[high, :3, :3], axis=(1, 2))
    if turned.any():
        left, _, right = np.linalg.svd(mixed[turned, :3, :3])
        mixed[turned, :3, :3] = left @ right
    return mixed
