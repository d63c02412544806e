"""A scene in another light: each layer's colours as they would look, layer by layer.

Code values are squared to stand for light (a display's gamma taken as 2), multiplied by gains that
depend on place, distance, direction and darkness, mixed with the air in between, and rooted again.
Every gain varies slowly over a layer, so that nothing gains contours; what is written is dithered,
so that dark skies show no bands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from kinora.living.light._kernels import relight
from kinora.living.light.moods import Mood
from kinora.living.light.views import View, on_canvas, step
from kinora.types.scene import F32, U8, Layer, Scene

#: Air in between lets light in by 1/(1 + D/_HAZE_AT)², D the scene disparity.
_HAZE_AT: Final = 0.25
#: Scene disparity from which something in front counts as a figure, and surely so.
_FIGURE: Final = (0.4, 0.8)
# How wide edges are shaded, as a share of the canvas's long side.
_RELIEF, _RIM = 0.05, 0.012


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fields:
    """What is known of each pixel of a layer; see the kernel's arguments."""

    sky: F32  # (h, w) in [0, 1]
    high: F32  # (h,) 0 at the horizon, 1 at the top
    soft: F32  # (4, h, w) in [0, 1]
    lamps: F32  # (h, w) in [0, 1]
    amount: F32  # (h, w) in [0, 1], how much of all this is done


def relit(scene: Scene, mood: Mood, view: View, *, strength: float, kept: F32 | None) -> Scene:
    """The scene in the light of ``mood``; geometry is as before.

    Args:
        scene: the scene.
        mood: the light.
        view: what was found in it.
        strength: how much of it, in [0, 1].
        kept: (H, W) over the frame in [0, 1], what keeps the photo's light.
    """
    free = np.full((scene.canvas.height, scene.canvas.width), strength, np.float32)
    if kept is not None:
        free *= 1.0 - on_canvas(kept, scene)
    layers = []
    for number, layer in enumerate(scene.layers):
        f = _fields(scene, number, view, free)
        rgba, (left, top) = np.empty_like(layer.rgba), layer.origin
        parts = (f.sky, f.lamps, f.amount, f.soft, f.high, mood.numbers())
        relight(layer.rgba, *(np.ascontiguousarray(part) for part in parts), left, top, rgba)
        layers.append(replace(layer, rgba=rgba))
    return replace(scene, layers=tuple(layers), image=flattened(scene, tuple(layers)))


def flattened(scene: Scene, layers: tuple[Layer, ...]) -> U8:
    """What the frame shows at rest: the layers over each other, (H, W, 3)."""
    x, y = scene.frame_origin
    height, width = scene.image.shape[:2]
    out = np.zeros((height, width, 3), np.float32)
    for layer in layers:
        left, top = layer.origin[0] - x, layer.origin[1] - y
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = (
            min(left + layer.rgba.shape[1], width),
            min(top + layer.rgba.shape[0], height),
        )
        part = layer.rgba[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.float32)
        clear = 1.0 - part[..., 3:] / np.float32(255.0)
        out[y0:y1, x0:x1] = part[..., :3] + out[y0:y1, x0:x1] * clear
    return np.asarray(np.clip(np.rint(out), 0, 255), np.uint8)


def _fields(scene: Scene, number: int, view: View, free: F32) -> _Fields:
    layer = scene.layers[number]
    height, width = layer.rgba.shape[:2]
    x, y = layer.origin
    here = (slice(y, y + height), slice(x, x + width))
    top = float(scene.frame_origin[1])
    rows = np.arange(height, dtype=np.float32) + np.float32(y)
    high = np.clip((view.horizon - rows) / max(view.horizon - top, 1.0), 0.0, 1.0)
    rough, alpha = layer.disparity, layer.rgba[..., 3]
    size = (rough.shape[1], rough.shape[0])
    small = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    in_front = number > 0
    coarse = [
        _sunny(layer, view, small if in_front else None),
        ((_HAZE_AT / (_HAZE_AT + np.maximum(rough, 0.0))) ** 2).astype(np.float32),
    ]
    soft = np.zeros((4, height, width), np.float32)
    for field, values in zip(soft, coarse, strict=False):
        field[:] = cv2.resize(values, (width, height), interpolation=cv2.INTER_LINEAR)
    if in_front:
        near = cv2.resize(step(rough, *_FIGURE), (width, height), interpolation=cv2.INTER_LINEAR)
        solid = alpha.astype(np.float32) / np.float32(255.0)
        soft[2], soft[3] = solid * near, _rim(solid) * near
    return _Fields(
        sky=view.sky[here],
        high=high.astype(np.float32),
        soft=soft,
        lamps=view.lamps[here],
        amount=free[here],
    )


def _sunny(layer: Layer, view: View, alpha: F32 | None) -> F32:
    """How much each place looks to where the light comes from, (gh, gw) in [0, 1].

    Three parts: the side of the picture it is on, the slope of its surface as its disparity tells,
    and, for what stands in front, the roundness that its outline suggests.
    """
    width = layer.disparity.shape[1]
    across = layer.rgba.shape[1] / width
    x = ((np.arange(width, dtype=np.float32) + 0.5) * across + layer.origin[0])[None, :]
    canvas = view.sky.shape[1]
    near = 1.0 - np.clip(np.abs(x - view.sun[0]) / (0.6 * canvas), 0.0, 1.0)
    side = 1.0 if view.sun[0] > canvas / 2 else -1.0
    # Disparity grows towards the camera: what recedes to the right looks to the right.
    slope = -np.gradient(np.log(layer.disparity + 0.1), axis=1) * (canvas / across)
    turned = cv2.GaussianBlur(np.tanh(0.25 * slope).astype(np.float32), (0, 0), 2.0)
    sunny = 0.15 + 0.7 * near + 0.25 * side * turned
    if alpha is not None:
        reach = _RELIEF * canvas / across
        soft = cv2.GaussianBlur(alpha, (0, 0), reach)
        sunny = sunny - 0.5 * side * np.gradient(soft, axis=1) * reach * 2.0
    return np.asarray(np.clip(sunny, 0.0, 1.0), np.float32)


def _rim(alpha: F32) -> F32:
    """A narrow band inside the outline, (h, w) in [0, 1]."""
    height, width = alpha.shape
    small = cv2.resize(alpha, (max(width // 4, 1), max(height // 4, 1)))
    soft = cv2.GaussianBlur(small, (0, 0), max(_RIM * max(small.shape), 0.5))
    soft = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(2.0 * (1.0 - soft), 0.0, 1.0) * alpha, np.float32)
