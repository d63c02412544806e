"""The camera rig: nine numbers that say where the camera is, and the pose they stand for.

The camera sits on a tripod head (yaw, pitch, roll) on a dolly (x, y, z) on a turntable whose axes
go through the focus subject (azimuth, elevation). Moves add to these numbers, so a move and its
opposite cancel exactly, pans keep the horizon level, and an orbit keeps the subject in its place
in the picture whatever came before. Signs: docs/conventions.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

YAW, PITCH, ROLL, AZIMUTH, ELEVATION, X, Y, Z, LOG_FOCAL = range(9)
POSITION: Final = slice(X, Z + 1)
CHANNELS: Final = 9


@dataclass(frozen=True, slots=True, eq=False)
class Cameras:
    """Cameras in the world, that is in the axes of the photo's camera."""

    rotation: F64  # (T, 3, 3) camera → world
    centre: F64  # (T, 3) scene units
    zoom: F64  # (T,) focal length over that of the photo

    def world_to_camera(self) -> F64:
        """(T, 4, 4) rigid transforms."""
        matrices = np.zeros((len(self.zoom), 4, 4))
        turned = self.rotation.transpose(0, 2, 1)
        matrices[:, :3, :3] = turned
        matrices[:, :3, 3] = -(turned @ self.centre[:, :, None])[:, :, 0]
        matrices[:, 3, 3] = 1.0
        return matrices + 0.0  # turns -0.0 into 0.0


def rotations(yaw: F64, pitch: F64, roll: F64) -> F64:
    """Ry(yaw)·Rx(pitch)·Rz(roll), camera → world: (T, 3, 3) from three (T,) in radians.

    Positive: yaw turns right, pitch up, roll clockwise seen from behind the camera.
    """
    cy, sy = np.cos(yaw), np.sin(yaw)
    cp, sp = np.cos(pitch), np.sin(pitch)
    cr, sr = np.cos(roll), np.sin(roll)
    out = np.empty((len(yaw), 3, 3))
    out[:, 0, 0] = cy * cr + sy * sp * sr
    out[:, 0, 1] = -cy * sr + sy * sp * cr
    out[:, 0, 2] = sy * cp
    out[:, 1, 0] = cp * sr
    out[:, 1, 1] = cp * cr
    out[:, 1, 2] = -sp
    out[:, 2, 0] = -sy * cr + cy * sp * sr
    out[:, 2, 1] = sy * sr + cy * sp * cr
    out[:, 2, 2] = cy * cp
    return out


def cameras(states: F64, *, jitter: F64, pivot: F64) -> Cameras:
    """The cameras of rig states.

    Args:
        states: (T, 9) rig numbers; radians, scene units and log of the zoom factor.
        jitter: (T, 6) yaw, pitch, roll, x, y, z added in the camera's own axes, last.
        pivot: (3,) the focus subject in the world.
    """
    head = rotations(states[:, YAW], states[:, PITCH], states[:, ROLL])
    table = rotations(states[:, AZIMUTH], states[:, ELEVATION], np.zeros(len(states)))
    tremble = rotations(jitter[:, 0], jitter[:, 1], jitter[:, 2])
    place = states[:, POSITION] + (head @ jitter[:, 3:, None])[:, :, 0]
    # Written as a correction to `place`, so that without an orbit nothing is rounded.
    swing = ((table - np.eye(3)) @ (place - pivot)[:, :, None])[:, :, 0]
    return Cameras(table @ head @ tremble, place + swing, np.exp(states[:, LOG_FOCAL]))
