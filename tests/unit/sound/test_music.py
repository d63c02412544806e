"""Music: in tune, in time, in the key that was asked for."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from kinora.sound.cues import music
from kinora.sound.cues.ask import Ask
from kinora.sound.cues.score import figure, harmony, hertz, melody
from kinora.sound.dsp.strings import string
from kinora.sound.protocol import SAMPLE_RATE

_SIZE = 1 << 19


def _cents(sound: NDArray[np.float32], wanted: float) -> float:
    """How far the strongest partial near ``wanted`` is from it."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), _SIZE))
    first = int(wanted * 0.97 * _SIZE / SAMPLE_RATE)
    last = int(wanted * 1.03 * _SIZE / SAMPLE_RATE)
    at = first + int(np.argmax(spectrum[first:last]))
    a, b, c = np.log(spectrum[at - 1 : at + 2])
    found = (at + 0.5 * (a - c) / (a - 2 * b + c)) * SAMPLE_RATE / _SIZE
    return float(1200 * np.log2(found / wanted))


@pytest.mark.parametrize("pitch", [40, 52, 64, 76])
def test_the_guitar_is_in_tune_within_three_cents(pitch: int) -> None:
    pluck = partial(
        music.plucked, np.random.default_rng(1), decay=3.2, dull=14.0, soft=2600.0, seconds=2.0
    )
    sound = pluck(pitch)
    for partial_number in (1, 2, 3):
        wanted = partial_number * hertz(pitch)
        assert abs(_cents(sound, wanted)) < 3.0


@pytest.mark.parametrize("pitch", [48, 60, 72])
def test_the_piano_is_in_tune_and_its_partials_are_stretched(pitch: int) -> None:
    sound = music.hammered(np.random.default_rng(1), pitch)
    assert abs(_cents(sound, hertz(pitch))) < 3.0
    third = _cents(sound, 3 * hertz(pitch))
    assert third > _cents(sound, hertz(pitch))


def test_a_string_falls_by_60_db_in_its_decay() -> None:
    sound = string(220.0, np.hanning(40), seconds=2.0, decay=1.5, dull=1.0)
    early = sound[4800:9600].std()
    later = sound[4800 + 48000 : 9600 + 48000].std()
    assert 20 * np.log10(early / later) == pytest.approx(40.0, abs=2.0)


def test_notes_sound_when_the_score_says() -> None:
    ask = Ask(n=5 * SAMPLE_RATE, seed=3)
    chords = harmony(ask, lowest=40)
    notes = figure(ask.rng("guitar"), chords, music._PICKED)
    starts = sorted({round(note.start, 4) for note in notes if note.start < 4.5})
    sound = np.abs(music.guitar(ask)).max(axis=1)
    hop = SAMPLE_RATE // 500
    level = sound[: len(sound) // hop * hop].reshape(-1, hop).max(axis=1)
    rise = np.diff(np.log(level + 1e-4))
    for start in starts[:12]:
        at = int(start * SAMPLE_RATE / hop)
        assert float(rise[max(0, at - 2) : at + 3].max()) > 0.05


def test_the_key_and_the_tempo_are_those_asked_for() -> None:
    chords = harmony(Ask(n=SAMPLE_RATE * 10, key="E minor", tempo=120.0), lowest=40)
    assert chords.beat == 0.5
    assert chords.chords[0][0] % 12 == 4
    assert chords.chords[0][1] - chords.chords[0][0] == 3
    scale = {4, 6, 7, 9, 11, 0, 2}
    notes = melody(np.random.default_rng(0), chords, around=72)
    assert {note.pitch % 12 for note in notes} <= scale


def test_moods_differ() -> None:
    modes = {
        mood: harmony(Ask(n=SAMPLE_RATE, mood=mood), lowest=40)
        for mood in ("calm", "sad", "happy", "tense", "epic")
    }
    thirds = {mood: h.chords[0][1] - h.chords[0][0] for mood, h in modes.items()}
    assert thirds == {"calm": 4, "sad": 3, "happy": 4, "tense": 3, "epic": 3}
    assert modes["happy"].beat < modes["calm"].beat < modes["sad"].beat


@pytest.mark.parametrize("name", ["guitar", "piano", "pad", "strings"])
def test_what_sounds_lies_in_the_key(name: str) -> None:
    ask = Ask(n=3 * SAMPLE_RATE, seed=5, mood="calm")
    sound = getattr(music, name)(ask).sum(axis=1)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    f = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    heard = (f > 60) & (f < 1000)
    pitch = 69 + 12 * np.log2(f[heard] / 440)
    scale = harmony(ask, lowest=40).scale
    near = np.array([round(p) % 12 in scale for p in pitch])
    assert spectrum[heard][near].sum() > 0.9 * spectrum[heard].sum()
