"""Find edited copies of blocked pictures among unrelated ones.

Run: ``python benchmarks/similarity.py FOLDER [--blocked N] [--unrelated N]``. Of the pictures in
FOLDER, N spread evenly are blocked; each of ten edits of these must be found, and none of the
others (where they are too few, also parts of them). A picture counts as one false alarm, however
many blocked ones it is taken for.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kinora.policy.similar import Match, Print, Query, nearest, print_of

U8 = NDArray[np.uint8]
_SIDE = 1024


def load(path: Path) -> U8:
    """A picture as (H, W, 3) sRGB, at most 1024 pixels wide or high."""
    picture = Image.open(path).convert("RGB")
    picture.thumbnail((_SIDE, _SIDE))
    return np.asarray(picture)


def jpeg(rgb: U8, quality: int) -> U8:
    """Through a JPEG file."""
    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream))


def crop(rgb: U8, left: float, top: float, right: float, bottom: float) -> U8:
    """Without shares of the width and height."""
    height, width = rgb.shape[:2]
    return rgb[
        int(top * height) : height - int(bottom * height),
        int(left * width) : width - int(right * width),
    ]


def resize(rgb: U8, scale: float) -> U8:
    """Another size."""
    return np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


EDITS: dict[str, Callable[[U8], U8]] = {
    "resize 50 %": lambda rgb: resize(rgb, 0.5),
    "resize 25 %": lambda rgb: resize(rgb, 0.25),
    "JPEG 30": lambda rgb: jpeg(rgb, 30),
    "mirror": lambda rgb: np.ascontiguousarray(rgb[:, ::-1]),
    "grey": lambda rgb: np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2),
    "crop 10 % all around": lambda rgb: crop(rgb, 0.05, 0.05, 0.05, 0.05),
    "crop 20 % all around": lambda rgb: crop(rgb, 0.1, 0.1, 0.1, 0.1),
    "crop 20 % left and top": lambda rgb: crop(rgb, 0.2, 0.2, 0.0, 0.0),
    "crop 20 % right": lambda rgb: crop(rgb, 0.0, 0.0, 0.2, 0.0),
    "crop 20 %, mirror, JPEG 30": lambda rgb: jpeg(
        np.ascontiguousarray(crop(rgb, 0.1, 0.1, 0.1, 0.1)[:, ::-1]), 30
    ),
}


def unrelated(paths: list[Path], number: int) -> Iterator[U8]:
    """Whole pictures, then their left and right halves."""
    for part in (slice(None), slice(None, 0.5), slice(0.5, None)):
        for path in paths:
            if number == 0:
                return
            rgb = load(path)
            width = rgb.shape[1]
            ends = [None if at is None else int(at * width) for at in (part.start, part.stop)]
            yield np.ascontiguousarray(rgb[:, slice(*ends)])
            number -= 1


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--blocked", type=int, default=40)
    parser.add_argument("--unrelated", type=int, default=5000)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    paths = sorted(p for p in given.folder.rglob("*") if p.suffix.lower() in (".jpg", ".png"))
    step = max(1, len(paths) // given.blocked)
    chosen = paths[::step][: given.blocked]
    held: list[tuple[str, Print]] = [(path.name, print_of(load(path))) for path in chosen]
    for name, edit in EDITS.items():
        hits = sum(_finds(edit(load(path)), path.name, held) for path in chosen)
        print(f"{name}: {hits} of {len(chosen)} found", flush=True)
    start, alarms, count = time.process_time(), 0, 0
    for rgb in unrelated([path for path in paths if path not in set(chosen)], given.unrelated):
        found = _found(rgb, held)
        count += 1
        if found is not None:
            alarms += 1
            print("false alarm", count, *found)
    seconds = time.process_time() - start
    print(f"unrelated: {alarms} of {count}; {seconds / count * 1000:.0f} ms each, loading included")


def _finds(rgb: U8, name: str, held: list[tuple[str, Print]]) -> bool:
    best = _found(rgb, held)
    return best is not None and best[0] == name


def _found(rgb: U8, held: list[tuple[str, Print]]) -> tuple[str, Match] | None:
    best = nearest(Query(rgb), held)
    return best if best is not None and best[1].is_alike else None


if __name__ == "__main__":
    main()
