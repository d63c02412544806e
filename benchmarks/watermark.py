"""Does the invisible mark survive, how visible is it, and what does it cost in file size?

    python -m benchmarks.watermark [PHOTO …] [--frames 48] [--attacks NAME …]

Each photo is rendered at 720p with a move of its own, marked, and delivered at standard quality;
each attack then works on the delivered file. Cells count clips whose whole number was read without
error, by a detector that knows nothing of the attack. `benchmarks.watermark_chance` counts what is
read where there is nothing.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.common import ROOT, report
from kinora.encode import default_encoders
from kinora.encode.video import configure, frame_planes
from kinora.engines.parallax.engine import ParallaxEngine
from kinora.prompt import read_prompt
from kinora.provenance.watermark import detect
from kinora.provenance.watermark.embed import Marker
from kinora.scene.depth.classical import ClassicalDepth
from kinora.types.geometry import Size
from kinora.types.rendition import Rendition
from kinora.types.request import ClipRequest

U8 = NDArray[np.uint8]
Frames = list[U8]  # I420: (H·3/2, W) uint8

SIZE, FPS = Size(1280, 720), 24
KEY, CLIP = b"the benchmark's key", "00112233aabb"
MOVES = (
    "slow push in", "hold", "truck left", "orbit right", "pan left", "handheld", "dolly in",
    "zoom in", "crane up", "hold 1 s, then pan right", "tilt up", "roll clockwise 3 degrees",
)  # fmt: skip
_LOOKED_AT = 40  # frames of a clip that the detector sees


# -- clips ----------------------------------------------------------------------------------------


def rendered(photo: Path | U8, prompt: str, *, frames: int) -> Frames:
    """The unmarked frames of a clip."""
    request = ClipRequest(image=photo, size=SIZE, fps=Fraction(FPS))
    plan = read_prompt(prompt, seconds=Fraction(frames, FPS)).plan
    made = ParallaxEngine(ClassicalDepth()).render(request, plan, lambda *_: None)
    return [_drawn(made, index) for index in range(min(frames, made.frame_count))]


def _drawn(rendition: Rendition, index: int) -> U8:
    frame = av.VideoFrame(SIZE.width, SIZE.height, "yuv420p")
    rendition.frames.render(index, frame_planes(frame))
    return frame.to_ndarray()


def marked(frames: Frames, *, key: bytes = KEY) -> Frames:
    """Copies with the mark."""
    still = len(frames) > 1 and all(np.array_equal(frames[0], each) for each in frames[1::8])
    marker = Marker(size=SIZE, key=key, clip_id=CLIP, still=still)
    copies = [frame.copy() for frame in frames]
    for copy in copies:
        marker.mark(copy[: SIZE.height])
    return copies


def luma(frame: U8) -> U8:
    """The luma of an I420 frame."""
    return frame[: frame.shape[0] * 2 // 3]


def coded(frames: Frames, *, crf: int | None, fps: int = FPS) -> tuple[Frames, int]:
    """Through x264 and back: at our standard quality, or at a rate factor with ``veryfast``."""
    height, width = luma(frames[0]).shape
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        with av.open(str(path), "w") as output:
            stream = output.add_stream("libx264", rate=fps)
            if crf is None:
                like = Rendition(
                    frames=None,  # type: ignore[arg-type]  # only its facts are read
                    frame_count=len(frames), size=Size(width, height), fps=Fraction(fps),
                )  # fmt: skip
                configure(stream.codec_context, like, default_encoders()["standard"])
            else:
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
                stream.options = {"preset": "veryfast", "crf": str(crf)}
            for frame in frames:
                output.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="yuv420p")))
            output.mux(stream.encode(None))
        with av.open(str(path)) as source:
            back = [f.to_ndarray(format="yuv420p") for f in source.decode(video=0)]
        return back, path.stat().st_size


# -- attacks --------------------------------------------------------------------------------------


def _each(frames: Frames, change: Callable[[U8, int], U8]) -> Frames:
    """``change`` applied to all planes; its second argument is 1 for luma, 2 for chroma."""
    return [
        _joined([change(plane, 1 + (k > 0)) for k, plane in enumerate(_planes(f))]) for f in frames
    ]


def _planes(frame: U8) -> list[U8]:
    y = luma(frame)
    height, width = y.shape
    u, v = frame[height:].reshape(2, height // 2, width // 2)
    return [y, u, v]


def _joined(planes: Sequence[U8]) -> U8:
    y, u, v = planes
    return np.concatenate([y, np.concatenate([u, v]).reshape(-1, y.shape[1])])


def resized(frames: Frames, width: int, height: int) -> Frames:
    """Scaled."""
    way = cv2.INTER_AREA if width < frames[0].shape[1] else cv2.INTER_CUBIC
    return _each(frames, lambda p, k: cv2.resize(p, (width // k, height // k), interpolation=way))


def cropped(frames: Frames, share: float) -> Frames:
    """Cut by ``share`` of each side, off the middle."""
    height, width = luma(frames[0]).shape
    w, h = (int(side * (1 - share)) // 4 * 4 for side in (width, height))
    x, y = int((width - w) * 0.37) // 2 * 2, int((height - h) * 0.61) // 2 * 2
    return _each(
        frames,
        lambda p, k: np.ascontiguousarray(p[y // k : (y + h) // k, x // k : (x + w) // k]),
    )


def turned(frames: Frames, degrees: float) -> Frames:
    """Turned about the middle, with black corners."""

    def turn(plane: U8, k: int) -> U8:
        height, width = plane.shape
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
        return cv2.warpAffine(
            plane, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=16 if k == 1 else 128
        )

    return _each(frames, turn)


def _luma_only(frames: Frames, change: Callable[[U8], U8]) -> Frames:
    return _each(frames, lambda p, k: change(p) if k == 1 else p)


def _noisy(plane: U8) -> U8:
    noise = np.random.default_rng(int(plane[::9, ::9].sum())).normal(0, 8, plane.shape)
    return np.clip(plane + noise, 0, 255).astype(np.uint8)


def at_rate(frames: Frames, before: int, after: int) -> Frames:
    """Frames repeated or left out."""
    return [frames[k * before // after] for k in range(len(frames) * after // before)]


def _thrice(frames: Frames) -> Frames:
    for _ in range(3):
        frames, _size = coded(frames, crf=26)
    return frames


def _social(frames: Frames) -> Frames:
    small = resized(cropped(frames, 0.15), 852, 480)
    return coded(at_rate(small, FPS, 15), crf=30, fps=15)[0]


def _rates(frames: Frames) -> Frames:
    thirty, _size = coded(at_rate(frames, 24, 30), crf=23, fps=30)
    return coded(at_rate(thirty, 30, 12), crf=23, fps=12)[0]


def _screenshot(frames: Frames) -> Frames:
    middle = luma(frames[len(frames) // 2])
    data = cv2.imencode(".jpg", middle, [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
    return [cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)]


def _again(change: Callable[[Frames], Frames]) -> Callable[[Frames], Frames]:
    return lambda frames: coded(change(frames), crf=23)[0]


ATTACKS: dict[str, Callable[[Frames], Frames]] = {
    "as delivered": lambda f: f,
    "crf 23": lambda f: coded(f, crf=23)[0],
    "crf 28": lambda f: coded(f, crf=28)[0],
    "crf 35": lambda f: coded(f, crf=35)[0],
    "scale 50 %": _again(lambda f: resized(f, 640, 360)),
    "crop 10 %": _again(lambda f: cropped(f, 0.1)),
    "crop 30 %": _again(lambda f: cropped(f, 0.3)),
    "crop 30 % + rescale": _again(lambda f: resized(cropped(f, 0.3), 1280, 720)),
    "24→30→12 fps": _rates,
    "mirror": _again(lambda f: _each(f, lambda p, _: np.ascontiguousarray(p[:, ::-1]))),
    "rotate 1°": _again(lambda f: turned(f, 1.0)),
    "rotate 3°": _again(lambda f: turned(f, 3.0)),
    "brightness/contrast": _again(
        lambda f: _luma_only(f, lambda p: cv2.convertScaleAbs(p, alpha=1.2, beta=-20))
    ),
    "blur σ 1.5": _again(lambda f: _luma_only(f, lambda p: cv2.GaussianBlur(p, (0, 0), 1.5))),
    "noise σ 8": _again(lambda f: _luma_only(f, _noisy)),
    "3 × crf 26": _thrice,
    "social": _social,
    "screenshot JPEG q70": _screenshot,
}


# -- measures -------------------------------------------------------------------------------------


def survived(delivered: Frames, attack: Callable[[Frames], Frames]) -> bool:
    """Whether the clip's number is read after an attack; a wrong number ends the run."""
    frames = attack(delivered)
    if len(frames) > 1:
        step = max(1, len(frames) // _LOOKED_AT)
        frames = [luma(frame) for frame in frames[::step]]
    found = detect.find(frames, [KEY])
    if found is None or found.payload is None:
        return False
    assert found.payload.clip_id == CLIP, "a wrong number was read"
    return True


def psnr(frames: Frames, others: Frames) -> float:
    """Of the luma, over all frames, dB."""
    squares = [
        np.mean((luma(a).astype(float) - luma(b)) ** 2) for a, b in zip(frames, others, strict=True)
    ]
    return float(10 * np.log10(255**2 / np.mean(squares)))


def photos(given: Sequence[Path]) -> Iterator[tuple[str, Path | U8]]:
    """The photos given, else all that come with scikit-image and scikit-learn; then flat ones."""
    yield from ((path.stem, path) for path in given) if given else _bundled()
    yield "one colour", np.full((720, 1280, 3), (120, 160, 210), np.uint8)
    y, x = np.mgrid[0:720, 0:1280].astype(np.float32)
    soft = np.stack([90 + 60 * x / 1280, 120 + 50 * y / 720, 170 - 40 * x / 1280], axis=-1)
    cv2.circle(soft, (700, 330), 140, (230, 220, 190), -1, cv2.LINE_AA)
    yield "soft gradient", cv2.GaussianBlur(soft, (0, 0), 3.0).clip(0, 255).astype(np.uint8)
    grass = np.random.default_rng(0).normal(110, 30, (720, 1280, 3))
    yield (
        "dense texture",
        np.clip(cv2.GaussianBlur(grass, (0, 0), 1.0) * 2 - 110, 0, 255).astype(np.uint8),
    )


def _bundled() -> Iterator[tuple[str, Path | U8]]:
    from skimage import data
    from sklearn.datasets import load_sample_image

    for name in ("astronaut", "coffee", "chelsea", "rocket", "retina", "immunohistochemistry"):
        yield name, getattr(data, name)()
    for name in ("china.jpg", "flower.jpg"):
        yield name[:-4], load_sample_image(name)
    for path in sorted((ROOT / "examples" / "photos").glob("*.jpg")):
        yield path.stem, path


def survival(
    given: Sequence[Path], names: Sequence[str], *, frames: int
) -> list[dict[str, object]]:
    """One row per clip, then the sums."""
    rows: list[dict[str, object]] = []
    for number, (name, photo) in enumerate(photos(given)):
        move = MOVES[number % len(MOVES)]
        host = rendered(photo, move, frames=frames)
        marks = marked(host)
        delivered, size = coded(marks, crf=None)
        _, before = coded(host, crf=None)
        row: dict[str, object] = {
            "clip": f"{name}, {move}",
            "PSNR, dB": psnr(host, marks),
            "size": f"{size / before - 1:+.0%}",
            "more, kbit/s": round((size - before) * 8 * FPS / len(host) / 1000),
        }
        row |= {attack: survived(delivered, ATTACKS[attack]) for attack in names}
        rows.append(row)
        print(" · ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    total = {attack: sum(bool(row[attack]) for row in rows) for attack in names}
    worst = min(float(str(row["PSNR, dB"])) for row in rows)
    counts = {attack: f"{count}/{len(rows)}" for attack, count in total.items()}
    return [{"clip": "all", "PSNR, dB": worst, "size": "", "more, kbit/s": "", **counts}]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="*", type=Path)
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--attacks", nargs="+", choices=list(ATTACKS), default=list(ATTACKS))
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    rows = survival(args.photos, args.attacks, frames=args.frames)
    report("Clips whose mark was read without error", rows, as_json=args.json)


if __name__ == "__main__":
    main()
