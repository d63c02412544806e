"""What `_kernels` computes, cell by cell and pixel by pixel in NumPy: slow, for its tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kinora.provenance.watermark import _kernels as k
from kinora.provenance.watermark.embed import Grid
from kinora.provenance.watermark.pattern import PARTS, SHARES, SIDE, Pattern
from kinora.provenance.watermark.payload import CODED_BITS

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


def embed(
    luma: NDArray[np.uint8],
    grid: Grid,
    pattern: Pattern,
    code: F64,
    *,
    still: bool = False,
    held: F64 | float = 1.0,
) -> NDArray[np.uint8]:
    """A marked copy of a frame's luma.

    Args:
        luma: (H, W) uint8, limited range.
        grid: of the frame's size.
        pattern: of the key.
        code: (`CODED_BITS`,) of −1 and +1.
        still, held: as of the kernel.
    """
    mean, texture = _cells(luma, grid)
    unlike = np.abs(mean - _box(mean, 2))
    activity = _box(unlike, 2)
    gain = np.minimum(k.FLOOR + k.PER_ACTIVITY * activity + k.PER_TEXTURE * texture, k.CAP)
    if np.mean(gain**2) > k.MEAN_SQUARE / (k.KEPT * k.SPREAD):
        gain = np.maximum(gain, k.BUSY)
        gain = np.minimum(gain, _cap(gain))
    gain = gain * held
    own = mean - _box(mean, 1)
    level = np.sqrt(_box(own * own, 1)) + k.SOFTEN
    residual = np.clip(own / level, -k.CUT, k.CUT)
    rows, columns = (np.arange(n) % SIDE for n in mean.shape)
    at = np.ix_(rows, columns)
    bits = pattern.bits[at]
    change = np.zeros_like(mean)
    signs = pattern.chips[at] * code[bits]
    if not still:
        sharpness = float(texture.sum() / (unlike.sum() + k.GRAIN))
        fine = min(max((sharpness - k.FINE_FROM) / (k.FINE_TO - k.FINE_FROM), 0.0), 1.0)
        middle = _middle(gain)
        needed = k.ENOUGH_MIDDLE * CODED_BITS * _noise((residual * signs)[middle], bits[middle])
        gain = _spared(texture, gain, level, fine, needed)
    gain = gain * _scale(residual, level, gain, signs, bits, 1.0 if still else k.LOWEST)
    for written, share in (
        (pattern.pilot[at], float(k._PILOT)),
        (signs, float(k._DATA)),
    ):
        host = np.bincount(bits.ravel(), (residual * written).ravel(), CODED_BITS)
        push = np.bincount(bits.ravel(), (share * gain / level).ravel(), CODED_BITS)
        weight = np.clip(k.TARGET - host / np.maximum(push, 1e-3), k.LEAST, k.MOST)
        weight *= min(1.0, k.POWER / float(np.mean(weight**2))) ** 0.5
        change += share * weight[bits] * written
    change = np.clip(gain * change, -k.LIMIT, k.LIMIT)
    change *= min(1.0, k.MEAN_SQUARE / (k.KEPT * float(np.mean(change**2)))) ** 0.5
    parts = np.floor(PARTS * change + 0.5).astype(np.int32)
    wide = _between(parts, grid.column_of, grid.column_share, axis=1)
    whole = _between(wide, grid.row_of, grid.row_share, axis=0)
    dither = np.tile(grid.dither, (-(-luma.shape[0] // 8), 1))[: luma.shape[0]]
    marked = (PARTS * luma.astype(np.int32) + whole + dither) // PARTS
    return np.asarray(np.clip(marked, 16, 235), np.uint8)


def _cells(luma: NDArray[np.uint8], grid: Grid) -> tuple[F64, F64]:
    rows, columns = len(grid.rows_at) - 1, len(grid.columns_at) - 1
    mean, texture = np.empty((rows, columns)), np.empty((rows, columns))
    for r in range(rows):
        for c in range(columns):
            rows_of = slice(grid.rows_at[r], grid.rows_at[r + 1], k.EVERY)
            cell = luma[rows_of, grid.columns_at[c] : grid.columns_at[c + 1]]
            mean[r, c], texture[r, c] = cell.mean(), cell.std()
    return mean, texture


def _box(values: F64, radius: int) -> F64:
    padded = np.pad(values, radius, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * radius + 1,) * 2)
    return np.asarray(windows.mean(axis=(2, 3)), np.float64)


def _cap(gain: F64) -> float:
    wanted = k.MEAN_SQUARE / (k.KEPT * k.SPREAD)
    low, high = 0.0, k.CAP
    for _ in range(8):
        cap = 0.5 * (low + high)
        if np.mean(np.minimum(gain, cap) ** 2) > wanted:
            high = cap
        else:
            low = cap
    return high


def _middle(values: F64) -> tuple[slice, ...]:
    firsts = [int(0.5 * (1.0 - k.MIDDLE) * count) for count in values.shape]
    return tuple(slice(f, count - f) for f, count in zip(firsts, values.shape, strict=True))


def _noise(said: F64, bits: NDArray[np.int32]) -> float:
    host = np.bincount(bits.ravel(), said.ravel(), CODED_BITS)
    return float(np.sqrt(np.mean(host**2))) + 1e-6


def _spared(texture: F64, gain: F64, level: F64, fine: float, needed: float) -> F64:
    near = _box(texture, 2) + k.GRAIN
    share = np.minimum(k.CALM / float(np.mean(1.0 / near)) / near, 1.0) ** 2
    lifted = gain * (k.LIFT + fine * (1.0 - k.LIFT))

    def reached(least: float) -> bool:
        pushed = float(k._DATA) * lifted * np.maximum(share, least) / level
        return bool(np.sum(pushed[_middle(gain)]) >= needed)

    low, high = k.LEFT + fine * (1.0 - k.LEFT), 1.0
    if reached(low):
        high = low
    for _ in range(6):
        least = 0.5 * (low + high)
        low, high = (low, least) if reached(least) else (least, high)
    return np.asarray(lifted * np.maximum(share, high))


def _scale(
    residual: F64,
    level: F64,
    gain: F64,
    signs: F64,
    bits: NDArray[np.int32],
    lowest: float,
) -> float:
    push = float(np.sum(float(k._DATA) * gain / level)) / CODED_BITS
    above = push / _noise(residual * signs, bits)
    eased = min(1.0, max(lowest, k.ENOUGH / above))
    return float(max(eased, k.PLAIN * min(above / k.FLAT, 1.0) ** 2))


def _between(values: I32, first: I32, share: NDArray[np.int16], *, axis: int) -> I32:
    following = np.minimum(first + 1, values.shape[axis] - 1)
    weight = share[:, None] if axis == 0 else share[None, :]
    near, far = values.take(first, axis), values.take(following, axis)
    way = SHARES * near + weight * (far - near) + SHARES // 2
    return np.asarray(way // SHARES, np.int32)
