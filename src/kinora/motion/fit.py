"""Fit a plan's moves into what the scene allows, changing as little as possible.

Handheld and shake come first, as they are small and last long. Then beats in order of time, so
that earlier moves keep their amount: where a beat doesn't fit, its moves shrink by a common
factor, and then each grows again as far as it can. A move that undoes a reduced one shrinks alike,
so that it comes back to where that one began.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.motion.bounds import Bounds, Limit
from kinora.motion.clock import Frames
from kinora.motion.moves import Move, undoes
from kinora.motion.rig import CHANNELS, cameras
from kinora.motion.timeline import Piece, Stage, TimedBeat, end_state, pieces_of, states_at

F64 = NDArray[np.float64]

_KEY_FRAMES: Final = 17  # looked at per beat while searching; all frames are checked at the end
_HALVINGS: Final = 11
_SLACK: Final = 0.25  # frame pixels kept free while searching
_CHUNK: Final = 512  # frames checked at once
_WORTHWHILE: Final = 1.05  # the least growth of one move that is searched for
_SHRINK: Final = 0.97
_LEAST: Final = 0.004

#: Reduced amounts are rounded down to this, so that the report tells the exact amount.
_STEPS: Final = {"zoom": 0.01}
_STEP: Final = 0.1


@dataclass(frozen=True, slots=True)
class Fitted:
    """How much of a move is done, and what stood in the way of more."""

    move: Move
    fraction: float
    limit: Limit = Limit.NONE
    undoes: bool = False  # reduced because the move that it undoes was


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """The path that the scene allows."""

    pieces: tuple[Piece, ...]
    moves: tuple[tuple[Fitted, ...], ...]  # per beat
    jitter_fraction: float
    jitter_limit: Limit


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """The path as fitted so far."""

    beats: Sequence[TimedBeat]
    stage: Stage
    bounds: Bounds
    jitter: F64  # (T, 6) of all frames, as planned
    frames: Frames  # all
    jitter_fraction: float = 1.0
    reduced: list[Fitted] = field(default_factory=list)

    def verdict(
        self, pieces: Sequence[Piece], frames: Frames, *, start: F64, slack: float = _SLACK
    ) -> Limit:
        """The first limit that the path breaks at ``frames``, or NONE."""
        states = states_at(pieces, frames, start=start)
        views = cameras(
            states, jitter=self.jitter[frames] * self.jitter_fraction, pivot=self.stage.pivot
        )
        verdicts = self.bounds.judge(views, states, slack=slack)
        return Limit(int(verdicts[np.argmax(verdicts != 0)]))


def fit(beats: Sequence[TimedBeat], *, stage: Stage, bounds: Bounds, jitter: F64) -> Fit:
    """Fit ``beats`` into ``bounds``.

    Args:
        beats: the resolved plan.
        stage: lens, pivot and frame rate.
        bounds: what the scene allows.
        jitter: (T, 6) planned handheld and shake of every frame; T is the length of the clip.
    """
    frames = np.arange(len(jitter))
    search = _Search(beats=beats, stage=stage, bounds=bounds, jitter=jitter, frames=frames)
    jitter_limit = _fit_jitter(search)
    state, fitted = np.zeros(CHANNELS), []
    for beat in beats:
        moves = _fit_beat(search, beat, state=state)
        fitted.append(moves)
        state = end_state(_pieces(search, beat, moves, state=state), state)
    return _verified(search, fitted, jitter_limit=jitter_limit)


def _fit_jitter(search: _Search) -> Limit:
    """Set the share of the jitter that fits around the photo's own view."""
    if not search.jitter.any():
        return Limit.NONE
    extremes, rest = _extreme_frames(search.jitter, search.frames), np.zeros(CHANNELS)

    def judge(fraction: float) -> Limit:
        search.jitter_fraction = fraction
        return search.verdict([], extremes, start=rest)

    fraction, limit = _largest(judge, 0.0, 1.0)
    search.jitter_fraction = fraction
    return limit


def _fit_beat(search: _Search, beat: TimedBeat, *, state: F64) -> tuple[Fitted, ...]:
    """The moves of ``beat`` as far as they can go from ``state``."""
    wanted = [_wanted(search, move) for move in beat.moves]
    frames = _key_frames(search, beat)

    def judge(fractions: Sequence[float]) -> Limit:
        pieces = pieces_of(beat, fractions, state=state, stage=search.stage)
        return search.verdict(pieces, frames, start=state)

    most = [item.fraction for item in wanted]
    limit = judge(most) if any(move.parts for move in beat.moves) else Limit.NONE
    if limit is Limit.NONE:
        return tuple(wanted)
    share, limit = _largest(lambda s: judge([s * m for m in most]), 0.0, 1.0)
    fractions = [share * m for m in most]
    limits = [limit] * len(most)
    moving = [index for index, move in enumerate(beat.moves) if move.parts]
    if len(moving) > 1:
        for index in moving * 2:  # twice: a later zoom in can make room for a pan

            def alone(value: float, index: int = index) -> Limit:
                return judge([*fractions[:index], value, *fractions[index + 1 :]])

            little_more = min(fractions[index] * _WORTHWHILE, most[index])
            blocked = alone(little_more)
            if blocked is not Limit.NONE:
                limits[index] = blocked
            else:
                fractions[index], limits[index] = _largest(alone, little_more, most[index])
    return tuple(
        _settled(search, item, value, limit)
        for item, value, limit in zip(wanted, fractions, limits, strict=True)
    )


