"""Completion of what nothing shows: behind the front layers and beyond the photo.

Structure and texture come from patches of the same picture that lie on the same or on a farther
layer: PatchMatch (Barnes et al., ACM TOG 28(3), 2009) within the coarse-to-fine completion of
Wexler et al. (IEEE TPAMI 29(3), 2007), on a small copy of the picture. The sources it found are
then read again at full resolution, so that fine texture and grain are real.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import nearest_known, push_pull
from kinora.types.scene import F32, U8

#: Pixels of the small copy.
PIXELS = 110_000
#: Levels of the pyramid, each half the size of the one below.
LEVELS = 3
#: Rounds of search and vote per level, coarsest first.
ROUNDS = (6, 3, 2)
#: Patch: samples at these offsets in both directions, pixels.
TAPS = (-3, 0, 3)
#: Weight of the guide (disparity) against colour in a patch's distance.
GUIDE_WEIGHT = 1.5
#: Price of a source's distance, per squared share of the picture's width.
FAR_PRICE = 0.02

Mask = NDArray[np.bool_]
Index = NDArray[np.int64]


def complete(picture: U8, hole: Mask, *, source: Mask, guide: F32) -> U8:
    """Fill ``hole``.

    Args:
        picture: (H, W, 3) uint8 sRGB.
        hole: (H, W), what to fill.
        source: (h, w) at any size, where patches may come from; never inside the hole.
        guide: (h, w) at any size, what the completed picture's disparity is; patches come from
            places of similar disparity.
    """
    if not hole.any():
        return picture
    height, width = hole.shape
    factor = min(1.0, math.sqrt(PIXELS / (height * width)))
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    small_hole = cv2.resize(hole.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    small_hole = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 1e-3
    small_source = _shrink_mask(source, size) & ~small_hole
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    small_guide = cv2.resize(guide, size, interpolation=cv2.INTER_AREA)
    if not small_source.any():
        flat = push_pull(small, (~small_hole).astype(np.float32))
        return _paste(picture, hole, cv2.resize(flat, (width, height)) * 255.0)
    filled, index = _fill(small, small_hole, source=small_source, guide=small_guide)
    return _transfer(picture, hole, small=filled, index=index, small_hole=small_hole)


def _shrink_mask(mask: Mask, size: tuple[int, int]) -> Mask:
    return cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.999


def _paste(picture: U8, hole: Mask, values: F32) -> U8:
    result = picture.copy()
    result[hole] = np.clip(np.rint(values[hole]), 0, 255)
    return result


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Level:
    """One level of the pyramid."""

    picture: F32  # (h, w, 3) in [0, 1]
    hole: Mask
    centres: Mask  # where patches may be centred
    guide: F32


def _fill(small: F32, hole: Mask, *, source: Mask, guide: F32) -> tuple[F32, Index]:
    """Filled picture (h, w, 3), and for each pixel of the hole the flat index of its source."""
    levels = _pyramid(small, hole, source=source, guide=guide)
    random = np.random.default_rng(20240229)
    top = levels[0]
    current = push_pull(top.picture, (~top.hole).astype(np.float32))
    index = nearest_known(top.centres)[top.hole]
    for number, level in enumerate(levels):
        if number:
            index = _enlarge(index, levels[number - 1], level)
            raised = cv2.resize(current, level.hole.shape[::-1], interpolation=cv2.INTER_LINEAR)
            current = np.where(level.hole[..., None], raised, level.picture).astype(np.float32)
        rounds = ROUNDS[min(number + LEVELS - len(levels), LEVELS - 1)]
        for _ in range(rounds):
            index, cost = _search(current, level, index, random)
            current = _vote(level, current, index, cost)
    final = levels[-1].picture.copy()
    final[hole] = 0.5 * current[hole] + 0.5 * final.reshape(-1, 3)[index]
    return final, index


def _pyramid(small: F32, hole: Mask, *, source: Mask, guide: F32) -> list[_Level]:
    """Levels, the coarsest first."""
    levels: list[_Level] = []
    known = source | ~hole
    picture = small
    for _ in range(LEVELS):
        centres = _centres(source)
        if not centres.any():
            break
        levels.append(_Level(picture=picture, hole=hole, centres=centres, guide=guide))
        size = (hole.shape[1] // 2, hole.shape[0] // 2)
        if min(size) < 16:
            break
        weight = known.astype(np.float32)
        share = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
        picture = cv2.resize(picture * weight[..., None], size, interpolation=cv2.INTER_AREA)
        picture = (picture / np.maximum(share, 1e-6)[..., None]).astype(np.float32)
        hole = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
        source = _shrink_mask(source, size)
        known = source | ~hole
        guide = cv2.resize(guide, size, interpolation=cv2.INTER_AREA)
    return levels[::-1]


def _centres(source: Mask) -> Mask:
    """Where whole patches are known; anywhere in the source, where no whole patch is."""
    side = 2 * TAPS[-1] + 1
    kernel = np.ones((side, side), dtype=np.uint8)
    centres = cv2.erode(source.astype(np.uint8), kernel, borderValue=0).astype(np.bool_)
    return centres if int(centres.sum()) >= 32 else source


def _enlarge(index: Index, above: _Level, below: _Level) -> Index:
    """Sources of the level below, from those of the coarser level above."""
    height, width = below.hole.shape
    coarse_height, coarse_width = above.hole.shape
    table = np.full(above.hole.shape, -1, dtype=np.int64)
    table[above.hole] = index
    rows, columns = np.nonzero(below.hole)
    up_y = np.minimum(rows * coarse_height // height, coarse_height - 1)
    up_x = np.minimum(columns * coarse_width // width, coarse_width - 1)
    found = table[up_y, up_x]
    source_y = (found // coarse_width - up_y) * height // coarse_height + rows
    source_x = (found % coarse_width - up_x) * width // coarse_width + columns
    source_y, source_x = np.clip(source_y, 0, height - 1), np.clip(source_x, 0, width - 1)
    wanted = source_y * width + source_x
    return _to_centre(np.where(found >= 0, wanted, rows * width + columns), below)


def _to_centre(index: Index, level: _Level) -> Index:
    return nearest_known(level.centres).reshape(-1)[index]


def _describe(picture: F32, guide: F32) -> F32:
    """What a patch looks like at each pixel: (h·w, n)."""
    reach = TAPS[-1]
    soft = cv2.blur(picture, (3, 3))
    luma = soft @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    padded = cv2.copyMakeBorder(luma, reach, reach, reach, reach, cv2.BORDER_REFLECT_101)
    height, width = luma.shape
    taps = [
        padded[reach + dy : reach + dy + height, reach + dx : reach + dx + width]
        for dy in TAPS
        for dx in TAPS
    ]
    wide = cv2.blur(picture, (2 * reach + 1, 2 * reach + 1))
    channels = [*taps, *np.moveaxis(picture, 2, 0), *np.moveaxis(1.5 * wide, 2, 0)]
    channels.append(GUIDE_WEIGHT * guide)
    return np.stack(channels, axis=-1).reshape(height * width, -1).astype(np.float32)


def _search(
    current: F32, level: _Level, index: Index, random: np.random.Generator
) -> tuple[Index, F32]:
    """Better sources: those of neighbours, shifted along, and random ones ever nearer."""
    height, width = level.hole.shape
    looks = _describe(current, level.guide)
    target = np.flatnonzero(level.hole)
    rows, columns = target // width, target % width
    wanted = looks[target]
    allowed = level.centres.reshape(-1)

    def price(candidate: Index) -> F32:
        difference = looks[candidate] - wanted
        away_y, away_x = candidate // width - rows, candidate % width - columns
        distance = (away_y**2 + away_x**2) / float(width**2)
        return (np.einsum("ij,ij->i", difference, difference) + FAR_PRICE * distance).astype(
            np.float32
        )

    cost = price(index)
    slots = np.full(height * width, -1, dtype=np.int64)
    slots[target] = np.arange(target.size)

    def consider(row: Index, column: Index, index: Index, cost: F32) -> tuple[Index, F32]:
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        candidate = np.where(inside, row * width + column, index)
        candidate = np.where(allowed[candidate], candidate, index)
        offered = price(candidate)
        better = offered < cost
        return np.where(better, candidate, index), np.where(better, offered, cost)

    for jump in (4, 1):
        for dy, dx in ((0, jump), (jump, 0), (0, -jump), (-jump, 0)):
            beside_y = np.clip(rows + dy, 0, height - 1)
            beside_x = np.clip(columns + dx, 0, width - 1)
            slot = slots[beside_y * width + beside_x]
            theirs = np.where(slot >= 0, index[slot], index)
            shift_y, shift_x = np.where(slot >= 0, dy, 0), np.where(slot >= 0, dx, 0)
            index, cost = consider(theirs // width - shift_y, theirs % width - shift_x, index, cost)
    radius = max(height, width) / 2.0
    while radius > 2.0:
        jitter = random.integers(-int(radius), int(radius) + 1, size=(2, target.size))
        index, cost = consider(index // width + jitter[0], index % width + jitter[1], index, cost)
        radius /= 3.0
    return index, cost


def _vote(level: _Level, current: F32, index: Index, cost: F32) -> F32:
    """Each pixel of the hole becomes the weighted mean of what the patches over it propose."""
    height, width = level.hole.shape
    target = np.flatnonzero(level.hole)
    rows, columns = target // width, target % width
    slots = np.full(height * width, -1, dtype=np.int64)
    slots[target] = np.arange(target.size)
    colours = level.picture.reshape(-1, 3)
    trust = np.exp(-cost / (np.float32(np.percentile(cost, 60)) + 1e-6)).astype(np.float32) + 1e-4
    total = np.zeros((target.size, 3), dtype=np.float32)
    weights = np.zeros(target.size, dtype=np.float32)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            beside = np.clip(rows + dy, 0, height - 1) * width + np.clip(columns + dx, 0, width - 1)
            slot = slots[beside]
            source = index[slot]
            source_y, source_x = source // width - dy, source % width - dx
            fine = (slot >= 0) & (source_y >= 0) & (source_y < height)
            fine &= (source_x >= 0) & (source_x < width)
            weight = np.where(fine, trust[slot], 0.0).astype(np.float32)
            place = np.where(fine, source_y * width + source_x, target)
            total += weight[:, None] * colours[place]
            weights += weight
    result = current.copy()
    result.reshape(-1, 3)[target] = total / np.maximum(weights, 1e-9)[:, None]
    return result


def _transfer(picture: U8, hole: Mask, *, small: F32, index: Index, small_hole: Mask) -> U8:
    """Fill at full size: the small result enlarged, plus the fine detail of each source."""
    height, width = hole.shape
    small_height, small_width = small_hole.shape
    base = cv2.resize(small * 255.0, (width, height), interpolation=cv2.INTER_LINEAR)
    rows, columns = np.nonzero(hole)
    table = np.zeros(small_hole.shape, dtype=np.int64)
    own = np.flatnonzero(small_hole)
    table.reshape(-1)[own] = index - own  # no wrap: split below
    shift_y = np.zeros(small_hole.shape, dtype=np.float32)
    shift_x = np.zeros(small_hole.shape, dtype=np.float32)
    shift_y.reshape(-1)[own] = index // small_width - own // small_width
    shift_x.reshape(-1)[own] = index % small_width - own % small_width
    cell_y = np.minimum(rows * small_height // height, small_height - 1)
    cell_x = np.minimum(columns * small_width // width, small_width - 1)
    to_y = rows + np.rint(shift_y[cell_y, cell_x] * (height / small_height)).astype(np.int64)
    to_x = columns + np.rint(shift_x[cell_y, cell_x] * (width / small_width)).astype(np.int64)
    to_y, to_x = np.clip(to_y, 0, height - 1), np.clip(to_x, 0, width - 1)
    detail = picture[to_y, to_x].astype(np.float32) - base[to_y, to_x]
    detail[hole[to_y, to_x]] = 0.0
    result = picture.copy()
    result[rows, columns] = np.clip(np.rint(base[rows, columns] + detail), 0, 255)
    return result
