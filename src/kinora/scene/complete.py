"""Completion of what nothing shows: behind the front layers and beyond the photo.

Structure and texture come from patches of the same picture that lie on the same or on a farther
layer, found coarse to fine on a small copy of the picture (Wexler et al., IEEE TPAMI 29(3), 2007).
A completer, where there is one, foresees structure: patches are then looked for that resemble what
it expects, and give texture to it. The sources found are read again at full size, so that fine
texture and grain are real.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from kinora.scene.completion.protocol import Completer, Expectation
from kinora.scene.fill import enlarge, push_pull, shrink, shrink_mask
from kinora.scene.patches import (
    Ints,
    Level,
    Mask,
    Match,
    Search,
    crowding_of,
    enlarged,
    make_level,
    mirrored,
    tone_correction,
    vote,
)
from kinora.scene.together import Later, side_by_side
from kinora.types.scene import F32, U8

#: Pixels of the small copy.
PIXELS = 100_000
#: Rounds of search and vote per level of the pyramid, the coarsest first; each level has twice the
#: size of the one before.
ROUNDS = (5, 3, 2)
#: Seed of the random search.
SEED = 20_240_229
#: Blur between the structure that a completer foresees and the texture that patches give while they
#: are looked for, pixels of the small copy; and in the end, when what is foreseen is taken whole.
SEARCH_SIGMA, TEXTURE_SIGMA = 2.0, 1.0
#: Certainty of a completer at which it begins to be believed, and at which it is wholly.
UNSURE, SURE = 0.05, 0.25
#: Rows of the full picture that are filled by one thread.
ROWS = 128


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Task:
    """What to fill, at the size of the small copy."""

    picture: F32  # (h, w, 3) in [0, 1]
    hole: Mask  # (h, w)
    deep: Mask  # (h, w), the part of the hole where plain colours do
    source: Mask  # (h, w), what may be copied
    guide: F32  # (h, w)
    varied: bool  # whether no part of the source should be used again and again


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Small:
    """The small copy, filled, and where its content comes from."""

    picture: F32  # (h, w, 3) in [0, 1]
    shift_y: Ints  # (h, w), rows to the source
    shift_x: Ints


def complete(
    picture: U8,
    hole: Mask,
    *,
    source: Mask,
    guide: F32,
    depth: float = math.inf,
    completer: Completer | None = None,
    varied: bool = False,
) -> U8:
    """Fill ``hole``.

    Args:
        picture: (H, W, 3) uint8 sRGB.
        hole: (H, W), what to fill.
        source: (h, w) at any size, where patches may come from; the hole never is a source.
        guide: (h, w) at any size, the completed picture's disparity; patches come from places of
            similar disparity.
        depth: how far from the hole's edge texture is wanted, pixels; farther in, plain colours do.
        completer: who foresees structure; without, patches decide alone.
        varied: whether no place should be copied again and again, as wide holes tempt to.

    Raises:
        ModelError: the completer's weights are damaged or can't be run.
    """
    if not hole.any():
        return picture
    height, width = hole.shape
    factor = min(1.0, math.sqrt(PIXELS / (height * width)))
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    coverage = shrink(np.where(hole, np.uint8(255), np.uint8(0)), size)
    small_hole = coverage > 0
    task = _Task(
        picture=shrink(picture, size).astype(np.float32) / np.float32(255.0),
        hole=small_hole,
        deep=_deep(small_hole, depth * factor),
        source=shrink_mask(source, size) & ~small_hole,
        guide=shrink(guide, size),
        varied=varied,
    )
    return _transfer(picture, hole, _fill(task, completer))


def _deep(hole: Mask, depth: float) -> Mask:
    """Pixels of the hole farther than ``depth`` from its edge."""
    framed = np.pad(hole, 1, constant_values=True).astype(np.uint8)
    distance = cv2.distanceTransform(framed, cv2.DIST_L2, 3)[1:-1, 1:-1]
    return np.asarray(distance > depth)


def _fill(task: _Task, completer: Completer | None) -> _Small:
    """Fill the small copy: search and vote on each level, then copy."""
    hole = task.hole
    expected = None
    if completer is not None and task.source.any():
        look = partial(completer.expect, task.picture, ~task.source, task.guide)
        expected = Later(look)  # meanwhile there is something to prepare
    levels = _pyramid(task)
    shift_y, shift_x = np.zeros(hole.shape, np.int32), np.zeros(hole.shape, np.int32)
    if not levels:
        smooth = push_pull(task.picture, (~hole).astype(np.float32))
        return _Small(picture=smooth, shift_y=shift_y, shift_x=shift_x)
    foreseen = None if expected is None else expected.result()
    current, match = _searched(levels, foreseen, varied=task.varied)
    final = levels[-1]
    toned = _pasted(current, final, match) + tone_correction(final, match)
    current[final.rows, final.columns] = (0.5 * (current + toned))[final.rows, final.columns]
    if foreseen is not None:
        current = _textured(current, foreseen, final, match)
    if task.deep.any():
        current = push_pull(current, (~task.deep).astype(np.float32))
    shift_y[final.rows, final.columns] = match.rows - final.rows
    shift_x[final.rows, final.columns] = match.columns - final.columns
    return _Small(picture=current, shift_y=shift_y, shift_x=shift_x)


def _searched(
    levels: Sequence[Level], expected: Expectation | None, *, varied: bool
) -> tuple[F32, Match]:
    """The picture of the finest level, filled, and where its content comes from."""
    random = np.random.default_rng(SEED)
    match = mirrored(levels[0])
    current = _pasted(levels[0].picture, levels[0], match)
    for number, level in enumerate(levels):
        if number:
            match = enlarged(match, levels[number - 1], level)
            raised = enlarge(current, level.shape[::-1])
            current = level.picture.copy()
            current[level.rows, level.columns] = raised[level.rows, level.columns]
        steer = None if expected is None else _Steer(expected, level)
        search, rounds = Search(level), ROUNDS[number - len(levels)]
        for turn in range(rounds):
            if steer is not None:
                current = steer(current)
            crowding = crowding_of(level, match) if varied else np.empty((0, 0), np.float32)
            match = search.improve(match, current, random, crowding=crowding)
            current = vote(level, current, match, spread=1 if turn == rounds - 1 else 2)
    return current, match


class _Steer:
    """Gives a picture the structure that is expected, as far as that is certain.

    Texture stays, else patches would be looked for that are as plain as what is expected.
    """

    def __init__(self, expected: Expectation, level: Level) -> None:
        size = level.shape[::-1]
        self._level = level
        self._blur = _Blur(level, SEARCH_SIGMA)
        self._structure = self._blur(shrink(expected.picture, size))
        self._share = shrink(_share(expected), size)[level.rows, level.columns, None]

    def __call__(self, current: F32) -> F32:
        there = current[self._level.rows, self._level.columns]
        texture = there - self._blur(current)
        result = current.copy()
        there += self._share * (self._structure + texture - there)
        result[self._level.rows, self._level.columns] = there
        return result


class _Blur:
    """Blurs the pixels to fill without what is around them."""

    def __init__(self, level: Level, sigma: float) -> None:
        self._sigma = sigma
        self._part = _window(level, margin=math.ceil(3.0 * sigma))
        inside = np.zeros(level.shape, dtype=np.float32)
        inside[level.rows, level.columns] = 1.0
        self._inside = inside[self._part][..., None]
        self._places = np.flatnonzero(self._inside)
        weight = cv2.GaussianBlur(self._inside, (0, 0), sigmaX=sigma).reshape(-1, 1)
        self._weight = np.maximum(weight[self._places], 1e-3)

    def __call__(self, picture: F32) -> F32:
        """The pixels to fill of a picture (h, w, 3), blurred: (n, 3)."""
        blurred = cv2.GaussianBlur(picture[self._part] * self._inside, (0, 0), sigmaX=self._sigma)
        found = blurred.reshape(-1, 3).take(self._places, axis=0) / self._weight
        return np.asarray(found, dtype=np.float32)


def _window(level: Level, *, margin: int) -> tuple[slice, slice]:
    """Rows and columns of the pixels to fill, and a margin."""
    spans = [
        slice(max(int(places.min()) - margin, 0), int(places.max()) + 1 + margin)
        for places in (level.rows, level.columns)
    ]
    return spans[0], spans[1]


def _share(expected: Expectation) -> F32:
    """How far what is expected is believed: (h, w) in [0, 1]."""
    share = (expected.certainty - np.float32(UNSURE)) / np.float32(SURE - UNSURE)
    return np.asarray(np.clip(share, 0.0, 1.0), dtype=np.float32)


def _textured(current: F32, expected: Expectation, level: Level, match: Match) -> F32:
    """What is expected, with the texture of the patches found; what isn't certain as it was."""
    fresh = expected.picture[level.rows, level.columns]
    pasted = _pasted(current, level, match)
    fresh = fresh + pasted[level.rows, level.columns] - _Blur(level, TEXTURE_SIGMA)(pasted)
    there = current[level.rows, level.columns]
    mixed = there + _share(expected)[level.rows, level.columns, None] * (fresh - there)
    result = current.copy()
    result[level.rows, level.columns] = np.clip(mixed, 0.0, 1.0)
    return result


