"""How fast frames are rendered and encoded, beside the encoder alone, in one run.

    python -m benchmarks.speed [PHOTO] [--seconds 4] [--repeats 5] [--json]

Per size: frames per second of rendering plus encoding plus muxing (analysis done before, kernels
compiled), and of the same frames, rendered beforehand, going through x264 at the same settings:
once as one encoder that uses both cores, once as our chunks. The ratio is against the faster one.
Clips go out marked unless their maker switches that off, so the same with both marks stands beside
it (signing, once a clip, is measured by `benchmarks.provenance`).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av

from benchmarks.common import EXAMPLE, paired_seconds, report
from kinora.encode import EncoderSettings, default_encoders, encode_clip
from kinora.encode.video import frame_planes
from kinora.engines.parallax.engine import ParallaxEngine
from kinora.prompt import read_prompt
from kinora.provenance.marks import Marks
from kinora.scene.build import build_scene
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.settings import Settings
from kinora.types.geometry import Size
from kinora.types.provenance import Sealed
from kinora.types.rendition import Rendition, YuvPlanes
from kinora.types.request import ClipRequest

PROMPT = "truck left 6 %, then dolly in 12 %"
SIZES = (Size(1280, 720), Size(1920, 1080))


def quiet(stage: str, done: int, total: int) -> None:
    """No progress bar while timing."""


class CachedFrames:
    """Frames rendered beforehand; handing one out is a copy."""

    random_access = True

    def __init__(self, rendition: Rendition) -> None:
        """Render them all."""
        size = rendition.size
        self.frames = []
        for index in range(rendition.frame_count):
            frame = av.VideoFrame(size.width, size.height, "yuv420p")
            rendition.frames.render(index, frame_planes(frame))
            frame.pts = index
            self.frames.append(frame)

    def render(self, index: int, planes: YuvPlanes) -> None:
        """Copy one."""
        ours = frame_planes(self.frames[index])
        planes.y[:], planes.u[:], planes.v[:] = ours.y, ours.u, ours.v


def encode_alone(cached: CachedFrames, rendition: Rendition, settings: EncoderSettings) -> None:
    """One x264 with a thread per core, as an ordinary program would use it."""
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height = rendition.size.width, rendition.size.height
    context.pix_fmt = "yuv420p"
    context.time_base, context.framerate = 1 / rendition.fps, rendition.fps
    context.thread_count = settings.workers
    context.options = {"preset": settings.preset, "crf": str(settings.crf)}
    if settings.tuning:
        context.options["x264-params"] = settings.tuning
    for frame in cached.frames:
        frame.pict_type = av.video.frame.PictureType.NONE
        context.encode(frame)
    context.encode(None)


def with_marks(rendition: Rendition, folder: Path) -> Rendition:
    """The same frames, marked visibly and invisibly as by default."""
    marks = Marks(settings=Settings(data_dir=folder))
    sealed = Sealed(clip_id="0" * 12, signed=False, visible_mark=True, invisible_mark=True)
    return marks.applied(rendition, sealed)


def measure(photo: Path, size: Size, *, seconds: int, repeats: int) -> dict[str, object]:
    """One row of the table."""
    start = time.perf_counter()
    scene = build_scene(decode_photo(photo), size=size, depth=ClassicalDepth())
    analysis = time.perf_counter() - start
    plan = read_prompt(PROMPT, seconds=seconds).plan
    request = ClipRequest(image=scene, size=size, fps=Fraction(30))
    rendition = ParallaxEngine(ClassicalDepth()).render(request, plan, quiet)
    cached = CachedFrames(rendition)
    settings = default_encoders()["standard"]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "clip.mp4"
        replayed = replace(rendition, frames=cached)
        marked = with_marks(rendition, Path(folder))
        times = paired_seconds(
            {
                "whole": lambda: encode_clip(rendition, output, settings, quiet),
                "marked": lambda: encode_clip(marked, output, settings, quiet),
                "chunks": lambda: encode_clip(replayed, output, settings, quiet),
                "single": lambda: encode_alone(cached, rendition, settings),
            },
            repeats=repeats,
        )
    count = rendition.frame_count
    ratios = [
        min(chunked, single) / whole
        for whole, chunked, single in zip(
            times["whole"], times["chunks"], times["single"], strict=True
        )
    ]
    costs = [b / a for a, b in zip(times["whole"], times["marked"], strict=True)]
    fps = {name: count / statistics.median(values) for name, values in times.items()}
    return {
        "size": str(size),
        "layers": len(scene.layers),
        "render + encode + mux, fps": fps["whole"],
        "with marks, fps": fps["marked"],
        "marks cost": f"{statistics.median(costs) - 1:+.1%}",
        "x264 alone, one encoder, fps": fps["single"],
        "x264 alone, chunks, fps": fps["chunks"],
        "ratio to the faster": statistics.median(ratios),
        "first analysis, s": analysis,
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = [measure(args.photo, size, seconds=args.seconds, repeats=args.repeats) for size in SIZES]
    report(f"Render and encode, standard quality, {args.photo.name}", rows, as_json=args.json)


if __name__ == "__main__":
    main()
