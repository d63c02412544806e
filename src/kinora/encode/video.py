"""Render and encode in chunks, side by side, and mux their packets in order.

One encoder with two threads leaves cores idle while frames are rendered; two workers, each of
which renders and encodes a stretch of the clip with a single-threaded x264, keep them busy
(benchmarks/speed.py has both). Chunks begin with an IDR frame and share all settings, so their
packets follow one another in one stream. At most one finished chunk per worker waits, which keeps
memory constant in the length of the clip. A clip of one chunk has each frame rendered while the one
before is encoded.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, pairwise
from pathlib import Path
from threading import Event
from typing import TypeAlias

import av
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from kinora.encode.audio import AudioWriter, paced
from kinora.encode.loops import FINER, closes, loop_parameters, told_kind
from kinora.encode.memory import keep_memory_flat
from kinora.encode.output import as_it_is, staged
from kinora.encode.settings import EncoderSettings
from kinora.errors import EngineError
from kinora.types.geometry import Size
from kinora.types.media import MediaFile
from kinora.types.rendition import Rendition, YuvPlanes
from kinora.types.request import Progress

_BT709 = 1  # AVCOL_PRI_BT709, AVCOL_TRC_BT709 and AVCOL_SPC_BT709 (ITU-T H.273)
_LIMITED = 1  # AVCOL_RANGE_MPEG
_LEAST_CHUNK = 16  # frames; x264 reorders over at most that many


F32 = NDArray[np.float32]
Packets: TypeAlias = list["av.Packet[VideoStream]"]


@dataclass(frozen=True, slots=True)
class _Chunk:
    first: int
    last: int


class _CancelledError(Exception):
    """A worker stopped because another part of the job failed."""


def encode_clip(
    rendition: Rendition,
    path: Path,
    settings: EncoderSettings,
    progress: Progress,
    *,
    sound: F32 | None = None,
    seal: Callable[[Path], None] = as_it_is,
) -> MediaFile:
    """Encode a rendition as H.264 MP4 (yuv420p, BT.709 limited range, faststart).

    Args:
        rendition: frames on demand.
        path: where the file goes; it appears there only when complete.
        settings: x264 settings and the number of workers.
        progress: told about frames done as stage ``render``; may raise to cancel.
        sound: (n, 2) float32 at 48 kHz, as long as the pictures; None: no sound at all.
        seal: what is done to the finished file before it appears there.

    Raises:
        OutputError: the file can't be written.
        EngineError: the encoder failed.
    """
    keep_memory_flat()
    with staged(path, keep=True) as part:
        _write(rendition, sound, part, settings, progress)
        seal(part)
        return described(
            part, path, size=rendition.size, fps=rendition.fps, frame_count=rendition.frame_count
        )


def described(part: Path, path: Path, *, size: Size, fps: Fraction, frame_count: int) -> MediaFile:
    """The facts of the finished file ``part``, which is about to be at ``path``."""
    return MediaFile(
        path=path,
        mime="video/mp4",
        sha256=_sha256(part),
        size=size,
        fps=fps,
        frame_count=frame_count,
        bytes=part.stat().st_size,
    )


def chunks(frame_count: int, fps: Fraction, settings: EncoderSettings) -> list[_Chunk]:
    """Even chunks: as few as possible, none longer than allowed, a multiple of the workers.

    None is shorter than what an encoder needs to reorder frames, or its decoding times would run
    into those of the chunk before.
    """
    longest = max(_LEAST_CHUNK, int(settings.chunk_seconds * fps))
    workers = settings.workers
    count = workers * -(-frame_count // (longest * workers))
    count = min(count, max(1, frame_count // _LEAST_CHUNK))
    edges = [frame_count * i // count for i in range(count + 1)]
    return [_Chunk(a, b) for a, b in pairwise(edges)]


def _write(
    rendition: Rendition,
    sound: F32 | None,
    part: Path,
    settings: EncoderSettings,
    progress: Progress,
) -> None:
    workers = settings.workers if rendition.frames.random_access else 1
    plan = chunks(rendition.frame_count, rendition.fps, settings)
    if not rendition.frames.random_access or closes(rendition):
        plan = [_Chunk(0, rendition.frame_count)]
    stop = Event()
    counter = _Counter(rendition.frame_count, progress)
    options = {"movflags": "+faststart"}
    with (
        av.open(str(part), "w", format="mp4", options=options) as container,
        ThreadPoolExecutor(workers, thread_name_prefix="kinora-encode") as pool,
    ):
        stream = add_stream(container, rendition, settings)
        voice = None if sound is None else _voiced(AudioWriter(container), rendition, sound)

        ahead = len(plan) == 1 and settings.workers > 1

        def work(chunk: _Chunk) -> Packets:
            # Closed, or a thread stays, and draws one more, where encoding stops halfway.
            with closing((_drawn_ahead if ahead else _drawn)(rendition, chunk)) as frames:
                return _encode_chunk(rendition, chunk, frames, settings, stop, counter.add)

        try:
            for packet in _in_order(pool, plan, work, workers, counter):
                packet.stream = stream
                container.mux(packet)
                if voice is not None:
                    next(voice)
        except BaseException:
            stop.set()
            raise


class _Counter:
    """Frames done, counted by workers, reported by the main thread (where Ctrl-C arrives)."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._total = total
        self._progress = progress
        self._done: deque[None] = deque()  # append is atomic

    def add(self) -> None:
        self._done.append(None)

    def report(self) -> None:
        self._progress("render", len(self._done), self._total)


