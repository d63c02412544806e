"""Scenes made by code, for tests of what happens in them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from kinora.living.light.relight import flattened
from kinora.types.geometry import Intrinsics, Size
from kinora.types.scene import Layer, Region, Scene

FRAME, MARGIN = Size(160, 96), 16


def evening_scene() -> Scene:
    """A bright sky over dark land, a figure in front, and one lamp."""
    canvas = Size(FRAME.width + 2 * MARGIN, FRAME.height + 2 * MARGIN)
    rows = np.arange(canvas.height)[:, None]
    sky = np.broadcast_to(rows < 56, (canvas.height, canvas.width))
    ramp = np.linspace(150, 215, canvas.width)[None, :, None] * np.array([0.8, 0.9, 1.0])
    back = np.where(sky[..., None], ramp, np.array([70.0, 90.0, 50.0]))
    back[92:96, 40:44] = 252.0
    disc = np.zeros((canvas.height, canvas.width), np.float32)
    cv2.circle(disc, (110, 84), 26, 1.0, -1)
    alpha = cv2.GaussianBlur(disc, (0, 0), 1.5)
    front = np.dstack([alpha[..., None] * np.array([160.0, 120.0, 100.0]), alpha * 255.0])
    opaque = np.full((canvas.height, canvas.width, 1), 255.0)
    grid = (canvas.height // 8, canvas.width // 8)
    layers = (
        Layer(
            rgba=np.rint(np.concatenate([back, opaque], axis=-1)).astype(np.uint8),
            disparity=np.repeat(np.linspace(0.0, 0.6, grid[0]), grid[1])
            .reshape(grid)
            .astype(np.float32),
        ),
        Layer(rgba=np.rint(front).astype(np.uint8), disparity=np.ones(grid, np.float32)),
    )
    mask = sky[MARGIN:-MARGIN, MARGIN:-MARGIN].astype(np.float32)
    scene = Scene(
        image=np.zeros((FRAME.height, FRAME.width, 3), np.uint8),
        disparity=np.full((FRAME.height, FRAME.width), 0.5, np.float32),
        intrinsics=Intrinsics(focal=180.0, cx=FRAME.width / 2, cy=FRAME.height / 2),
        canvas=canvas,
        frame_origin=(MARGIN, MARGIN),
        layers=layers,
        regions=(Region(kind="sky", mask=mask, box=(0, 0, 160, 40), score=0.9, source="test"),),
        hole_limit=10.0,
        focus_point=(80.0, 48.0),
        sources={},
        photo_sha256="",
    )
    return replace(scene, image=flattened(scene, layers))
