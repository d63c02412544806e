"""Scene → `TextureSet`: the layers as the kernels read them.

Each layer becomes planes of luma, chroma and alpha (BT.709 limited range, premultiplied by alpha,
offsets included, so that a sum of weights 1 needs no special case) at ``detail`` texels per output
pixel, each texel packed with its neighbours (see _kernels.py). Luma is then corrected so that the
resting frame *is* the fitted photo: bilinear sampling alone would soften it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax import _kernels as k
from kinora.types.geometry import Size
from kinora.types.scene import Layer, Scene

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

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

_CORRECTIONS = 2  # rounds of back-projection of the resting frame's error


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextureSet:
    """All layers in flat buffers, back to front, and the affine maps into them."""

    quads: NDArray[np.uint32]  # (N,) 2×2 neighbourhoods
    disparity: F32  # (M,) disparity grids of all layers
    cells: U8  # (C,) least and greatest alpha per cell
    table: NDArray[np.int64]  # (L, TABLE_COLUMNS) where each layer's parts lie
    affine: NDArray[np.float64]  # (L, 8) source point (focal lengths) → texel and grid indices
    size: Size  # output frame

    @property
    def layers(self) -> int:
        """Number of layers."""
        return int(self.table.shape[0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LayerPlanes:
    """One layer before packing."""

    luma: F32  # (h, w) premultiplied, 0..255
    chroma: F32  # (h/2, w/2, 2) premultiplied, 0..255
    alpha: F32 | None  # (h, w) 0..255, None where opaque throughout
    disparity: F32  # (gh, gw)
    origin: tuple[float, float]  # of the crop on the canvas, scene pixels
    extent: tuple[float, float]  # width and height of the crop, scene pixels


def rgb_to_yuv(rgb: NDArray[np.generic], alpha: F32 | None = None) -> F32:
    """BT.709 limited-range Y'CbCr of premultiplied R'G'B', (H, W, 3) float32 in 0..255.

    Args:
        rgb: (H, W, 3) in 0..255, gamma-encoded, premultiplied.
        alpha: (H, W) in 0..255; None means opaque.
    """
    yuv = cv2.transform(np.asarray(rgb, dtype=np.float32), _BT709)
    weight = np.float32(255.0) if alpha is None else alpha[..., None]
    return np.asarray(yuv + weight * _OFFSET, dtype=np.float32)


def layer_planes(layer: Layer, scale: float) -> LayerPlanes:
    """Resample one layer to texture resolution, ``scale`` texels per scene pixel."""
    rgba = layer.rgba
    height, width = rgba.shape[:2]
    wide = max(2, 2 * round(width * scale / 2))
    high = max(2, 2 * round(height * scale / 2))
    rgba_f: F32 = rgba.astype(np.float32)
    if (wide, high) != (width, height):
        kind = cv2.INTER_AREA if wide < width else cv2.INTER_CUBIC
        rgba_f = np.asarray(cv2.resize(rgba_f, (wide, high), interpolation=kind), np.float32)
    opaque = bool((rgba[..., 3] == 255).all())
    alpha = None if opaque else np.clip(rgba_f[..., 3], 0.0, 255.0)
    colour = np.clip(rgba_f[..., :3], 0.0, 255.0 if alpha is None else alpha[..., None])
    yuv = rgb_to_yuv(colour, alpha)
    half = (wide // 2, high // 2)
    return LayerPlanes(
        luma=np.ascontiguousarray(yuv[..., 0]),
        chroma=np.asarray(cv2.resize(yuv[..., 1:], half, interpolation=cv2.INTER_AREA), np.float32),
        alpha=None if alpha is None else np.ascontiguousarray(alpha),
        disparity=layer.disparity.astype(np.float32),
        origin=(float(layer.origin[0]), float(layer.origin[1])),
        extent=(float(width), float(height)),
    )


def build_textures(scene: Scene, size: Size, *, detail: float = 1.5) -> TextureSet:
    """Make the textures of a scene for output of ``size`` at ``detail`` texels per output pixel."""
    scale = detail * size.width / scene.size.width
    planes = [layer_planes(layer, scale) for layer in scene.layers]
    target = fitted_luma(scene, size)
    for _ in range(_CORRECTIONS):
        planes = _corrected(planes, scene, target)
    return pack(planes, scene, size)


def fitted_luma(scene: Scene, size: Size) -> F32:
    """Luma of the photo as fitted to the frame, (H, W) float32 in 16..235."""
    image = scene.image
    if scene.size != size:
        kind = cv2.INTER_AREA if size.width < scene.size.width else cv2.INTER_CUBIC
        image = np.asarray(
            cv2.resize(image, (size.width, size.height), interpolation=kind), np.uint8
        )
    return np.ascontiguousarray(rgb_to_yuv(image)[..., 0])


def _resting_map(plane: LayerPlanes, scene: Scene, size: Size) -> tuple[F32, F32]:
    """Texel index of each output column and row when the camera rests."""
    high, wide = plane.luma.shape
    out = []
    for axis, (count, texels) in enumerate(((size.width, wide), (size.height, high))):
        span = scene.size.width if axis == 0 else scene.size.height
        pixel = (np.arange(count, dtype=np.float64) + 0.5) * span / count
        at = (pixel + scene.frame_origin[axis] - plane.origin[axis]) * texels / plane.extent[axis]
        out.append((at - 0.5).astype(np.float32))
    return out[0], out[1]


def _corrected(planes: list[LayerPlanes], scene: Scene, target: F32) -> list[LayerPlanes]:
    """One round of back-projection (Irani & Peleg 1991) of the resting frame's luma error."""
    size = Size(target.shape[1], target.shape[0])
    clear = np.ones_like(target)
    shown = np.zeros_like(target)
    weights: list[F32] = []
    maps = [_resting_map(plane, scene, size) for plane in planes]
    for plane, at in zip(reversed(planes), reversed(maps), strict=True):
        shown += clear * _sample(plane.luma, at, outside_clear=plane.alpha is not None)
        cover = 1.0 if plane.alpha is None else _sample(plane.alpha, at, outside_clear=True) / 255.0
        weights.insert(0, np.asarray(clear * cover, np.float32))
        clear = np.asarray(clear * (1.0 - cover), np.float32)
    error = target - shown
    return [
        _with_error(plane, error * weight, at)
        for plane, weight, at in zip(planes, weights, maps, strict=True)
    ]


