"""What signing and marking cost, and whether tampering shows.

    python -m benchmarks.provenance [PHOTO] [--seconds 4] [--repeats 5] [--tampered 200] [--json]

A clip of 720p at 30 fps and standard quality: time and bytes that the manifest takes, what a reader
says of it, of copies with one byte of the coded pictures changed, and of a chain of photo, clip,
remix and extension. Then the same frames rendered and encoded without and with all marks, in turn,
by the clock and by processor time, which other programs disturb less; and the processor time of the
invisible mark alone, the least of a hundred frames.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from benchmarks.common import EXAMPLE, paired_seconds, report
from kinora.encode import default_encoders, encode_clip
from kinora.encode.output import as_it_is
from kinora.encode.video import empty_frame, frame_planes
from kinora.engines.parallax.engine import ParallaxEngine
from kinora.prompt import read_prompt
from kinora.provenance.bindings import read_store
from kinora.provenance.check import check_manifest
from kinora.provenance.manifest import Software
from kinora.provenance.sealing import Provenance
from kinora.provenance.watermark.embed import Marker
from kinora.scene.build import build_scene
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.settings import Settings
from kinora.types.geometry import Size
from kinora.types.provenance import Origin, Sealed
from kinora.types.rendition import Rendition
from kinora.types.request import ClipRequest

PROMPT = "truck left 6 %, then dolly in 12 %"
SIZE = Size(1280, 720)
MP4 = "video/mp4"


def quiet(stage: str, done: int, total: int) -> None:
    """No progress bar while timing."""


def rendition_of(photo: Path, *, seconds: int) -> tuple[Rendition, Origin]:
    """Frames on demand, and where they come from."""
    scene = build_scene(decode_photo(photo), size=SIZE, depth=ClassicalDepth())
    plan = read_prompt(PROMPT, seconds=Fraction(seconds)).plan
    request = ClipRequest(image=scene, size=SIZE, fps=Fraction(30))
    made = ParallaxEngine(ClassicalDepth()).render(request, plan, quiet)
    origin = Origin(
        plan=plan, engine="parallax", photo=photo.read_bytes(), photo_sha256=scene.photo_sha256,
        size=SIZE, fps=made.fps, frame_count=made.frame_count, quality="standard",
    )  # fmt: skip
    return made, origin


def signing(clip: Path, origin: Origin, by: Provenance, *, repeats: int) -> dict[str, object]:
    """Seconds and bytes of a signature; ``clip`` is signed at the end."""
    sealed, before, times = by.sealed(origin), clip.stat().st_size, []
    for turn in range(repeats + 1):
        copy = clip.with_name("copy.mp4")
        shutil.copyfile(clip, copy)
        start = time.perf_counter()
        by.finish(origin, sealed)(copy)
        if turn:
            times.append(time.perf_counter() - start)
    copy.replace(clip)
    return {
        "signing, s": statistics.median(times),
        "added, kB": (clip.stat().st_size - before) / 1000,
        "state": check_manifest(clip, mime=MP4, settings=by.settings).state,
    }


def tampering(clip: Path, *, copies: int) -> dict[str, object]:
    """How many copies with one changed byte of picture are called invalid."""
    data = clip.read_bytes()
    start = data.index(b"mdat") + 8
    chance, seen = random.Random(1), 0
    for _ in range(copies):
        changed = bytearray(data)
        changed[chance.randrange(start, len(data))] ^= 1 << chance.randrange(8)
        store = read_store(bytes(changed), mime=MP4, anchors="")
        seen += store is not None and store.state == "invalid"
    return {"tampered copies": copies, "called invalid": seen}


def chain(clip: Path, origin: Origin, by: Provenance) -> dict[str, object]:
    """A remix and an extension of a signed clip: manifests kept, and what they weigh."""
    remix, extension = (clip.with_name(f"{name}.mp4") for name in ("remix", "extension"))
    for path, parent in ((remix, clip), (extension, remix)):
        shutil.copyfile(clip, path)
        made = replace(origin, parents=(parent,))
        by.finish(made, by.sealed(made))(path)
    found = check_manifest(extension, mime=MP4, settings=by.settings)
    return {
        "chain": found.state,
        "manifests": found.manifests,
        "failed checks": len(found.problems),
        "extension's manifests, kB": (extension.stat().st_size - clip.stat().st_size) / 1000,
    }


def marking(
    made: Rendition, origin: Origin, by: Provenance, folder: Path, *, repeats: int
) -> dict[str, object]:
    """Render and encode without and with the marks and the signature."""
    settings, sealed = default_encoders()["standard"], by.sealed(origin)
    plain, marked = folder / "plain.mp4", folder / "marked.mp4"
    processor: dict[str, list[float]] = {"plain": [], "marked": []}

    def encode(name: str, frames: Rendition, path: Path, seal: Callable[[Path], None]) -> None:
        start = time.process_time()
        encode_clip(frames, path, settings, quiet, seal=seal)
        processor[name].append(time.process_time() - start)

    times = paired_seconds(
        {
            "plain": lambda: encode("plain", made, plain, as_it_is),
            "marked": lambda: encode(
                "marked", by.marks.applied(made, sealed), marked, by.finish(origin, sealed)
            ),
        },
        repeats=repeats,
    )
    pairs = list(zip(times["plain"], times["marked"], strict=True))
    busy = list(zip(processor["plain"][1:], processor["marked"][1:], strict=True))
    return {
        "without, fps": made.frame_count / statistics.median(times["plain"]),
        "with all marks, fps": made.frame_count / statistics.median(times["marked"]),
        "cost": f"{statistics.median(b / a for a, b in pairs) - 1:+.1%}",
        "processor": f"{statistics.median(b / a for a, b in busy) - 1:+.1%}",
        "invisible mark, ms a frame": marking_milliseconds(made, by, sealed),
        "size": f"{marked.stat().st_size / plain.stat().st_size - 1:+.0%}",
    }


def marking_milliseconds(made: Rendition, by: Provenance, sealed: Sealed) -> float:
    """Processor time of the invisible mark in one frame, the least of a hundred."""
    planes = frame_planes(empty_frame(made))
    made.frames.render(made.frame_count // 2, planes)
    marker = Marker(size=made.size, key=by.marks.key, clip_id=sealed.clip_id)
    luma, times = planes.y.copy(), []
    for _ in range(100):
        luma[...] = planes.y
        start = time.thread_time()
        marker.mark(luma)
        times.append(time.thread_time() - start)
    return 1000 * min(times)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--tampered", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    made, origin = rendition_of(args.photo, seconds=args.seconds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        by = Provenance(
            settings=Settings(data_dir=folder / "data"), software=Software(version="0", models={})
        )
        cost = marking(made, origin, by, folder, repeats=args.repeats)
        clip = folder / "plain.mp4"
        signed = signing(clip, origin, by, repeats=args.repeats)
        checks = tampering(clip, copies=args.tampered) | chain(clip, origin, by)
    what = f"{args.seconds} s, {SIZE}, {args.photo.name}"
    report(f"Signing, {what}", [signed | checks], as_json=args.json)
    report(f"Marks beside rendering and encoding, {what}", [cost], as_json=args.json)


if __name__ == "__main__":
    main()
