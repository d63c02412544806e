"""What the header of an MP4 or MOV file says of its video track; nothing is decoded.

The server doesn't load the codecs. Boxes and their fields: ISO/IEC 14496-12.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Final

from kinora.types.geometry import Size

_MAX_HEADER: Final = 64 << 20  # bytes of the box "moov"
_MAX_BOXES: Final = 10_000
#: The first two rows of a track's matrix when it isn't turned or mirrored, 16.16 fixed point.
_UPRIGHT: Final = (0x10000, 0, 0, 0x10000)


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoTrack:
    """The first video track of a file."""

    size: Size  # of its frames
    seconds: Fraction
    fps: Fraction  # mean
    is_upright: bool  # shown as it is stored, neither turned nor mirrored


def read_video_track(path: Path) -> VideoTrack:
    """The first video track of an MP4 or MOV file.

    Raises:
        ValueError: it has none, or isn't such a file, or is damaged, or in fragments.
    """
    try:
        with path.open("rb") as stream:
            header = _header(stream, path.stat().st_size)
        for kind, track in _boxes(header):
            if kind == b"trak" and (found := _video(dict(_boxes(track)))) is not None:
                return found
    except (struct.error, KeyError, IndexError) as error:
        raise ValueError("its header is damaged") from error
    raise ValueError("it has no video track")


def _header(stream: BinaryIO, length: int) -> bytes:
    """The content of the box "moov", which may stand before or after the pictures."""
    start = 0
    for _ in range(_MAX_BOXES):
        stream.seek(start)
        head = stream.read(16)
        if len(head) < 8:
            break
        size, kind = struct.unpack(">I4s", head[:8])
        skip = 8
        if size == 1:
            size, skip = struct.unpack(">Q", head[8:])[0], 16
        size = size or length - start  # 0: up to the end of the file
        if size < skip:
            break
        if kind == b"moov":
            if size > _MAX_HEADER:
                raise ValueError("its header is too large")
            stream.seek(start + skip)
            return stream.read(size - skip)
        start += size
    raise ValueError("it has no header")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes in ``data`` by kind, each without its own size and kind."""
    start = 0
    while start + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, start)
        if size < 8 or start + size > len(data):
            raise ValueError("its header is damaged")
        yield kind, data[start + 8 : start + size]
        start += size


def _video(track: dict[bytes, bytes]) -> VideoTrack | None:
    """What a track says of itself; None: it isn't a video."""
    media = dict(_boxes(track[b"mdia"]))
    if media[b"hdlr"][8:12] != b"vide":
        return None
    table = dict(_boxes(dict(_boxes(media[b"minf"]))[b"stbl"]))
    (scale,) = struct.unpack_from(">I", media[b"mdhd"], 20 if media[b"mdhd"][0] == 1 else 12)
    (runs,) = struct.unpack_from(">I", table[b"stts"], 4)
    times = struct.unpack_from(f">{2 * runs}I", table[b"stts"], 8)
    frames = sum(times[::2])
    length = sum(count * each for count, each in zip(times[::2], times[1::2], strict=True))
    if not frames or not length or not scale:
        raise ValueError("its header lists no frames")
    # Of the sample entry, behind the list's head of 8 bytes: width and height at 32 (12.1.3).
    width, height = struct.unpack_from(">HH", table[b"stsd"], 8 + 32)
    matrix = struct.unpack_from(">9i", track[b"tkhd"], 52 if track[b"tkhd"][0] == 1 else 40)
    return VideoTrack(
        size=Size(width, height),
        seconds=Fraction(length, scale),
        fps=Fraction(frames * scale, length),
        is_upright=(*matrix[0:2], *matrix[3:5]) == _UPRIGHT,
    )