def _sample(plane: F32, at: tuple[F32, F32], *, outside_clear: bool) -> F32:
    x, y = np.meshgrid(*at)
    border = cv2.BORDER_CONSTANT if outside_clear else cv2.BORDER_REPLICATE
    return np.asarray(cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=border), np.float32)


def _with_error(plane: LayerPlanes, error: F32, at: tuple[F32, F32]) -> LayerPlanes:
    """Add an error image of the frame to a layer's luma, where the layer lies under the frame."""
    inverse = []
    for indices, texels in zip(at, reversed(plane.luma.shape), strict=True):
        step = float(indices[-1] - indices[0]) / max(1, len(indices) - 1)
        inverse.append(
            ((np.arange(texels, dtype=np.float32) - indices[0]) / step).astype(np.float32)
        )
    x, y = np.meshgrid(*inverse)
    added = cv2.remap(error, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    limit = 255.0 if plane.alpha is None else plane.alpha
    return LayerPlanes(
        luma=np.clip(plane.luma + added, 0.0, limit).astype(np.float32),
        chroma=plane.chroma,
        alpha=plane.alpha,
        disparity=plane.disparity,
        origin=plane.origin,
        extent=plane.extent,
    )


def pack(planes: list[LayerPlanes], scene: Scene, size: Size) -> TextureSet:
    """Pack layers into flat buffers."""
    quads: list[NDArray[np.uint32]] = []
    cells: list[U8] = []
    table = np.full((len(planes), k.TABLE_COLUMNS), -1, dtype=np.int64)
    affine = np.empty((len(planes), 8), dtype=np.float64)
    filled = grid = cell_count = 0

    def put(plane: F32, row: NDArray[np.int64], column: int) -> None:
        nonlocal filled
        packed = quad(_bytes(plane))
        row[column] = filled
        filled += packed.size
        quads.append(packed)

    for row, plane, ends in zip(table, planes, affine, strict=True):
        row[k.T_HEIGHT], row[k.T_WIDTH] = plane.luma.shape
        row[k.T_CHEIGHT], row[k.T_CWIDTH] = plane.chroma.shape[:2]
        row[k.T_DHEIGHT], row[k.T_DWIDTH] = plane.disparity.shape
        row[k.T_DISPARITY] = grid
        grid += plane.disparity.size
        put(plane.luma, row, k.T_LUMA)
        put(plane.chroma[..., 0], row, k.T_U)
        put(plane.chroma[..., 1], row, k.T_V)
        if plane.alpha is not None:
            put(plane.alpha, row, k.T_ALPHA)
            half = (int(row[k.T_CWIDTH]), int(row[k.T_CHEIGHT]))
            small = cv2.resize(plane.alpha, half, interpolation=cv2.INTER_AREA)
            put(np.asarray(small, np.float32), row, k.T_CALPHA)
            extremes = cell_extremes(_bytes(plane.alpha))
            row[k.T_CELLS] = cell_count
            row[k.T_CELL_HEIGHT], row[k.T_CELL_WIDTH] = extremes.shape[:2]
            cell_count += extremes.size
            cells.append(extremes.ravel())
        ends[:] = _affine(plane, scene)
    return TextureSet(
        quads=np.concatenate(quads),
        disparity=np.concatenate([plane.disparity.ravel() for plane in planes]),
        cells=np.concatenate(cells) if cells else np.zeros(2, dtype=np.uint8),
        table=table,
        affine=affine,
        size=size,
    )


def _affine(plane: LayerPlanes, scene: Scene) -> NDArray[np.float64]:
    """Source point in focal lengths → texel index (x scale, x shift, y …), grid index likewise."""
    focal, centre = scene.intrinsics.focal, (scene.intrinsics.cx, scene.intrinsics.cy)
    out = np.empty(8)
    for shape, base in ((plane.luma.shape, 0), (plane.disparity.shape, 4)):
        for axis in range(2):
            per_pixel = shape[1 - axis] / plane.extent[axis]
            pixel = centre[axis] + scene.frame_origin[axis] - plane.origin[axis]
            out[base + 2 * axis] = focal * per_pixel
            out[base + 2 * axis + 1] = pixel * per_pixel - 0.5
    return out


def _bytes(plane: F32) -> U8:
    return np.asarray(np.clip(np.rint(plane), 0, 255), dtype=np.uint8)


def quad(plane: U8) -> NDArray[np.uint32]:
    """Pack each texel with its right, lower and lower right neighbour (edges repeat), (h·w,)."""
    padded = cv2.copyMakeBorder(plane, 0, 1, 0, 1, cv2.BORDER_REPLICATE)
    packed = np.empty((*plane.shape, 4), dtype=np.uint8)
    packed[..., 0] = padded[:-1, :-1]
    packed[..., 1] = padded[:-1, 1:]
    packed[..., 2] = padded[1:, :-1]
    packed[..., 3] = padded[1:, 1:]
    return packed.view("<u4").astype(np.uint32, copy=False).ravel()


def cell_extremes(alpha: U8) -> U8:
    """Least and greatest alpha per CELL×CELL texels, (ceil(h/CELL), ceil(w/CELL), 2)."""
    high, wide = (-(-n // k.CELL) for n in alpha.shape)
    padded = cv2.copyMakeBorder(
        alpha,
        0,
        high * k.CELL - alpha.shape[0],
        0,
        wide * k.CELL - alpha.shape[1],
        cv2.BORDER_REPLICATE,
    )
    tiles = padded.reshape(high, k.CELL, wide, k.CELL)
    return np.stack([tiles.min(axis=(1, 3)), tiles.max(axis=(1, 3))], axis=-1)
