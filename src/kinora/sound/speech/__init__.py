"""Voices that speak a plan's lines."""

from __future__ import annotations

from pathlib import Path

from kinora.sound.protocol import Voice
from kinora.sound.speech.espeak import EspeakVoice
from kinora.sound.speech.kokoro import KokoroVoice


def find_voice(lang: str, *, folder: Path | None = None) -> Voice | None:
    """The best voice for a language on this machine, None where there is none.

    Args:
        lang: ``"en"`` or ``"fr"``.
        folder: where networks that were fetched by name lie; None: no neural voice is looked for.
    """
    voices: list[Voice] = [] if folder is None else [KokoroVoice(folder)]
    return next((voice for voice in (*voices, EspeakVoice()) if lang in voice.languages), None)
