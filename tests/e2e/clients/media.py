"""What is really in a downloaded file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av


@dataclass(frozen=True)
class Decoded:
    """An MP4, decoded to its end."""

    size: tuple[int, int]
    frames: int
    seconds: Fraction


def decoded(path: Path) -> Decoded:
    """Decode every frame.

    Raises:
        av.error.FFmpegError: it isn't a video.
    """
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [frame.pts for frame in container.decode(stream)]
        assert stream.duration is not None
        assert stream.time_base is not None
        return Decoded(
            (stream.width, stream.height), len(frames), stream.duration * stream.time_base
        )