def _pasted(picture: F32, level: Level, match: Match) -> F32:
    """``picture`` with the pixels to fill copied from their sources."""
    result = picture.copy()
    result[level.rows, level.columns] = level.picture[match.rows, match.columns]
    return result


def _pyramid(task: _Task) -> list[Level]:
    """Levels, the coarsest first; empty where nothing can be copied."""
    levels: list[Level] = []
    ring, source, guide = task.hole & ~task.deep, task.source, task.guide
    picture = push_pull(task.picture, source.astype(np.float32))
    for _ in ROUNDS:
        level = make_level(picture, guide, hole=ring, source=source)
        if level is None or not ring.any():
            break
        levels.append(level)
        size = (ring.shape[1] // 2, ring.shape[0] // 2)
        if min(size) < 12:
            break
        picture, guide = shrink(picture, size), shrink(guide, size)
        ring = shrink(ring.astype(np.float32), size) > 0
        source = shrink_mask(source, size)
    return levels[::-1]


def _transfer(picture: U8, hole: Mask, small: _Small) -> U8:
    """Fill at full size: the small result enlarged, plus the fine detail of each source.

    Detail is what the enlarged small picture lacks of the picture; within one small pixel it is
    copied in one piece.
    """
    from kinora.scene._kernels import transfer  # a compiler is loaded with it

    height, width = hole.shape
    base = np.clip(np.rint(small.picture * 255.0), 0, 255).astype(np.uint8)
    smooth = enlarge(base, (width, height))
    shift_y = np.rint(small.shift_y * np.float32(height / base.shape[0])).astype(np.int32)
    shift_x = np.rint(small.shift_x * np.float32(width / base.shape[1])).astype(np.int32)
    columns, result = np.arange(width) * base.shape[1] // width, picture.copy()
    side_by_side(
        lambda top: transfer(
            result, picture, smooth, hole, shift_y, shift_x, columns, top, min(top + ROWS, height)
        ),
        range(0, height, ROWS),
    )
    return result
