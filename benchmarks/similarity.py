"""Find edited copies of blocked pictures among unrelated ones.

Run: ``python benchmarks/similarity.py FOLDER [--blocked N] [--unrelated N] [--beside N]``. Of the
pictures in FOLDER, N spread evenly are blocked; each of ten edits of these must be found, and none
of the others (where they are too few, also parts of them). A picture counts as one false alarm,
however many blocked ones it is taken for. ``--beside 100000`` blocks as many more, made by code:
sketches of random bits, and features of the folder's pictures, mixed, with a fifth of their bits
changed.
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

from kinora.policy.registry import Registry
from kinora.policy.similar import Match, Print, Query, print_of

U8 = NDArray[np.uint8]
_SIDE = 1024
_MADE_MARKS, _CHANGED = 128, 0.2  # features of a picture made up, and the share of their bits


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


def made_up(paths: list[Path], number: int) -> Iterator[tuple[str, Print]]:
    """Prints of pictures that there aren't, of features that there are."""
    rng = np.random.default_rng(0)
    pool = np.concatenate([print_of(load(path)).marks for path in paths[::60][:60]])
    places = np.zeros((_MADE_MARKS, 2), np.float32)
    for k in range(number):
        marks = pool[rng.integers(0, len(pool), _MADE_MARKS)]
        changed = np.packbits(rng.random((_MADE_MARKS, 256), np.float32) < _CHANGED, axis=1)
        sketch = rng.integers(0, 256, 32, np.uint8)
        yield f"made up {k}", Print(sketch=sketch, places=places, marks=marks ^ changed)


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--blocked", type=int, default=40)
    parser.add_argument("--unrelated", type=int, default=5000)
    parser.add_argument("--beside", type=int, default=0)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    paths = sorted(p for p in given.folder.rglob("*") if p.suffix.lower() in (".jpg", ".png"))
    step = max(1, len(paths) // given.blocked)
    chosen = paths[::step][: given.blocked]
    prints = [(path.name, print_of(load(path))) for path in chosen]
    held = Registry([*made_up(paths, given.beside), *prints])
    for number, (name, edit) in enumerate(EDITS.items()):
        start = time.process_time()
        hits = sum(_finds(edit(load(path)), path.name, held) for path in chosen)
        spent = (time.process_time() - start) / len(chosen) * 1000
        built = ", the first of which builds the index" if number == 0 else ""
        print(f"{name}: {hits} of {len(chosen)} found; {spent:.0f} ms each{built}", flush=True)
    start, alarms, count = time.process_time(), 0, 0
    for rgb in unrelated([path for path in paths if path not in set(chosen)], given.unrelated):
        found = _found(rgb, held)
        count += 1
        if found is not None:
            alarms += 1
            print("false alarm", count, *found)
    seconds = time.process_time() - start
    print(f"unrelated: {alarms} of {count}; {seconds / count * 1000:.0f} ms each, loading included")


def _finds(rgb: U8, name: str, held: Registry) -> bool:
    best = _found(rgb, held)
    return best is not None and best[0] == name


def _found(rgb: U8, held: Registry) -> tuple[str, Match] | None:
    best = held.nearest(Query(rgb))
    return best if best is not None and best[1].is_alike else None


if __name__ == "__main__":
    main()
