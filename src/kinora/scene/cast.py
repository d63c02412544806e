"""Characters placed in a scene: each a flat figure at a depth, with a contact shadow, in its light.

A figure stands where `kinora.scene.spots` finds room for it; what is nearer there stays in front.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from kinora.scene.spots import PERSON_TO_EYE, Spot, find_spot
from kinora.scene.sprite import light_of
from kinora.types.character import CHARACTER, Placed, Sprite
from kinora.types.plan import CastMember
from kinora.types.scene import F32, U8, Layer, Region, Scene

#: From how much more disparity on a layer stays in front of the figure.
_IN_FRONT: Final = 1.08
#: How far colours and brightness go towards the scene's, 0 to 1, and their bounds.
_TINT, _EXPOSE = 0.55, 0.4
_TINT_BOUNDS, _EXPOSE_BOUNDS = (0.82, 1.2), (0.68, 1.3)
#: Opacity of the contact shadow under the feet and of the wider one around them, 0 to 1.
_CONTACT, _AMBIENT = 0.62, 0.3
#: Width of the clear border of a figure's layer, pixels.
_CLEAR: Final = 24
#: Height of a round shadow over its width, as the camera sees the ground.
_FLAT: Final = 0.22


def cast_scene(
    scene: Scene, cast: Sequence[CastMember], sprites: Mapping[str, Sprite]
) -> tuple[Scene, tuple[Placed, ...]]:
    """The scene with its characters, those farther away first.

    Args:
        scene: without them.
        cast: whom to place, and where.
        sprites: by the members' names; who has none is left out.
    """
    spots = [
        (member, sprites[member.name], find_spot(scene, member, sprites[member.name]))
        for member in cast
        if member.name in sprites
    ]
    placed: list[Placed] = []
    for member, sprite, spot in sorted(spots, key=lambda each: each[2].disparity):
        scene, layers = _with(scene, sprite, spot)
        first = layers[0]
        # Layers that were put in below move earlier figures up.
        placed = [
            replace(each, layers=tuple(n + len(layers) * (n >= first) for n in each.layers))
            for each in placed
        ]
        left, top = scene.frame_origin
        placed.append(
            Placed(
                member=member,
                layers=layers,
                x=spot.x + left,
                frame_x=spot.x,
                foot=spot.foot + top,
                height=spot.height,
                disparity=spot.disparity,
                whole=sprite.whole,
                on_ground=spot.on_ground,
            )
        )
    return scene, tuple(placed)


def _with(scene: Scene, sprite: Sprite, spot: Spot) -> tuple[Scene, tuple[int, ...]]:
    """The scene with one figure more, and the numbers of its layers."""
    left, top = scene.frame_origin
    figure = _sized(sprite, round(spot.height))
    lit = _lit(figure, sprite, scene, spot)
    tall, wide = lit.shape[:2]
    corner = (round(spot.x + left - wide / 2), round(spot.foot + top) - tall)
    flat = np.full((4, 4), spot.disparity, np.float32)
    layers = [_layer(lit, flat, corner, name=f"character {sprite.name}")]
    if sprite.whole:
        layers.insert(0, _shadow(lit, spot, (left, top), name=sprite.name))
    at = _place_among(scene.layers, corner, lit, spot.disparity)
    stack = (*scene.layers[:at], *layers, *scene.layers[at:])
    image = scene.image + (flatten(stack, scene).astype(np.int16) - flatten(scene.layers, scene))
    shown = _cover(layers[-1], scene)
    disparity = np.where(shown > 0.5, np.float32(spot.disparity), scene.disparity)
    regions = (*scene.regions, *_regions(sprite, shown, corner, scene, figure.shape[:2]))
    made = replace(
        scene,
        layers=stack,
        image=np.clip(image, 0, 255).astype(np.uint8),
        disparity=np.asarray(disparity, np.float32),
        regions=regions,
    )
    return made, tuple(range(at, at + len(layers)))


def _layer(rgba: U8, disparity: F32, corner: tuple[int, int], *, name: str) -> Layer:
    """A layer with clear pixels all around: what is beyond a layer looks like its border."""
    framed = cv2.copyMakeBorder(rgba, *(_CLEAR,) * 4, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    origin = (corner[0] - _CLEAR, corner[1] - _CLEAR)
    return Layer(rgba=np.asarray(framed, np.uint8), disparity=disparity, origin=origin, name=name)


def _sized(sprite: Sprite, tall: int) -> U8:
    height, width = sprite.rgba.shape[:2]
    size = (max(2, round(width * tall / height)), max(2, tall))
    how = cv2.INTER_AREA if tall < height else cv2.INTER_CUBIC
    resized = np.asarray(cv2.resize(sprite.rgba, size, interpolation=how), np.uint8)
    return np.dstack([np.minimum(resized[..., :3], resized[..., 3:]), resized[..., 3]])


def _lit(figure: U8, sprite: Sprite, scene: Scene, spot: Spot) -> U8:
    """The figure in the scene's light: its colour, and how bright it is around."""
    around = _around(scene, spot, figure.shape[1])
    here = np.array(light_of(np.ascontiguousarray(around)))
    tint = np.clip((here / np.array(sprite.light)) ** (_TINT / 2.2), *_TINT_BOUNDS)
    alpha = figure[..., 3] > 200
    if not alpha.any():
        return figure
    weights = np.array([0.2126, 0.7152, 0.0722])
    own = float((figure[..., :3][alpha] @ weights).mean()) + 4.0
    there = float((around.reshape(-1, 3) @ weights).mean()) + 4.0
    gain = float(np.clip((there / own) ** _EXPOSE, *_EXPOSE_BOUNDS))
    scaled = figure[..., :3].astype(np.float32) * (gain * tint / float(tint @ weights)).astype(
        np.float32
    )
    lit = np.minimum(np.rint(scaled), figure[..., 3:].astype(np.float32))
    return np.dstack([lit.astype(np.uint8), figure[..., 3]])


