"""Sound → AAC, beside the pictures of the file being written."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

from kinora.encode.reader import SAMPLE_RATE
from kinora.errors import EngineError

if TYPE_CHECKING:
    Packet: TypeAlias = "av.Packet[AudioStream]"

F32 = NDArray[np.float32]

_FRAME: Final = 1024  # samples, as AAC takes them
_BIT_RATE: Final = 192_000
_WORTH_A_FRAME: Final = 80  # samples; decoders play a last frame whole, up to 21 ms too long


class AudioWriter:
    """An AAC stream of a container.

    The encoder delays by one frame; the muxer writes an edit list that says so, and the last packet
    says how much of it counts. So sound and picture start together to the sample.
    """

    def __init__(self, container: OutputContainer) -> None:
        """Args:
        container: not yet written to.

        Raises:
            EngineError: this FFmpeg has no AAC encoder.
        """
        stream = container.add_stream("aac", rate=SAMPLE_RATE)
        if not isinstance(stream, AudioStream):
            raise EngineError("This FFmpeg build has no AAC encoder.")
        stream.codec_context.layout = "stereo"
        stream.codec_context.bit_rate = _BIT_RATE
        stream.codec_context.flags |= int(av.codec.context.Flags.bitexact)
        self._container, self._stream = container, stream
        self._rest: F32 = np.zeros((2, 0), np.float32)
        self._taken = 0  # samples that were encoded

    def add(self, samples: F32) -> None:
        """Encode and mux what has come in, as far as whole frames go.

        Args:
            samples: (2, n) float32 in [-1, 1], the next of the sound.
        """
        samples = np.concatenate([self._rest, samples], axis=1)
        whole = samples.shape[1] // _FRAME * _FRAME
        for at in range(0, whole, _FRAME):
            self._mux(self._encoded(samples[:, at : at + _FRAME]))
        self._rest = samples[:, whole:]

    def close(self) -> None:
        """Encode and mux what is left."""
        if self._rest.shape[1] >= _WORTH_A_FRAME:
            self._mux(self._encoded(self._rest))
        self._mux(self._stream.encode(None))

    def _mux(self, packets: list[Packet]) -> None:
        for packet in packets:
            if packet.pts is not None and packet.pts + _FRAME > self._taken:
                packet.duration = max(0, self._taken - packet.pts)
            self._container.mux(packet)

    def _encoded(self, samples: F32) -> list[Packet]:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples), format="fltp", layout="stereo"
        )
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = self._taken
        self._taken += samples.shape[1]
        return list(self._stream.encode(frame))


def paced(samples: F32, *, fps: Fraction, frame_count: int) -> Iterator[F32]:
    """The sound that goes with each picture in turn, (2, m) float32, of (n, 2) ``samples``."""
    edges = [round(k * SAMPLE_RATE / fps) for k in range(frame_count)]
    for first, last in pairwise([*edges, len(samples)]):
        yield samples[first:last].T
