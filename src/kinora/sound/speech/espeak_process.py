"""A program of its own that speaks through eSpeak NG, so that its library (GPL-3.0) stays outside.

Run by path, with the standard library alone. It reads one JSON object from its input: ``library``,
``data``, ``voice``, ``pitch``, ``rate``, ``text``, ``phonemes``. It writes one line of JSON (sample
``rate`` and ``words`` as ``[start, length, milliseconds]``, or ``ipa``), then 16-bit samples.
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any, ClassVar

_SYNCHRONOUS = 2  # of espeak_AUDIO_OUTPUT
_WORD = 1  # of espeak_EVENT_TYPE
_UTF8, _END_PAUSE = 1, 0x1000
_RATE, _PITCH = 1, 3  # of espeak_PARAMETER
_IPA = 2  # of phoneme modes
_OK = 0


class _Id(ctypes.Union):
    _fields_: ClassVar = [
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    ]


class _Event(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


def main() -> int:
    """Serve one request; the exit status is 0, or 1 with a sentence on the error stream."""
    asked: dict[str, Any] = json.load(sys.stdin)
    library = ctypes.CDLL(asked["library"])
    data = asked["data"].encode() if asked["data"] else None
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0)
    if rate <= 0 or library.espeak_SetVoiceByName(asked["voice"].encode()) != _OK:
        print(f"eSpeak NG has no voice {asked['voice']}", file=sys.stderr)  # noqa: T201
        return 1
    if asked["phonemes"]:
        _write({"ipa": _phonemes(library, asked["text"])}, b"")
        return 0
    library.espeak_SetParameter(_RATE, asked["rate"], 0)
    library.espeak_SetParameter(_PITCH, asked["pitch"], 0)
    samples, words = _spoken(library, asked["text"])
    _write({"rate": rate, "words": words}, samples)
    return 0


def _spoken(library: Any, text: str) -> tuple[bytes, list[tuple[int, int, int]]]:
    """Samples, and (first character, characters, milliseconds) of each word."""
    pieces: list[bytes] = []
    words: list[tuple[int, int, int]] = []

    def heard(wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            pieces.append(ctypes.string_at(wave, 2 * count))
        at = 0
        while events[at].type:
            if events[at].type == _WORD:
                event = events[at]
                words.append((event.text_position - 1, event.length, event.audio_position))
            at += 1
        return 0

    callback = _Callback(heard)
    library.espeak_SetSynthCallback(callback)
    raw = text.encode()
    library.espeak_Synth(raw, len(raw) + 1, 0, 0, 0, _UTF8 | _END_PAUSE, None, None)
    library.espeak_Synchronize()
    return b"".join(pieces), words


def _phonemes(library: Any, text: str) -> str:
    """IPA of the text, clause by clause."""
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    left = ctypes.c_char_p(text.encode())
    found = []
    while left.value:
        said = library.espeak_TextToPhonemes(ctypes.byref(left), _UTF8, _IPA)
        found.append((said or b"").decode())
    return " ".join(found)


def _write(head: dict[str, Any], body: bytes) -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
