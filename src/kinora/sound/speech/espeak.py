"""The scratch voice: eSpeak NG, where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zlib
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kinora.errors import EngineError
from kinora.sound.protocol import SAMPLE_RATE, Quality, Utterance, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_VOICES: Final = {"en": "en-us", "fr": "fr"}
_VARIANTS: Final = ("m3", "f2", "m1", "f3", "m7", "f4")
#: Words for a speaker that tell whose voice it is.
WOMEN: Final = frozenset(
    ["woman", "girl", "she", "her", "mother", "wife", "lady", "queen", "grandmother", "daughter",
     "sister", "actress", "waitress", "femme", "fille", "elle", "mère", "épouse", "dame", "reine",
     "grand-mère", "sœur", "actrice", "serveuse", "narratrice", "vieille"]
)  # fmt: skip
MEN: Final = frozenset(
    ["man", "boy", "he", "his", "father", "husband", "king", "grandfather", "son", "brother",
     "actor", "waiter", "homme", "garçon", "il", "père", "mari", "roi", "grand-père", "fils",
     "frère", "acteur", "serveur", "narrateur", "vieux"]
)  # fmt: skip
_PATIENCE: Final = 60.0  # seconds for one line
_PACE: Final = 165  # words a minute
_LEAST, _LETTER = 0.2, 0.09  # seconds that a word lasts at most, and for each of its letters


@dataclass(frozen=True, slots=True)
class _Library:
    """Where eSpeak NG's shared library and its data lie."""

    path: str
    data: str | None


class EspeakVoice:
    """eSpeak NG, run in a process of its own."""

    @property
    def name(self) -> str:
        """What reports call it."""
        return "eSpeak NG"

    @property
    def quality(self) -> Quality:
        """A scratch voice: every word is there, and no one would take it for a person."""
        return "placeholder"

    @property
    def licence(self) -> str:
        """The library's own; nothing of it is part of Kinora."""
        return "GPL-3.0-or-later"

    @property
    def languages(self) -> frozenset[str]:
        """Those of `_VOICES`, where the library or the command is there."""
        there = _library() is not None or shutil.which("espeak-ng") is not None
        return frozenset(_VOICES) if there else frozenset()

    def say(self, text: str, *, lang: str, speaker: str | None, seed: int) -> Utterance:
        """Speak ``text``; the same speaker and seed sound the same each time.

        Raises:
            EngineError: eSpeak NG isn't there, has no such language, or failed.
        """
        voice, pitch = _cast(lang, speaker, seed)
        line = " ".join(text.split())
        if _library() is None:
            return _by_command(line, voice, pitch)
        head, body = _ask(line, voice, pitch=pitch)
        return _utterance(line, body, rate=int(head["rate"]), words=head["words"])


def ipa_of(text: str, *, lang: str) -> str:
    """``text`` in the International Phonetic Alphabet.

    Raises:
        EngineError: eSpeak NG's library isn't there, or failed.
    """
    head, _ = _ask(" ".join(text.split()), _VOICES[lang], phonemes=True)
    return str(head["ipa"])


def can_spell_out() -> bool:
    """Whether `ipa_of` works on this machine."""
    return _library() is not None


def _cast(lang: str, speaker: str | None, seed: int) -> tuple[str, int]:
    """A voice's name and its pitch (0 … 99): one and the same for a speaker of a clip."""
    if lang not in _VOICES:
        raise EngineError(f"eSpeak NG is set up for {', '.join(sorted(_VOICES))} here, not {lang}.")
    words = set((speaker or "").lower().split())
    chosen = [v for v in _VARIANTS if v[0] == "f"] if words & WOMEN else list(_VARIANTS)
    if words & MEN and not words & WOMEN:
        chosen = [v for v in _VARIANTS if v[0] == "m"]
    number = zlib.crc32(f"{speaker or ''} {seed}".encode())
    return f"{_VOICES[lang]}+{chosen[number % len(chosen)]}", 38 + number // 7 % 20


