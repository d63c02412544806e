"""Sound of finished files, and FFmpeg's own loudness meter to hold ours against."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from kinora.types.geometry import Size
from kinora.types.motion import Motion

RATE = 48_000


@dataclass(frozen=True)
class Meter:
    """What ``ebur128`` says."""

    loudness: float  # LUFS, integrated
    true_peak: float  # dBTP


def heard(path: Path) -> NDArray[np.float32]:
    """The decoded sound of a file, (n, 2) float32, whatever the player would skip left out."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        pieces: list[NDArray[Any]] = []
        for frame in container.decode(audio=0):
            pieces += [piece.to_ndarray() for piece in resampler.resample(frame)]
    return np.concatenate(pieces, axis=1).T.astype(np.float32)


def metered(samples: NDArray[Any]) -> Meter:
    """Loudness and true peak of (n, 2) sound at 48 kHz by FFmpeg."""
    graph = Graph()
    clock = Fraction(1, RATE)
    source = graph.add_abuffer(format="flt", sample_rate=RATE, layout="stereo", time_base=clock)
    meter = graph.add("ebur128", "peak=true:metadata=1")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    flat = np.ascontiguousarray(samples, np.float32).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(flat, format="flt", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, clock
    graph.push(frame)
    graph.push(None)
    last: dict[str, str] = {}
    peak = -120.0
    while True:
        try:
            got = graph.pull()
        except (av.error.EOFError, av.error.BlockingIOError):
            break
        last = {**last, **got.metadata}
        for channel in (0, 1):
            told = got.metadata.get(f"lavfi.r128.true_peaks_ch{channel}")
            if told is not None and float(told) > 0:
                peak = max(peak, 20 * float(np.log10(float(told))))
    return Meter(loudness=float(last["lavfi.r128.I"]), true_peak=peak)


def turning(degrees: NDArray[np.float64], *, fps: Fraction) -> Motion:
    """A camera that has turned to the right, by so many degrees at each frame."""
    count = len(degrees)
    a = np.radians(degrees)
    turn = np.tile(np.eye(4), (count, 1, 1))
    turn[:, 0, 0], turn[:, 0, 2] = np.cos(a), -np.sin(a)
    turn[:, 2, 0], turn[:, 2, 2] = np.sin(a), np.cos(a)
    lens = np.tile(np.array([[1200.0, 0, 640], [0, 1200.0, 360], [0, 0, 1]]), (count, 1, 1))
    still = np.zeros(count)
    return Motion(
        size=Size(1280, 720),
        fps=fps,
        world_to_camera=turn,
        intrinsics=lens,
        shutter=still,
        focus=still,
        aperture=still,
    )
