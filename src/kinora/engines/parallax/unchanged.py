"""How much kept parts change, measured on the clip's own frames.

Each measured frame is rendered a second time from the photo as it is, by the same camera: what
differs is change, not movement of the camera. A third rendering, of the kept part's mask in place
of colours, says where that part is in the frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax.renderer import ParallaxFrames, empty_planes
from kinora.engines.parallax.textures import build_textures, seen_windows
from kinora.living import KeptPlace, kept_by_layer
from kinora.types.living import F32
from kinora.types.motion import Motion
from kinora.types.rendition import FrameSource, YuvPlanes
from kinora.types.report import KeptChange
from kinora.types.scene import Layer, Scene

#: Frames that are measured, spread over the clip with its first and last one.
_FRAMES: Final = 6
#: Texels per output pixel of rendered masks.
_COARSE: Final = 0.5
#: Luma of a rendered mask where a pixel shows nothing but what is kept (white is 235): at soft
#: outlines what is behind shows through, which may change.
_WHOLLY: Final = 233


def measure_kept(
    frames: FrameSource,
    places: Sequence[KeptPlace],
    scene: Scene,
    motion: Motion,
    *,
    detail: float,
    supersample: int,
) -> tuple[KeptChange, ...]:
    """How much ``places`` change in ``frames``.

    Args:
        frames: of the clip, before marks and encoding.
        places: masks over the frame.
        scene: of the photo, in its own light, without anything cut out.
        motion: the camera path, as ``frames`` follow it.
        detail: texels per output pixel, as in ``frames``.
        supersample: rays per output pixel and axis, likewise.
    """
    if not places:
        return ()
    size, windows = motion.size, seen_windows(scene, motion)
    textures = build_textures(scene, size, detail=detail, windows=windows)
    still = ParallaxFrames(textures, motion, supersample=supersample)
    shown = [
        ParallaxFrames(
            build_textures(masked(scene, place.mask), size, detail=_COARSE, windows=windows), motion
        )
        for place in places
    ]
    indices = sorted({round(at) for at in np.linspace(0, motion.frame_count - 1, _FRAMES)})
    real, plain, part = (empty_planes(size) for _ in range(3))
    seen: list[list[NDArray[np.float32]]] = [[] for _ in places]
    for index in indices:
        frames.render(index, real)
        still.render(index, plain)
        change = _difference(real, plain)
        for mask, found in zip(shown, seen, strict=True):
            mask.render(index, part)
            inside = np.s_[:, : size.width]  # without the padding of rows
            found.append(change[inside][part.y[inside] >= _WHOLLY])
    return tuple(
        _told(place, found, len(indices)) for place, found in zip(places, seen, strict=True)
    )


def _told(place: KeptPlace, seen: list[NDArray[np.float32]], frames: int) -> KeptChange:
    values = np.concatenate(seen)
    return KeptChange(
        item=place.item,
        what=place.what,
        share=round(float((place.mask > 0.5).mean()), 4),
        frames=frames,
        greatest=int(values.max()) if values.size else None,
        mean=round(float(values.mean()), 3) if values.size else None,
    )


def _difference(one: YuvPlanes, other: YuvPlanes) -> F32:
    """(H, W) greatest difference of luma and of chroma, 8-bit levels."""
    height, width = one.y.shape[0], one.y.shape[1]
    chroma = np.maximum(cv2.absdiff(one.u, other.u), cv2.absdiff(one.v, other.v))
    wide = cv2.resize(chroma, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.maximum(cv2.absdiff(one.y, other.y), wide).astype(np.float32)


def masked(scene: Scene, mask: F32) -> Scene:
    """A scene that is white where ``mask`` (H, W) over its frame says so, and black elsewhere."""
    layers: list[Layer] = []
    for layer, over in zip(scene.layers, kept_by_layer(mask, scene), strict=True):
        left, top = layer.origin
        rows, columns = layer.rgba.shape[:2]
        alpha = layer.rgba[..., 3]
        white = np.where(over[top : top + rows, left : left + columns] > 0.5, alpha, 0)
        layers.append(replace(layer, rgba=np.dstack([white, white, white, alpha])))
    image = np.repeat(np.where(mask > 0.5, 255, 0).astype(np.uint8)[..., None], 3, axis=2)
    return replace(scene, image=image, layers=tuple(layers))
