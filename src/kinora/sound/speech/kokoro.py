"""A neural voice: Kokoro-82M in onnxruntime, where its files have been fetched by name."""

from __future__ import annotations

import threading
import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kinora.errors import EngineError
from kinora.sound.protocol import Quality, Utterance
from kinora.sound.speech.espeak import MEN, WOMEN, can_spell_out, ipa_of
from kinora.sound.speech.vocabulary import clauses, numbers, spelled
from kinora.weights.catalogue import CATALOGUE
from kinora.weights.local import installed, model_path
from kinora.weights.session import Session
from kinora.weights.weights import Weights, check

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MODEL: Final = "kokoro"
#: Names of the voices by language; the first letter tells whose: a woman's or a man's.
_VOICES: Final = {
    "en": {"f": "kokoro-en-heart", "m": "kokoro-en-michael"},
    "fr": {"f": "kokoro-fr-siwis"},
}
_SYMBOLS: Final = ("input_ids", "tokens")  # names of the input, by export
_RATE: Final = 24_000  # samples a second of the network
_STYLES, _STYLE = 510, 256  # of a voice's file: one style for each length
_LOADING: Final = threading.Lock()


class KokoroVoice:
    """Kokoro-82M of the networks in ``folder``; phonemes come from eSpeak NG."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        """What reports call it."""
        return "Kokoro"

    @property
    def quality(self) -> Quality:
        """As its authors publish it."""
        return "finished"

    @property
    def licence(self) -> str:
        """Of the network and its voices; the phonemes are spelled out by eSpeak NG (GPL-3.0)."""
        return CATALOGUE[_MODEL].licence

    @property
    def languages(self) -> frozenset[str]:
        """Languages with a voice in the folder, where the network and eSpeak NG are there."""
        if not can_spell_out() or not model_path(CATALOGUE[_MODEL], self._folder).is_file():
            return frozenset()
        return frozenset(lang for lang in _VOICES if self._voices(lang))

    def say(self, text: str, *, lang: str, speaker: str | None, seed: int) -> Utterance:
        """Speak ``text``; the same speaker and seed have the same voice each time.

        The network tells no times: words share the speech between two pauses by their length.

        Raises:
            EngineError: it isn't installed for ``lang``, or eSpeak NG failed.
            ModelError: a file is damaged, or onnxruntime can't run it.
        """
        if lang not in self.languages:
            raise EngineError(
                f"Kokoro has no voice for {lang} here.",
                hint="kinora models pull kokoro, and a voice such as kokoro-en-heart",
            )
        line = " ".join(text.split())
        symbols = _phonemes(line, lang)
        wave = self._spoken(symbols, _style_of(self._cast(lang, speaker, seed)))
        return _utterance(line, wave)

    def _voices(self, lang: str) -> dict[str, Weights]:
        """The language's voices that are here, by the first letter of whose they are."""
        names = _VOICES.get(lang, {})
        found = {whose: installed(CATALOGUE[name], self._folder) for whose, name in names.items()}
        return {whose: weights for whose, weights in found.items() if weights is not None}

    def _cast(self, lang: str, speaker: str | None, seed: int) -> Weights:
        """The voice of a speaker."""
        there = self._voices(lang)
        words = set((speaker or "").lower().split())
        wanted = "f" if words & WOMEN else "m" if words & MEN else None
        if wanted is None:
            order = sorted(there)
            wanted = order[zlib.crc32(f"{speaker or ''} {seed}".encode()) % len(order)]
        return there.get(wanted) or next(iter(there.values()))

    def _spoken(self, symbols: str, styles: NDArray[np.float32]) -> NDArray[np.float32]:
        import numpy as np

        weights = installed(CATALOGUE[_MODEL], self._folder)
        if weights is None:
            raise EngineError("The network kokoro isn't on this machine.")
        session = _session(weights)
        ids = numbers(symbols)
        style = styles[min(len(ids) - 2, _STYLES - 1)][None, :]
        feeds = {
            next(name for name in session.inputs if name in _SYMBOLS): np.asarray([ids], np.int64),
            "style": style,
            "speed": np.ones(1, np.float32),
        }
        return session.run(feeds, session.outputs[:1])[0].reshape(-1)


@lru_cache(maxsize=1)
def _loaded(weights: Weights) -> Session:
    return Session(weights)


def _session(weights: Weights) -> Session:
    """The network, loaded once."""
    with _LOADING:
        return _loaded(weights)


@lru_cache(maxsize=4)
def _style_of(weights: Weights) -> NDArray[np.float32]:
    """(510, 256) styles of a voice: one for each number of symbols."""
    import numpy as np

    check(weights)
    return np.fromfile(weights.path, "<f4").astype(np.float32).reshape(_STYLES, _STYLE)


def _phonemes(line: str, lang: str) -> str:
    """The line in Kokoro's symbols, punctuation included, from which it takes its pauses."""
    parts = []
    for words, mark in clauses(line):
        said = spelled(ipa_of(words, lang=lang), lang=lang) if words else ""
        parts.append(said + spelled(mark, lang=lang))
    return " ".join(filter(None, parts))


def _utterance(line: str, wave: NDArray[np.float32]) -> Utterance:
    import numpy as np

    from kinora.sound.speech.pacing import paced
    from kinora.sound.speech.resample import resampled, trimmed

    top = float(np.abs(wave).max(initial=0.0))
    if top == 0.0:
        raise EngineError("Kokoro answered silence.")
    samples, _ = trimmed(resampled(wave * np.float32(0.8 / top), _RATE))
    return Utterance(samples=samples, words=paced(line, samples))
