"""Assertions on pictures and finished files."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf, log10
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kinora.types.geometry import Size

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What a video file contains, found by opening and decoding it."""

    codec: str
    pixel_format: str
    size: Size
    fps: Fraction
    frame_count: int
    duration: Fraction  # of the video stream, seconds
    pts: tuple[Fraction, ...]  # presentation time of each frame, seconds
    colour: tuple[int, int, int, int]  # primaries, transfer, matrix, range: ITU-T H.273 codes
    faststart: bool  # the index lies before the media data


def probe(path: Path) -> Probed:
    """Open ``path``, decode every frame, and say what is in it."""
    import av

    with av.open(path) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        pts: list[Fraction] = []
        for frame in container.decode(stream):
            pts.append(_given(frame.pts) * _given(frame.time_base))
        return Probed(
            codec=context.name,
            pixel_format=str(context.pix_fmt),
            size=Size(context.width, context.height),
            fps=_given(stream.average_rate),
            frame_count=len(pts),
            duration=_given(stream.duration) * _given(stream.time_base),
            pts=tuple(pts),
            colour=(
                int(context.color_primaries),
                int(context.color_trc),
                int(context.colorspace),
                int(context.color_range),
            ),
            faststart=_index_first(path),
        )


def _given(value: Value | None) -> Value:
    assert value is not None, "the file leaves out a time or rate"
    return value


def psnr(picture: NDArray[np.uint8], reference: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio of two uint8 pictures of one shape, dB; inf where equal."""
    assert picture.shape == reference.shape, f"{picture.shape} against {reference.shape}"
    difference = picture.astype(np.float64) - reference.astype(np.float64)
    error = float(np.mean(difference**2))
    return inf if error == 0 else 10 * log10(255.0**2 / error)


def assert_frames_close(
    picture: NDArray[np.uint8], reference: NDArray[np.uint8], *, at_least: float
) -> None:
    """Fail if the PSNR of the two pictures is below ``at_least`` dB."""
    found = psnr(picture, reference)
    assert found >= at_least, f"PSNR is {found:.2f} dB, expected at least {at_least} dB"


def _index_first(path: Path) -> bool:
    """Whether the box ``moov`` comes before ``mdat`` (ISO 14496-12, boxes of the top level)."""
    data = path.read_bytes()
    position, order = 0, []
    while position + 8 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        order.append(data[position + 4 : position + 8])
        if length == 1:
            length = int.from_bytes(data[position + 8 : position + 16], "big")
        if length < 8:
            break
        position += length
    return b"moov" in order and order.index(b"moov") < order.index(b"mdat")
