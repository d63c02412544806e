"""Voices that speak a plan's lines."""

from __future__ import annotations

from kinora.sound.protocol import Voice
from kinora.sound.speech.espeak import EspeakVoice

#: Voices that may be installed, best first.
VOICES: tuple[Voice, ...] = (EspeakVoice(),)


def find_voice(lang: str) -> Voice | None:
    """The best installed voice for ``lang`` (``"en"``, ``"fr"``), None where there is none."""
    return next((voice for voice in VOICES if lang in voice.languages), None)
