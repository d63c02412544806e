"""What music plays: key, chords, time, and the notes of each instrument's figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from kinora.sound.cues.ask import Ask

_NAMES: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)


@dataclass(frozen=True, slots=True)
class Note:
    """One note."""

    start: float  # seconds
    pitch: int  # MIDI number
    velocity: float  # 0 … 1
    seconds: float  # until it is let go


@dataclass(frozen=True, slots=True)
class _Mood:
    """How a mood is set: key, mode, tempo, and a degree of the scale for each chord."""

    tonic: str
    minor: bool
    tempo: float
    chords: tuple[int, ...]
    force: float


_MOODS: Final = {
    "calm": _Mood("G", False, 72.0, (0, 4, 5, 3), 0.55),
    "sad": _Mood("A", True, 60.0, (0, 5, 2, 6), 0.5),
    "happy": _Mood("D", False, 112.0, (0, 3, 4, 3), 0.75),
    "tense": _Mood("D", True, 84.0, (0, 0, 5, 0), 0.6),
    "epic": _Mood("D", True, 92.0, (0, 5, 2, 6), 0.95),
}


@dataclass(frozen=True, slots=True)
class Harmony:
    """Chords of two beats each, from 0 to the end."""

    beat: float  # seconds
    chords: tuple[tuple[int, ...], ...]  # MIDI numbers of root, third, fifth, seventh
    scale: tuple[int, ...]  # pitch classes
    force: float

    @property
    def half_bar(self) -> float:
        """Seconds of a chord."""
        return 2 * self.beat


def harmony(ask: Ask, *, lowest: int) -> Harmony:
    """The chords of ``ask``'s mood, key and tempo, with roots from ``lowest`` up."""
    mood = _MOODS.get(ask.mood, _MOODS["calm"])
    tonic, minor = _key(ask.key, mood)
    steps = _MINOR if minor else _MAJOR
    beat = 60.0 / (ask.tempo or mood.tempo)
    count = int(ask.seconds / (2 * beat)) + 1
    chords = []
    for at in range(count):
        degree = mood.chords[at % len(mood.chords)]
        root = lowest + (tonic + steps[degree] - lowest) % 12
        tones = [steps[(degree + third) % 7] + 12 * ((degree + third) // 7) for third in (2, 4, 6)]
        chords.append((root, *(root + tone - steps[degree] for tone in tones)))
    scale = tuple((tonic + step) % 12 for step in steps)
    return Harmony(beat, tuple(chords), scale, mood.force)


def _key(key: str | None, mood: _Mood) -> tuple[int, bool]:
    """Pitch class of the tonic, and whether the key is minor: "A minor", "Bb", "f#m"."""
    words = (key or "").replace("♯", "#").replace("♭", "b").split()
    if not words or words[0][0].upper() not in _NAMES:
        return _NAMES[mood.tonic], mood.minor
    letter, signs = words[0][0].upper(), words[0][1:]
    pitch = _NAMES[letter] + signs.count("#") - signs.count("b")
    minor = signs.endswith("m") or (len(words) > 1 and words[1].lower().startswith("min"))
    return pitch % 12, minor


def hertz(pitch: float) -> float:
    """Frequency of a MIDI number in equal temperament, A4 = 440 Hz."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))


def figure(
    rng: np.random.Generator,
    harmony: Harmony,
    steps: Sequence[tuple[float, int, float, float]],
    *,
    humanly: float = 0.006,
) -> list[Note]:
    """One figure played over each chord.

    Args:
        rng: of what no hand does exactly.
        harmony: the chords.
        steps: (beat within the chord, tone, velocity, beats it is held); tone 0 … 3 are root to
            seventh, 4 the root an octave higher and so on, -4 an octave lower.
        humanly: standard deviation of the onsets, in seconds; the first note is exact.
    """
    notes = []
    for at, chord in enumerate(harmony.chords):
        for when, tone, velocity, held in steps:
            octave, which = divmod(tone, 4)
            first = at == 0 and when == 0
            off = 0.0 if first else float(rng.normal(0.0, humanly))
            start = max(0.0, at * harmony.half_bar + when * harmony.beat + off)
            force = velocity * harmony.force * float(rng.uniform(0.85, 1.1))
            notes.append(Note(start, chord[which] + 12 * octave, force, held * harmony.beat))
    return notes


def melody(rng: np.random.Generator, harmony: Harmony, *, around: int) -> list[Note]:
    """A line that walks on the scale and rests on tones of the chord at its beginning."""
    notes = []
    pitch = around
    for at, chord in enumerate(harmony.chords):
        tones = {tone % 12 for tone in chord[:3]}
        pitch = _nearest(pitch + int(rng.integers(-3, 4)), tones, around)
        start = at * harmony.half_bar
        long = rng.random() < 0.55
        held = 2.0 if long else 1.0
        notes.append(Note(start, pitch, 0.8 * harmony.force, held * harmony.beat))
        if not long:
            pitch = _nearest(pitch + int(rng.choice((-2, 2))), set(harmony.scale), around)
            notes.append(Note(start + harmony.beat, pitch, 0.65 * harmony.force, harmony.beat))
    return notes


def _nearest(pitch: int, classes: set[int], around: int) -> int:
    """The pitch of these classes next to ``pitch``, within an octave of ``around``."""
    pitch = min(max(pitch, around - 7), around + 9)
    return min(range(pitch - 6, pitch + 7), key=lambda p: (p % 12 not in classes, abs(p - pitch)))
