"""Clips one after another in one file, with cuts or cross-fades, their sound joined as well.

Size and frame rate are those of the first clip; the others are fitted inside it, and shown at its
rate. Everything is encoded once more. Clips are read while the file is written, two at a time
during a cross-fade, so memory doesn't grow with their number or length.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from kinora.encode.audio import AudioWriter
from kinora.encode.memory import keep_memory_flat
from kinora.encode.output import as_it_is, staged
from kinora.encode.reader import (
    SAMPLE_RATE,
    ClipFacts,
    Sound,
    blended,
    even_size,
    read_facts,
    read_pictures,
    split,
)
from kinora.encode.settings import EncoderSettings
from kinora.encode.video import add_stream, empty_frame, frame_planes
from kinora.errors import InputError
from kinora.types.geometry import Size
from kinora.types.media import MediaFile
from kinora.types.rendition import Rendition, YuvPlanes
from kinora.types.request import Progress

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A clip on the joint timeline."""

    facts: ClipFacts
    count: int  # frames of the whole clip
    fade: int  # frames at its end that overlap with the next one's start


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timeline:
    parts: tuple[_Part, ...]
    size: Size
    fps: Fraction

    @property
    def frame_count(self) -> int:
        return sum(part.count - part.fade for part in self.parts)

    @property
    def has_sound(self) -> bool:
        return any(part.facts.has_sound for part in self.parts)


def unmarked(rendition: Rendition) -> Rendition:
    """Pictures as they are."""
    return rendition


def join_clips(
    clips: Sequence[Path],
    output: Path,
    *,
    settings: EncoderSettings,
    progress: Progress,
    crossfade: float = 0.0,
    marked: Callable[[Rendition], Rendition] = unmarked,
    seal: Callable[[Path], None] = as_it_is,
) -> MediaFile:
    """Join ``clips`` in order.

    Args:
        clips: two or more video files.
        output: the MP4 to write; it appears there only when complete.
        settings: x264 settings.
        progress: told about frames done as stage ``render``; may raise to cancel.
        crossfade: seconds during which one clip gives way to the next; 0 cuts. A clip gives at most
            half of itself to each of its fades.
        marked: lays marks over the joined pictures.
        seal: what is done to the finished file before it appears at ``output``.

    Raises:
        InputError: fewer than two clips, or one that can't be read.
        OutputError: the file can't be written.
        EngineError: encoding failed.
    """
    if len(clips) < 2:
        raise InputError("Joining takes at least 2 videos.", param="videos")
    keep_memory_flat()
    timeline = _timeline([read_facts(path) for path in clips], crossfade)
    with staged(output, keep=True) as part:
        _write(timeline, part, settings, progress, marked)
        seal(part)
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        length = part.stat().st_size
    return MediaFile(
        path=output,
        mime="video/mp4",
        sha256=digest,
        size=timeline.size,
        fps=timeline.fps,
        frame_count=timeline.frame_count,
        bytes=length,
    )


def _timeline(facts: Sequence[ClipFacts], crossfade: float) -> _Timeline:
    first = facts[0]
    counts = [max(1, round(clip.duration * first.fps)) for clip in facts]
    wanted = round(Fraction(crossfade).limit_denominator(1000) * first.fps)
    fades = [min(wanted, one // 2, other // 2) for one, other in pairwise(counts)] + [0]
    parts = tuple(
        _Part(facts=clip, count=count, fade=fade)
        for clip, count, fade in zip(facts, counts, fades, strict=True)
    )
    return _Timeline(parts=parts, size=even_size(first.size), fps=first.fps)


def _pictures(timeline: _Timeline) -> Iterator[U8]:
    """All pictures of the joined clip, in order."""
    coming = [
        read_pictures(part.facts, size=timeline.size, fps=timeline.fps, count=part.count)
        for part in timeline.parts
    ]
    faded_in = 0
    for part, own, following in zip(timeline.parts, coming, [*coming[1:], None], strict=True):
        for _ in range(part.count - faded_in - part.fade):
            yield next(own)
        for step in range(part.fade):
            assert following is not None  # the last part has no fade
            yield blended(next(own), next(following), (step + 1) / (part.fade + 1))
        own.close()  # its file and decoder, which wait for a next frame
        faded_in = part.fade


def _samples(timeline: _Timeline) -> Iterator[F32]:
    """The sound that goes with each picture, (2, n) float32."""
    sounds = [Sound(part.facts) for part in timeline.parts]
    clock, written = 0, 0
    faded_in = 0
    for part, own, following in zip(timeline.parts, sounds, [*sounds[1:], None], strict=True):
        for step in range(part.count - faded_in):
            clock += 1
            count = round(clock * SAMPLE_RATE / timeline.fps) - written
            written += count
            piece = own.read(count)
            into = step - (part.count - faded_in - part.fade)
            if into >= 0 and following is not None:
                share = (into + np.arange(count) / max(count, 1)) / part.fade
                mixed = piece * (1.0 - share) + following.read(count) * share
                piece = mixed.astype(np.float32)
            yield piece
        own.close()
        faded_in = part.fade


class _Pictures:
    """The joined pictures as a `FrameSource`: each once, in order."""

    random_access = False

    def __init__(self, timeline: _Timeline) -> None:
        self._size = timeline.size
        self._coming = _pictures(timeline)

    def render(self, index: int, planes: YuvPlanes) -> None:
        """Write the next picture, whatever its ``index``."""
        own = split(next(self._coming), self._size)
        for plane, part in zip((planes.y, planes.u, planes.v), own, strict=True):
            plane[: part.shape[0], : part.shape[1]] = part


def _write(
    timeline: _Timeline,
    part: Path,
    settings: EncoderSettings,
    progress: Progress,
    marked: Callable[[Rendition], Rendition],
) -> None:
    count = timeline.frame_count
    rendition = marked(
        Rendition(
            frames=_Pictures(timeline), frame_count=count, size=timeline.size, fps=timeline.fps
        )
    )
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = add_stream(container, rendition, settings)
        voice = AudioWriter(container) if timeline.has_sound else None
        samples = _samples(timeline)
        frame = empty_frame(rendition)
        planes = frame_planes(frame)
        for index in range(count):
            rendition.frames.render(index, planes)
            frame.pts = index
            _mux(container, video, frame)
            if voice is not None:
                voice.add(next(samples))
            progress("render", index + 1, count)
        _mux(container, video, None)
        if voice is not None:
            voice.close()


def _mux(container: OutputContainer, stream: VideoStream, frame: av.VideoFrame | None) -> None:
    for packet in stream.encode(frame):
        packet.duration = packet.duration or 1
        container.mux(packet)
