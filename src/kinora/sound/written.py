"""What is written beside a clip: stems as WAV files, spoken lines as WebVTT."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from kinora.errors import OutputError
from kinora.sound.protocol import SAMPLE_RATE
from kinora.types.sound import SoundOptions, Soundtrack, Subtitle

_BYTES: Final = 3  # of a sample
_FULL: Final = 2**23 - 1


def check_beside(options: SoundOptions) -> None:
    """Make sure, before any work is done, that what goes beside the clip can be written.

    Raises:
        OutputError: it can't.
    """
    if options.stems is not None:
        try:
            options.stems.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cant(options.stems, error) from error
    if options.subtitles is not None and not options.subtitles.parent.is_dir():
        raise OutputError(
            f"Can't write {options.subtitles}: the folder doesn't exist.", param="subtitles"
        )


def write_beside(sound: Soundtrack, options: SoundOptions) -> None:
    """Write the files that ``options`` name: one WAV (24 bits) a stem, and the subtitles.

    Raises:
        OutputError: one can't be written.
    """
    if options.stems is not None:
        for name, samples in sound.stems.items():
            path = options.stems / f"{name}.wav"
            try:
                _write_wav(path, samples)
            except OSError as error:
                raise _cant(path, error) from error
    if options.subtitles is not None:
        try:
            options.subtitles.write_text(webvtt(sound.subtitles), encoding="utf-8")
        except OSError as error:
            raise _cant(options.subtitles, error) from error


def webvtt(lines: Sequence[Subtitle]) -> str:
    """Subtitles as a WebVTT file (W3C); the speaker is told by a voice span."""
    cues = [f"{_clock(line.t0)} --> {_clock(line.t1)}\n{_voiced(line)}\n" for line in lines]
    return "\n".join(["WEBVTT\n", *cues])


def _voiced(line: Subtitle) -> str:
    text = line.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if line.speaker is None:
        return text
    speaker = "".join(letter for letter in line.speaker if letter not in "<>&\n")
    return f"<v {speaker}>{text}"


def _clock(seconds: float) -> str:
    millis = max(0, round(seconds * 1000))
    hours, rest = divmod(millis, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _write_wav(path: Path, samples: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    whole = np.round(np.clip(samples, -1.0, 1.0) * _FULL).astype("<i4")
    packed = whole.reshape(-1, 1).view(np.uint8).reshape(-1, 4)[:, :_BYTES]
    with path.open("wb") as file, wave.open(file) as out:
        out.setnchannels(2)
        out.setsampwidth(_BYTES)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(packed.tobytes())


def _cant(path: Path, error: OSError) -> OutputError:
    return OutputError(f"Can't write {path}: {(error.strerror or str(error)).lower()}.")
