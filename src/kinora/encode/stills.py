"""Single frames of a finished clip, scaled down, in one pass through the file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from kinora.errors import EngineError
from kinora.types.geometry import Size

U8 = NDArray[np.uint8]


def stills(path: Path, indices: Collection[int]) -> Iterator[tuple[int, av.VideoFrame]]:
    """The frames of ``path`` with these indices, in order; one frame is held at a time.

    Args:
        path: a video file.
        indices: frame numbers from 0; those beyond the end are left out.

    Raises:
        EngineError: the file can't be decoded.
    """
    last = max(indices, default=-1)
    try:
        with av.open(str(path)) as container:
            container.streams.video[0].thread_type = "AUTO"
            for index, frame in enumerate(container.decode(video=0)):
                if index in indices:
                    yield index, frame
                if index >= last:
                    return
    except av.error.FFmpegError as error:
        raise EngineError(f"The video {path.name} can't be decoded: {error}.") from error


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