def _around(scene: Scene, spot: Spot, wide: int) -> U8:
    """What is beside the figure, from a little above it to its foot."""
    height, width = scene.image.shape[:2]
    rows = slice(
        int(np.clip(spot.foot - 1.1 * spot.height, 0, height - 8)),
        int(np.clip(spot.foot, 8, height)),
    )
    left, right = spot.x - 1.6 * wide, spot.x + 1.6 * wide
    columns = slice(int(np.clip(left, 0, width - 8)), int(np.clip(right, 8, width)))
    return scene.image[rows, columns]


def _shadow(figure: U8, spot: Spot, origin: tuple[int, int], *, name: str) -> Layer:
    """A soft dark patch on the ground under the feet."""
    tall = figure.shape[0]
    feet = np.flatnonzero(figure[round(0.94 * tall) :, :, 3].max(axis=0) > 128)
    if not feet.size:
        feet = np.array([0, figure.shape[1] - 1])
    middle = spot.x - figure.shape[1] / 2 + (feet[0] + feet[-1]) / 2
    half = max(0.55 * (feet[-1] - feet[0] + 1), 0.06 * tall)
    wide, high = int(np.ceil(2.6 * half)), int(np.ceil(2.6 * half * _FLAT))
    y, x = np.mgrid[-high : high + 1, -wide : wide + 1].astype(np.float32)
    away = np.hypot(x / half, y / (half * _FLAT))
    dark = _CONTACT * np.exp(-((away / 0.75) ** 2)) + _AMBIENT * np.exp(-((away / 1.5) ** 2))
    rgba = np.zeros((2 * high + 1, 2 * wide + 1, 4), np.uint8)
    rgba[..., 3] = np.rint(255.0 * np.minimum(dark, 0.85))
    # The ground goes on under it: disparity rises towards the viewer as it does at the foot.
    rise = 0.0 if not spot.on_ground else spot.disparity / max(spot.height, 1.0) / PERSON_TO_EYE
    down = np.linspace(-high, high, 8, dtype=np.float32)[:, None] * np.float32(rise)
    disparity = np.broadcast_to(np.float32(spot.disparity) + down, (8, 4)).astype(np.float32)
    lower = 0.25 * half * _FLAT
    corner = (
        round(middle + origin[0]) - wide,
        round(spot.foot + origin[1] - lower) - high,
    )
    return _layer(rgba, disparity, corner, name=f"shadow of {name}")


