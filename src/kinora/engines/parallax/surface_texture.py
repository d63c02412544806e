"""What a moving surface's texture is like: its tones, how alike copies are, how they soften.

Displaced copies of a texture are blended into one another. What they lose by that is measured here
once, on the resting picture, for the kernel to give back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax.surface_sharpness import Rest, evening, sharpness_of
from kinora.engines.parallax.texture_set import LayerPlanes, SurfaceTexture
from kinora.types.geometry import Size
from kinora.types.living import Surface

F32 = NDArray[np.float32]

# Over how many canvas pixels likeness is averaged, as a share of the canvas's long side.
_LIKENESS_REACH: Final = 0.04


def texture_of(
    cut: LayerPlanes, surface: Surface, canvas: Size, grid: Size, *, rest: Rest
) -> SurfaceTexture:
    """Measure what displaced copies of a cut-out surface need to keep its tone and its grain.

    Args:
        cut: the surface's texels on one of its hosts.
        surface: how it moves.
        canvas: that masks and boxes lie on.
        grid: cells of the coarse fields.
        rest: where the output's pixels lie while the camera is at rest.
    """
    unit = max(canvas.width, canvas.height) * grid.width / canvas.width  # long side, cells

    def smooth(plane: F32, share: float) -> F32:
        sigma = max(share * unit, 0.5)
        blurred = cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        return np.asarray(blurred, np.float32)

    luma, *chroma = (
        _on_grid(part, cut, canvas, grid, half=number > 0)
        for number, part in enumerate([cut.luma, *cut.chroma])
    )
    tone, wide = smooth(luma, surface.grain), smooth(luma, surface.wide)
    life = surface.flow.life
    quarter = (len(life) - 1) // 4
    lag = np.asarray(life[-1 - quarter] - life[quarter], np.float32)  # from one copy to the next
    if lag.any():
        fine = _likeness(cut, lag, canvas, grid, rest=rest)
        likeness = np.stack([fine, _coarse_likeness(tone - wide, lag, canvas, grid, surface.wide)])
    else:
        likeness = np.ones((2, grid.height, grid.width), np.float32)
    sharpness = sharpness_of(cut, rest)
    return SurfaceTexture(
        flow=surface.flow,
        tones=np.stack([tone, wide, *(smooth(part, surface.wide) for part in chroma)]),
        likeness=likeness,
        softening=(*sharpness.lost, *sharpness.scale),
        evening=evening(life, sharpness, (canvas.width / grid.width, canvas.height / grid.height)),
        still=surface.still_tone,
    )


def _on_grid(plane: F32, cut: LayerPlanes, canvas: Size, grid: Size, *, half: bool) -> F32:
    """A texture's plane averaged over the cells of the canvas, its rim repeated around it.

    One at ``half`` its resolution, as chroma is, has a value for each 2×2 texels.
    """
    across = cut.texels.width / cut.box.width * (0.5 if half else 1.0)
    down = cut.texels.height / cut.box.height * (0.5 if half else 1.0)
    cell_x, cell_y = canvas.width / grid.width, canvas.height / grid.height
    high, wide = plane.shape
    size = (max(1, round(wide / (across * cell_x))), max(1, round(high / (down * cell_y))))
    small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    start = [value * (0.5 if half else 1.0) for value in cut.start]
    left = (start[0] / across + cut.box.x) / cell_x
    top = (start[1] / down + cut.box.y) / cell_y
    step_x = wide / across / cell_x / size[0]
    step_y = high / down / cell_y / size[1]
    to_small = np.array(
        [
            [1 / step_x, 0.0, (0.5 - left) / step_x - 0.5],
            [0.0, 1 / step_y, (0.5 - top) / step_y - 0.5],
        ]
    )
    placed = cv2.warpAffine(
        small,
        to_small,
        (grid.width, grid.height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(placed, np.float32)


def _likeness(cut: LayerPlanes, lag: F32, canvas: Size, grid: Size, *, rest: Rest) -> F32:
    """How alike one copy of the texture's fine detail is to the next: (gh, gw) in [0, 1].

    ``lag`` (2, gh, gw) is the way from one copy to the next, canvas pixels.
    """
    across, down = cut.texels.width / cut.box.width, cut.texels.height / cut.box.height
    high, wide = cut.luma.shape
    fine = cut.luma - cv2.GaussianBlur(cut.luma, (0, 0), rest.step * across)
    # Every second texel of every second row tells as much.
    here = fine[: high // 2 * 2 : 2, : wide // 2 * 2 : 2]
    columns, rows = np.arange(0, 2 * here.shape[1], 2), np.arange(0, 2 * here.shape[0], 2)
    x = (columns + cut.start[0] + 0.5) / across + cut.box.x
    y = (rows + cut.start[1] + 0.5) / down + cut.box.y
    gx, gy = np.meshgrid(
        (x * grid.width / canvas.width - 0.5).astype(np.float32),
        (y * grid.height / canvas.height - 0.5).astype(np.float32),
    )
    shift = [
        cv2.remap(part, gx, gy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for part in lag
    ]
    there = cv2.remap(
        fine,
        columns.astype(np.float32)[None, :] + shift[0] * np.float32(across),
        rows.astype(np.float32)[:, None] + shift[1] * np.float32(down),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    sigma = _LIKENESS_REACH * max(canvas.width, canvas.height) * grid.width / canvas.width
    parts = (here * there, here * here, there * there)
    return _correlation(
        [_on_grid(part.astype(np.float32), cut, canvas, grid, half=True) for part in parts], sigma
    )


def _coarse_likeness(band: F32, lag: F32, canvas: Size, grid: Size, reach: float) -> F32:
    """The same of a ``band`` (gh, gw) of coarser detail, averaged over a share of the canvas."""
    x, y = np.meshgrid(np.arange(grid.width), np.arange(grid.height))
    there = cv2.remap(
        band,
        (x + lag[0] * (grid.width / canvas.width)).astype(np.float32),
        (y + lag[1] * (grid.height / canvas.height)).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    sigma = reach * max(canvas.width, canvas.height) * grid.width / canvas.width
    return _correlation([band * there, band * band, there * there], sigma)


def _correlation(products: Sequence[F32], sigma: float) -> F32:
    """That of two fields whose product and squares are given, around each place; at least 0."""
    both, one, other = (cv2.GaussianBlur(part, (0, 0), sigma) for part in products)
    return np.asarray(np.clip(both / np.sqrt(np.maximum(one * other, 1e-6)), 0.0, 1.0), np.float32)
