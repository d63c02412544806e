"""Our x264 settings beside the plain preset: size at equal quality, and time.

    python -m benchmarks.encoder [PHOTO ...] [--json]

Each photo gets one camera move, in turn, two seconds at 720p30: a chunk of a four-second clip. It
is rendered once and encoded by one single-threaded x264 with the settings of `standard` and with
the bare preset `veryfast`, at four rate factors around the shipped one. Per clip:

- *size, equal PSNR* and *equal SSIM*: Bjøntegaard's mean difference in size (VCEG-M33: the area
  between cubics of log size over quality) against the bare preset; negative is smaller. Luma PSNR
  of the mean squared error, mean SSIM (Wang et al. 2004, windows of 8×8 every 4 pixels) in dB,
  over every frame: a sample of them would meet B-frames more often at one setting than another.
- *PSNR gain*, *size*: both at the same rate factor, the shipped one.
- *time*: CPU time of ours over the preset's, encoded in turn, median of the four rate factors.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import cycle
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.common import EXAMPLE, report
from kinora.encode import EncoderSettings, default_encoders
from kinora.encode.video import configure, frame_planes
from kinora.engines.parallax.engine import ParallaxEngine
from kinora.prompt import read_prompt
from kinora.scene.build import build_scene
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.types.geometry import Size
from kinora.types.rendition import Rendition
from kinora.types.request import ClipRequest

SIZE = Size(1280, 720)
SECONDS = 2
MOVES = (
    "truck left 6 %, then dolly in 12 %",
    "static camera",
    "handheld",
    "dolly in 12 %",
    "pan left 4 degrees",
    "orbit right 6 degrees",
    "dolly in 10 % 1 s, hold 1 s",
    "zoom in 1.2x",
    "crane up 8 %",
    "roll clockwise 5 degrees",
    "dolly zoom in",
    "parallax sway",
)
_OFFSETS = (-3, 0, 3, 6)  # rate factors, around the shipped one

Packets = list["av.Packet[av.VideoStream]"]


@dataclass(frozen=True, slots=True)
class Point:
    """One encode: its size in bytes, quality in dB and CPU seconds."""

    size: int
    seconds: float
    psnr: float
    ssim: float


def quiet(stage: str, done: int, total: int) -> None:
    """No progress bar."""


def rendered(photo: Path, prompt: str) -> tuple[Rendition, list[av.VideoFrame]]:
    """All frames of a move, ready for the encoder."""
    scene = build_scene(decode_photo(photo), size=SIZE, depth=ClassicalDepth())
    plan = read_prompt(prompt, seconds=SECONDS).plan
    request = ClipRequest(image=scene, size=SIZE, fps=Fraction(30))
    rendition = ParallaxEngine(ClassicalDepth()).render(request, plan, quiet)
    frames = []
    for index in range(rendition.frame_count):
        frame = av.VideoFrame(SIZE.width, SIZE.height, "yuv420p")
        rendition.frames.render(index, frame_planes(frame))
        frame.pts = index
        frames.append(frame)
    return rendition, frames


def encoded(
    rendition: Rendition, frames: list[av.VideoFrame], settings: EncoderSettings
) -> tuple[Packets, bytes, float]:
    """Packets, stream header and CPU seconds of one single-threaded x264."""
    context = av.CodecContext.create("libx264", "w")
    configure(context, rendition, settings)
    packets: Packets = []
    start = time.thread_time()
    for frame in frames:
        frame.pict_type = av.video.frame.PictureType.NONE
        packets += context.encode(frame)
    packets += context.encode(None)
    return packets, bytes(context.extradata or b""), time.thread_time() - start


def point(rendition: Rendition, frames: list[av.VideoFrame], settings: EncoderSettings) -> Point:
    """Encode, decode, compare."""
    packets, header, seconds = encoded(rendition, frames, settings)
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = header
    decoder.thread_count = 1
    shown = [frame for packet in packets for frame in decoder.decode(packet)]
    shown += decoder.decode(None)
    pairs = [(_luma(ours), _luma(true)) for ours, true in zip(shown, frames, strict=True)]
    error = statistics.fmean(cv2.norm(a, b, cv2.NORM_L2SQR) / a.size for a, b in pairs)
    likeness = statistics.fmean(_ssim(a, b) for a, b in pairs)
    return Point(
        size=sum(packet.size for packet in packets),
        seconds=seconds,
        psnr=10 * float(np.log10(255.0**2 / error)),
        ssim=-10 * float(np.log10(1.0 - likeness)),
    )


def _luma(frame: av.VideoFrame) -> NDArray[np.uint8]:
    return frame_planes(frame).y[:, : SIZE.width]


def _ssim(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    one, two = (np.asarray(plane, np.float32) for plane in (a, b))
    means = [_mean(plane) for plane in (one, two, one * one, two * two, one * two)]
    m1, m2, s1, s2, s12 = means
    top = (2 * m1 * m2 + 6.5025) * (2 * (s12 - m1 * m2) + 58.5225)
    bottom = (m1 * m1 + m2 * m2 + 6.5025) * (s1 - m1 * m1 + s2 - m2 * m2 + 58.5225)
    return float((top / bottom).mean())


def _mean(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = (side // 4 for side in plane.shape)
    cells = cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.blur(cells, (2, 2))[1:, 1:], np.float32)


def size_difference(theirs: list[tuple[float, int]], ours: list[tuple[float, int]]) -> float:
    """Mean difference in size at equal quality, percent; from (quality, size) of four encodes."""
    low = max(min(q for q, _ in curve) for curve in (theirs, ours))
    high = min(max(q for q, _ in curve) for curve in (theirs, ours))
    means = []
    for curve in (theirs, ours):
        quality, size = zip(*curve, strict=True)
        centre = (low + high) / 2  # keeps the cubic well-conditioned
        area = np.polyint(np.polyfit(np.subtract(quality, centre), np.log(size), 3))
        ends = np.polyval(area, [low - centre, high - centre])
        means.append(float(ends[1] - ends[0]) / (high - low))
    return 100.0 * float(np.expm1(means[1] - means[0]))


def measure(photo: Path, prompt: str) -> dict[str, object]:
    """One row of the table."""
    rendition, frames = rendered(photo, prompt)
    shipped = default_encoders()["standard"]
    bare = replace(shipped, tuning="")
    ours: list[Point] = []
    theirs: list[Point] = []
    for offset in _OFFSETS:
        for points, settings in ((ours, shipped), (theirs, bare)):
            rated = replace(settings, crf=settings.crf + offset)
            points.append(point(rendition, frames, rated))
    at = _OFFSETS.index(0)
    return {
        "photo": photo.name,
        "move": prompt,
        "size, equal PSNR, %": size_difference(
            [(p.psnr, p.size) for p in theirs], [(p.psnr, p.size) for p in ours]
        ),
        "size, equal SSIM, %": size_difference(
            [(p.ssim, p.size) for p in theirs], [(p.ssim, p.size) for p in ours]
        ),
        "PSNR gain, dB": ours[at].psnr - theirs[at].psnr,
        "size": ours[at].size / theirs[at].size,
        "time": statistics.median(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True)),
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="*", type=Path, default=[EXAMPLE] * len(MOVES))
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    rows = [measure(*pair) for pair in zip(args.photos, cycle(MOVES), strict=False)]
    numbers = [name for name, value in rows[0].items() if isinstance(value, float)]
    columns = {name: [float(str(row[name])) for row in rows] for name in numbers}
    for what, of in (("mean", statistics.fmean), ("largest", max)):
        rows.append({"photo": what, "move": "", **{n: of(v) for n, v in columns.items()}})
    report("Our x264 settings beside the bare preset", rows, as_json=args.json)


if __name__ == "__main__":
    main()
