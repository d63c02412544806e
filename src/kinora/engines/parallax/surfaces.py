"""Moving surfaces as textures: cut out of their host layers, continued beyond their masks.

A surface lies right above its host and shows the texels of the resting picture, so that at rest it
changes nothing. Where a displaced copy reaches beyond the mask it finds the texture mirrored at the
mask's edge: grain and contrast go on, and nothing of the shore is drawn into the water.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax.layout import CELL
from kinora.engines.parallax.surface_sharpness import Rest
from kinora.engines.parallax.surface_texture import texture_of
from kinora.engines.parallax.texture_set import WORKERS, LayerPlanes, SurfaceTexture
from kinora.scene.fill import nearest_to
from kinora.types.geometry import Size
from kinora.types.living import Surface

F32 = NDArray[np.float32]
Bool = NDArray[np.bool_]

#: Least share of a host's texels under the mask that makes a surface on it.
_LEAST_SHARE: Final = 0.0005
#: Alpha of the host under which it doesn't carry the surface, 0..255.
_CLEAR: Final = np.float32(16.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hosted:
    """A surface on one of the layers it covers."""

    host: int
    planes: LayerPlanes
    texture: SurfaceTexture


def host_surfaces(
    planes: Sequence[LayerPlanes],
    surfaces: Sequence[Surface],
    canvas: Size,
    grid: Size,
    *,
    rest: Rest,
) -> list[Hosted]:
    """Lay each surface onto the layers that its mask covers.

    Args:
        planes: the layers, corrected, back to front.
        surfaces: what moves; a later one lies above an earlier one.
        canvas: that masks and boxes lie on.
        grid: cells of the coarse fields.
        rest: where the output's pixels lie while the camera is at rest.
    """

    def on_host(host: int) -> list[Hosted]:
        plane = planes[host]
        masks = [_share_of(plane, surface) for surface in surfaces]
        if not any(mask is not None for mask in masks):
            return []
        shown = _flattened(planes, host)
        found = []
        for surface, mask in zip(surfaces, masks, strict=True):
            if mask is not None:
                cut = _cut_out(plane, surface, mask, shown)
                texture = texture_of(cut, surface, canvas, grid, rest=rest)
                found.append(Hosted(host=host, planes=cut, texture=texture))
        return found

    if not surfaces:
        return []
    with ThreadPoolExecutor(WORKERS) as pool:
        hosts = [each for found in pool.map(on_host, range(len(planes))) for each in found]
    return [
        replace(each, planes=replace(each.planes, surface=number))
        for number, each in enumerate(hosts)
    ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Mask:
    """A surface's mask over the texels kept of a layer, in [0, 1]."""

    whole: F32
    shown: F32  # where the layer carries the surface


def _share_of(plane: LayerPlanes, surface: Surface) -> _Mask | None:
    """Where a surface lies on a layer; None where it doesn't."""
    whole = _mask_on(plane, surface.mask)
    # Where the host is half clear the surface covers it all the same: beneath, it goes on.
    shown = whole if plane.alpha is None else whole * np.minimum(plane.alpha / _CLEAR, 1.0)
    if np.count_nonzero(shown > 1 / 255) < _LEAST_SHARE * shown.size:
        return None
    return _Mask(whole=whole, shown=shown)