@cache
def _library() -> _Library | None:
    """The library of the extra, or the system's."""
    spec = find_spec("espeakng_loader")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        for name in ("libespeak-ng.so", "libespeak-ng.dylib", "espeak-ng.dll"):
            if (folder / name).is_file():
                return _Library(str(folder / name), str(folder))
    found = find_library("espeak-ng")
    return None if found is None else _Library(found, None)


def _ask(
    text: str, voice: str, *, pitch: int = 50, phonemes: bool = False
) -> tuple[dict[str, Any], bytes]:
    """What the program beside this module answers."""
    library = _library()
    if library is None:
        raise EngineError("eSpeak NG isn't installed.", hint="pip install kinora[voice]")
    asked = {
        "library": library.path, "data": library.data, "voice": voice, "pitch": pitch,
        "rate": _PACE, "text": text, "phonemes": phonemes,
    }  # fmt: skip
    program = str(Path(__file__).with_name("espeak_process.py"))
    answer = _run([sys.executable, "-I", "-S", program], json.dumps(asked).encode())
    head, _, body = answer.partition(b"\n")
    return dict(json.loads(head)), body


def _by_command(text: str, voice: str, pitch: int) -> Utterance:
    """Through the ``espeak-ng`` command, which tells no times: words share the line by length."""
    command = shutil.which("espeak-ng")
    if command is None:
        raise EngineError("eSpeak NG isn't installed.", hint="pip install kinora[voice]")
    options = ["-v", voice, "-s", str(_PACE), "-p", str(pitch), "--stdin", "--stdout"]
    wave = _run([command, *options], text.encode())
    header = 44  # bytes of a RIFF header with one format and one data chunk
    rate = int.from_bytes(wave[24:28], "little")
    if len(wave) <= header or rate <= 0:
        raise EngineError("eSpeak NG answered no sound.")
    return _utterance(text, wave[header:], rate=rate, words=None)


def _run(command: list[str], given: bytes) -> bytes:
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=_PATIENCE, check=True
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise EngineError(f"eSpeak NG failed: {said[-1] if said else error.returncode}.") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"eSpeak NG can't be run: {error}.") from error
    return done.stdout


def _utterance(text: str, body: bytes, *, rate: int, words: list[list[int]] | None) -> Utterance:
    import numpy as np

    from kinora.sound.speech.pacing import paced
    from kinora.sound.speech.resample import resampled, trimmed

    wave = np.frombuffer(body[: len(body) // 2 * 2], "<i2").astype(np.float32) / 32768.0
    samples, cut = trimmed(resampled(wave, rate))
    seconds = len(samples) / SAMPLE_RATE
    if words is None:
        return Utterance(samples=_leveled(samples), words=paced(text, samples))
    return Utterance(samples=_leveled(samples), words=_timed(text, words, seconds, cut))


def _leveled(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    top = float(np.abs(samples).max(initial=0.0))
    return samples * np.float32(0.8 / top) if top > 0 else samples


def _timed(text: str, events: list[list[int]], seconds: float, cut: float) -> tuple[Word, ...]:
    """Words as written, with the times of the synthesis.

    Args:
        text: the line.
        events: (first character, characters, milliseconds) of what the synthesis takes for words.
        seconds: of speech.
        cut: seconds taken off its beginning.
    """
    spans, at = [], 0
    for spelled in text.split():
        at = text.index(spelled, at)
        spans.append((at, at + len(spelled), spelled))
        at += len(spelled)
    starts: dict[int, float] = {}
    for first, _, moment in events:
        which = next((i for i, (a, b, _) in enumerate(spans) if a <= first < b), None)
        if which is not None:
            starts.setdefault(which, min(max(0.0, moment / 1000.0 - cut), seconds))
    order = sorted(starts)
    ends = [*(starts[which] for which in order[1:]), seconds]
    return tuple(
        Word(
            text=spans[which][2],
            t0=starts[which],
            t1=min(end, starts[which] + _LEAST + _LETTER * len(spans[which][2])),
        )
        for which, end in zip(order, ends, strict=True)
    )
