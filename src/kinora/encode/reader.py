"""Finished clips, read back frame by frame and sound by sound, at another rate or size."""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray
from PIL import Image

from kinora.errors import InputError
from kinora.types.geometry import Size

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

SAMPLE_RATE: Final = 48_000
CHANNELS: Final = 2
_NEAR: Final = Fraction(1, 2000)  # of a frame: time stamps are rounded to the container's clock
_BLACK: Final = (16, 128, 128)  # BT.709 limited range


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFacts:
    """What a file says about its streams; no frame is decoded."""

    path: Path
    size: Size
    fps: Fraction
    duration: Fraction  # of the video, seconds
    has_sound: bool


@contextmanager
def opened(path: Path) -> Iterator[av.container.InputContainer]:
    """The file, opened for reading.

    Raises:
        InputError: it isn't a video, or damaged.
    """
    try:
        # Titles in a damaged file may be no text.
        with av.open(str(path), metadata_errors="replace") as container:
            if not container.streams.video:
                raise InputError("A clip has no video stream.", param="videos")
            if container.streams.video[0].codec_context is None:
                raise InputError(
                    "A clip's pictures are in a form that isn't known here.", param="videos"
                )
            yield container
    except (av.error.FFmpegError, EOFError) as error:
        raise InputError(
            f"A clip can't be read as a video: {_reason(error)}.", param="videos"
        ) from error


def _reason(error: Exception) -> str:
    """Without the file's path, which `str` of FFmpeg's errors adds."""
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")


def read_facts(path: Path) -> ClipFacts:
    """Size, rate and exact length of a clip, from its packets.

    Raises:
        InputError: it isn't a video, or damaged.
    """
    with opened(path) as container:
        stream = container.streams.video[0]
        rate = stream.average_rate or stream.guessed_rate
        base = stream.time_base or Fraction(1, 1000)
        ends, starts = [], []
        for packet in container.demux(stream):
            if packet.pts is not None:
                starts.append(packet.pts)
                ends.append(packet.pts + (packet.duration or 0))
        if not starts or not rate:
            raise InputError("A clip has no video frames.", param="videos")
        length = (max(ends) - min(starts)) * base
        return ClipFacts(
            path=path,
            size=Size(stream.width, stream.height),
            fps=Fraction(rate),
            duration=max(length, 1 / Fraction(rate)),
            has_sound=bool(container.streams.audio),
        )


def read_pictures(
    facts: ClipFacts, *, size: Size, fps: Fraction, count: int
) -> Generator[U8, None, None]:
    """Exactly ``count`` pictures at ``fps``, (3/2 H, W) uint8 yuv420p, two in memory at most.

    Picture k is the one shown at k/``fps``. A clip of another shape is fitted inside ``size``, with
    black around it; after its end the last picture stays.
    """
    made = 0
    shown: U8 | None = None
    with opened(facts.path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        first: Fraction | None = None
        for frame in container.decode(stream):
            at = Fraction(frame.pts or 0) * (frame.time_base or Fraction(1))
            first = at if first is None else first
            while shown is not None and made < count and made / fps < at - first - _NEAR / fps:
                yield shown
                made += 1
            if made >= count:
                return
            shown = fitted(frame, size)
    if shown is None:
        raise InputError("A clip has no video frames.", param="videos")
    for _ in range(made, count):
        yield shown


def last_picture(facts: ClipFacts) -> bytes:
    """The last frame of a clip, as PNG.

    Raises:
        InputError: the clip can't be decoded.
    """
    last: av.VideoFrame | None = None
    with opened(facts.path) as container:
        for frame in container.decode(video=0):
            last = frame
    if last is None:
        raise InputError("A clip has no video frames.", param="videos")
    out = io.BytesIO()
    Image.fromarray(last.to_ndarray(format="rgb24")).save(out, "PNG", compress_level=1)
    return out.getvalue()


def even_size(size: Size) -> Size:
    """``size`` without an odd row or column, as yuv420p needs it."""
    return Size(max(2, size.width // 2 * 2), max(2, size.height // 2 * 2))


def fitted(frame: av.VideoFrame, size: Size) -> U8:
    """A frame as yuv420p, BT.709 limited range, inside ``size``; (3/2 H, W) uint8."""
    inner = _inner(Size(frame.width, frame.height), size)
    converted = frame.reformat(
        width=inner.width,
        height=inner.height,
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
    )
    picture = np.asarray(converted.to_ndarray(), np.uint8)
    return picture if inner == size else _framed(picture, inner, size)


def _inner(own: Size, size: Size) -> Size:
    """``own`` scaled to fit into ``size``, with even sides."""
    if own == size:
        return size
    factor = min(size.width / own.width, size.height / own.height)
    sides = (2 * round(side * factor / 2) for side in (own.width, own.height))
    width, height = (max(2, side) for side in sides)
    return Size(min(width, size.width), min(height, size.height))


def _framed(picture: U8, inner: Size, size: Size) -> U8:
    planes = []
    x, y = (size.width - inner.width) // 4 * 2, (size.height - inner.height) // 4 * 2
    for plane, black, half in zip(split(picture, inner), _BLACK, (1, 2, 2), strict=True):
        whole = np.full((size.height // half, size.width // half), black, np.uint8)
        whole[y // half : y // half + plane.shape[0], x // half : x // half + plane.shape[1]] = (
            plane
        )
        planes.append(whole.reshape(-1))
    return np.concatenate(planes).reshape(size.height * 3 // 2, size.width)


def split(picture: U8, size: Size) -> tuple[U8, U8, U8]:
    """The planes of a (3/2 H, W) picture: (H, W) and twice (H/2, W/2)."""
    flat, luma = picture.reshape(-1), size.width * size.height
    half = (size.height // 2, size.width // 2)
    return (
        flat[:luma].reshape(size.height, size.width),
        flat[luma : luma + luma // 4].reshape(half),
        flat[luma + luma // 4 :].reshape(half),
    )


def blended(one: U8, other: U8, share: float) -> U8:
    """``share`` of ``other`` over ``one``."""
    return np.asarray(cv2.addWeighted(one, 1.0 - share, other, share, 0.0), np.uint8)


class Sound:
    """The sound of a clip at 48 kHz in stereo, read piece by piece; silence where it has none."""

    def __init__(self, facts: ClipFacts) -> None:
        """Args:
        facts: of the clip.
        """
        self._pieces = _decoded(facts)
        self._rest: F32 = np.zeros((CHANNELS, 0), np.float32)

    def read(self, count: int) -> F32:
        """The next ``count`` samples, (2, count) float32 in [-1, 1]; silence after the end."""
        parts, have = [self._rest], self._rest.shape[1]
        while have < count:
            piece = next(self._pieces, None)
            if piece is None:
                piece = np.zeros((CHANNELS, count - have), np.float32)
            parts.append(piece)
            have += piece.shape[1]
        joined = np.concatenate(parts, axis=1)
        self._rest = joined[:, count:].copy()
        return joined[:, :count]

    def close(self) -> None:
        """Close the file."""
        self._pieces.close()


def _decoded(facts: ClipFacts) -> Generator[F32, None, None]:
    if not facts.has_sound:
        return
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
    with opened(facts.path) as container:
        for frame in container.decode(audio=0):
            for piece in resampler.resample(frame):
                yield np.asarray(piece.to_ndarray(), np.float32)
        for piece in resampler.resample(None):
            yield np.asarray(piece.to_ndarray(), np.float32)
