"""Single frames of a finished clip, scaled down, in one pass through the file."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from kinora.errors import EngineError
from kinora.types.geometry import Size

U8 = NDArray[np.uint8]


#: Frames between two wanted ones, on average, from which on those that no other frame refers to
#: are left out: that is most of them, and decoding takes less than half the time.
_SPARSE: Final = 4


def stills(path: Path, indices: Collection[int]) -> Iterator[tuple[int, av.VideoFrame]]:
    """The frames of ``path`` with these indices, in order; one frame is held at a time.

    Where few of many frames are wanted, each may be replaced by the next one that others refer to,
    a few frames later.

    Args:
        path: a video file.
        indices: frame numbers from 0; beyond the end the last frame stands for them.

    Raises:
        EngineError: the file can't be decoded.
    """
    wanted = deque(sorted(indices))
    if not wanted:
        return
    last: av.VideoFrame | None = None
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            if wanted[-1] >= _SPARSE * len(wanted):
                stream.codec_context.skip_frame = "NONREF"
            for last in container.decode(stream):
                number = _number(last, stream)
                while wanted and wanted[0] <= number:
                    yield wanted.popleft(), last
                if not wanted:
                    return
    except av.error.FFmpegError as error:
        raise EngineError(f"The video {path.name} can't be decoded: {error}.") from error
    for index in wanted:
        if last is None:
            raise EngineError(f"The video {path.name} has no frames.")
        yield index, last


def _number(frame: av.VideoFrame, stream: VideoStream) -> int:
    """Which frame of its stream it is, by its time stamp."""
    rate = stream.average_rate or Fraction(1)
    ticks = (frame.pts or 0) - (stream.start_time or 0)
    return round(ticks * (frame.time_base or Fraction(0)) * rate)


def scaled(frame: av.VideoFrame, *, longest: int) -> U8:
    """(h, w, 3) uint8 sRGB, its longer side at most ``longest``; never enlarged."""
    size = fitted_size(Size(frame.width, frame.height), longest=longest)
    small = frame.reformat(
        width=size.width, height=size.height, format="rgb24", interpolation="AREA"
    )
    return np.asarray(small.to_ndarray(), np.uint8)


def fitted_size(size: Size, *, longest: int) -> Size:
    """``size`` shrunk, in its shape, until its longer side is at most ``longest``; never 0."""
    factor = min(1.0, longest / max(size.width, size.height))
    return Size(max(1, round(size.width * factor)), max(1, round(size.height * factor)))