def _cut_out(
    plane: LayerPlanes, surface: Surface, mask: _Mask, colours: tuple[F32, F32]
) -> LayerPlanes:
    """The part of a layer under a surface's mask and within its reach.

    Args:
        plane: the layer.
        surface: what lies on it.
        mask: where.
        colours: luma and chroma that all layers together show at rest, from `_flattened`. They are
            continued beyond the mask: so a surface goes on unbroken from one host to the next.
    """
    reach = round(surface.flow.reach * plane.texels.width / plane.box.width)
    rows, columns = _window(mask.shown > 1 / 255, reach + 2)
    half = tuple(slice(span.start // 2, span.stop // 2) for span in (rows, columns))
    inside = mask.whole[rows, columns] > 1 / 255
    luma, chroma = colours[0][rows, columns], colours[1][:, half[0], half[1]]
    small = cv2.resize(inside.astype(np.float32), chroma.shape[:0:-1], interpolation=cv2.INTER_AREA)
    mirror, small_mirror = _mirrored(inside), _mirrored(small > 0.999)
    return LayerPlanes(
        luma=_continued(luma, mirror),
        chroma=np.stack([_continued(part, small_mirror) for part in chroma]),
        alpha=np.asarray(np.rint(mask.shown[rows, columns] * np.float32(255.0)), np.float32),
        disparity=plane.disparity,
        box=plane.box,
        texels=plane.texels,
        start=(plane.start[0] + columns.start, plane.start[1] + rows.start),
    )


def _flattened(planes: Sequence[LayerPlanes], host: int) -> tuple[F32, F32]:
    """Luma and chroma of all layers composited at rest, over the texels kept of one of them."""
    target = planes[host]
    luma, chroma = np.zeros_like(target.luma), np.zeros_like(target.chroma)
    for number, plane in enumerate(planes):
        own = number == host
        alpha = plane.alpha
        if not own:
            front = [_onto(target, plane, part) for part in (plane.luma, *plane.chroma)]
            cover = None if alpha is None else _onto(target, plane, alpha)
        else:
            front, cover = [plane.luma, *plane.chroma], alpha
        if cover is None:
            luma, chroma = front[0].copy(), np.stack(front[1:])
            continue
        clear = cover * np.float32(-1.0 / 255.0)
        clear += np.float32(1.0)
        small = cv2.resize(clear, chroma.shape[:0:-1], interpolation=cv2.INTER_AREA)
        luma *= clear
        luma += front[0]
        chroma *= small
        for below, part in zip(chroma, front[1:], strict=True):
            below += part
    return luma, chroma


def _onto(target: LayerPlanes, source: LayerPlanes, part: F32) -> F32:
    """A plane of one layer at the texels of another; clear (0) where it doesn't reach.

    Chroma planes are told by their size.
    """
    scale = 1 if part.shape == source.luma.shape else 2
    shape = target.luma.shape if scale == 1 else target.chroma.shape[1:]
    rows = []
    for axis, (box, other) in enumerate(
        (
            ((target.box.x, target.box.width), (source.box.x, source.box.width)),
            ((target.box.y, target.box.height), (source.box.y, source.box.height)),
        )
    ):
        count = (target.texels.width, target.texels.height)[axis] / scale
        theirs = (source.texels.width, source.texels.height)[axis] / scale
        start, from_start = target.start[axis] / scale, source.start[axis] / scale
        # Texel i of the target → canvas → texel of the source.
        step = box[1] / count * theirs / other[1]
        shift = (box[0] + (start + 0.5) * box[1] / count - other[0]) * theirs / other[1]
        rows.append((step, shift - 0.5 - from_start))
    matrix = np.array([[rows[0][0], 0.0, rows[0][1]], [0.0, rows[1][0], rows[1][1]]])
    border = cv2.BORDER_REPLICATE if source.alpha is None else cv2.BORDER_CONSTANT
    warped = cv2.warpAffine(
        part, matrix, shape[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=border
    )
    return np.asarray(warped, np.float32)


def _mask_on(plane: LayerPlanes, mask: F32) -> F32:
    """A mask of the canvas over the texels that are kept of a layer."""
    across, down = plane.texels.width / plane.box.width, plane.texels.height / plane.box.height
    # Texel i lies at (i + 0.5) / across + box.x on the canvas, whose pixel j lies at j + 0.5.
    to_canvas = np.array(
        [
            [1 / across, 0.0, (plane.start[0] + 0.5) / across + plane.box.x - 0.5],
            [0.0, 1 / down, (plane.start[1] + 0.5) / down + plane.box.y - 0.5],
        ]
    )
    found = cv2.warpAffine(
        mask,
        to_canvas,
        (plane.luma.shape[1], plane.luma.shape[0]),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    warped = np.asarray(found, np.float32)
    return np.clip(warped, 0.0, 1.0, out=warped)


def _window(inside: Bool, reach: int) -> tuple[slice, slice]:
    """Rows and columns, in whole cells, around what is set and ``reach`` texels more."""
    spans = []
    for axis in (1, 0):
        covered = np.flatnonzero(inside.any(axis=axis))
        length = inside.shape[1 - axis]
        first = max(int(covered[0]) - reach, 0) // CELL * CELL
        last = min(-(-(int(covered[-1]) + 1 + reach) // CELL) * CELL, length)
        spans.append(slice(first, last))
    return spans[0], spans[1]


def _mirrored(inside: Bool) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Flat indices of the texels outside, and of those that they show: their mirror images.

    The mirror is the nearest edge; where the image falls outside again, the edge itself is shown.
    """
    height, width = inside.shape
    outside = np.flatnonzero(~inside)
    if not 0 < outside.size < inside.size:
        return outside[:0], np.zeros(0, np.int32)
    wide = np.int32(width)
    own = outside.astype(np.int32)
    edge = nearest_to(outside, inside)
    edge_y, y = edge // wide, own // wide
    edge_x, x = edge - edge_y * wide, own - y * wide
    image = np.clip(2 * edge_y - y, 0, height - 1) * wide + np.clip(2 * edge_x - x, 0, width - 1)
    return outside, np.where(inside.reshape(-1)[image], image, edge)


def _continued(plane: F32, mirror: tuple[NDArray[np.int64], NDArray[np.int32]]) -> F32:
    """A plane that goes on beyond its mask as `_mirrored` says."""
    outside, image = mirror
    whole = np.array(plane, np.float32, order="C")
    flat = whole.reshape(-1)
    flat[outside] = flat[image]
    return whole
