"""Soft edges: a matte for the front layers, and front colours free of what lies behind."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import grow, shrink
from kinora.scene.together import side_by_side
from kinora.types.scene import F32, U8

#: Half-width of the band in which the matte may be soft, as a share of the frame's long side.
BAND = 0.0028
#: Noise floor of the guided filter, sRGB in [0, 1] squared.
EPSILON = 6e-4
#: Rows of the full picture that one thread goes through.
ROWS = 128


def find_matte(picture: U8, front: NDArray[np.bool_], *, band: float) -> U8:
    """Matte of ``front`` by the guided filter, restricted to a band along its edge.

    The filter's linear model is fitted at the analysis size and evaluated on the full picture
    (He and Sun, Fast Guided Filter, arXiv 1505.00996).

    Args:
        picture: (H, W, 3) uint8 sRGB.
        front: (h, w) at the analysis size, same extent.
        band: half-width of the band, pixels of ``front``.

    Returns:
        (H, W) uint8 opacity.
    """
    from kinora.scene._edge_kernels import soften  # a compiler is loaded with it

    height, width = front.shape
    radius = max(1, round(band))
    core, outer = grow(front, -radius), grow(front, radius)
    full = (picture.shape[1], picture.shape[0])
    trimap = np.where(core, np.uint8(255), np.where(outer, np.uint8(128), np.uint8(0)))
    alpha = cv2.resize(trimap, full, interpolation=cv2.INTER_NEAREST)
    if not (outer & ~core).any():
        return alpha.astype(np.uint8, copy=False)
    small = shrink(picture, (width, height))
    model, origin = _model_around(small, front, outer & ~core, radius=2 * radius)
    across, down = (
        (np.arange(count) + 0.5) * (part / count) - 0.5 - start
        for count, part, start in zip(full, (width, height), origin, strict=True)
    )
    side_by_side(
        lambda part: soften(alpha[part], picture[part], model, down[part], across), _parts(full[1])
    )
    return alpha.astype(np.uint8, copy=False)


def _model_around(
    guide: U8, front: NDArray[np.bool_], band: NDArray[np.bool_], *, radius: int
) -> tuple[F32, tuple[int, int]]:
    """The guided filter's model where the band needs it, and the x, y of its corner."""
    rows, columns = np.flatnonzero(band.any(axis=1)), np.flatnonzero(band.any(axis=0))
    margin = 2 * radius + 1
    y0, x0 = max(0, rows[0] - margin), max(0, columns[0] - margin)
    box = (slice(y0, rows[-1] + margin + 1), slice(x0, columns[-1] + margin + 1))
    model = _guided_model(guide[box], front[box].astype(np.float32), radius=radius)
    return model, (int(x0), int(y0))


def _guided_model(guide: U8, target: F32, *, radius: int) -> F32:
    """Local linear model target ≈ a·rgb + b within windows: (h, w, 4), a per level, b, averaged."""
    from kinora.scene.regions._kernels import invert, products, times, weigh

    window = (2 * radius + 1, 2 * radius + 1)
    colour = guide.astype(np.float32) / np.float32(255.0)
    means = np.asarray(cv2.blur(colour, window), dtype=np.float32)
    with_red, others = (cv2.blur(each, window) for each in products(colour))
    invert(with_red, others, means, np.float32(EPSILON))
    boxed = cv2.blur(times(colour, target, 0, 0), window)
    weigh(boxed, means, with_red, others, 0, 0)
    return np.asarray(cv2.blur(boxed, window), dtype=np.float32)


def separate(picture: U8, backdrop: U8, alpha: U8, *, rim: float) -> tuple[U8, U8]:
    """Premultiplied front colours F such that F + (1 − α)·backdrop is the picture.

    Where no such colours in [0, α] exist, the opacity is raised to the least that has them, so
    that the picture is reproduced exactly and the backdrop stays free of the front's colours.

    Args:
        picture: (H, W, 3) uint8 sRGB.
        backdrop: (H, W, 3) uint8 sRGB, the picture without the front; the same beyond the rim.
        alpha: (H, W) uint8 opacity of the front.
        rim: width in pixels over which the backdrop turns into the picture outside the front;
            halos of the photo within it go with the front.

    Returns:
        (H, W, 4) uint8 premultiplied RGBA, and the (H, W, 3) uint8 backdrop as it was used: the
        picture itself beyond the rim.
    """
    from kinora.scene._edge_kernels import separate as kernel

    # Parts of larger pictures lie apart in memory, and the loop is compiled for whole ones.
    picture, backdrop, alpha = map(np.ascontiguousarray, (picture, backdrop, alpha))
    clear = np.where(alpha > 0, np.uint8(0), np.uint8(255))
    away = cv2.distanceTransform(clear, cv2.DIST_L2, 3)
    rgba, used = np.empty((*alpha.shape, 4), np.uint8), np.empty_like(backdrop)
    side_by_side(
        lambda part: kernel(
            picture[part],
            backdrop[part],
            alpha[part],
            away[part],
            rim + 1.0,
            rgba[part],
            used[part],
        ),
        _parts(len(alpha)),
    )
    return rgba, used


def _parts(rows: int) -> list[slice]:
    """So many rows in parts, one for a thread after the other."""
    return [slice(top, top + ROWS) for top in range(0, rows, ROWS)]
