"""Handheld and shake of a whole plan, for any share of them that a beat is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.motion.clock import Frames, Window, hold_frames
from kinora.motion.jitter import JitterBeat, JitterOp, level, noise
from kinora.motion.timeline import TimedBeat

F64 = NDArray[np.float64]

OPS: Final[tuple[JitterOp, ...]] = ("handheld", "shake")
#: How strong each of `OPS` is, degrees.
Strength = tuple[float, ...]
STILL: Final[Strength] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Tremble:
    """The noise of both operations at every frame."""

    noise: dict[JitterOp, F64]  # (T, 6) of those that the plan asks for
    fps: Fraction

    @classmethod
    def of(
        cls,
        beats: Sequence[TimedBeat],
        frames: Frames,
        *,
        fps: Fraction,
        seed: int,
        rate: float = 1.0,
    ) -> Tremble:
        """Noise at ``frames``, which are 0 to T − 1; slow motion (``rate`` < 1) slows the hand."""
        asked = {move.op for beat in beats for move in beat.moves}
        filmed = fps / Fraction(rate).limit_denominator(1000)
        made = {op: noise(op, frames, fps=filmed, seed=seed) for op in OPS if op in asked}
        return cls(made, fps)

    def during(
        self, beat: TimedBeat, frames: Frames, *, strength: Strength, before: Strength
    ) -> F64:
        """(T, 6) yaw, pitch, roll in radians and x, y, z in scene units.

        Args:
            beat: where the frames lie, or the beat that goes on behind its end.
            frames: from the start of ``beat`` on.
            strength: of the beat itself.
            before: at its start.
        """
        total = np.zeros((len(frames), 6))
        shown = frames
        if any(m.op in OPS and m.plan.ease == "stop_motion" for m in beat.moves):
            shown = beat.window.held(frames, hold=hold_frames(self.fps))
        for op, degrees, earlier in zip(OPS, strength, before, strict=True):
            if degrees > 0.0 or earlier > 0.0:
                part = JitterBeat(beat.window, earlier, degrees)
                strong = level(op, part, frames=shown, fps=self.fps)
                total += strong[:, None] * self.noise[op][shown]
        return total


def asked_strength(beat: TimedBeat) -> Strength:
    """What the plan asks for in ``beat``."""
    return tuple(sum(move.amount for move in beat.moves if move.op == op) for op in OPS)


def times(strength: Strength, factor: float) -> Strength:
    """``strength`` scaled."""
    return tuple(degrees * factor for degrees in strength)


def inside(window: Window, frames: Frames) -> Frames:
    """Those of ``frames`` (ascending) that lie in ``window``."""
    first, after = np.searchsorted(frames, [window.first, window.after])
    return frames[first:after]
