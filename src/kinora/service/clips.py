"""Clips that requests bring to be extended → blobs, by their content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from kinora.errors import FieldError, MissingError, SizeError
from kinora.scene.frame_size import check_size
from kinora.service.context import Service
from kinora.service.files import open_file
from kinora.service.mp4 import VideoTrack, read_video_track
from kinora.service.sniff import sniff_file
from kinora.types.account import Caller
from kinora.types.geometry import Size
from kinora.types.request import MAX_FPS, MIN_FPS
from kinora.types.video import input_key
from kinora.wire.draft import Uploaded
from kinora.wire.refusals import unsupported_file

PARAM: Final = "video"
CLIPS: Final = ("video/mp4", "video/quicktime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A clip that was found usable; the render child alone decodes it."""

    sha256: str  # of its bytes
    size: Size  # without an odd row or column
    seconds: Fraction
    fps: Fraction

    @property
    def key(self) -> str:
        """Where the store keeps it."""
        return input_key(self.sha256)


def take_clip(service: Service, caller: Caller, source: Uploaded | str) -> Clip:
    """Check and store a clip; blocks.

    Args:
        service: where it is kept.
        caller: whose files may be named.
        source: an upload, or the id of an uploaded file.

    Raises:
        FieldError: not an MP4 or MOV, or one that can't be gone on with; no such file.
        OutputError: the store can't take it.
    """
    with _on_disk(service, caller, source) as (path, sha256):
        mime = sniff_file(path)
        if mime not in CLIPS:
            raise unsupported_file(mime, param=PARAM, supported=CLIPS)
        try:
            clip = _checked(read_video_track(path), sha256)
        except ValueError as error:
            raise _refusal(f"{error}") from error
        service.blobs.put_file(clip.key, path)
    return clip


@contextmanager
def _on_disk(
    service: Service, caller: Caller, source: Uploaded | str
) -> Iterator[tuple[Path, str]]:
    if not isinstance(source, str):
        yield source.path, source.sha256
        return
    try:
        stored = open_file(service, caller, source)
    except MissingError as error:
        raise FieldError(f"Invalid file '{PARAM}': {error.message}.", param=PARAM) from error
    with stored.on_disk() as path:
        yield path, stored.row.sha256


def _checked(track: VideoTrack, sha256: str) -> Clip:
    """The clip, if the new part can be made in its size and rate."""
    if not track.is_upright:
        raise _refusal("its frames are stored turned or mirrored; encode it upright")
    size = Size(track.size.width // 2 * 2, track.size.height // 2 * 2)
    try:
        check_size(size)
    except SizeError as error:
        raise _refusal(error.message) from error
    if not MIN_FPS <= track.fps <= MAX_FPS:
        raise _refusal(
            f"it has {float(track.fps):g} frames per second; {MIN_FPS} to {MAX_FPS} are allowed"
        )
    return Clip(
        sha256=sha256, size=size, seconds=track.seconds, fps=track.fps.limit_denominator(1001)
    )


def _refusal(why: str) -> FieldError:
    return FieldError(f"Invalid file '{PARAM}': {why}.", param=PARAM, code="invalid_video_file")
