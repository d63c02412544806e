"""Shot plan × scene → the camera of every frame."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from kinora.errors import SizeError, TimingError
from kinora.motion.amounts import Lens
from kinora.motion.bounds import Bounds
from kinora.motion.clock import Frames, Window
from kinora.motion.fit import Fit, fit, frames_needed
from kinora.motion.lens import FocusRange, Rack, focus_and_aperture, shutter
from kinora.motion.report import flat_focus, outcomes_of
from kinora.motion.rig import cameras
from kinora.motion.timeline import WHIP_SECONDS, Stage, TimedBeat, states_at, timed_beats
from kinora.motion.tremble import Tremble
from kinora.motion.wording import WORDS
from kinora.types.geometry import Intrinsics, Size
from kinora.types.motion import Motion
from kinora.types.plan import ShotPlan
from kinora.types.scene import Scene

F64 = NDArray[np.float64]

_ASPECT_TOLERANCE = 0.01


def plan_motion(
    plan: ShotPlan, scene: Scene, *, size: Size, fps: Fraction, frame_count: int
) -> Motion:
    """The camera path of ``plan``, as far as ``scene`` can show it.

    Args:
        plan: what shall happen; moves are cumulative over beats.
        scene: what there is to show; its bounds reduce moves, which is reported.
        size: of the output frame; the aspect is that of the scene's frame.
        fps: frames per second; frame k is at exactly k/fps seconds.
        frame_count: frames to make; after the plan's end the camera stays.

    Returns:
        Arrays over the frames, and an `Outcome` per move that isn't done exactly as planned.

    Raises:
        PlanError: a move has a direction or unit without meaning for its operation.
        SizeError: the aspect of ``size`` isn't that of the scene's frame.
        TimingError: ``fps`` or ``frame_count`` isn't positive.
    """
    _check(scene, size=size, fps=fps, frame_count=frame_count)
    stage = Stage(fps=fps, lens=Lens.of(scene), pivot=_pivot(scene))
    beats, frames = timed_beats(plan, stage), np.arange(frame_count)
    needed = frames_needed(frame_count, beats, fps)
    tremble = Tremble.of(beats, needed, fps=fps, seed=plan.seed, rate=plan.pace.rate)
    fitted = fit(beats, stage=stage, bounds=Bounds.of(scene), tremble=tremble, frames=frames)
    world_to_camera, zoom = _poses(fitted, frames, stage=stage)
    racks = [
        Rack(beat.window, move.plan, move.amount)
        for beat in beats
        for move in beat.moves
        if move.op == "rack_focus"
    ]
    reach, words = FocusRange.of(scene), WORDS[plan.lang[0] if plan.lang else "en"]
    flat = [flat_focus(rack.move, words) for rack in racks if reach.flat]
    focus, aperture = focus_and_aperture(
        [] if reach.flat else racks,
        reach,
        shallow=plan.framing.depth_of_field == "shallow",
        frames=frames,
        fps=fps,
    )
    camera = scene.intrinsics.scaled(size.width / scene.size.width)
    return Motion(
        size=size,
        fps=fps,
        world_to_camera=world_to_camera,
        intrinsics=_intrinsics(camera, zoom),
        shutter=shutter(_whips(beats, fps), frames),
        focus=focus,
        aperture=aperture,
        outcomes=(*outcomes_of(fitted, words), *flat),
    )


def _check(scene: Scene, *, size: Size, fps: Fraction, frame_count: int) -> None:
    if fps <= 0:
        raise TimingError(f"fps must be above 0, got {fps}", param="fps")
    if frame_count < 1:
        raise TimingError(f"a clip needs at least 1 frame, got {frame_count}", param="seconds")
    if abs(size.aspect / scene.size.aspect - 1) > _ASPECT_TOLERANCE:
        raise SizeError(
            f"size {size} has another aspect than the scene's frame, {scene.size}", param="size"
        )


def _pivot(scene: Scene) -> F64:
    """The focus subject in the world, at disparity 1."""
    camera, (x, y) = scene.intrinsics, scene.focus_point
    return np.array([(x - camera.cx) / camera.focal, (y - camera.cy) / camera.focal, 1.0])


def _poses(fitted: Fit, frames: Frames, *, stage: Stage) -> tuple[F64, F64]:
    """(T, 4, 4) world to camera and (T,) zoom; where nothing moves, bits are equal too."""
    states, tremble = states_at(fitted.pieces, frames), fitted.jitter
    moved = np.any(np.diff(np.hstack([states, tremble]), axis=0) != 0.0, axis=1)
    views = cameras(states, jitter=tremble, pivot=stage.pivot)
    shown = np.maximum.accumulate(np.where(np.concatenate([[True], moved]), frames, 0))
    return views.world_to_camera()[shown], views.zoom[shown]


def _intrinsics(camera: Intrinsics, zoom: F64) -> F64:
    """(T, 3, 3) pixels of the output frame."""
    matrices = np.tile(camera.matrix(), (len(zoom), 1, 1))
    matrices[:, 0, 0] *= zoom
    matrices[:, 1, 1] *= zoom
    return matrices


def _whips(beats: Sequence[TimedBeat], fps: Fraction) -> list[Window]:
    return [
        beat.window.shortened(WHIP_SECONDS * fps)
        for beat in beats
        if any(move.op == "whip" for move in beat.moves)
    ]
