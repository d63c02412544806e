"""Time styles: the path and the scene's clock for slow motion, time-lapse, reverse, stop motion."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.motion.clock import Frames, Window, hold_frames
from kinora.types.motion import Motion
from kinora.types.pace import Pace, TimeStyle
from kinora.types.plan import Lang, ShotPlan
from kinora.types.report import Outcome
from kinora.types.wording import with_marks

F64 = NDArray[np.float64]

#: Standard deviation by which a pose of stop motion is off its place, frame widths.
_OFF: Final = 0.0007

_DONE: Final[dict[Lang, dict[TimeStyle, str]]] = {
    "en": {
        "slow_motion": "what moves by itself is slowed to {rate:.2g} of its speed",
        "fast_motion": "what moves by itself runs {rate:.3g} times as fast",
        "time_lapse": "what moves by itself runs {rate:.3g} times as fast",
        "reverse": "the whole clip runs backwards; its last frame is the photo",
        "stop_motion": "each pose stays for {hold} frames, a little off its place",
        "natural": "time runs as it does, moves start and stop gently",
    },
    "fr": {
        "slow_motion": "ce qui bouge de soi-même est ralenti à {rate:.2g} de sa vitesse",
        "fast_motion": "ce qui bouge de soi-même va {rate:.3g} fois plus vite",
        "time_lapse": "ce qui bouge de soi-même va {rate:.3g} fois plus vite",
        "reverse": "tout le clip va à l'envers ; sa dernière image est la photo",
        "stop_motion": "chaque pose dure {hold} images, un rien décalée",
        "natural": "le temps va son cours, les mouvements partent et s'arrêtent en douceur",
    },
}


def retimed(motion: Motion, plan: ShotPlan) -> Motion:
    """``motion`` as the plan's time styles show it; the same where time runs as it does.

    The camera keeps the length that it was given: slow motion and time-lapse change the clock of
    what moves by itself (and of the hand that holds the camera), reverse and stop motion both.
    """
    pace, outcomes = plan.pace, (*motion.outcomes, *_outcomes(plan, motion.fps))
    frames = np.arange(motion.frame_count)
    held = _held(plan, frames, motion.fps)
    shown = frames[::-1][held] if pace.backwards else held
    if pace == Pace() and np.array_equal(shown, frames):
        return replace(motion, outcomes=outcomes)
    intrinsics = motion.intrinsics[shown].copy()
    moved = held != frames
    if moved.any():
        intrinsics[:, :2, 2] += _off(held, plan.seed) * motion.size.width
    return replace(
        motion,
        world_to_camera=motion.world_to_camera[shown],
        intrinsics=intrinsics,
        shutter=np.where(moved, 0.0, motion.shutter[shown]),
        focus=motion.focus[shown],
        aperture=motion.aperture[shown],
        outcomes=outcomes,
        seconds=shown / float(motion.fps) * pace.rate,
    )


def _held(plan: ShotPlan, frames: Frames, fps: Fraction) -> Frames:
    """The frame whose pose each frame shows: others only where stop motion was asked for."""
    hold = hold_frames(fps)
    if plan.pace.held:
        return frames // hold * hold
    shown = frames
    for beat in plan.beats:
        if any(move.ease == "stop_motion" for move in beat.camera):
            shown = Window.of_beat(beat, fps).held(shown, hold=hold)
    return shown


def _off(held: Frames, seed: int) -> F64:
    """(T, 2) by how much each pose is off its place, frame widths; the photo's isn't."""
    poses = np.unique(held)
    chance = np.random.default_rng([seed & 0xFFFFFFFF, 3]).normal(0.0, _OFF, (len(poses), 2))
    chance[0] = 0.0
    stays = np.isin(poses, np.flatnonzero(np.bincount(held) > 1))
    return np.asarray((chance * stays[:, None])[np.searchsorted(poses, held)], np.float64)


def _outcomes(plan: ShotPlan, fps: Fraction) -> list[Outcome]:
    lang: Lang = plan.lang[0] if plan.lang else "en"

    def done(style: TimeStyle) -> str:
        words = _DONE[lang][style].format(rate=plan.pace.rate, hold=hold_frames(fps))
        return with_marks(words, lang)

    told = [
        Outcome(item=note.id, status="understood", done=done(note.time_style))
        for note in plan.style
        if note.time_style is not None
    ]
    by_move = None if plan.pace.held else _stepping(plan)
    if by_move is not None:
        stepped = done("stop_motion")
        told.append(Outcome(item=by_move, status="understood", done=stepped, adds=True))
    return told


def _stepping(plan: ShotPlan) -> str | None:
    """The first camera move that the words say goes by stop motion: "stop motion, push in"."""
    moves = [move for beat in plan.beats for move in beat.camera]
    named = (m.id for m in moves if m.ease == "stop_motion" and m.evidence is not None)
    return next(named, None)
