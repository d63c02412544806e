"""Edges where one layer hides another, and how much of the hidden part a view uncovers.

For a camera at c (photo axes), the edge at normalised place x of a layer of disparity N before one
of disparity B moves over the latter by (x·c_z − c_xy)·(N − B)/(1 − c_z·N), measured on the layer
behind: project the edge into the new view and follow the ray back to B. It uncovers what lies on
the near side where that displacement points away from the edge's outward normal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.motion.reach import sample_layer
from kinora.types.scene import Scene

F64 = NDArray[np.float64]

_GRID: Final = 160  # samples along the longer side of the frame
_LEAST_STEP: Final = 0.02  # disparity; smaller steps uncover nothing to speak of
_EDGE: Final = 0.15  # alpha change per sample that makes an edge
_OPAQUE: Final = 128
_DIRECTIONS: Final = 96


@dataclass(frozen=True, slots=True, eq=False)
class OcclusionEdges:
    """The edges that uncover most, whichever way the camera goes."""

    pull: F64  # (E, 3): pull · c / (1 − c_z·near) is the width uncovered, normalised
    near: F64  # (E,) disparity of the layer in front

    @classmethod
    def of(cls, scene: Scene) -> OcclusionEdges:
        """Find the edges of ``scene`` inside its frame."""
        step = max(scene.size.width, scene.size.height) / _GRID
        x = np.arange(0.5 * step, scene.size.width, step)
        y = np.arange(0.5 * step, scene.size.height, step)
        layers = [
            sample_layer(layer, x + scene.frame_origin[0], y + scene.frame_origin[1])
            for layer in scene.layers
        ]
        camera = scene.intrinsics
        slopes = np.meshgrid((x - camera.cx) / camera.focal, (y - camera.cy) / camera.focal)
        behind = layers[0][0].copy() if layers else np.zeros((len(y), len(x)))
        pulls, nears = [np.zeros((0, 3))], [np.zeros(0)]
        for disparity, alpha in layers[1:]:
            pull, near = _edges(disparity, alpha / 255.0, behind, slopes=slopes)
            pulls.append(pull)
            nears.append(near)
            behind = np.where(alpha >= _OPAQUE, disparity, behind)
        return cls(*_outermost(np.concatenate(pulls), np.concatenate(nears)))

    def uncovered(self, centres: F64) -> F64:
        """(T,) widest part uncovered from each of ``centres`` (T, 3), normalised units."""
        if not len(self.near):
            return np.zeros(len(centres))
        closeness = np.maximum(1.0 - np.outer(centres[:, 2], self.near), 1e-3)
        widest: F64 = (centres @ self.pull.T / closeness).max(axis=1)
        return np.maximum(widest, 0.0)


def _edges(disparity: F64, alpha: F64, behind: F64, *, slopes: tuple[F64, ...]) -> tuple[F64, F64]:
    """Pull and disparity of the edges of one layer."""
    down, right = (np.asarray(slope) for slope in np.gradient(alpha))
    steep: F64 = np.hypot(right, down)
    step = disparity - behind
    chosen = (steep > _EDGE) & (step > _LEAST_STEP)
    # The outward normal is −∇α/|∇α|; pull = step · (n_x, n_y, −n·x).
    normal = -np.stack([right[chosen], down[chosen]]) / steep[chosen]
    along = normal[0] * slopes[0][chosen] + normal[1] * slopes[1][chosen]
    pull = step[chosen] * np.stack([normal[0], normal[1], -along])
    return pull.T, disparity[chosen]


def _outermost(pull: F64, near: F64) -> tuple[F64, F64]:
    """The edges that are extreme in some direction: the rest never uncovers more than they do."""
    if len(near) <= _DIRECTIONS:
        return pull, near
    index = np.arange(_DIRECTIONS) + 0.5  # a Fibonacci lattice covers the sphere evenly
    z, angle = 1.0 - 2.0 * index / _DIRECTIONS, index * np.pi * (1.0 + 5.0**0.5)
    ring = np.sqrt(1.0 - z * z)
    sphere = np.stack([ring * np.cos(angle), ring * np.sin(angle), z])
    kept = np.unique((pull @ sphere).argmax(axis=0))
    return pull[kept], near[kept]
