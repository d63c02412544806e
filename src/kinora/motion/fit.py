"""Fit a plan's moves into what the scene allows, changing as little as possible.

Beats are fitted in order of time, each from where the one before left the camera, by what it holds
itself and never by what comes later: earlier moves keep their amount, and whatever is changed or
added later in a plan leaves earlier frames as they are, to the bit.

In a beat, handheld and shake come first, as they are small and last long. Where the moves then
don't fit, they shrink by a common factor, and each grows again as far as it can. A move that undoes
a reduced one shrinks alike, so that it comes back to where that one began.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.motion.bounds import Bounds, Limit
from kinora.motion.clock import Frames
from kinora.motion.moves import Move, undoes
from kinora.motion.rig import CHANNELS, cameras
from kinora.motion.timeline import Piece, Stage, TimedBeat, end_state, pieces_of, states_at
from kinora.motion.tremble import (
    OPS,
    STILL,
    Strength,
    Tremble,
    asked_strength,
    inside,
    times,
)

F64 = NDArray[np.float64]

_KEY_FRAMES: Final = 17  # looked at per beat while searching; all frames are checked at the end
_HALVINGS: Final = 11
_SLACK: Final = 0.25  # frame pixels kept free while searching
_CHUNK: Final = 512  # frames checked at once
_WORTHWHILE: Final = 1.05  # the least growth of one move that is searched for
_SHRINK: Final = 0.97
_LEAST: Final = 0.004
#: A beat leaves room for its handheld to go on for so long, as later beats may have it do.
_AHEAD_SECONDS: Final = 10

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
    jitter: F64  # (T, 6) of every frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Start:
    """Where a beat takes over."""

    state: F64  # (9,) the rig
    strength: Strength  # of handheld and shake


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Done:
    """A beat as fitted."""

    moves: tuple[Fitted, ...]
    share: float  # of handheld and shake
    shaken: Limit  # what stands in the way of more of them
    start: _Start


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """What all beats are fitted by, and the moves reduced so far."""

    stage: Stage
    bounds: Bounds
    tremble: Tremble
    reduced: list[Fitted] = field(default_factory=list)

    def strength(self, beat: TimedBeat, share: float) -> Strength:
        """Of handheld and shake in ``beat``."""
        return times(asked_strength(beat), share)

    def verdicts(
        self,
        beat: TimedBeat,
        done: _Done,
        frames: Frames,
        *,
        slack: float = 0.0,
    ) -> NDArray[np.int8]:
        """A limit per frame (ascending, from the beat's start on)."""
        fractions = [item.fraction for item in done.moves]
        start = done.start
        pieces = pieces_of(beat, fractions, state=start.state, stage=self.stage)
        states = states_at(pieces, frames, start=start.state)
        jitter = self.tremble.during(
            beat, frames, strength=self.strength(beat, done.share), before=start.strength
        )
        views = cameras(states, jitter=jitter, pivot=self.stage.pivot)
        return self.bounds.judge(views, states, slack=slack)

    def first(self, beat: TimedBeat, done: _Done, frames: Frames) -> Limit:
        """The first limit that the path comes close to at ``frames``, or NONE."""
        verdicts = self.verdicts(beat, done, frames, slack=_SLACK)
        return Limit(int(verdicts[np.argmax(verdicts != 0)]))


def frames_needed(frame_count: int, beats: Sequence[TimedBeat], fps: Fraction) -> Frames:
    """0 to the last frame that `fit` looks at: those of the clip, and some beyond its beats."""
    last = max([frame_count, *(beat.window.after for beat in beats)])
    return np.arange(last + ceil(_AHEAD_SECONDS * fps) + 1)


def fit(
    beats: Sequence[TimedBeat],
    *,
    stage: Stage,
    bounds: Bounds,
    tremble: Tremble,
    frames: Frames,
) -> Fit:
    """Fit ``beats`` into ``bounds``.

    Args:
        beats: the resolved plan.
        stage: lens, pivot and frame rate.
        bounds: what the scene allows.
        tremble: noise of all frames of `frames_needed`.
        frames: of the clip, ascending from 0.
    """
    search = _Search(stage=stage, bounds=bounds, tremble=tremble)
    start = _Start(state=np.zeros(CHANNELS), strength=STILL)
    pieces: list[Piece] = []
    fitted: list[tuple[Fitted, ...]] = []
    jitter = np.zeros((len(frames), 6))
    for beat in beats:
        done = _fit_beat(search, beat, start=start)
        fractions = [item.fraction for item in done.moves]
        own = pieces_of(beat, fractions, state=done.start.state, stage=stage)
        strength, here = search.strength(beat, done.share), inside(beat.window, frames)
        jitter[here] = tremble.during(beat, here, strength=strength, before=done.start.strength)
        pieces += own
        fitted.append(_with_share(done))
        start = _Start(state=end_state(own, done.start.state), strength=strength)
    return Fit(pieces=tuple(pieces), moves=tuple(fitted), jitter=jitter)


def _with_share(done: _Done) -> tuple[Fitted, ...]:
    """The moves of a beat, handheld and shake with their share."""
    return tuple(
        Fitted(item.move, done.share, done.shaken) if item.move.op in OPS else item
        for item in done.moves
    )


def _fit_beat(search: _Search, beat: TimedBeat, *, start: _Start) -> _Done:
    """``beat`` as far as it can go from ``start``, once every single frame was found allowed."""
    keys = _key_frames(search, beat, start=start)
    still = _Done(
        moves=tuple(Fitted(move, 0.0) for move in beat.moves),
        share=0.0,
        shaken=Limit.NONE,
        start=start,
    )
    share, shaken = 1.0, Limit.NONE
    if any(asked_strength(beat)):
        share, shaken = _largest(
            lambda s: search.first(beat, replace(still, share=s), keys), 0.0, 1.0
        )
    done = replace(still, share=share, shaken=shaken)
    done = replace(done, moves=_fit_moves(search, beat, done, keys=keys))
    return _verified(search, beat, done, keys=keys)


def _fit_moves(
    search: _Search, beat: TimedBeat, still: _Done, *, keys: Frames
) -> tuple[Fitted, ...]:
    """The moves of ``beat`` as far as they can go."""
    wanted = [_wanted(search, move) for move in beat.moves]

    def judge(fractions: Sequence[float]) -> Limit:
        moves = tuple(
            replace(item, fraction=part) for item, part in zip(wanted, fractions, strict=True)
        )
        return search.first(beat, replace(still, moves=moves), keys)

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


def _key_frames(search: _Search, beat: TimedBeat, *, start: _Start) -> Frames:
    """Frames that stand for the beat, and for its handheld going on, while it is fitted."""
    first, after = beat.window.first, beat.window.after
    even = np.linspace(first, after, _KEY_FRAMES).round().astype(np.int64)
    ahead = np.arange(first, after + ceil(_AHEAD_SECONDS * search.stage.fps))
    strength = asked_strength(beat)
    if not any(strength) and not any(start.strength):
        return np.unique(even)
    jitter = search.tremble.during(beat, ahead, strength=strength, before=start.strength)
    extremes = np.concatenate([jitter.argmin(axis=0), jitter.argmax(axis=0)])
    return np.unique(np.concatenate([even, ahead[extremes]]))


def _verified(search: _Search, beat: TimedBeat, done: _Done, *, keys: Frames) -> _Done:
    """The beat, shrunk until every single frame is allowed.

    Ends: shrinking leads to where the beat before stopped, which was found allowed; should the
    handheld that fades out from there be too much for it, that shrinks as well.
    """
    every = np.union1d(np.arange(beat.window.first, beat.window.after + 1), keys)
    while True:
        limit = _first_broken(search, beat, done, every) or _broken_end(search, beat, done)
        if limit is Limit.NONE:
            return done
        done = _shrunk(done, limit)


def _shrunk(done: _Done, limit: Limit) -> _Done:
    if done.share == 0.0 and not any(i.fraction for i in done.moves if i.move.parts):
        factor = _less(max(done.start.strength)) / max(done.start.strength)
        strength = times(done.start.strength, factor)
        return replace(done, start=replace(done.start, strength=strength))
    moves = tuple(
        replace(item, fraction=_less(item.fraction), limit=item.limit or limit)
        if item.move.parts
        else item
        for item in done.moves
    )
    return replace(done, moves=moves, share=_less(done.share), shaken=done.shaken or limit)


def _less(fraction: float) -> float:
    return fraction * _SHRINK if fraction > _LEAST else 0.0


def _broken_end(search: _Search, beat: TimedBeat, done: _Done) -> Limit:
    """What forbids to stay, without handheld, where the beat ends."""
    steady = replace(done, share=0.0, start=replace(done.start, strength=STILL))
    return _first_broken(search, beat, steady, np.array([beat.window.after]))


def _first_broken(search: _Search, beat: TimedBeat, done: _Done, frames: Frames) -> Limit:
    for at in range(0, len(frames), _CHUNK):
        verdicts = search.verdicts(beat, done, frames[at : at + _CHUNK])
        if verdicts.any():
            return Limit(int(verdicts[np.argmax(verdicts != 0)]))
    return Limit.NONE
