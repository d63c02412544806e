"""What is written beside a clip: stems as WAV files, spoken lines as WebVTT."""

from __future__ import annotations

import errno
import os
import wave
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
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
    _remove(_make(options.stems))
    if options.subtitles is None:
        return
    if options.subtitles.is_dir():
        raise OutputError(f"Can't write {options.subtitles}: it is a folder.", param="subtitles")
    if not options.subtitles.parent.is_dir():
        raise OutputError(
            f"Can't write {options.subtitles}: the folder doesn't exist.", param="subtitles"
        )


@contextmanager
def written_beside(sound: Soundtrack, options: SoundOptions) -> Iterator[None]:
    """Write the files that ``options`` name: one WAV (24 bits) a stem, and the subtitles.

    They take their places when the block succeeds; else nothing of them stays.

    Raises:
        OutputError: one can't be written.
    """
    folders = _make(options.stems)
    unfinished: dict[Path, Path] = {}
    try:
        for path, write in _files(sound, options):
            unfinished[path] = path.with_name(f".{path.name}.{os.getpid()}.part")
            with _telling(path):
                write(unfinished[path])
        yield
        for path, part in list(unfinished.items()):
            with _telling(path):
                part.replace(path)
            del unfinished[path]
        folders = []
    finally:
        for part in unfinished.values():
            part.unlink(missing_ok=True)
        _remove(folders)


def _files(
    sound: Soundtrack, options: SoundOptions
) -> Iterator[tuple[Path, Callable[[Path], object]]]:
    """Each file beside the clip, and what writes it to a path."""
    if options.stems is not None:
        for name, samples in sound.stems.items():
            yield options.stems / f"{name}.wav", partial(_write_wav, samples)
    if options.subtitles is not None:
        text = webvtt(sound.subtitles).encode()
        yield options.subtitles, lambda path: path.write_bytes(text)


def _make(folder: Path | None) -> list[Path]:
    """Make a folder and those above it: the ones that weren't there, the innermost first."""
    if folder is None:
        return []
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"Can't write {folder}: it isn't a folder.", param="stems")
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    with _telling(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return made


def _remove(folders: Sequence[Path]) -> None:
    """Remove folders that were made here, unless somebody put something into them."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Say of which path an error of the system is."""
    try:
        yield
    except OSError as error:
        full = error.errno == errno.ENOSPC
        reason = "the disk is full" if full else (error.strerror or str(error)).lower()
        raise OutputError(f"Can't write {path}: {reason}.") from error


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


def _write_wav(samples: np.ndarray[tuple[int, ...], np.dtype[np.float32]], path: Path) -> None:
    whole = np.round(np.clip(samples, -1.0, 1.0) * _FULL).astype("<i4")
    packed = whole.reshape(-1, 1).view(np.uint8).reshape(-1, 4)[:, :_BYTES]
    with path.open("wb") as file, wave.open(file) as out:
        out.setnchannels(2)
        out.setsampwidth(_BYTES)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(packed.tobytes())
