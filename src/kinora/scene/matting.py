"""Soft edges: a matte for the front layers, and front colours free of what lies behind."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import grow, shrink
from kinora.types.scene import F32, U8

#: Half-width of the band in which the matte may be soft, as a share of the frame's long side.
BAND = 0.0028
#: Noise floor of the guided filter, sRGB in [0, 1] squared.
EPSILON = 6e-4


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
    height, width = front.shape
    radius = max(1, round(band))
    core, outer = grow(front, -radius), grow(front, radius)
    full = (picture.shape[1], picture.shape[0])
    trimap = np.where(core, np.uint8(255), np.where(outer, np.uint8(128), np.uint8(0)))
    alpha = cv2.resize(trimap, full, interpolation=cv2.INTER_NEAREST)
    rows, columns = np.nonzero(alpha == 128)
    if rows.size == 0:
        return alpha.astype(np.uint8, copy=False)
    small = shrink(picture, (width, height))
    model, origin = _model_around(small, front, outer & ~core, radius=2 * radius)
    x = ((columns + 0.5) * (width / full[0]) - 0.5 - origin[0]).astype(np.float32)
    y = ((rows + 0.5) * (height / full[1]) - 0.5 - origin[1]).astype(np.float32)
    local = sample(model, x, y)
    colour = picture[rows, columns].astype(np.float32) / 255.0
    value = (local[:, :3] * colour).sum(axis=1) + local[:, 3]
    value = np.clip((value - 0.06) / 0.88, 0.0, 1.0)
    alpha[rows, columns] = np.rint(255.0 * value).astype(np.uint8)
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
    """Local linear model target ≈ a·rgb + b within windows: (h, w, 4), a then b, averaged."""
    window = (2 * radius + 1, 2 * radius + 1)
    colour = guide.astype(np.float32) / np.float32(255.0)
    mean, mean_target = cv2.blur(colour, window), cv2.blur(target, window)
    pairs = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    products = np.dstack([colour[..., i] * colour[..., j] for i, j in pairs])
    # blur takes at most four channels at a time
    blurred = np.dstack([cv2.blur(products[..., :3], window), cv2.blur(products[..., 3:], window)])
    covariance = blurred - np.dstack([mean[..., i] * mean[..., j] for i, j in pairs])
    cross = cv2.blur(colour * target[..., None], window) - mean * mean_target[..., None]
    near = (mean_target > 0.0) & (mean_target < 1.0)  # else the target is constant nearby
    slope = np.zeros_like(colour)
    slope[near] = _solve(np.asarray(covariance[near], np.float32), cross[near])
    offset = mean_target - np.einsum("ijk,ijk->ij", slope, mean)
    return cv2.blur(np.dstack([slope, offset]), window).astype(np.float32)


def _solve(covariance: F32, cross: F32) -> F32:
    """Solve (Σ + ε·1) a = b for symmetric 3×3 Σ given as xx, xy, xz, yy, yz, zz: (n, 3)."""
    xx, xy, xz, yy, yz, zz = covariance.T
    xx, yy, zz = xx + EPSILON, yy + EPSILON, zz + EPSILON
    first = np.stack([yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy])
    second = np.stack([first[1], xx * zz - xz * xz, xy * xz - xx * yz])
    third = np.stack([first[2], second[2], xx * yy - xy * xy])
    determinant = xx * first[0] + xy * first[1] + xz * first[2]
    solved = first * cross[:, 0] + second * cross[:, 1] + third * cross[:, 2]
    return np.asarray((solved / determinant).T, dtype=np.float32)


def sample(field: F32, x: F32, y: F32) -> F32:
    """Bilinear samples of ``field`` (h, w, c) at array coordinates: (n, c)."""
    columns = 1024  # remap takes pictures, not lists
    count = x.size
    rows = -(-count // columns)
    grid_x = np.zeros(rows * columns, dtype=np.float32)
    grid_y = np.zeros(rows * columns, dtype=np.float32)
    grid_x[:count], grid_y[:count] = x, y
    out = cv2.remap(
        field,
        grid_x.reshape(rows, columns),
        grid_y.reshape(rows, columns),
        interpolation=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return out.reshape(rows * columns, -1)[:count].astype(np.float32, copy=False)


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
    rgba = cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA)
    rgba[..., 3] = alpha
    rgba = cv2.bitwise_and(rgba, rgba, mask=alpha)
    clear = np.where(alpha > 0, np.uint8(0), np.uint8(255))
    away = cv2.distanceTransform(clear, cv2.DIST_L2, 3)
    soft = (away < rim + 1.0) & (alpha < 255)
    rows, columns = np.nonzero(soft)
    seen = picture[rows, columns].astype(np.float32)
    behind = backdrop[rows, columns].astype(np.float32)
    trust = np.clip(1.0 - away[rows, columns] / (rim + 1.0), 0.0, 1.0)[:, None]
    behind = np.rint(seen + (behind - seen) * trust)
    opacity = alpha[rows, columns].astype(np.float32) / 255.0
    opacity = np.ceil(255.0 * np.maximum(opacity, _least_opacity(seen, behind))) / 255.0
    front = np.clip(seen - (1.0 - opacity[:, None]) * behind, 0.0, 255.0 * opacity[:, None])
    rgba[rows, columns, :3] = np.rint(front)
    rgba[rows, columns, 3] = np.rint(255.0 * opacity)
    used = backdrop.copy()
    used[rows, columns] = behind
    return rgba.astype(np.uint8, copy=False), used


def _least_opacity(seen: F32, behind: F32) -> F32:
    """The least opacity with which any front colour turns ``behind`` into ``seen``: (n,)."""
    brighter = (seen - behind) / np.maximum(255.0 - behind, 1.0)
    darker = (behind - seen) / np.maximum(behind, 1.0)
    return np.asarray(np.clip(np.maximum(brighter, darker).max(axis=1), 0.0, 1.0))
