"""OpenCV's Haar cascades, searched coarsely first, and only where something may be.

Viola and Jones, CVPR 2001; Lienhart and Maydt, ICIP 2002. OpenCV looks at each window of each size.
What passes all stages of a cascade passes many of them in the windows around it, too, so that a
coarse grid shows where it pays to look closely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.types.scene import F32, U8

Box = tuple[int, int, int, int]  # x, y, width, height
I32 = NDArray[np.int32]

#: From size to size of the windows.
SCALE_STEP: Final = 1.15
# OpenCV takes this off what the leaves of a stage must add up to; and what it calls alike when it
# joins boxes.
_EPSILON, _ALIKE = np.float32(1e-5), 0.2
# Scale from which windows are looked at pixel by pixel, not at every other one.
_CLOSELY: Final = 2.0
# The coarse grid: every other window along each axis and every other size. Share of the stages to
# pass there, and then by one of the windows so far around, pixels of a level; and how far around
# such a one all are looked at, pixels and sizes.
_COARSER: Final = 2
_PROMISING, _BESIDE = 0.3, 2
_LIKELY, _AROUND, _SIZES = 0.8, 6, 2


class Trees(NamedTuple):
    """Stages of trees over sums within rectangles, as `search_level` takes them."""

    weights: F32  # (nodes, 3), of the rectangles; 0 for one that isn't there
    follows: I32  # (nodes, 2), where a tree goes on below a bound and above: a node, or leaf -1 - n
    bounds: F32  # (nodes,)
    leaves: F32  # (leaves,), of all trees one after another; without a unit, as limits
    roots: I32  # (trees,), first node of each
    firsts: I32  # (stages + 1,), first tree of each stage
    limits: F32  # (stages,), what a stage's leaves must add up to


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cascade:
    """What tells a window that shows something from one that doesn't."""

    side: int  # of a window, pixels
    across: I32  # (nodes + 1, 12), columns of the corners of each node's three rectangles
    down: I32  # (nodes + 1, 12), and their rows; the last ones are of a window's inner part
    trees: Trees


def path_of_cascade(name: str) -> Path:
    """The file of one of the cascades that come with OpenCV, such as ``frontalface_alt2``."""
    return Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml"


