"""What one photo can show: the views that need nothing beyond the scene's canvas and layers.

A view is allowed when

* no ray of the frame's border meets any visible layer outside the canvas (the mapping from frame
  to canvas is projective at a given disparity, so the border bounds the inside);
* no edge of a layer uncovers more of what lies behind it than the scene has completed;
* the camera stays well in front of every layer;
* zoom and orbit stay within fixed ranges.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import log, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.motion.edges import OcclusionEdges
from kinora.motion.reach import DisparityReach
from kinora.motion.rig import AZIMUTH, ELEVATION, Cameras
from kinora.types.scene import Scene

F64 = NDArray[np.float64]
Verdicts = NDArray[np.int8]

#: Focal length over the photo's: more would only magnify pixels, less is the canvas's to judge.
MAX_ZOOM: Final = 4.0
#: One photo shows one side: from farther round, errors of its estimated depth look like rubber.
MAX_ORBIT: Final = radians(15.0)
#: z·D of the nearest layer may grow to this, where it looks 2.5 times larger.
MAX_APPROACH: Final = 0.6
#: Border points per side of the frame; 4·n rays per view.
BORDER_STEPS: Final = 16
#: How far a ray may leave the canvas through rounding, in frame pixels.
_ROUNDING: Final = 1e-6


class Limit(IntEnum):
    """What stands in the way of a view."""

    NONE = 0
    CANVAS = 1
    HIDDEN = 2
    TOO_NEAR = 3
    ZOOM = 4
    ORBIT = 5


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """The views that a scene allows."""

    rays: F64  # (3, R) of the frame's border at zoom 1, z = 1
    canvas: F64  # (2, 2) least and greatest x, y of the canvas in normalised coordinates
    pixel: float  # one frame pixel in normalised coordinates
    reach: DisparityReach
    edges: OcclusionEdges
    hole_limit: float  # normalised

    @classmethod
    def of(cls, scene: Scene) -> Bounds:
        """Measure ``scene``."""
        camera, size = scene.intrinsics, scene.size
        corner = np.array([-camera.cx - scene.frame_origin[0], -camera.cy - scene.frame_origin[1]])
        extent = np.array([scene.canvas.width, scene.canvas.height], dtype=np.float64)
        canvas = np.stack([corner, corner + extent]) / camera.focal
        frame = np.array(
            [[-camera.cx, -camera.cy], [size.width - camera.cx, size.height - camera.cy]]
        )
        return cls(
            rays=_border(frame / camera.focal),
            canvas=canvas,
            pixel=1.0 / camera.focal,
            reach=DisparityReach.of(scene, spacing=1.0 / BORDER_STEPS),
            edges=OcclusionEdges.of(scene),
            hole_limit=scene.hole_limit / camera.focal,
        )

    def judge(self, views: Cameras, states: F64, *, slack: float = 0.0) -> Verdicts:
        """(T,) a `Limit` per view; ``slack`` frame pixels are kept free at the canvas border."""
        verdict = np.zeros(len(states), dtype=np.int8)
        checks = (
            (Limit.CANVAS, ~self._on_canvas(views, slack=slack)),
            (Limit.HIDDEN, self.edges.uncovered(views.centre) > self.hole_limit + 1e-12),
            (Limit.TOO_NEAR, views.centre[:, 2] * self.reach.highest > MAX_APPROACH),
            (Limit.ZOOM, np.abs(np.log(views.zoom)) > log(MAX_ZOOM) + 1e-12),
            (Limit.ORBIT, np.abs(states[:, [AZIMUTH, ELEVATION]]).max(axis=1) > MAX_ORBIT + 1e-12),
        )
        for limit, broken in checks:
            verdict[broken] = limit
        return verdict

    def _on_canvas(self, views: Cameras, *, slack: float) -> NDArray[np.bool_]:
        """(T,) whether every border ray meets the layers inside the canvas."""
        at_infinity, per_disparity, ahead = self._footprints(views)
        low, high = self.reach.around(at_infinity, per_disparity)
        room = (slack - _ROUNDING) * self.pixel
        least, greatest = self.canvas + np.array([[room], [-room]])
        inside = ahead
        for disparity in (low, high):
            place = at_infinity + disparity * per_disparity
            inside &= (place[0] >= least[0]) & (place[0] <= greatest[0])
            inside &= (place[1] >= least[1]) & (place[1] <= greatest[1])
        everywhere: NDArray[np.bool_] = np.all(inside, axis=1)
        return everywhere

    def _footprints(self, views: Cameras) -> tuple[F64, F64, NDArray[np.bool_]]:
        """Where border rays meet the layers: place(D) = first + D·second, linear in disparity D.

        A ray c + λd meets z = 1/D at λ = (1/D − c_z)/d_z; projected into the photo, that is
        d_xy/d_z + D·(c_xy − c_z·d_xy/d_z). Both results are (2, T, R), the third says where the
        ray goes forward.
        """
        rays = np.empty((len(views.zoom), 3, self.rays.shape[1]))
        rays[:] = self.rays
        rays[:, :2] /= views.zoom[:, None, None]
        world = views.rotation @ rays
        ahead = world[:, 2] > 1e-3
        depth = np.where(ahead, world[:, 2], 1.0)
        slope = np.stack([world[:, 0] / depth, world[:, 1] / depth])
        centre = views.centre.T[:, :, None]
        return slope, centre[:2] - centre[2] * slope, ahead


def _border(frame: F64) -> F64:
    """(3, 4n) evenly spaced rays along the border of ``frame`` [[x0, y0], [x1, y1]]."""
    (x0, y0), (x1, y1) = frame
    x = np.linspace(x0, x1, BORDER_STEPS + 1)
    y = np.linspace(y0, y1, BORDER_STEPS + 1)[1:-1]
    xs = np.concatenate([x, x, np.full(len(y), x0), np.full(len(y), x1)])
    ys = np.concatenate([np.full(len(x), y0), np.full(len(x), y1), y, y])
    return np.stack([xs, ys, np.ones(len(xs))])
