"""Spoken lines in their places: by a voice, or by the caller's own recording."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.sound.loudness import SILENCE, amplitude, integrated
from kinora.sound.mouths import heard_opening, written_opening
from kinora.sound.own import read_sound
from kinora.sound.protocol import SAMPLE_RATE
from kinora.sound.space import reverberated
from kinora.sound.speech import find_voice
from kinora.sound.tracks import Clock, Track
from kinora.types.plan import DialogueLine, Lang, ShotPlan
from kinora.types.report import Note
from kinora.types.sound import SoundOptions, Subtitle
from kinora.types.speech import OPENING_RATE, SaidLine

F32 = NDArray[np.float32]

_LUFS: Final = -20.0
_ROOM: Final = -20.0  # dB of the direct sound
_FIRST: Final = 0.35  # seconds before the first line, where it has no time of its own
_PAUSE: Final = 0.35  # seconds between lines
_LETTERS: Final = 14.0  # a second, as people read and speak
_LEAST: Final = 1.0  # seconds that a line is shown
_FADE: Final = SAMPLE_RATE // 50
_TEXTS: Final[dict[Lang, str]] = {
    "en": "The clip is too short for the line “{text}”: its end is cut off.",
    "fr": "Le clip est trop court pour la réplique « {text} » : sa fin est coupée.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What is said, when, and what had to be left out."""

    tracks: tuple[Track, ...] = ()
    subtitles: tuple[Subtitle, ...] = ()
    lines: tuple[SaidLine, ...] = ()  # for the mouths that say them
    notes: tuple[Note, ...] = ()


def spoken(plan: ShotPlan, clock: Clock, options: SoundOptions, *, lang: Lang) -> Spoken:
    """Speech of a clip, and its subtitles; a line without a voice still has a subtitle.

    Raises:
        InputError: the recording can't be read.
        EngineError: a voice failed.
    """
    if options.voice_over is not None:
        return _recorded(plan.dialogue, clock, read_sound(options.voice_over, param="voice_over"))
    found = Spoken()
    free = _FIRST
    for line in plan.dialogue:
        start = max(free, line.t0 or 0.0)
        if start >= clock.seconds:
            break
        said = _said(line, plan, options, lang)
        length = len(said) / SAMPLE_RATE if said is not None else _reading_time(line.text)
        free = start + length + _PAUSE
        found = _with_line(found, line, said, clock, start=start, length=length, lang=lang)
    return found


def _said(line: DialogueLine, plan: ShotPlan, options: SoundOptions, lang: Lang) -> F32 | None:
    """(n,) samples of a line, levelled; None where nobody can say it."""
    spoken_lang = line.lang or lang
    voice = find_voice(spoken_lang, folder=options.models)
    if voice is None:
        return None
    seed = plan.seed * 65_537 + zlib.crc32((line.speaker or "").encode())
    said = voice.say(line.text, lang=spoken_lang, speaker=line.speaker, seed=seed).samples
    own = integrated(np.stack([said, said], axis=1)) if len(said) else SILENCE
    return None if own <= SILENCE else said * np.float32(amplitude(_LUFS - own))


def _with_line(
    found: Spoken,
    line: DialogueLine,
    said: F32 | None,
    clock: Clock,
    *,
    start: float,
    length: float,
    lang: Lang,
) -> Spoken:
    end = min(start + max(length, _LEAST), clock.seconds)
    shown = Subtitle(t0=start, t1=end, text=line.text, speaker=line.speaker)
    mouth = SaidLine(
        item=line.id,
        t0=start,
        t1=min(start + length, clock.seconds),
        opening=written_opening(line.text, length) if said is None else heard_opening(said),
        heard=said is not None,
    )
    found = replace(found, subtitles=(*found.subtitles, shown), lines=(*found.lines, mouth))
    if said is None:
        return found
    first = clock.at(start)
    room = clock.samples - first
    if len(said) > room:
        note = Note(text=_TEXTS[lang].format(text=line.text), span=line.evidence)
        found = replace(found, notes=(*found.notes, note))
    track = _in_room(line.id, first, np.stack([said[:room], said[:room]], axis=1))
    return replace(found, tracks=(*found.tracks, track))


def _recorded(lines: Sequence[DialogueLine], clock: Clock, sound: F32) -> Spoken:
    """The caller's recording from the start; lines are shown in turn, the longer the longer."""
    said = sound[: clock.samples].copy()
    own = integrated(said)
    if own > SILENCE:
        said *= np.float32(amplitude(_LUFS - own))
    said[-_FADE:] *= np.linspace(1.0, 0.0, len(said[-_FADE:]), dtype=np.float32)[:, None]
    letters = sum(len(line.text) for line in lines)
    opening = heard_opening(np.asarray(said.mean(axis=1), np.float32))
    found, at = Spoken(tracks=(Track(stem="speech", start=0, samples=said),)), 0.0
    for line in lines:
        end = at + len(said) / SAMPLE_RATE * len(line.text) / letters
        shown = Subtitle(t0=at, t1=end, text=line.text, speaker=line.speaker)
        part = opening[round(at * OPENING_RATE) : round(end * OPENING_RATE)]
        mouth = SaidLine(item=line.id, t0=at, t1=end, opening=part)
        found = replace(found, subtitles=(*found.subtitles, shown), lines=(*found.lines, mouth))
        at = end
    return found


def _in_room(item: str, start: int, said: F32) -> Track:
    samples = said + reverberated(said) * np.float32(amplitude(_ROOM))
    samples[-_FADE:] *= np.linspace(1.0, 0.0, len(samples[-_FADE:]), dtype=np.float32)[:, None]
    return Track(stem="speech", start=start, samples=samples, item=item)


def _reading_time(text: str) -> float:
    return max(_LEAST, len(text) / _LETTERS)