def _wanted(search: _Search, move: Move) -> Fitted:
    """The whole move, or as much of it as was done of the move that it undoes."""
    for earlier in reversed(search.reduced):
        if undoes(move, earlier.move):
            search.reduced.remove(earlier)
            return Fitted(move, earlier.fraction, earlier.limit, undoes=True)
    return Fitted(move, 1.0)


def _settled(search: _Search, wanted: Fitted, fraction: float, limit: Limit) -> Fitted:
    """A move's final fraction, so that its amount is a round number."""
    move = wanted.move
    if fraction >= wanted.fraction or not any(part.value for part in move.parts):
        return wanted
    step = _STEPS.get(move.op, _STEP)
    if move.op == "zoom":
        amount = max(1.0, floor(move.amount**fraction / step) * step)
        fraction = float(np.log(amount) / np.log(move.amount))
    else:
        fraction = floor(move.amount * fraction / step) * step / move.amount
    fitted = Fitted(move, fraction, limit)
    search.reduced.append(fitted)
    return fitted


def _largest(judge: Callable[[float], Limit], low: float, high: float) -> tuple[float, Limit]:
    """The largest value up to ``high`` that is allowed, and what forbids more; ``low`` is."""
    limit = judge(high)
    if limit is Limit.NONE:
        return high, limit
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        found = judge(middle)
        if found is Limit.NONE:
            low = middle
        else:
            high, limit = middle, found
    return low, limit


def _key_frames(search: _Search, beat: TimedBeat) -> Frames:
    """Frames that stand for the rest of the path while ``beat`` is fitted."""
    last = int(search.frames[-1])
    first, after = min(beat.window.first, last), min(beat.window.after, last)
    even = np.linspace(first, after, _KEY_FRAMES).round().astype(np.int64)
    later = search.frames[first:]
    return np.unique(np.concatenate([even, _extreme_frames(search.jitter, later)]))


def _extreme_frames(jitter: F64, frames: Frames) -> Frames:
    """The frames where each channel of the jitter goes farthest, to either side."""
    part = jitter[frames]
    if not part.any():
        return frames[-1:]
    found: Frames = frames[np.unique(np.concatenate([part.argmin(axis=0), part.argmax(axis=0)]))]
    return found


def _pieces(
    search: _Search, beat: TimedBeat, moves: Sequence[Fitted], *, state: F64
) -> list[Piece]:
    fractions = [item.fraction for item in moves]
    return pieces_of(beat, fractions, state=state, stage=search.stage)


def _verified(search: _Search, fitted: list[tuple[Fitted, ...]], *, jitter_limit: Limit) -> Fit:
    """The fit, once every single frame was found allowed; shrinks what isn't.

    Ends: shrinking leads to the photo's own view, which is always allowed.
    """
    while True:
        pieces: list[Piece] = []
        state = np.zeros(CHANNELS)
        for beat, moves in zip(search.beats, fitted, strict=True):
            own = _pieces(search, beat, moves, state=state)
            pieces, state = [*pieces, *own], end_state(own, state)
        frame, limit = _first_broken(search, pieces)
        if limit is Limit.NONE:
            return Fit(
                pieces=tuple(pieces),
                moves=tuple(fitted),
                jitter_fraction=search.jitter_fraction,
                jitter_limit=jitter_limit,
            )
        fitted = _without(fitted, _culprit(search, fitted, frame), limit)
        search.jitter_fraction = _less(search.jitter_fraction)
        jitter_limit = jitter_limit or limit


def _culprit(search: _Search, fitted: Sequence[Sequence[Fitted]], frame: int) -> int:
    """The last beat that began by ``frame`` and moves: later moves give way to earlier ones."""
    return max(
        (
            index
            for index, (beat, moves) in enumerate(zip(search.beats, fitted, strict=True))
            if beat.window.first <= frame and any(i.move.parts and i.fraction for i in moves)
        ),
        default=-1,
    )


def _without(
    fitted: Sequence[tuple[Fitted, ...]], culprit: int, limit: Limit
) -> list[tuple[Fitted, ...]]:
    """The same with less of the moves of one beat."""
    less = list(fitted)
    if culprit >= 0:
        less[culprit] = tuple(
            replace(item, fraction=_less(item.fraction), limit=item.limit or limit)
            if item.move.parts
            else item
            for item in fitted[culprit]
        )
    return less


def _less(fraction: float) -> float:
    return fraction * _SHRINK if fraction > _LEAST else 0.0


def _first_broken(search: _Search, pieces: Sequence[Piece]) -> tuple[int, Limit]:
    rest = np.zeros(CHANNELS)
    for start in range(0, len(search.frames), _CHUNK):
        frames = search.frames[start : start + _CHUNK]
        states = states_at(pieces, frames, start=rest)
        views = cameras(
            states, jitter=search.jitter[frames] * search.jitter_fraction, pivot=search.stage.pivot
        )
        verdicts = search.bounds.judge(views, states)
        if verdicts.any():
            index = int(np.argmax(verdicts != 0))
            return int(frames[index]), Limit(int(verdicts[index]))
    return -1, Limit.NONE
