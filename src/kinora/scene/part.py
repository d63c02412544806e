"""A part of the picture that moves by itself: cut out as a layer, the scene completed behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.complete import complete
from kinora.scene.fill import push_pull
from kinora.types.scene import F32, U8, Layer, Scene

Bool = NDArray[np.bool_]

#: Rim around a part in which pixels are mixed, and from which nothing is copied; shares of the
#: frame's long side.
_RIM, _NEAR = 0.005, 0.008
#: Part of a layer inside the mask from which on the layer is the thing itself.
_ITSELF: Final = 0.6
#: What is behind a door that was shut: so much of the light around it.
_DARK: Final = 0.16
#: Clear border of a part's layer, pixels.
_CLEAR: Final = 24


def cut_part(scene: Scene, mask: F32, *, name: str, ground: int | None = None) -> tuple[Scene, int]:
    """The scene with what ``mask`` covers on a layer of its own, and that layer's number.

    What was behind it is completed from the scene's own background; at rest nothing changes.

    Args:
        scene: with the part still in it.
        mask: (H, W) over the frame in [0, 1].
        name: of the layer.
        ground: how many layers there were before any part was cut out; None: all that there are.
            Later ones lose what is under the mask, but no rim: a leaf of a door ends there.
    """
    long_side = max(scene.size.width, scene.size.height)
    inside = mask > 0.5
    hole = _grown(inside, max(1, round(_RIM * long_side)))
    visible = _visible(scene)
    first_part = len(scene.layers) if ground is None else ground
    layers = tuple(
        _emptied(scene, layer, taken, taken & (visible == number), number)
        for number, layer in enumerate(scene.layers)
        for taken in (hole if number < first_part else inside,)
    )
    part = _layer(scene, inside, name)
    return replace(scene, layers=(*layers, part)), len(layers)


def darkened(scene: Scene, mask: F32) -> Scene:
    """The scene as it is behind a closed door: where ``mask`` (H, W) is, what was made up is dark.

    The last layer, which is the door, stays.
    """
    hole = mask > 0.5  # no more than the door covers: what is around it stays light
    layers = []
    for layer in scene.layers[:-1]:
        rgba = layer.rgba.copy()
        rows, columns, cut = _window(scene, replace(layer, rgba=rgba), whole_frame(scene))
        there = hole[rows, columns]
        grey = cut[there][:, :3].mean(axis=1, keepdims=True)
        cut[..., :3][there] = np.rint(_DARK * (cut[there][:, :3] + grey) / 2.0)
        layers.append(replace(layer, rgba=rgba))
    return replace(scene, layers=(*layers, scene.layers[-1]))


def _grown(mask: Bool, pixels: int) -> Bool:
    side = 2 * pixels + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel) > 0)


def _visible(scene: Scene) -> NDArray[np.int64]:
    """(H, W) number of the foremost layer that is opaque at each place of the frame."""
    found = np.zeros((scene.size.height, scene.size.width), np.int64)
    for number, layer in enumerate(scene.layers[1:], start=1):
        rows, columns, cut = _window(scene, layer, whole_frame(scene))
        found[rows, columns][cut[..., 3] > 127] = number
    return found


def whole_frame(scene: Scene) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the frame in its own pixels."""
    return 0, 0, scene.size.width, scene.size.height


def _window(scene: Scene, layer: Layer, box: tuple[int, int, int, int]) -> tuple[slice, slice, U8]:
    """The part of a layer within ``box`` of the frame: its rows and columns there, and pixels."""
    left, top = (o - f for o, f in zip(layer.origin, scene.frame_origin, strict=True))
    height, width = layer.rgba.shape[:2]
    x0, y0 = max(box[0], left), max(box[1], top)
    x1, y1 = max(x0, min(box[2], left + width)), max(y0, min(box[3], top + height))
    return slice(y0, y1), slice(x0, x1), layer.rgba[y0 - top : y1 - top, x0 - left : x1 - left]


def _emptied(scene: Scene, layer: Layer, hole: Bool, seen: Bool, number: int) -> Layer:
    """A layer without the part: cleared where it is the part, else completed."""
    if not seen.any():
        return layer
    box = _around(hole, scene)
    rgba = layer.rgba.copy()
    rows, columns, cut = _window(scene, replace(layer, rgba=rgba), box)
    if number > 0:
        opaque = float((layer.rgba[..., 3] > 127).sum())
        goes_on = _goes_on(cut, hole[rows, columns])
        itself = float(seen.sum()) > _ITSELF * opaque
        cut[hole[rows, columns] & ((goes_on < 0.5) | itself)] = 0
    there = seen[rows, columns] & (cut[..., 3] > 0)  # what was hidden here is known already
    if not there.any():
        return replace(layer, rgba=rgba)
    near = _grown(seen, max(2, round(_NEAR * max(hole.shape))))[rows, columns]
    cut[..., :3][there] = complete(
        np.ascontiguousarray(cut[..., :3]),
        near & (cut[..., 3] > 0),
        source=~near & (cut[..., 3] > 250),
        guide=np.ascontiguousarray(scene.disparity[rows, columns]),
    )[there]
    cut[..., :3] = np.minimum(cut[..., :3], cut[..., 3:])  # stays premultiplied
    return replace(layer, rgba=rgba)


def _goes_on(cut: U8, hole: Bool) -> F32:
    """(h, w) in [0, 1]: whether a layer goes on behind the part, told by what is around it."""
    cover = cut[..., 3].astype(np.float32) / np.float32(255.0)
    return push_pull(cover, (~hole).astype(np.float32))


def _around(hole: Bool, scene: Scene) -> tuple[int, int, int, int]:
    """A box around the hole with as much again to each side."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    high, wide = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
    return (
        max(int(columns[0]) - wide, 0),
        max(int(rows[0]) - high, 0),
        min(int(columns[-1]) + 1 + wide, scene.size.width),
        min(int(rows[-1]) + 1 + high, scene.size.height),
    )


def _layer(scene: Scene, inside: Bool, name: str) -> Layer:
    """The part by itself, its edge soft by a pixel, with a clear border all around.

    The soft edge lies outside the mask, where picture and completed background agree.
    """
    inside = _grown(inside, 1)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    window = (
        slice(max(int(rows[0]) - 2, 0), int(rows[-1]) + 3),
        slice(max(int(columns[0]) - 2, 0), int(columns[-1]) + 3),
    )
    soft = cv2.GaussianBlur(inside[window].astype(np.float32), (0, 0), 0.6)
    colours = scene.image[window].astype(np.float32) * soft[..., None]
    rgba = np.dstack([colours, 255.0 * soft])
    framed = cv2.copyMakeBorder(
        np.rint(rgba).astype(np.uint8), *(_CLEAR,) * 4, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0)
    )
    left, top = scene.frame_origin
    disparity = float(np.median(scene.disparity[inside]))
    return Layer(
        rgba=np.asarray(framed, np.uint8),
        disparity=np.full((4, 4), disparity, np.float32),
        origin=(left + window[1].start - _CLEAR, top + window[0].start - _CLEAR),
        name=name,
    )
