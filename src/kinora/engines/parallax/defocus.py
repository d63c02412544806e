"""Depth of field: layers blurred by their distance from the plane in focus, then composited.

A thin lens draws a point of disparity D as a disc of diameter aperture·|D − focus| (Potmesil &
Chakravarty 1981). A disc of diameter c has standard deviation c/4, so each layer is blurred by a
Gaussian of σ = c/4, interpolated per pixel between a few fixed blurs of the whole layer. Blurring
premultiplied layers before compositing lets a blurred front edge spread over what is behind it,
and shows completed background through it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax import _kernels as k
from kinora.engines.parallax import layout
from kinora.engines.parallax.stir import Shown
from kinora.engines.parallax.texture_set import TextureSet
from kinora.types.geometry import Size
from kinora.types.rendition import YuvPlanes

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

#: σ of the fixed blurs, pixels; between two of them a pixel takes a weighted mean.
SIGMAS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
SHARP = 0.25  # σ under which blur isn't visible, pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """What is in focus, and how fast sharpness falls off."""

    focus: float  # scene disparity
    aperture: float  # disc diameter per unit of disparity, frame heights


def compose_defocused(
    textures: TextureSet,
    nodes: F32,
    scratch: k.RowScratch,
    shown: Shown,
    lens: Lens,
    size: Size,
    planes: YuvPlanes,
) -> None:
    """Composite all layers as ``lens`` sees them into ``planes``.

    Args:
        textures: the layers.
        nodes: (L, 2, rows + 1, columns + 1) texel indices from `solve_nodes`.
        scratch: row buffers of this thread.
        shown: what each moving surface shows.
        lens: focus and aperture.
        size: of the picture (the planes' rows may be longer).
        planes: written.
    """
    shape, half = (size.height, size.width), (size.height // 2, size.width // 2)
    luma = np.zeros(shape, np.float32)
    chroma = np.zeros((*half, 2), np.float32)
    for layer in range(textures.layers):  # back to front
        y, a, uv, c = _sampled(textures, nodes, scratch, layer, size)
        surface = int(textures.table[layer, layout.T_SURFACE])
        if surface >= 0:  # colours come with the frame, the mask from the layer
            y = shown[0][surface, : shape[0], : shape[1]] * (a / np.float32(255.0))
            cover = (c / np.float32(255.0))[..., None]
            uv = np.stack([p[surface, : half[0], : half[1]] for p in shown[1:]], axis=-1) * cover
        sigma = _sigma(textures, nodes, layer, lens, size)
        if sigma.max() > SHARP:
            y, a = blurred(y, sigma), blurred(a, sigma)
            small = cv2.resize(sigma, half[::-1], interpolation=cv2.INTER_AREA) * np.float32(0.5)
            uv, c = blurred(uv, small), blurred(c, small)
        luma = y + luma * (1.0 - a / 255.0)
        chroma = uv + chroma * (1.0 - c / 255.0)[..., None]
    planes.y[: shape[0], : shape[1]] = np.clip(np.rint(luma), 0, 255)
    planes.u[: half[0], : half[1]] = np.clip(np.rint(chroma[..., 0]), 0, 255)
    planes.v[: half[0], : half[1]] = np.clip(np.rint(chroma[..., 1]), 0, 255)


def _sampled(
    textures: TextureSet, nodes: F32, scratch: k.RowScratch, layer: int, size: Size
) -> tuple[F32, F32, F32, F32]:
    """One layer over the frame: luma, alpha, chroma (…, 2), chroma alpha; float32 in 0..255."""
    wide = layout.BLOCK * (nodes.shape[3] - 1)
    full = np.full((2, size.height, wide), 255, np.uint8)
    half = np.full((3, size.height // 2, wide // 2), 255, np.uint8)
    k.sample_layer(textures.quads, textures.table, nodes, layer, scratch, full[0], full[1], *half)
    y, a = full[..., : size.width].astype(np.float32)
    u, v, c = half[..., : size.width // 2].astype(np.float32)
    return y, a, np.stack([u, v], axis=-1), c


def _sigma(textures: TextureSet, nodes: F32, layer: int, lens: Lens, size: Size) -> F32:
    """Standard deviation of the blur at each pixel, pixels, (H, W)."""
    row, affine = textures.table[layer], textures.affine[layer]
    start, shape = (
        int(row[layout.T_DISPARITY]),
        (int(row[layout.T_DHEIGHT]), int(row[layout.T_DWIDTH])),
    )
    grid = textures.disparity[start : start + shape[0] * shape[1]].reshape(shape)
    x = (nodes[layer, 0] - affine[1]) * (affine[4] / affine[0]) + affine[5]
    y = (nodes[layer, 1] - affine[3]) * (affine[6] / affine[2]) + affine[7]
    at_nodes = cv2.remap(
        grid,
        x.astype(np.float32),
        y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    disc = np.abs(at_nodes - np.float32(lens.focus)) * np.float32(lens.aperture * size.height)
    # Nodes lie at multiples of BLOCK, from edge to edge; pixel centres between them.
    xs = ((np.arange(size.width, dtype=np.float32) + 0.5) / layout.BLOCK)[None, :]
    ys = ((np.arange(size.height, dtype=np.float32) + 0.5) / layout.BLOCK)[:, None]
    across, down = (np.array(np.broadcast_to(axis, (size.height, size.width))) for axis in (xs, ys))
    sigma = cv2.remap(disc * np.float32(0.25), across, down, cv2.INTER_LINEAR)
    return np.asarray(sigma, np.float32)


def blurred(plane: F32, sigma: F32) -> F32:
    """Blur ``plane`` (H, W) or (H, W, C) by a Gaussian whose σ (H, W), in pixels, varies slowly.

    σ is bounded by the largest of `SIGMAS`.
    """
    low, high = float(sigma.min()), float(sigma.max())
    out = np.zeros_like(plane)
    for index, level in enumerate(SIGMAS):
        below = SIGMAS[index - 1] if index else None
        above = SIGMAS[index + 1] if index + 1 < len(SIGMAS) else None
        unused_below = below is not None and high <= below
        unused_above = above is not None and low >= above
        if unused_below or unused_above:
            continue
        weight = np.ones_like(sigma)
        if below is not None:
            weight = np.minimum(weight, (sigma - below) / (level - below))
        if above is not None:
            weight = np.minimum(weight, (above - sigma) / (above - level))
        weight = np.clip(weight, 0.0, 1.0)
        shown = weight if plane.ndim == 2 else weight[..., None]
        out += shown * gaussian(plane, level)
    return out


def gaussian(plane: F32, sigma: float) -> F32:
    """Gaussian blur; a wide one is done at reduced size, at the cost of a narrow one."""
    if sigma == 0.0:
        return plane
    shrink = max(1, int(sigma) // 2)
    high, wide = plane.shape[:2]
    if shrink == 1 or min(high, wide) < 4 * shrink:
        soft = cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        return np.asarray(soft, np.float32)
    small = cv2.resize(
        plane, (-(-wide // shrink), -(-high // shrink)), interpolation=cv2.INTER_AREA
    )
    soft = cv2.GaussianBlur(small, (0, 0), sigma / shrink, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, (wide, high), interpolation=cv2.INTER_LINEAR), np.float32)
