"""How far a mouth is open: with the vowels of a voice, or of the letters."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from kinora.prompt import read_prompt
from kinora.sound import spoken
from kinora.sound.make import make_speech
from kinora.sound.mouths import heard_opening, written_opening
from kinora.types.sound import SoundOptions

RATE = 48_000


def vowel(t0: float, t1: float, hertz: float = 500.0) -> np.ndarray:
    t = np.arange(2 * RATE) / RATE
    inside = np.clip((t - t0) * 40, 0, 1) * np.clip((t1 - t) * 40, 0, 1)
    return np.asarray(0.3 * inside * np.sin(2 * np.pi * hertz * t), np.float32)


def test_a_mouth_is_open_in_vowels_and_closed_between() -> None:
    opening = heard_opening(vowel(0.3, 0.6) + vowel(1.0, 1.4))
    assert opening.shape == (200,)
    assert opening[45] > 0.7
    assert opening[120] > 0.7
    assert opening[80] < 0.05
    assert opening[0] == opening[-1] == 0.0
    half = np.flatnonzero(opening > 0.5 * opening[45])
    assert 25 <= half[0] <= 31  # a little ahead of the sound


def test_hisses_and_silence_open_no_mouth() -> None:
    hiss = heard_opening(vowel(0.3, 0.6) + vowel(1.0, 1.4, hertz=6000.0))
    assert hiss[120] < 0.05 < hiss[45]
    assert not heard_opening(np.zeros(RATE, np.float32)).any()
    assert heard_opening(np.zeros(0, np.float32)).shape == (0,)


def test_written_lines_move_once_for_each_group_of_vowels() -> None:
    opening = written_opening("banana patata", 2.0)
    inner = opening[1:-1]
    peaks = (inner > opening[:-2]) & (inner >= opening[2:]) & (inner > 0.2)
    assert int(peaks.sum()) == 6
    assert written_opening("Été", 0.5).max() > 0.2


def test_without_a_voice_the_timed_line_moves_the_mouth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken, "find_voice", lambda *_, **__: None)
    plan = read_prompt('static. She says "Good morning."', seconds=3).plan
    made = make_speech(plan, fps=Fraction(25), options=SoundOptions(), lang="en")
    assert [line.heard for line in made.lines] == [False]
    assert made.lines[0].opening.max() > 0.2
    off = make_speech(plan, fps=Fraction(25), options=SoundOptions(enabled=False), lang="en")
    assert not off.lines