def _voiced(writer: AudioWriter, rendition: Rendition, sound: F32) -> Iterator[None]:
    """Muxes the sound of one more picture each time, and what is left with the last."""
    last = rendition.frame_count - 1
    pieces = paced(sound, fps=rendition.fps, frame_count=rendition.frame_count)
    for index, piece in enumerate(pieces):
        writer.add(piece)
        if index == last:
            writer.close()
        yield


def _in_order(
    pool: ThreadPoolExecutor,
    plan: list[_Chunk],
    work: Callable[[_Chunk], Packets],
    workers: int,
    counter: _Counter,
) -> Iterator[av.Packet[VideoStream]]:
    """Packets of all chunks, chunk after chunk, as they get done."""
    waiting = deque(plan)
    running: deque[Future[Packets]] = deque()
    while waiting or running:
        while waiting and len(running) <= workers:
            running.append(pool.submit(work, waiting.popleft()))
        yield from _result(running.popleft(), counter)
    counter.report()


def _result(future: Future[Packets], counter: _Counter) -> Packets:
    while True:
        counter.report()
        try:
            return future.result(timeout=0.1)
        except TimeoutError:
            if future.done():
                raise


def add_stream(
    container: OutputContainer, rendition: Rendition, settings: EncoderSettings
) -> VideoStream:
    """An H.264 stream for the frames of ``rendition``.

    Raises:
        EngineError: this FFmpeg has no libx264.
    """
    stream = container.add_stream("libx264", rate=rendition.fps)
    if not isinstance(stream, VideoStream):
        raise EngineError("This FFmpeg build has no H.264 video encoder (libx264).")
    configure(stream.codec_context, rendition, settings)
    return stream


def configure(
    context: av.VideoCodecContext,
    rendition: Rendition,
    settings: EncoderSettings,
    *,
    chunk: _Chunk | None = None,
) -> None:
    """Set up an encoder for the frames of ``rendition``, or for one chunk of them."""
    context.width = rendition.size.width
    context.height = rendition.size.height
    context.pix_fmt = "yuv420p"
    context.time_base = 1 / rendition.fps
    context.framerate = rendition.fps
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = _LIMITED
    context.thread_count = 1
    # Closed groups of pictures and a key frame at least every chunk; no global header differences.
    keyint = max(1, int(settings.chunk_seconds * rendition.fps))
    if closes(rendition):
        keyint = rendition.frame_count
    parameters, crf = [f"keyint={keyint}:open-gop=0:scenecut=0"], settings.crf
    if settings.tuning:
        parameters.append(settings.tuning)
    if rendition.loops:
        span = chunk or _Chunk(0, rendition.frame_count)
        parameters += loop_parameters(rendition, first=span.first, last=span.last)
        crf += FINER
    context.options = {
        "preset": settings.preset,
        "crf": str(crf),
        "x264-params": ":".join(parameters),
    }
    context.flags |= int(av.codec.context.Flags.global_header)


def empty_frame(rendition: Rendition) -> av.VideoFrame:
    """A yuv420p frame, BT.709 limited range, to be filled; its time stamps count frames."""
    frame = av.VideoFrame(rendition.size.width, rendition.size.height, "yuv420p")
    frame.time_base = 1 / rendition.fps
    frame.color_range = _LIMITED
    frame.colorspace = _BT709
    return frame


def _encode_chunk(
    rendition: Rendition,
    chunk: _Chunk,
    frames: Iterator[av.VideoFrame],
    settings: EncoderSettings,
    stop: Event,
    done: Callable[[], None],
) -> Packets:
    context = av.CodecContext.create("libx264", "w")
    configure(context, rendition, settings, chunk=chunk)
    packets: Packets = []
    for frame in frames:
        if stop.is_set():
            raise _CancelledError
        if rendition.loops and frame.pts is not None:
            frame.pict_type = told_kind(rendition, frame.pts)
        packets += context.encode(frame)
        done()
    packets += context.encode(None)
    for packet in packets:
        packet.duration = 1
    return packets


def _drawn(rendition: Rendition, chunk: _Chunk) -> Generator[av.VideoFrame, None, None]:
    # One frame for all: x264 copies what it is given before `encode` returns.
    frame = empty_frame(rendition)
    planes = frame_planes(frame)
    for index in range(chunk.first, chunk.last):
        rendition.frames.render(index, planes)
        frame.pts = index
        yield frame


def _drawn_ahead(rendition: Rendition, chunk: _Chunk) -> Generator[av.VideoFrame, None, None]:
    """The same, each frame while the one before is encoded."""
    turns = cycle([empty_frame(rendition), empty_frame(rendition)])

    def draw(index: int) -> av.VideoFrame:
        frame = next(turns)
        rendition.frames.render(index, frame_planes(frame))
        frame.pts = index
        return frame

    with ThreadPoolExecutor(1, thread_name_prefix="kinora-draw") as pool:
        coming = pool.submit(draw, chunk.first)
        for index in range(chunk.first + 1, chunk.last):
            frame = coming.result()
            coming = pool.submit(draw, index)
            yield frame
        yield coming.result()


def frame_planes(frame: av.VideoFrame) -> YuvPlanes:
    """NumPy views of a frame's own memory, one row per line including its padding."""
    y, u, v = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
        for plane in frame.planes
    )
    return YuvPlanes(y=y, u=u, v=v)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
