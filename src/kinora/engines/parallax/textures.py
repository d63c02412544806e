"""Scene → `TextureSet`: the layers as the kernels read them.

Each layer becomes planes of luma, chroma and alpha (BT.709 limited range, premultiplied by alpha,
offsets included, so that a sum of weights 1 needs no special case) at ``detail`` texels per output
pixel, each texel packed with its neighbours (see layout.py), after luma was corrected
(see correction.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax.correction import correct, strips
from kinora.engines.parallax.layout import CELL
from kinora.engines.parallax.surface_sharpness import Rest
from kinora.engines.parallax.surfaces import host_surfaces
from kinora.engines.parallax.texture_set import WORKERS, Box, LayerPlanes, TextureSet, pack
from kinora.scene.cast import without_layers
from kinora.types.geometry import Intrinsics, Size
from kinora.types.living import STILL, Living
from kinora.types.motion import Motion
from kinora.types.scene import Layer, Scene

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

# ITU-R BT.709-6, 8-bit limited range: rows Y, Cb, Cr over premultiplied R'G'B' and alpha, all in
# 0..255 (the offsets of 16 and 128 are per unit alpha), and alpha itself.
_BT709 = np.array(
    [
        [0.2126 * 219 / 255, 0.7152 * 219 / 255, 0.0722 * 219 / 255, 16 / 255],
        [-0.2126 / 1.8556 * 224 / 255, -0.7152 / 1.8556 * 224 / 255, 0.5 * 224 / 255, 128 / 255],
        [0.5 * 224 / 255, -0.7152 / 1.5748 * 224 / 255, -0.0722 / 1.5748 * 224 / 255, 128 / 255],
        [0.0, 0.0, 0.0, 1.0],
    ],
    dtype=np.float32,
)

_WINDOW_MARGIN = 0.01  # of the frame's long side, for blur and bilinear neighbours


def layer_planes(layer: Layer, scale: float, window: Box | None = None) -> LayerPlanes:
    """Resample the part of a layer inside ``window`` to ``scale`` texels per scene pixel."""
    box = Box(
        x=layer.origin[0],
        y=layer.origin[1],
        width=layer.rgba.shape[1],
        height=layer.rgba.shape[0],
    )
    rgba = layer.rgba
    height, width = rgba.shape[:2]
    texels = Size(*(max(2, 2 * round(n * scale / 2)) for n in (width, height)))
    if texels != Size(width, height):
        kind = cv2.INTER_AREA if texels.width < width else cv2.INTER_CUBIC
        resized = cv2.resize(rgba, (texels.width, texels.height), interpolation=kind)
        rgba = np.asarray(resized, np.uint8)
    # Cut after resampling, along cells: a texel has the same value whatever the camera path is.
    columns, rows = _window_range(texels, box, window or box)
    rgba = rgba[rows[0] : rows[1], columns[0] : columns[1]]
    opaque = bool((layer.rgba[..., 3] == 255).all())
    luma, chroma, alpha = _planes(rgba)
    return LayerPlanes(
        luma=luma,
        chroma=chroma,
        alpha=None if opaque else alpha,
        disparity=layer.disparity.astype(np.float32),
        box=box,
        texels=texels,
        start=(columns[0], rows[0]),
    )


def _planes(rgba: U8) -> tuple[F32, F32, F32]:
    """Luma (h, w), chroma (2, h/2, w/2) and alpha (h, w) of premultiplied colours, 0..255."""
    height, width = rgba.shape[:2]
    luma, alpha = np.empty((height, width), np.float32), np.empty((height, width), np.float32)
    chroma = np.empty((2, height // 2, width // 2), np.float32)
    for rows in strips(height):
        *colours, cover = cv2.split(rgba[rows])
        clean = cv2.merge([*(cv2.min(colour, cover) for colour in colours), cover])
        luma[rows], *full, alpha[rows] = cv2.split(cv2.transform(clean.astype(np.float32), _BT709))
        for plane, samples in zip(chroma[:, rows.start // 2 : rows.stop // 2], full, strict=True):
            plane[:] = cv2.resize(samples, plane.shape[::-1], interpolation=cv2.INTER_AREA)
    return luma, chroma, alpha


def _window_range(texels: Size, box: Box, window: Box) -> tuple[tuple[int, int], tuple[int, int]]:
    """Columns and rows of the layer over ``box`` that lie inside ``window``, in whole cells."""
    across, down = texels.width / box.width, texels.height / box.height
    return (
        _cells_around((window.x - box.x) * across, window.width * across, texels.width),
        _cells_around((window.y - box.y) * down, window.height * down, texels.height),
    )


def _cells_around(start: float, length: float, count: int) -> tuple[int, int]:
    """The least range of whole cells in [0, count] around [start, start + length], not empty."""
    last = (count - 1) // CELL * CELL
    low = min(max(CELL * int(np.floor(start / CELL)), 0), last)
    return low, max(
        min(CELL * int(np.ceil((start + length) / CELL)), count), min(low + CELL, count)
    )


def build_textures(
    scene: Scene,
    size: Size,
    *,
    detail: float = 1.5,
    windows: Sequence[Box] | None = None,
    living: Living = STILL,
) -> TextureSet:
    """Make the textures of a scene.

    Args:
        scene: the layers.
        size: output frame.
        detail: texels per output pixel.
        windows: per layer, the part of the canvas that the camera path sees (`seen_windows`);
            None keeps everything.
        living: what moves by itself; its surfaces become layers of their own.
    """
    scale = detail * size.width / scene.size.width
    boxes: Sequence[Box | None] = windows or [None] * len(scene.layers)
    with ThreadPoolExecutor(WORKERS) as pool:
        planes = list(
            pool.map(lambda layer, window: layer_planes(layer, scale, window), scene.layers, boxes)
        )
    away = {number for each in living.carried for number in each.layers}
    still = [plane for number, plane in enumerate(planes) if number not in away]
    resting = without_layers(scene, away)
    correct(still, resting, fitted_luma(resting, size))
    hosted = host_surfaces(
        planes, living.surfaces, scene.canvas, living.grid, rest=_rest(scene, size)
    )
    stack: list[LayerPlanes] = []
    for number, plane in enumerate(planes):
        stack += [plane, *(each.planes for each in hosted if each.host == number)]
    textures = pack(stack, on_canvas(scene), size)
    return replace(textures, canvas=scene.canvas, surfaces=tuple(each.texture for each in hosted))


def _rest(scene: Scene, size: Size) -> Rest:
    """Where the pixels of frames of ``size`` lie while the camera is at rest."""
    x, y = scene.frame_origin
    step = scene.size.width / size.width
    return Rest(x=x + 0.5 * step, y=y + 0.5 * step, step=step)


def seen_windows(scene: Scene, motion: Motion, *, living: Living = STILL) -> list[Box]:
    """Per layer, the part of the canvas that any frame of ``motion`` samples, with a margin.

    It is wider by how far ``living`` may displace the layer.

    Source points move linearly with disparity, s = a·(1 − C_z·D) + C_xy·D, so the extremes over a
    layer's disparities lie at its least and greatest one; over the frame they lie at its border.
    """
    x, y = np.meshgrid(np.linspace(0, motion.size.width, 5), np.linspace(0, motion.size.height, 5))
    pixels = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    turn = motion.world_to_camera[:, :3, :3].transpose(0, 2, 1)
    centre = -(turn @ motion.world_to_camera[:, :3, 3:])
    rays = turn @ np.linalg.inv(motion.intrinsics) @ pixels
    at = rays[:, :2] / rays[:, 2:]
    size, camera = scene.size, on_canvas(scene)
    focal, middle = camera.focal, np.array([camera.cx, camera.cy])
    least = _WINDOW_MARGIN * max(size.width, size.height) + living.reach
    carried = {n: each.course.reach for each in living.carried for n in each.layers}
    windows = []
    for number, layer in enumerate(scene.layers):
        margin = least + carried.get(number, 0.0)
        ends = np.stack(
            [
                at * (1.0 - centre[:, 2:] * d) + centre[:, :2] * d
                for d in (float(layer.disparity.min()), float(layer.disparity.max()))
            ]
        )
        low = ends.min(axis=(0, 1, 3)) * focal + middle - margin
        high = ends.max(axis=(0, 1, 3)) * focal + middle + margin
        windows.append(Box(x=low[0], y=low[1], width=high[0] - low[0], height=high[1] - low[1]))
    return windows


def fitted_luma(scene: Scene, size: Size) -> F32:
    """Luma of the photo as fitted to the frame, (H, W) float32 in 16..235."""
    image = scene.image
    if scene.size != size:
        kind = cv2.INTER_AREA if size.width < scene.size.width else cv2.INTER_CUBIC
        image = np.asarray(
            cv2.resize(image, (size.width, size.height), interpolation=kind), np.uint8
        )
    red, green, blue, offset = _BT709[0]
    weights = np.array([[red, green, blue, 255 * offset]])  # a fourth column is added
    luma = np.empty(image.shape[:2], np.float32)
    for rows in strips(size.height):
        luma[rows] = cv2.transform(image[rows].astype(np.float32), weights)
    return luma


def on_canvas(scene: Scene) -> Intrinsics:
    """The photo camera's intrinsics in pixels of the canvas."""
    x, y = scene.frame_origin
    k = scene.intrinsics
    return Intrinsics(focal=k.focal, cx=k.cx + x, cy=k.cy + y)
