"""A plan and its camera → the finished sound."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kinora.sound.camera import CameraTrack, track
from kinora.sound.mix import mixed
from kinora.sound.report import sound_outcomes
from kinora.sound.tracks import Clock, Track, cue_tracks, room_tone
from kinora.types.motion import Motion
from kinora.types.plan import Lang, ShotPlan
from kinora.types.sound import SoundOptions, Soundtrack


def make_soundtrack(
    plan: ShotPlan,
    *,
    frame_count: int,
    fps: Fraction,
    motion: Motion | None,
    options: SoundOptions,
    lang: Lang,
) -> Soundtrack:
    """Make what ``plan`` and ``options`` ask to be heard.

    Args:
        plan: its audio cues and spoken lines; nothing else makes a sound.
        frame_count, fps: of the picture; the sound lasts as long, to the sample.
        motion: the camera, which sounds follow; None where the engine doesn't tell.
        options: what the caller wants beyond the words.
        lang: of what is said about it.

    Raises:
        InputError: a sound file of the caller's can't be read.
        EngineError: a voice failed.
    """
    outcomes = sound_outcomes(plan, options, lang=lang)
    if not options.enabled:
        return Soundtrack(outcomes=outcomes)
    clock = Clock(frame_count=frame_count, fps=fps)
    camera = None if motion is None else track(motion)
    tracks = list(_tracks(plan, clock, camera, options))
    if not tracks:
        return Soundtrack(outcomes=outcomes)
    only_air = all(cue.cue == "room_tone" for cue in plan.audio if cue.kind != "silence")
    mix = mixed(tracks, clock.samples, target=None if only_air else options.loudness)
    return Soundtrack(samples=mix.samples, stems=mix.stems, outcomes=outcomes)


def _tracks(
    plan: ShotPlan, clock: Clock, camera: CameraTrack | None, options: SoundOptions
) -> Iterator[Track]:
    """What sounds, and quiet air under it."""
    heard = False
    for made in cue_tracks(plan, clock, camera):
        heard = True
        yield made
    silent = any(cue.kind == "silence" for cue in plan.audio)
    known = {cue.cue for cue in plan.audio}
    if heard and options.room_tone and not silent and "room_tone" not in known:
        yield room_tone(plan, clock)
