"""A clip with other sound: its pictures' packets are copied as they are, none is decoded."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from kinora.encode.audio import AudioWriter, paced
from kinora.encode.output import as_it_is, staged
from kinora.encode.reader import opened
from kinora.encode.video import described
from kinora.errors import EngineError, InputError
from kinora.types.geometry import Size
from kinora.types.media import MediaFile
from kinora.types.rendition import Rendition
from kinora.types.request import Progress

F32 = NDArray[np.float32]


def shows(path: Path, rendition: Rendition) -> bool:
    """Whether the clip at ``path`` can be one of ``rendition``: so many pictures of its size."""
    try:
        with opened(path) as container:
            stream = container.streams.video[0]
            size = Size(stream.width, stream.height)
            return (stream.frames, size) == (rendition.frame_count, rendition.size)
    except InputError:
        return False


def copy_clip(
    source: Path,
    path: Path,
    progress: Progress,
    *,
    sound: F32 | None,
    fps: Fraction,
    seal: Callable[[Path], None] = as_it_is,
) -> MediaFile:
    """Write the pictures of ``source`` and another sound to ``path``.

    Args:
        source: an MP4 that was made here.
        path: where the file goes; it appears there only when complete.
        progress: told about frames done as stage ``render``; may raise to cancel.
        sound: (n, 2) float32 at 48 kHz, as long as the pictures; None: no sound at all.
        fps: of the pictures.
        seal: what is done to the finished file before it appears there.

    Raises:
        InputError: the source can't be read.
        OutputError: the file can't be written.
        EngineError: the sound couldn't be encoded.
    """
    with staged(path, keep=True) as part:
        size, count = _write(source, part, progress, sound, fps)
        seal(part)
        return described(part, path, size=size, fps=fps, frame_count=count)


def _write(
    source: Path, part: Path, progress: Progress, sound: F32 | None, fps: Fraction
) -> tuple[Size, int]:
    options = {"movflags": "+faststart"}
    with opened(source) as reader, av.open(str(part), "w", format="mp4", options=options) as writer:
        pictures = reader.streams.video[0]
        count = pictures.frames
        copied = writer.add_stream_from_template(pictures)
        copied.time_base = pictures.time_base
        voice = None if sound is None else AudioWriter(writer)
        pieces = iter(()) if sound is None else paced(sound, fps=fps, frame_count=count)
        done = 0
        for packet in reader.demux(pictures):
            if packet.size == 0:
                continue  # the end
            packet.stream = copied
            writer.mux(packet)
            done += 1
            if voice is not None and (piece := next(pieces, None)) is not None:
                voice.add(piece)
            progress("render", done, count)
        if voice is not None:
            voice.close()
        if done != count:
            raise EngineError(f"The clip to be copied has {done} pictures instead of {count}.")
        return Size(pictures.width, pictures.height), count
