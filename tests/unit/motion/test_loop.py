"""A path that closes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from kinora.motion import closed
from kinora.types.geometry import Size
from kinora.types.motion import Motion


def motion(count: int, *, moving: bool) -> Motion:
    poses = np.tile(np.eye(4), (count, 1, 1))
    if moving:
        angle = np.linspace(0.0, 0.2, count)
        poses[:, 0, 0] = poses[:, 2, 2] = np.cos(angle)
        poses[:, 0, 2], poses[:, 2, 0] = -np.sin(angle), np.sin(angle)
        poses[:, 2, 3] = np.linspace(0.0, -0.1, count)
    return Motion(
        size=Size(64, 36),
        fps=Fraction(30),
        world_to_camera=poses,
        intrinsics=np.tile(np.eye(3), (count, 1, 1)),
        shutter=np.zeros(count),
        focus=np.ones(count),
        aperture=np.zeros(count),
    )


def test_the_path_goes_and_comes_back_evenly() -> None:
    path = closed(motion(60, moving=True)).world_to_camera
    np.testing.assert_allclose(path[1:], path[1:][::-1], atol=1e-12)
    steps = np.abs(np.diff(path, axis=0)).sum(axis=(1, 2))
    across = np.abs(path[0] - path[-1]).sum()
    assert across <= steps.max()
    assert path[30, 2, 3] < -0.099


def test_poses_stay_rigid() -> None:
    turns = closed(motion(50, moving=True)).world_to_camera[:, :3, :3]
    np.testing.assert_allclose(turns @ turns.transpose(0, 2, 1), np.tile(np.eye(3), (50, 1, 1)),
                               atol=1e-12)  # fmt: skip


def test_a_static_camera_stays_to_the_bit() -> None:
    still = motion(20, moving=False)
    assert np.array_equal(closed(still).world_to_camera, still.world_to_camera)
