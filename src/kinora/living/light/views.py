"""What relighting must know of a scene: where sky, light and lamps are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kinora.types.scene import F32, U8, Scene

# Code values from which something may be a lamp, and by how much it outshines what is around it.
_LAMP: Final = (0.80, 0.97)
_OUTSHINES: Final = (0.22, 0.42)
# What counts as around a lamp, as a share of the canvas's long side.
_AROUND: Final = 0.03
# How far sky may reach beyond its mask, a share of the long side, and how alike in code values.
_SKIRT: Final = 0.012
_ALIKE: Final = (0.06, 0.22)
_MOST_LAMPS: Final = 0.02  # share of the picture; more is a bright wall, not lamps


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """A scene as relighting sees it; masks lie over the canvas."""

    sky: F32  # (H, W) in [0, 1]
    horizon: float  # y of the sky's lower edge on the canvas
    sun: tuple[float, float]  # x, y on the canvas where light comes from
    lamps: F32  # (H, W) in [0, 1]


def on_canvas(mask: F32, scene: Scene) -> F32:
    """A mask of the frame (H, W), its edges continued over the canvas."""
    x, y = scene.frame_origin
    height, width = mask.shape
    return np.asarray(
        cv2.copyMakeBorder(
            mask,
            y,
            scene.canvas.height - height - y,
            x,
            scene.canvas.width - width - x,
            cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )


def view_of(scene: Scene) -> View:
    """Find sky, sun and lamps in a scene."""
    masks = [region.mask for region in scene.regions if region.kind == "sky"]
    sky = np.maximum.reduce(masks) if masks else np.zeros(scene.image.shape[:2], np.float32)
    luma = np.asarray(cv2.cvtColor(scene.image, cv2.COLOR_RGB2GRAY), np.float32) / 255.0
    sky = _grown(sky.astype(np.float32), scene.image) if masks else sky
    rows = np.flatnonzero((sky > 0.5).mean(axis=1) > 0.02)
    bottom = float(rows[-1] + 1) if rows.size else 0.0
    x, y = scene.frame_origin
    sun = _brightest(luma, sky)
    return View(
        sky=on_canvas(sky, scene),
        horizon=bottom + y,
        sun=(sun[0] + x, sun[1] + y),
        lamps=on_canvas(_lamps(luma, sky), scene),
    )


def _grown(sky: F32, image: U8) -> F32:
    """The sky's mask, continued over what is next to it and has its colour.

    Outlines of regions keep some distance from edges; between them lies sky, too.
    """
    reach = max(round(_SKIRT * max(sky.shape)), 2)
    code = image.astype(np.float32) / 255.0
    core = (sky > 0.9).astype(np.float32)
    weight = cv2.GaussianBlur(core, (0, 0), reach)
    mean = cv2.GaussianBlur(code * core[..., None], (0, 0), reach)
    mean = mean / np.maximum(weight, 1e-3)[..., None]
    apart = np.abs(code - mean).max(axis=2)
    alike = 1.0 - step(apart, *_ALIKE)
    near = cv2.dilate(core, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    return np.asarray(np.maximum(sky * (1.0 - step(apart, 0.25, 0.5)), near * alike), np.float32)


def _brightest(luma: F32, sky: F32) -> tuple[float, float]:
    """Where light seems to come from: the brightest sky, else above the brighter side."""
    height, width = luma.shape
    soft = cv2.GaussianBlur(luma, (0, 0), 0.06 * width)
    if (sky > 0.5).mean() > 0.02:
        top = np.where(sky > 0.5, soft, 0.0)
        y, x = np.unravel_index(int(np.argmax(top)), top.shape)
        return float(x), float(y)
    left, right = soft[:, : width // 2].mean(), soft[:, width // 2 :].mean()
    return (0.1 if left > right else 0.9) * width, 0.1 * height


def _lamps(luma: F32, sky: F32) -> F32:
    """Small things much brighter than what is around them, (H, W) in [0, 1]."""
    around = cv2.GaussianBlur(luma, (0, 0), _AROUND * max(luma.shape))
    wide = max(round(_SKIRT * max(luma.shape)), 2)
    clear = 1.0 - cv2.dilate(sky, np.ones((2 * wide + 1, 2 * wide + 1), np.uint8))
    lamps = step(luma, *_LAMP) * step(luma - around, *_OUTSHINES) * clear
    if lamps.mean() > _MOST_LAMPS:
        lamps *= _MOST_LAMPS / lamps.mean()
    return np.asarray(lamps, np.float32)


def step(value: F32, low: float, high: float) -> F32:
    """0 up to ``low``, 1 from ``high``, smooth between; also falling where ``high`` is less."""
    x = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(x * x * (3.0 - 2.0 * x), np.float32)
