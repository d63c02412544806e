"""PatchMatch: for each unknown pixel, the place of the picture that it continues best.

Barnes et al., PatchMatch, ACM TOG 28(3), 2009, in the whole-array form: all pixels look at the
same neighbour, or at a random place, at once. Patches are compared by sixteen numbers each.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import nearest_known, push_pull
from kinora.types.scene import F32

#: Offsets of a patch's samples in both directions, pixels.
TAPS = (-3, 0, 3)
#: Weight of the guide (disparity) against colour in a patch's distance.
GUIDE_WEIGHT = 1.5
#: Price of a source's distance, per squared share of the picture's width.
FAR_PRICE = 0.4
#: How much more a pixel's proposal counts than that of one a pixel farther from what is known:
#: so structure grows inwards from the edge (Wexler et al.).
CONFIDENCE = 1.3
#: Largest correction of tone at the edge of a hole, sRGB in [0, 1].
MAX_TONE = 0.12

#: Pixels across over which uses of sources are counted together, and the price of each further use.
USED, CROWDING = 5, 0.05

Mask = NDArray[np.bool_]
Ints = NDArray[np.int32]
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Level:
    """One level of the pyramid, and the pixels of it to fill."""

    picture: F32  # (h, w, 3) in [0, 1]
    guide: F32  # (h, w)
    source: Mask  # (h, w), what may be copied
    centres: Mask  # (h, w), where patches may be centred: a whole patch inside the source
    rows: Ints  # (n,) of the pixels to fill
    columns: Ints  # (n,)
    confidence: F32  # (n,), falling with the distance from what is known
    slots: Ints  # (h + 2·pad, w + 2·pad): position in `rows` of each pixel to fill, else −1

    @property
    def shape(self) -> tuple[int, int]:
        """Height, width."""
        return self.guide.shape[0], self.guide.shape[1]


#: Widest look at a neighbour, which the slot table is padded by.
PAD = 4


def make_level(picture: F32, guide: F32, *, hole: Mask, source: Mask) -> Level | None:
    """A level, or None where nothing can be copied from.

    Args:
        picture: (h, w, 3) in [0, 1].
        guide: (h, w).
        hole: (h, w), what to fill.
        source: (h, w), what may be copied.
    """
    side = 2 * TAPS[-1] + 1
    whole = cv2.erode(source.astype(np.uint8), np.ones((side, side), np.uint8), borderValue=0)
    centres = whole.astype(np.bool_)
    if int(centres.sum()) < 32:
        centres = source
    if not centres.any():
        return None
    rows, columns = (axis.astype(np.int32) for axis in np.nonzero(hole))
    slots = np.full((hole.shape[0] + 2 * PAD, hole.shape[1] + 2 * PAD), -1, dtype=np.int32)
    slots[rows + PAD, columns + PAD] = np.arange(rows.size, dtype=np.int32)
    inwards = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3)[rows, columns]
    return Level(
        picture=picture,
        guide=guide,
        source=source,
        centres=centres,
        rows=rows,
        columns=columns,
        confidence=np.power(np.float32(CONFIDENCE), 1.0 - inwards),
        slots=slots,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Match:
    """Where each pixel to fill takes its content from."""

    rows: Ints  # (n,)
    columns: Ints  # (n,)
    cost: F32  # (n,) distance of the patches


def mirrored(level: Level) -> Match:
    """A first guess that has texture: each pixel's mirror image in the nearest source pixel."""
    height, width = level.shape
    nearest = nearest_known(level.centres)
    beside = nearest_known(level.source)[level.rows, level.columns]
    row = np.clip(2 * (beside // width) - level.rows, 0, height - 1)
    column = np.clip(2 * (beside % width) - level.columns, 0, width - 1)
    return _allowed(row, column, level, nearest)


def enlarged(match: Match, above: Level, below: Level) -> Match:
    """The match of the coarser level ``above``, taken to the level ``below``."""
    height, width = below.shape
    coarse_height, coarse_width = above.shape
    up_row = np.minimum(below.rows * coarse_height // height, coarse_height - 1)
    up_column = np.minimum(below.columns * coarse_width // width, coarse_width - 1)
    slot = above.slots[up_row + PAD, up_column + PAD]
    shift_row = np.where(slot >= 0, match.rows[slot] - up_row, 0) * height // coarse_height
    shift_column = np.where(slot >= 0, match.columns[slot] - up_column, 0) * width // coarse_width
    row = np.clip(below.rows + shift_row, 0, height - 1)
    column = np.clip(below.columns + shift_column, 0, width - 1)
    return _allowed(row, column, below, nearest_known(below.centres))


def _allowed(row: Ints, column: Ints, level: Level, nearest: NDArray[np.int64]) -> Match:
    """Move sources to the nearest place where patches may be centred."""
    place = nearest[row, column]
    width = level.shape[1]
    return Match(
        rows=(place // width).astype(np.int32),
        columns=(place % width).astype(np.int32),
        cost=np.full(row.size, np.inf, dtype=np.float32),
    )


class Search:
    """Improves matches on one level."""

    def __init__(self, level: Level) -> None:
        """Args:
        level: what to fill.
        """
        self._level = level
        self._home = np.stack([level.rows, level.columns])
        self._looks = np.empty((level.guide.size, 16), dtype=np.float32)
        self._guide = np.asarray(GUIDE_WEIGHT * level.guide, dtype=np.float32)

    def improve(
        self, match: Match, current: F32, random: np.random.Generator, *, crowding: F32
    ) -> Match:
        """Try the sources of neighbours, shifted along, then random ones ever nearer.

        Args:
            match: the sources so far.
            current: (h, w, 3) in [0, 1], the picture as filled so far.
            random: says which ones.
            crowding: (h, w) price of each source, as from `crowding_of`; (0, 0) for none.
        """
        from kinora.scene._kernels import improve  # a compiler is loaded with it

        level = self._level
        self._describe(current)
        sources = np.stack([match.rows, match.columns])
        costs = np.empty(match.rows.size, dtype=np.float32)
        improve(
            sources, costs, self._home, level.slots, level.centres, self._looks, crowding,
            self._jitter(random), FAR_PRICE / level.shape[1] ** 2,
        )  # fmt: skip
        return Match(rows=sources[0], columns=sources[1], cost=costs)

    def _describe(self, current: F32) -> None:
        """What a patch looks like at each pixel."""
        from kinora.scene._kernels import describe

        reach = TAPS[-1]
        luma = cv2.blur(current, (3, 3)) @ _LUMA
        padded = cv2.copyMakeBorder(luma, reach, reach, reach, reach, cv2.BORDER_REFLECT_101)
        around = 1.5 * cv2.blur(current, (2 * reach + 1, 2 * reach + 1))
        describe(padded, current, around, self._guide, self._looks)

    def _jitter(self, random: np.random.Generator) -> Ints:
        """How far off random sources are looked for: (k, 2, n)."""
        reaches = []
        radius = max(self._level.shape) / 2
        while radius > 2:
            reaches.append(int(radius))
            radius /= 4
        jitter = np.empty((len(reaches), *self._home.shape), dtype=np.int32)
        for one, reach in zip(jitter, reaches, strict=True):
            one[:] = random.integers(-reach, reach + 1, size=one.shape, dtype=np.int32)
        return jitter


def crowding_of(level: Level, match: Match) -> F32:
    """The price of each source for being used more than once already: (h, w).

    Without it a hole takes what fits best again and again, in rows that the eye finds at once. As
    the occurrence term of Kaspar et al., Self Tuning Texture Optimization, CGF 34(2), 2015.
    """
    height, width = level.shape
    used = np.bincount(match.rows * width + match.columns, minlength=height * width)
    around = cv2.blur(used.reshape(height, width).astype(np.float32), (USED, USED))
    return np.asarray(CROWDING * np.maximum(around - 1.0, 0.0), dtype=np.float32)


def vote(level: Level, current: F32, match: Match, *, spread: int) -> F32:
    """Each pixel to fill becomes the weighted mean of what the patches over it propose.

    Proposals come from the pixel itself and the eight at ``spread`` pixels from it.
    """
    from kinora.scene._kernels import vote as kernel  # a compiler is loaded with it

    scale = np.float32(np.percentile(match.cost, 60)) + np.float32(1e-6)
    trust = (np.exp(-match.cost / scale) + np.float32(1e-3)) * level.confidence
    home, sources = np.stack([level.rows, level.columns]), np.stack([match.rows, match.columns])
    values = np.empty((match.cost.size, 3), dtype=np.float32)
    kernel(level.picture, sources, trust.astype(np.float32), home, level.slots, spread, values)
    result = current.copy()
    result[level.rows, level.columns] = values
    return result


def tone_correction(level: Level, match: Match) -> F32:
    """Correction that makes the copied colours meet the known ones at the edge: (h, w, 3).

    At the edge it is what the copy lacks of the known neighbours, and inwards it spreads smoothly,
    as in mean-value cloning (Farbman et al., ACM TOG 28(3), 2009). Steps too large to be a matter
    of tone are limited.
    """
    height, width = level.shape
    total = np.zeros((match.rows.size, 3), dtype=np.float32)
    count = np.zeros(match.rows.size, dtype=np.float32)
    for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        row, column = level.rows + dy, level.columns + dx
        from_row, from_column = match.rows + dy, match.columns + dx
        fine = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        fine &= (from_row >= 0) & (from_row < height) & (from_column >= 0) & (from_column < width)
        fine[fine] &= level.source[row[fine], column[fine]]
        fine[fine] &= level.source[from_row[fine], from_column[fine]]
        known = level.picture[row[fine], column[fine]]
        total[fine] += known - level.picture[from_row[fine], from_column[fine]]
        count[fine] += 1.0
    values = np.zeros((height, width, 3), dtype=np.float32)
    weight = np.zeros((height, width), dtype=np.float32)
    lack = np.clip(total / np.maximum(count, 1.0)[:, None], -MAX_TONE, MAX_TONE)
    values[level.rows, level.columns] = lack
    weight[level.rows, level.columns] = np.minimum(count, 1.0)
    near = cv2.GaussianBlur(weight, (0, 0), sigmaX=2.0)  # else single pixels leave streaks
    mean = cv2.GaussianBlur(values, (0, 0), sigmaX=2.0) / np.maximum(near, 1e-3)[..., None]
    trust = np.clip((near - 0.05) * 10.0, 0.0, 1.0)
    return push_pull(mean.astype(np.float32), trust.astype(np.float32))
