"""Scene → `TextureSet`: the layers as the kernels read them.

Each layer becomes planes of luma, chroma and alpha (BT.709 limited range, premultiplied by alpha,
offsets included, so that a sum of weights 1 needs no special case) at ``detail`` texels per output
pixel, each texel packed with its neighbours (see layout.py). Luma is then corrected so that the
resting frame *is* the fitted photo: bilinear sampling alone would soften it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax.layout import CELL
from kinora.engines.parallax.texture_set import Box, LayerPlanes, TextureSet, pack
from kinora.types.geometry import Intrinsics, Size
from kinora.types.motion import Motion
from kinora.types.scene import Layer, Scene

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

# ITU-R BT.709-6, 8-bit limited range: rows Y, Cb, Cr over R'G'B' in 0..255; offset per unit alpha.
_BT709 = np.array(
    [
        [0.2126 * 219 / 255, 0.7152 * 219 / 255, 0.0722 * 219 / 255],
        [-0.2126 / 1.8556 * 224 / 255, -0.7152 / 1.8556 * 224 / 255, 0.5 * 224 / 255],
        [0.5 * 224 / 255, -0.7152 / 1.5748 * 224 / 255, -0.0722 / 1.5748 * 224 / 255],
    ],
    dtype=np.float32,
)
_OFFSET = np.array([16.0, 128.0, 128.0], dtype=np.float32) / 255.0

_WINDOW_MARGIN = 0.01  # of the frame's long side, for blur and bilinear neighbours
_CORRECTIONS = 2  # rounds of back-projection of the resting frame's error


def rgb_to_yuv(rgb: NDArray[np.generic], alpha: F32 | None = None) -> F32:
    """BT.709 limited-range Y'CbCr of premultiplied R'G'B', (H, W, 3) float32 in 0..255.

    Args:
        rgb: (H, W, 3) in 0..255, gamma-encoded, premultiplied.
        alpha: (H, W) in 0..255; None means opaque.
    """
    yuv = np.asarray(cv2.transform(np.asarray(rgb, dtype=np.float32), _BT709), np.float32)
    if alpha is None:
        yuv.reshape(len(yuv), -1)[:] += np.tile(np.float32(255.0) * _OFFSET, yuv.shape[1])
    else:
        for channel, offset in enumerate(_OFFSET):
            yuv[..., channel] += alpha * offset
    return yuv


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
    alpha = None if opaque else rgba[..., 3].astype(np.float32)
    colour = rgba[..., :3] if alpha is None else np.minimum(rgba[..., :3], rgba[..., 3:])
    yuv = rgb_to_yuv(colour, alpha)
    half = (rgba.shape[1] // 2, rgba.shape[0] // 2)
    return LayerPlanes(
        luma=np.ascontiguousarray(yuv[..., 0]),
        chroma=np.asarray(cv2.resize(yuv[..., 1:], half, interpolation=cv2.INTER_AREA), np.float32),
        alpha=alpha,
        disparity=layer.disparity.astype(np.float32),
        box=box,
        texels=texels,
        start=(columns[0], rows[0]),
    )


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
    scene: Scene, size: Size, *, detail: float = 1.5, windows: Sequence[Box] | None = None
) -> TextureSet:
    """Make the textures of a scene.

    Args:
        scene: the layers.
        size: output frame.
        detail: texels per output pixel.
        windows: per layer, the part of the canvas that the camera path sees (`seen_windows`);
            None keeps everything.
    """
    scale = detail * size.width / scene.size.width
    boxes: Sequence[Box | None] = windows or [None] * len(scene.layers)
    planes = [
        layer_planes(layer, scale, window)
        for layer, window in zip(scene.layers, boxes, strict=True)
    ]
    target = fitted_luma(scene, size)
    for _ in range(_CORRECTIONS):
        planes = _corrected(planes, scene, target)
    return pack(planes, on_canvas(scene), size)


def seen_windows(scene: Scene, motion: Motion) -> list[Box]:
    """Per layer, the part of the canvas that any frame of ``motion`` samples, with a margin.

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
    margin = _WINDOW_MARGIN * max(size.width, size.height)
    windows = []
    for layer in scene.layers:
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
    return np.ascontiguousarray(rgb_to_yuv(image)[..., 0])


