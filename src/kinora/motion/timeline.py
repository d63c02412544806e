"""The plan's beats in rig terms, and the rig's states along them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.motion.amounts import Lens
from kinora.motion.clock import Frames, Window, hold_frames
from kinora.motion.easing import (
    EASES,
    ENDS_MOVING,
    STARTS_MOVING,
    Curve,
    at_full_speed,
    cruise,
)
from kinora.motion.moves import Move, resolve, scaled
from kinora.motion.rig import CHANNELS
from kinora.motion.tracks import Track, tracks_of
from kinora.types.plan import ShotPlan

F64 = NDArray[np.float64]

#: A whip is over after this long, however long its beat is.
WHIP_SECONDS: Final = Fraction(1, 2)
#: Seconds of one to-and-fro of a parallax sway; a beat holds a whole number of them.
SWAY_SECONDS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedBeat:
    """A beat with its moves resolved."""

    window: Window
    moves: tuple[Move, ...]
    carried: tuple[bool, ...]  # whether each move takes over the speed of one before it
    cycles: int  # of a sway


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A track and when it is travelled."""

    track: Track
    window: Window
    ease: Curve
    hold: int  # frames per pose of stop motion, 0 where poses aren't held

    def progress(self, frames: Frames) -> F64:
        """(T,) how far along the track each frame is."""
        shown = self.window.held(frames, hold=self.hold) if self.hold else frames
        return self.track.curve(self.ease(self.window.position(shown)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """What the path depends on besides the plan."""

    fps: Fraction
    lens: Lens
    pivot: F64  # (3,) the focus subject in the world


def timed_beats(plan: ShotPlan, stage: Stage) -> tuple[TimedBeat, ...]:
    """The beats of ``plan``, moves resolved.

    Raises:
        PlanError: a direction or unit has no meaning for a move.
    """
    beats: list[TimedBeat] = []
    for beat in plan.beats:
        moves = tuple(resolve(move, stage.lens) for move in beat.camera)
        before = beats[-1].moves if beats else ()
        made = TimedBeat(
            window=Window.of_beat(beat, stage.fps),
            moves=moves,
            carried=tuple(any(_carries_on(move, old) for old in before) for move in moves),
            cycles=max(1, round(beat.seconds / SWAY_SECONDS)),
        )
        beats.append(made)
    return tuple(beats)


def _carries_on(move: Move, before: Move) -> bool:
    """Whether ``move`` starts in motion where ``before``, of the same kind, ends in motion."""
    same = (move.op, move.direction) == (before.op, before.direction)
    return same and move.plan.ease in STARTS_MOVING and before.plan.ease in ENDS_MOVING


def pieces_of(
    beat: TimedBeat, fractions: Sequence[float], *, state: F64, stage: Stage
) -> list[Piece]:
    """The pieces of ``beat``, each of its moves done to its fraction, from rig ``state`` on."""
    moves = [scaled(move, part) for move, part in zip(beat.moves, fractions, strict=True)]
    owners = [index for index, move in enumerate(moves) for _ in move.parts]
    eases = [
        at_full_speed(move.plan.ease, part) if carried and 0.0 < part < 1.0 else _ease(move, beat)
        for move, part, carried in zip(moves, fractions, beat.carried, strict=True)
    ]
    tracks = tracks_of(
        [part for move in moves for part in move.parts],
        state=state,
        lens=stage.lens,
        pivot=stage.pivot,
        cycles=beat.cycles,
    )
    return [
        _piece(track, moves[owners[index]], beat, stage.fps, ease=eases[owners[index]])
        for index, track in tracks
    ]


def _ease(move: Move, beat: TimedBeat) -> Curve:
    if move.op == "parallax" and move.plan.ease == "inertial":
        ramp = 0.5 / beat.cycles
        return lambda s: cruise(s, ramp=ramp)
    return EASES[move.plan.ease]


def _piece(track: Track, move: Move, beat: TimedBeat, fps: Fraction, *, ease: Curve) -> Piece:
    window = beat.window
    if move.op == "whip":
        window = window.shortened(WHIP_SECONDS * fps)
    hold = hold_frames(fps) if move.plan.ease == "stop_motion" else 0
    return Piece(track, window, ease, hold)


def states_at(pieces: Sequence[Piece], frames: Frames, *, start: F64 | None = None) -> F64:
    """(T, 9) rig states at ``frames`` (ascending)."""
    states = (
        np.zeros((len(frames), CHANNELS)) if start is None else np.tile(start, (len(frames), 1))
    )
    for piece in pieces:
        first = int(np.searchsorted(frames, piece.window.first))
        states[first:] += piece.progress(frames[first:])[:, None] * piece.track.direction
    return states


def end_state(pieces: Sequence[Piece], start: F64) -> F64:
    """(9,) the rig after all of ``pieces``."""
    one = np.ones(1)
    return start + sum(
        (p.track.curve(one)[0] * p.track.direction for p in pieces), np.zeros(CHANNELS)
    )
