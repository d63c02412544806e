"""Second views through the renderer that makes clips, for `benchmarks.stereo`.

A pair's left photo becomes a scene (layers, completed behind one another), and the camera moves
sideways by as much as makes the scene's disparity fit the true one best. What an affine fit adds
to every disparity alike moves the picture as a whole: the principal point.
"""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np

from kinora.engines.parallax.renderer import ParallaxFrames, empty_planes
from kinora.engines.parallax.textures import build_textures, seen_windows
from kinora.types.geometry import Size
from kinora.types.motion import Motion
from kinora.types.rendition import YuvPlanes
from kinora.types.scene import U8, Scene

_RAYS = 2  # per output pixel and axis, as in the best tier


def render_second_view(scene: Scene, *, scale: float, shift: float) -> U8:
    """The scene as seen from the right: every pixel moves left by ``scale * disparity + shift``.

    Args:
        scene: of the left view, as large as that.
        scale: pixels per unit of the scene's disparity, ≥ 0.
        shift: pixels that are added to all.

    Returns:
        (H, W, 3) sRGB.
    """
    motion = _sideways(scene, scale=scale, shift=shift)
    windows = seen_windows(scene, motion)
    textures = build_textures(scene, motion.size, detail=float(_RAYS), windows=windows)
    frames = ParallaxFrames(textures, motion, supersample=_RAYS)
    planes = empty_planes(motion.size)
    frames.render(0, planes)
    return _rgb(planes, scene.size)


def _sideways(scene: Scene, *, scale: float, shift: float) -> Motion:
    """One frame: the camera to the right by ``scale / focal``, the principal point by ``shift``."""
    camera = scene.intrinsics
    world_to_camera, intrinsics = np.eye(4), np.eye(3)
    world_to_camera[0, 3] = -scale / camera.focal
    intrinsics[0, 0] = intrinsics[1, 1] = camera.focal
    intrinsics[:2, 2] = camera.cx - shift, camera.cy
    return Motion(
        size=scene.size,
        fps=Fraction(30),
        world_to_camera=world_to_camera[None],
        intrinsics=intrinsics[None],
        shutter=np.zeros(1),
        focus=np.ones(1),
        aperture=np.zeros(1),
    )


def _rgb(planes: YuvPlanes, size: Size) -> U8:
    """A frame's planes (BT.709 limited range) in colour, (H, W, 3)."""
    width, height = size.width, size.height
    stacked = [
        planes.y[:height, :width].reshape(-1),
        planes.u[: height // 2, : width // 2].reshape(-1),
        planes.v[: height // 2, : width // 2].reshape(-1),
    ]
    packed = np.concatenate(stacked).reshape(height * 3 // 2, width)
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(packed), format="yuv420p")
    rgb = frame.reformat(format="rgb24", src_colorspace="ITU709", dst_colorspace="ITU709")
    return np.asarray(rgb.to_ndarray(), dtype=np.uint8)