def _resting_map(plane: LayerPlanes, scene: Scene, size: Size) -> tuple[F64, F64]:
    """Texel index, in the whole layer, of each output column and row when the camera rests."""
    box, texels = plane.box, plane.texels
    x = (np.arange(size.width) + 0.5) * scene.size.width / size.width + scene.frame_origin[0]
    y = (np.arange(size.height) + 0.5) * scene.size.height / size.height + scene.frame_origin[1]
    return (
        (x - box.x) * (texels.width / box.width) - 0.5,
        (y - box.y) * (texels.height / box.height) - 0.5,
    )


def _grid(x: F64, y: F64) -> tuple[F32, F32]:
    """Coordinates for `cv2.remap`, on the grid of 1/32 that it rounds to.

    Rounded here, where they are exact, so that a texel's weight doesn't depend on what was cut off.
    """
    across, down = np.meshgrid(np.rint(x * 32) / 32, np.rint(y * 32) / 32)
    return across.astype(np.float32), down.astype(np.float32)


def _corrected(planes: list[LayerPlanes], scene: Scene, target: F32) -> list[LayerPlanes]:
    """One round of back-projection (Irani & Peleg 1991) of the resting frame's luma error."""
    size = Size(target.shape[1], target.shape[0])
    clear = np.ones_like(target)
    shown = np.zeros_like(target)
    weights: list[F32] = []
    maps = [_resting_map(plane, scene, size) for plane in planes]
    for plane, at in zip(reversed(planes), reversed(maps), strict=True):
        places = _grid(at[0] - plane.start[0], at[1] - plane.start[1])
        shown += clear * _sample(plane.luma, places, outside_clear=plane.alpha is not None)
        cover: F32 | float = 1.0
        if plane.alpha is not None:
            cover = _sample(plane.alpha, places, outside_clear=True) / 255.0
        weights.insert(0, np.asarray(clear * cover, np.float32))
        clear = np.asarray(clear * (1.0 - cover), np.float32)
    error = target - shown
    return [
        _with_error(plane, error * weight, at)
        for plane, weight, at in zip(planes, weights, maps, strict=True)
    ]


def _sample(plane: F32, places: tuple[F32, F32], *, outside_clear: bool) -> F32:
    border = cv2.BORDER_CONSTANT if outside_clear else cv2.BORDER_REPLICATE
    return np.asarray(cv2.remap(plane, *places, cv2.INTER_LINEAR, borderMode=border), np.float32)


def _with_error(plane: LayerPlanes, error: F32, at: tuple[F64, F64]) -> LayerPlanes:
    """Add an error image of the frame to a layer's luma, where the layer lies under the frame."""
    inverse = []
    for indices, first, count in zip(at, plane.start, reversed(plane.luma.shape), strict=True):
        step = float(indices[-1] - indices[0]) / max(1, len(indices) - 1)
        inverse.append((first + np.arange(count) - indices[0]) / step)
    added = cv2.remap(error, *_grid(*inverse), cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    limit = np.float32(255.0) if plane.alpha is None else plane.alpha
    luma = np.asarray(added, np.float32)
    luma += plane.luma
    return replace(plane, luma=np.clip(luma, np.float32(0.0), limit, out=luma))


def on_canvas(scene: Scene) -> Intrinsics:
    """The photo camera's intrinsics in pixels of the canvas."""
    x, y = scene.frame_origin
    k = scene.intrinsics
    return Intrinsics(focal=k.focal, cx=k.cx + x, cy=k.cy + y)