def _place_among(
    layers: Sequence[Layer], corner: tuple[int, int], figure: U8, disparity: float
) -> int:
    """Before which of the layers the figure goes: those are nearer where they meet it."""
    tall, wide = figure.shape[:2]
    at = len(layers)
    for number in range(len(layers) - 1, 0, -1):
        layer = layers[number]
        x0, y0 = max(corner[0], layer.origin[0]), max(corner[1], layer.origin[1])
        height, width = layer.rgba.shape[:2]
        x1 = min(corner[0] + wide, layer.origin[0] + width)
        y1 = min(corner[1] + tall, layer.origin[1] + height)
        if x0 >= x1 or y0 >= y1:
            continue
        rows = slice(y0 - layer.origin[1], y1 - layer.origin[1])
        columns = slice(x0 - layer.origin[0], x1 - layer.origin[0])
        cover = layer.rgba[rows, columns, 3] > 128
        cover &= figure[y0 - corner[1] : y1 - corner[1], x0 - corner[0] : x1 - corner[0], 3] > 128
        if not cover.any():
            continue
        whole = cv2.resize(layer.disparity, (width, height), interpolation=cv2.INTER_LINEAR)
        if float(np.median(whole[rows, columns][cover])) < _IN_FRONT * disparity:
            break
        at = number
    return at


def flatten(layers: Sequence[Layer], scene: Scene) -> U8:
    """What layers show together in the frame at rest, (H, W, 3)."""
    height, width = scene.size.height, scene.size.width
    image = np.zeros((height, width, 3), np.float32)
    for layer in layers:
        rows, columns, cut = _in_frame(layer, scene)
        if cut.size:
            clear = 1.0 - cut[..., 3:].astype(np.float32) / 255.0
            image[rows, columns] = cut[..., :3] + clear * image[rows, columns]
    return np.asarray(np.clip(np.rint(image), 0, 255), np.uint8)


def without_layers(scene: Scene, numbers: Collection[int]) -> Scene:
    """The scene as it is without some of its layers, such as figures that are elsewhere."""
    if not numbers:
        return scene
    layers = tuple(each for n, each in enumerate(scene.layers) if n not in numbers)
    difference = flatten(layers, scene).astype(np.int16) - flatten(scene.layers, scene)
    image = np.clip(scene.image + difference, 0, 255).astype(np.uint8)
    return replace(scene, layers=layers, image=image)


def _in_frame(layer: Layer, scene: Scene) -> tuple[slice, slice, U8]:
    """The part of a layer that lies in the frame, and where."""
    left, top = (o - f for o, f in zip(layer.origin, scene.frame_origin, strict=True))
    height, width = layer.rgba.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(scene.size.width, left + width), min(scene.size.height, top + height)
    rows, columns = slice(y0, max(y0, y1)), slice(x0, max(x0, x1))
    cut = layer.rgba[
        rows.start - top : max(rows.stop - top, 0),
        columns.start - left : max(columns.stop - left, 0),
    ]
    return rows, columns, cut if y1 > y0 and x1 > x0 else cut[:0]


def _cover(layer: Layer, scene: Scene) -> F32:
    """How much a layer covers of the frame, (H, W) in [0, 1]."""
    cover = np.zeros((scene.size.height, scene.size.width), np.float32)
    rows, columns, cut = _in_frame(layer, scene)
    if cut.size:
        cover[rows, columns] = cut[..., 3].astype(np.float32) / 255.0
    return cover


def _regions(
    sprite: Sprite, shown: F32, corner: tuple[int, int], scene: Scene, size: tuple[int, int]
) -> list[Region]:
    """What the figure adds to the scene's regions: a person with a face can blink and smile."""
    if not sprite.person or not shown.any():
        return []
    left, top = corner[0] - scene.frame_origin[0], corner[1] - scene.frame_origin[1]
    tall, wide = size
    source = CHARACTER + sprite.name
    whole = (left, top, left + wide, top + tall)
    found = [Region(kind="person", mask=shown, box=whole, score=1.0, source=source)]
    if sprite.face is not None:
        x0, y0, x1, y1 = sprite.face
        box = (
            round(left + x0 * wide), round(top + y0 * tall),
            round(left + x1 * wide), round(top + y1 * tall),
        )  # fmt: skip
        mask = np.zeros_like(shown)
        middle = (round((box[0] + box[2]) / 2), round((box[1] + box[3]) / 2))
        axes = (max(1, (box[2] - box[0]) // 2), max(1, (box[3] - box[1]) // 2))
        cv2.ellipse(mask, middle, axes, 0, 0, 360, 1.0, -1)
        found.append(Region(kind="face", mask=mask, box=box, score=1.0, source=source))
    return found