@lru_cache(maxsize=4)
def read_cascade(name: str) -> Cascade:
    """One of the cascades that come with OpenCV; without tilted features."""
    stages, features = path_of_cascade(name).read_text(encoding="latin-1").split("<features>")
    numbers = [_numbers(each) for each in re.findall(r"<internalNodes>([^<]*)", stages)]
    leaves = [_numbers(each) for each in re.findall(r"<leafValues>([^<]*)", stages)]
    firsts = re.findall(r"<maxWeakCount>([^<]*)</maxWeakCount>\s*<stageThreshold>", stages)
    limits = re.findall(r"<stageThreshold>([^<]*)", stages)
    nodes = np.concatenate(numbers).reshape(-1, 4)  # below, above, feature, bound
    sizes = np.array([len(each) // 4 for each in numbers])
    roots = np.cumsum(sizes) - sizes
    node, leaf = (
        np.repeat(base, sizes)[:, None] for base in (roots, roots + np.arange(len(roots)))
    )
    below = nodes[:, :2].astype(np.int64)
    side = int(re.findall(r"<width>([^<]*)", stages)[0])
    rectangles = _rectangles(features)[nodes[:, 2].astype(np.int64)]
    across, down = _corners(rectangles[..., :4], side)
    trees = Trees(
        weights=rectangles[..., 4].astype(np.float32),
        follows=np.where(below > 0, node + below, -1 - (leaf - below)).astype(np.int32),
        bounds=nodes[:, 3].astype(np.float32),
        leaves=np.concatenate(leaves).astype(np.float32),
        roots=roots.astype(np.int32),
        firsts=np.cumsum([0, *map(int, firsts)]).astype(np.int32),
        limits=np.array(limits, np.float64).astype(np.float32) - _EPSILON,
    )
    return Cascade(side=side, across=across, down=down, trees=trees)


def _numbers(text: str) -> NDArray[np.float64]:
    return np.array(text.split(), np.float64)


def _rectangles(features: str) -> NDArray[np.float64]:
    """x, y, width, height and weight of each feature's rectangles: (features, 3, 5)."""
    found = []
    for feature in re.findall(r"<rects>(.*?)</rects>", features, re.DOTALL):
        numbers = _numbers(re.sub(r"</?_>", " ", feature))
        found.append(np.concatenate([numbers, np.zeros(15 - numbers.size)]))
    return np.array(found).reshape(-1, 3, 5)


def _corners(rectangles: NDArray[np.float64], side: int) -> tuple[I32, I32]:
    """Columns and rows of corners: those above, then those below."""
    inner = np.array([[[1, 1, side - 2, side - 2]] * 3])
    x, y, width, height = np.moveaxis(np.concatenate([rectangles, inner]), -1, 0)
    across = np.stack([x, x + width, x, x + width], axis=-1)
    down = np.stack([y, y, y + height, y + height], axis=-1)
    return across.reshape(-1, 12).astype(np.int32), down.reshape(-1, 12).astype(np.int32)


class _Level:
    """The picture at one scale, and how to look at it."""

    def __init__(self, grey: U8, cascade: Cascade, scale: float) -> None:
        self._grey, self.cascade, self.scale = grey, cascade, scale
        self.size = (round(grey.shape[1] / scale), round(grey.shape[0] / scale))
        self.shape = (self.size[1] + 1 - cascade.side, self.size[0] + 1 - cascade.side)

    @cached_property
    def _sums(self) -> tuple[I32, I32]:
        """Integrals of the picture and of its squares; of few levels they are needed."""
        reduced = cv2.resize(self._grey, self.size, interpolation=cv2.INTER_LINEAR_EXACT)
        sums, squares = cv2.integral2(reduced, sdepth=cv2.CV_32S, sqdepth=cv2.CV_32S)
        return np.asarray(sums, np.int32), np.asarray(squares, np.int32)

    @property
    def step(self) -> int:
        """From window to window, as OpenCV takes it."""
        return 1 if self.scale >= _CLOSELY else 2

    def box(self, x: int, y: int) -> Box:
        """What a window covers, picture pixels; rounded as OpenCV does, from 32 bits."""
        left, top, side = (
            round(np.float32(each) * np.float32(self.scale)) for each in (x, y, self.cascade.side)
        )
        return left, top, side, side

    def around(self, middles: NDArray[np.float64], *, by: int, stages: float) -> I32:
        """Windows that pass a share of the stages, as of `passing`, near some middles.

        Args:
            middles: (n, 2), x and y, picture pixels.
            by: how far around each, windows along each axis.
            stages: share of the stages, 0 to 1.
        """
        if not len(middles):
            return np.zeros((0, 2), np.int32)
        places = np.rint(middles / self.scale).astype(np.int64) - self.cascade.side // 2
        across, down = np.clip(places, 0, np.array(self.shape[::-1]) - 1).T
        wanted = np.zeros(self.shape, np.uint8)
        wanted[down, across] = 1
        wanted = cv2.dilate(wanted, np.ones((2 * by + 1, 2 * by + 1), np.uint8)).astype(np.uint8)
        return self.passing(wanted, step=self.step, stages=stages, skips=True)

    def passing(self, wanted: U8, *, step: int, stages: float, skips: bool) -> I32:
        """Columns and rows, (n, 2), of wanted windows that pass a share of the stages.

        Args:
            wanted: of `shape`, 0 where no window is looked at.
            step: from window to window, pixels of the level.
            stages: share of the stages, 0 to 1, the first ones.
            skips: whether the window after one that fails at once is left out, as OpenCV does.
        """
        # A compiler is loaded with it.
        from kinora.scene.regions._cascade_kernels import search_level

        c, (sums, squares) = self.cascade, self._sums
        stride = sums.shape[1]
        corners = (c.down * np.int32(stride) + c.across).view(np.uint32)
        found = np.empty((np.count_nonzero(wanted), 2), np.int32)
        most = round(stages * len(c.trees.limits))
        flat = sums.reshape(-1), squares.reshape(-1)
        count = search_level(*flat, stride, corners, c.trees, step, most, skips, wanted, found)
        return found[:count]


def find_boxes(
    grey: U8, cascade: Cascade, *, smallest: int, neighbours: int, possible: U8 | None = None
) -> list[Box]:
    """Boxes of what a cascade knows, those that overlap joined: nearly always what OpenCV finds.

    Args:
        grey: (h, w).
        cascade: what to look for.
        smallest: least side of a window, pixels.
        neighbours: more windows than these must show it.
        possible: (h, w), 0 where the middle of none can be.
    """
    levels = [_Level(grey, cascade, scale) for scale in _scales(grey.shape, cascade, smallest)]
    likely = [_likely(level, possible) for level in levels[::_COARSER]]
    found: list[Box] = []
    for number, level in enumerate(levels):
        first = max((number - _SIZES + _COARSER - 1) // _COARSER, 0)
        near = np.concatenate(likely[first : (number + _SIZES) // _COARSER + 1])
        passing = level.around(near, by=_AROUND, stages=1.0)
        found += [level.box(x, y) for x, y in passing.tolist()]
    joined, _ = cv2.groupRectangles(found, neighbours, _ALIKE)
    return [(int(x), int(y), int(w), int(h)) for x, y, w, h in joined]


def _scales(shape: tuple[int, ...], cascade: Cascade, smallest: int) -> list[float]:
    scales, scale = [], 1.0
    while round(cascade.side * scale) <= min(shape):
        if round(cascade.side * scale) >= smallest:
            scales.append(float(np.float32(scale)))
        scale *= SCALE_STEP
    return scales


def _likely(level: _Level, possible: U8 | None) -> NDArray[np.float64]:
    """Middles of windows that are likely to show something, picture pixels: (n, 2), x and y."""
    rows, columns = level.shape
    half = level.cascade.side // 2
    wanted = np.ones(level.shape, np.uint8)
    if possible is not None:
        chance = cv2.resize(possible, level.size, interpolation=cv2.INTER_NEAREST)
        wanted = np.array(chance[half : half + rows, half : half + columns], np.uint8)
    _thin(wanted)
    found = level.passing(wanted, step=_COARSER, stages=_PROMISING, skips=False)
    promising = np.asarray((found + half) * level.scale, np.float64)
    found = level.around(promising, by=_BESIDE, stages=_LIKELY)
    return np.asarray((found + half) * level.scale, np.float64)


def _thin(wanted: U8) -> None:
    """Leave every other one of every other window, as on a chessboard, in place."""
    wanted[::4, 2::4] = 0
    wanted[2::4, ::4] = 0
