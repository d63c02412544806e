"""A plan and its camera → the finished sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import Final

import numpy as np

from kinora.sound.camera import CameraTrack, track
from kinora.sound.choose import is_silenced
from kinora.sound.loudness import SILENCE, amplitude, integrated
from kinora.sound.mix import mixed
from kinora.sound.own import filled, read_sound
from kinora.sound.places import stand_of, standing
from kinora.sound.report import followed_outcomes, sound_outcomes
from kinora.sound.spoken import Spoken, spoken
from kinora.sound.tracks import Clock, Track, cue_tracks, fade, room_tone
from kinora.types.motion import Motion
from kinora.types.plan import Lang, ShotPlan
from kinora.types.sound import SoundOptions, SoundPlace, Soundtrack

_OWN_LUFS: Final = -26.0


def make_speech(plan: ShotPlan, *, fps: Fraction, options: SoundOptions, lang: Lang) -> Spoken:
    """What is said in a clip of ``plan``, before its pictures are made; nothing where it's silent.

    Raises:
        InputError: the recording can't be read.
        EngineError: a voice failed.
    """
    mute = is_silenced(plan) and options.audio is None and options.voice_over is None
    if mute or not options.enabled:
        return Spoken()
    clock = Clock(frame_count=plan.frame_count(fps), fps=fps)
    return spoken(plan, clock, options, lang=lang)


def make_soundtrack(
    plan: ShotPlan,
    *,
    frame_count: int,
    fps: Fraction,
    motion: Motion | None,
    options: SoundOptions,
    lang: Lang,
    speech: Spoken | None = None,
    places: Mapping[str, SoundPlace] | None = None,
) -> Soundtrack:
    """Make what ``plan`` and ``options`` ask to be heard.

    Args:
        plan: its audio cues and spoken lines; nothing else makes a sound.
        frame_count, fps: of the picture; the sound lasts as long, to the sample.
        speech: what `make_speech` made of the lines already.
        places: where what sounds is in the picture, by the plan's items.
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
    camera = None if motion is None else track(motion, places)
    if is_silenced(plan) and options.audio is None and options.voice_over is None:
        return Soundtrack(outcomes=outcomes)
    speech = speech or spoken(plan, clock, options, lang=lang)
    outcomes += followed_outcomes(plan, camera.places if camera else {}, options, lang=lang)
    silent = Soundtrack(subtitles=speech.subtitles, outcomes=outcomes, notes=speech.notes)
    said = (_from_its_place(line, camera) for line in speech.tracks)
    tracks = chain(said, _own(clock, options), _asked(plan, clock, camera, options))
    first = next(tracks, None)
    if first is None:
        return silent
    air = {"room_tone", None}
    only_air = not (speech.tracks or options.audio) and {cue.cue for cue in plan.audio} <= air
    under = options.room_tone and not _silenced(plan) and not only_air
    mix = mixed(
        chain([first], tracks, (room_tone(plan, clock) for _ in range(under))),
        clock.samples,
        target=None if only_air else options.loudness,
        parts=options.stems is not None,
    )
    return replace(silent, samples=mix.samples, stems=mix.stems)


def _from_its_place(line: Track, camera: CameraTrack | None) -> Track:
    """Speech from the side of who says it, half as far as other sounds, as films do."""
    place = camera.places.get(line.item or "") if camera is not None else None
    if camera is None or place is None:
        return line
    half = replace(place, x=0.5 * place.x)
    samples = line.samples
    stand = stand_of(half, camera.fps, start=line.start, samples=len(samples))
    return replace(line, samples=standing(samples, stand))


def _silenced(plan: ShotPlan) -> bool:
    """Whether silence was asked for, or the air of the room by itself."""
    return any(cue.cue in ("silence", "room_tone") for cue in plan.audio)


def _asked(
    plan: ShotPlan, clock: Clock, camera: CameraTrack | None, options: SoundOptions
) -> Iterator[Track]:
    """The cues of the plan; music of the caller's own stands for the plan's."""
    for made in cue_tracks(plan, clock, camera):
        if made.stem != "music" or options.audio is None:
            yield made


def _own(clock: Clock, options: SoundOptions) -> Iterator[Track]:
    """The caller's own bed, over the whole clip."""
    if options.audio is None:
        return
    samples = filled(read_sound(options.audio, param="audio"), clock.samples)
    loudness = integrated(samples)
    if loudness > SILENCE:
        samples *= np.float32(amplitude(_OWN_LUFS - loudness))
        fade(samples)
        yield Track(stem="music", start=0, samples=samples)
