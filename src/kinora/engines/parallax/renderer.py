"""`ParallaxFrames`: renders any frame of a clip from the textures and the camera path."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax import _kernels as k
from kinora.engines.parallax import _placing_kernels as placing
from kinora.engines.parallax import layout
from kinora.engines.parallax.defocus import Lens, compose_defocused
from kinora.engines.parallax.lids import LidPass
from kinora.engines.parallax.mouth import MouthPass
from kinora.engines.parallax.passes import AirPass
from kinora.engines.parallax.stir import Shown, Stir, shown_planes
from kinora.engines.parallax.texture_set import TextureSet
from kinora.types.air import CLEAR, Air
from kinora.types.face import Lids, Mouth
from kinora.types.geometry import Size
from kinora.types.light import Fade, light_at
from kinora.types.living import STILL, Living
from kinora.types.motion import Motion
from kinora.types.rendition import YuvPlanes

U8 = NDArray[np.uint8]

_BLUR_STEP = 4.0  # greatest shift between the sub-frames of a motion-blurred frame, pixels
_MAX_SUBFRAMES = 16
_NO_SIZE = Size(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scratch:
    """Buffers of one rendering thread."""

    above: NDArray[np.float64]
    nodes: NDArray[np.float32]
    flags: U8
    rows: k.RowScratch
    planes: YuvPlanes
    other: YuvPlanes  # the frame in the light that comes next
    shown: Shown


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pose:
    """One camera: ray matrix (output pixel (x, y, 1) → ray in photo-camera axes) and centre."""

    ray: NDArray[np.float64]  # (9,) row-major 3×3
    centre: NDArray[np.float64]  # (3,)
    lens: Lens | None = None  # None: everything is sharp


def pose_of(
    world_to_camera: NDArray[np.float64],
    intrinsics: NDArray[np.float64],
    lens: Lens | None = None,
) -> Pose:
    """The pose of one frame.

    Args:
        world_to_camera: (4, 4) rigid.
        intrinsics: (3, 3), of the output frame.
        lens: focus and aperture, None where everything is sharp.
    """
    rotation = world_to_camera[:3, :3].T
    centre = -rotation @ world_to_camera[:3, 3]
    ray = rotation @ np.linalg.inv(intrinsics)
    return Pose(
        ray=np.ascontiguousarray(ray.ravel()), centre=np.ascontiguousarray(centre), lens=lens
    )


class ParallaxFrames:
    """A `FrameSource`: every frame is warped backward from the original layers, never from another
    frame, so any frame can be rendered at any time, by several threads.
    """

    def __init__(
        self,
        textures: TextureSet | Sequence[TextureSet],
        motion: Motion,
        *,
        living: Living = STILL,
        fades: Sequence[Fade] = (),
        air: Air = CLEAR,
        lids: Sequence[Lids] = (),
        mouths: Sequence[Mouth] = (),
        supersample: int = 1,
    ) -> None:
        """Args:
        textures: the scene's layers, and ``living``'s surfaces, for frames of ``motion.size``;
            in each light that the clip shows, in order.
        motion: the camera path.
        living: what moves by itself.
        fades: when each light gives way to the next.
        air: what lies in the air.
        lids: whose eyes do what.
        mouths: who says what.
        supersample: rays per output pixel and axis (1 or 2).
        """
        self._lights = (textures,) if isinstance(textures, TextureSet) else tuple(textures)
        self._textures = self._lights[0]  # geometry is the same in every light
        self._fades = tuple(fades)
        self._motion = motion
        self._stirs = [Stir(light, living) for light in self._lights] if living.moves else []
        self._supersample = supersample
        self._eyes = LidPass(tuple(lids), self._textures)
        self._mouths = MouthPass(tuple(mouths), self._textures)
        self._air = None if air.clear else AirPass(air, self._textures, self._working_size())
        self._local = threading.local()

    @property
    def random_access(self) -> bool:
        """Always: frames don't depend on each other."""
        return True

    def render(self, index: int, planes: YuvPlanes) -> None:
        """Write frame ``index``; the planes' rows must hold whole blocks of 8 (chroma 4)."""
        kept: tuple[int, YuvPlanes] | None = getattr(self._local, "kept", None)
        if kept is not None and kept[0] == index - 1 and self._same(index - 1, index):
            _copy_planes(kept[1], planes)
        else:
            self._render(index, planes)
        if index + 1 < self._motion.frame_count and self._same(index, index + 1):
            still = kept[1] if kept is not None else empty_planes(self._motion.size)
            _copy_planes(planes, still)
            self._local.kept = (index, still)

    def _same(self, one: int, other: int) -> bool:
        """Whether two frames show the same: a static beat repeats its picture for free."""
        m = self._motion
        curves = (m.world_to_camera, m.intrinsics, m.shutter, m.focus, m.aperture)
        if m.shutter[one] > 0.0:
            return False
        if m.scene_seconds(one) != m.scene_seconds(other) and not self._at_rest(one, other):
            return False
        return all(np.array_equal(curve[one], curve[other]) for curve in curves)

    def _at_rest(self, one: int, other: int) -> bool:
        """Whether nothing but the camera tells two frames apart."""
        if self._stirs or self._air is not None or self._looks(one) or self._looks(other):
            return False
        return self._light(one) == self._light(other)

    def _looks(self, index: int) -> bool:
        """Whether eyes or mouths aren't as in the photo."""
        now = self._motion.scene_seconds(index)
        return not (self._eyes.still(now) and self._mouths.still(now))

    def _light(self, index: int) -> tuple[int, int, float]:
        return light_at(self._fades, self._motion.scene_seconds(index))

    def _render(self, index: int, planes: YuvPlanes) -> None:
        poses = self._subframes(index)
        now = self._motion.scene_seconds(index)
        if len(poses) == 1 and self._supersample == 1:
            self._compose(poses[0], now, planes)
            return
        total = [np.zeros((size.height, size.width), np.uint16) for size in self._plane_sizes()]
        part = self._scratch().planes
        for pose in poses:
            self._compose(pose, now, part)
            for plane, ours in zip(total, (part.y, part.u, part.v), strict=True):
                view = ours[
                    : plane.shape[0] * self._supersample, : plane.shape[1] * self._supersample
                ]
                plane += _shrunk(view, plane.shape)
        half = len(poses) // 2
        for plane, out in zip(total, (planes.y, planes.u, planes.v), strict=True):
            out[: plane.shape[0], : plane.shape[1]] = (plane + half) // len(poses)

    def _plane_sizes(self) -> tuple[Size, Size, Size]:
        size = self._motion.size
        half = Size(size.width // 2, size.height // 2)
        return size, half, half

    def _working_size(self) -> Size:
        size = self._motion.size
        return Size(size.width * self._supersample, size.height * self._supersample)

    def _pose(self, index: int) -> Pose:
        motion = self._motion
        lens = None
        if motion.aperture[index] > 0.0:
            lens = Lens(focus=float(motion.focus[index]), aperture=float(motion.aperture[index]))
        return pose_of(motion.world_to_camera[index], self._scaled(index), lens)

    def _scaled(self, index: int) -> NDArray[np.float64]:
        matrix: NDArray[np.float64] = self._motion.intrinsics[index].copy()
        matrix[:2] *= self._supersample
        return matrix

    def _subframes(self, index: int) -> list[Pose]:
        """The poses whose average is the frame: several while a shutter is open on a fast move."""
        motion = self._motion
        here = self._pose(index)
        shutter = float(motion.shutter[index])
        other = min(index + 1, motion.frame_count - 1)
        if shutter <= 0.0 or other == index:
            return [here]
        there = self._pose(other)
        count = min(_MAX_SUBFRAMES, int(np.ceil(self._shift(here, there) * shutter / _BLUR_STEP)))
        if count <= 1:
            return [here]
        # Centred on the frame's own instant, so that blur doesn't shift the picture in time.
        steps = ((np.arange(count) + 0.5) / count - 0.5) * shutter
        return [
            Pose(
                ray=here.ray + (there.ray - here.ray) * step,
                centre=here.centre + (there.centre - here.centre) * step,
                lens=here.lens,
            )
            for step in steps
        ]

    def _shift(self, here: Pose, there: Pose) -> float:
        """Greatest movement of a frame corner at disparity 1 between two poses, output pixels."""
        size = self._motion.size
        corners = np.array(
            [[x, y, 1.0] for x in (0, size.width) for y in (0, size.height)], dtype=np.float64
        )
        points = []
        for pose in (here, there):
            ray = corners * [self._supersample, self._supersample, 1] @ pose.ray.reshape(3, 3).T
            near = 1.0 - pose.centre[2]
            points.append(ray[:, :2] / ray[:, 2:] * near + pose.centre[:2])
        focal = float(self._motion.intrinsics[0, 0, 0])
        return float(np.abs(points[1] - points[0]).max() * focal)

    def _compose(self, pose: Pose, seconds: float, planes: YuvPlanes) -> None:
        textures, s = self._textures, self._scratch()
        placing.solve_nodes(
            textures.disparity,
            textures.table,
            textures.affine,
            pose.ray,
            pose.centre,
            s.above,
            s.nodes,
        )
        if self._stirs:
            self._stirs[0].bend(seconds, s.nodes)
        placing.classify(textures.cells, textures.table, s.nodes, s.flags)
        one, other, share = light_at(self._fades, seconds)
        self._paint(one if share < 1.0 else other, pose, seconds, planes)
        if 0.0 < share < 1.0:
            self._paint(other, pose, seconds, s.other)
            _mix(planes, s.other, share)
        self._eyes.apply(seconds, s.nodes, planes)
        self._mouths.apply(seconds, s.nodes, planes)
        if self._air is not None:
            self._air.apply(
                seconds,
                pose.ray,
                pose.centre,
                nodes=s.nodes,
                flags=s.flags,
                rows=s.rows,
                planes=planes,
            )

    def _paint(self, light: int, pose: Pose, seconds: float, planes: YuvPlanes) -> None:
        """Composite the layers as one light shows them, by the nodes and flags of this thread."""
        textures, s = self._lights[light], self._scratch()
        if self._stirs:
            self._stirs[light].draw(seconds, s.nodes, s.flags, s.rows, s.shown)
        if pose.lens is not None:
            size = self._working_size()
            compose_defocused(textures, s.nodes, s.rows, s.shown, pose.lens, size, planes)
            return
        k.compose(
            textures.quads,
            textures.table,
            s.nodes,
            s.flags,
            s.rows,
            s.shown,
            planes.y,
            planes.u,
            planes.v,
            self._working_size().height,
        )

    def _scratch(self) -> _Scratch:
        found: _Scratch | None = getattr(self._local, "scratch", None)
        if found is None:
            found = self._new_scratch()
            self._local.scratch = found
        return found

    def _new_scratch(self) -> _Scratch:
        size = self._working_size()
        columns, rows = -(-size.width // layout.BLOCK), -(-size.height // layout.BLOCK)
        layers = self._textures.layers
        return _Scratch(
            above=np.empty(columns + 1, np.float64),
            nodes=np.empty((layers, 2, rows + 1, columns + 1), np.float32),
            flags=np.empty((layers, rows, columns), np.uint8),
            rows=k.row_scratch(columns),
            planes=empty_planes(size),
            other=empty_planes(size if self._fades else _NO_SIZE),
            shown=shown_planes(len(self._textures.surfaces), size),
        )


def _shrunk(plane: U8, shape: tuple[int, ...]) -> U8:
    if plane.shape == shape:
        return plane
    small = cv2.resize(plane, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _mix(planes: YuvPlanes, other: YuvPlanes, share: float) -> None:
    """Fade a frame into another one of the same size."""
    pairs = ((planes.y, other.y), (planes.u, other.u), (planes.v, other.v))
    for one, two in pairs:
        rows, columns = min(len(one), len(two)), min(one.shape[1], two.shape[1])
        one[:rows, :columns] = cv2.addWeighted(
            one[:rows, :columns], 1.0 - share, two[:rows, :columns], share, 0.0
        )


def _copy_planes(source: YuvPlanes, target: YuvPlanes) -> None:
    """Copy a frame between planes whose rows may differ in padding."""
    pairs = ((source.y, target.y), (source.u, target.u), (source.v, target.v))
    for one, other in pairs:
        width = min(one.shape[1], other.shape[1])
        other[:, :width] = one[:, :width]


def empty_planes(size: Size) -> YuvPlanes:
    """Planes for one frame of ``size``, rows padded to whole blocks."""
    wide = -(-size.width // layout.BLOCK) * layout.BLOCK
    return YuvPlanes(
        y=np.zeros((size.height, wide), np.uint8),
        u=np.zeros((size.height // 2, wide // 2), np.uint8),
        v=np.zeros((size.height // 2, wide // 2), np.uint8),
    )
