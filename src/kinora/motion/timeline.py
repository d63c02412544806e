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
from kinora.motion.easing import EASES, Curve, cruise
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
    return tuple(
        TimedBeat(
            window=Window.of_beat(beat, stage.fps),
            moves=tuple(resolve(move, stage.lens) for move in beat.camera),
            cycles=max(1, round(beat.seconds / SWAY_SECONDS)),
        )
        for beat in plan.beats
    )


def pieces_of(
    beat: TimedBeat, fractions: Sequence[float], *, state: F64, stage: Stage
) -> list[Piece]:
    """The pieces of ``beat``, each of its moves done to its fraction, from rig ``state`` on."""
    moves = [scaled(move, part) for move, part in zip(beat.moves, fractions, strict=True)]
    owners = [move for move in moves for _ in move.parts]
    tracks = tracks_of(
        [part for move in moves for part in move.parts],
        state=state,
        lens=stage.lens,
        pivot=stage.pivot,
        cycles=beat.cycles,
    )
    return [_piece(track, owners[index], beat, stage.fps) for index, track in tracks]


def _piece(track: Track, move: Move, beat: TimedBeat, fps: Fraction) -> Piece:
    window, ease, hold = beat.window, EASES[move.plan.ease], 0
    if move.op == "whip":
        window = window.shortened(WHIP_SECONDS * fps)
    if move.op == "parallax" and move.plan.ease == "inertial":
        ramp = 0.5 / beat.cycles

        def ease(s: F64) -> F64:
            return cruise(s, ramp=ramp)

    if move.plan.ease == "stop_motion":
        hold = hold_frames(fps)
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
