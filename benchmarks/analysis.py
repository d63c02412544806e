"""How long a photo takes to be understood, warm and without the cache.

    python -m benchmarks.analysis [PHOTO ...] [--megapixels 2] [--repeats 3] [--json]

Each photo is brought to so many megapixels (0: left as it is) and understood for a 720p clip with
the networks that come with Kinora, once uncounted and then ``--repeats`` times; the medians of wall
time and of CPU time (all threads) are printed. *depth + regions* is the region finder and the depth
estimator, from the decoded photo to masks and disparity at its size; the *whole analysis* goes on
to the finished scene, layers completed. By default the example photo and all photos of
``../shared/photos`` (KINORA_SHARED overrides ``../shared``) are measured, where that exists.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from benchmarks.common import EXAMPLE, ROOT, report
from kinora.scene.decode import decode_photo
from kinora.scene.depth.learned import LearnedDepth
from kinora.scene.networks.geometry import GeometryNetwork
from kinora.scene.regions.learned import LearnedRegions
from kinora.settings import Settings, load_settings
from kinora.types.geometry import Size
from kinora.types.scene import Photo, Scene
from kinora.weights.choose import region_weights
from kinora.wiring import build_sight

#: What is asked of a machine with two cores, seconds of wall time.
ASKED = {"depth + regions, s": 0.35, "whole analysis, s": 1.5}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="*", type=Path)
    parser.add_argument("--megapixels", type=float, default=2.0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    settings = load_settings().model_copy(update={"depth_model": "learned"})
    rows = [
        measure(path, settings, megapixels=args.megapixels, repeats=args.repeats)
        for path in args.photos or default_photos()
    ]
    report("Analysis of a photo, warm", [*rows, slowest(rows)], as_json=args.json)


def default_photos() -> list[Path]:
    """The example, and what lies in ``../shared/photos``."""
    shared = Path(os.environ.get("KINORA_SHARED", ROOT.parent / "shared"))
    return [EXAMPLE, *sorted((shared / "photos").glob("*.[jp][pn]g"))]


def measure(
    path: Path, settings: Settings, *, megapixels: float, repeats: int
) -> dict[str, object]:
    """One row of the table."""
    photo = scaled(decode_photo(path), pixels=round(megapixels * 1e6))
    scene: list[Scene] = []
    seeing = timed(lambda: see(fresh(photo), settings), repeats=repeats)
    understanding = timed(lambda: scene.append(understand(fresh(photo), settings)), repeats=repeats)
    return {
        "photo": path.stem,
        "size": str(photo.size),
        "layers": len(scene[0].layers),
        "depth + regions, s": seeing[0],
        "CPU": seeing[1],
        "whole analysis, s": understanding[0],
        "CPU ": understanding[1],
    }


def scaled(photo: Photo, *, pixels: int) -> Photo:
    """The photo with about so many pixels; 0 leaves it as it is."""
    height, width = photo.rgb.shape[:2]
    factor = (pixels / (width * height)) ** 0.5 if pixels else 1.0
    how = cv2.INTER_AREA if factor < 1.0 else cv2.INTER_CUBIC
    size = (round(width * factor), round(height * factor))
    rgb = cv2.resize(photo.rgb, size, interpolation=how)
    return replace(photo, rgb=np.asarray(rgb, dtype=np.uint8))


def fresh(photo: Photo) -> Photo:
    """A copy: what finders keep of the last photo is kept for its very pixels."""
    return replace(photo, rgb=photo.rgb.copy())


def see(photo: Photo, settings: Settings) -> None:
    """Regions and disparity, by a network that hasn't kept its answer."""
    weights = region_weights(settings)
    if weights is None:
        raise SystemExit("no geometry network is shipped with this installation")
    network = GeometryNetwork(weights)
    LearnedDepth(network).estimate(photo, LearnedRegions(network)(photo))


def understand(photo: Photo, settings: Settings) -> Scene:
    """The scene of a 720p clip."""
    sides = (1280, 720) if photo.size.width >= photo.size.height else (720, 1280)
    sight = build_sight(settings, remembers=False)
    return sight.scenes(photo, size=Size(*sides), fit="crop", depth=sight.depth)


def timed(run: Callable[[], object], *, repeats: int) -> tuple[float, float]:
    """Median wall and CPU time of ``run``, after one call that isn't counted."""
    run()
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls), statistics.median(cpus)


def slowest(rows: list[dict[str, object]]) -> dict[str, object]:
    """The largest of each column, and whether it is what is asked."""
    last: dict[str, object] = {"photo": "slowest", "size": "", "layers": ""}
    for name in ("depth + regions, s", "CPU", "whole analysis, s", "CPU "):
        worst = max(float(str(row[name])) for row in rows)
        asked = ASKED.get(name)
        last[name] = worst if asked is None else f"{worst:.3g} (asked: {asked})"
    return last


if __name__ == "__main__":
    main()
