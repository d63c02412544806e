"""Photos with relative disparity, packed so that a crop costs next to nothing.

``python -m training.completion.data`` packs ``photos/`` and ``disparity/`` of the shared data into
the folder for training (`training.common.paths`), in a few minutes. Disparity is brought to the
photo's size and its steps onto the photo's edges.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.refine import sharpen
from training.common.paths import shared_dir, training_dir
from training.common.splits import Part, photo_part

U8 = NDArray[np.uint8]

#: Parts that are packed.
PARTS: tuple[Part, ...] = ("test", "train")
#: Relative disparity times this is what `sharpen` takes for scene disparity.
SCENE_SPAN = 1.5


def data_dir() -> Path:
    """Where the pictures to train with lie."""
    return shared_dir() / "data"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Packed:
    """Photos in one array."""

    names: list[str]
    pixels: U8  # flat; photo i is (h, w, 4): RGB and disparity
    starts: NDArray[np.int64]  # (n,)
    sizes: NDArray[np.int64]  # (n, 2): h, w

    def photo(self, index: int) -> U8:
        """RGB and disparity of one photo, (h, w, 4) uint8; disparity 0 far to 255 near."""
        height, width = self.sizes[index]
        start = self.starts[index]
        return np.asarray(self.pixels[start : start + height * width * 4]).reshape(height, width, 4)


def load_photo(folder: Path, name: str) -> U8:
    """One photo with its disparity at its size, steps on its edges: (h, w, 4) uint8."""
    bgr = cv2.imread(str(folder / "photos" / f"{name}.jpg"), cv2.IMREAD_COLOR)
    label = cv2.imread(str(folder / "disparity" / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
    if bgr is None or label is None:
        raise FileNotFoundError(f"no photo or no disparity of {name} in {folder}")
    rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
    small = cv2.resize(rgb, label.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.uint8)
    crisp = sharpen(label.astype(np.float32) * (SCENE_SPAN / 255.0), small)
    large = cv2.resize(crisp, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    disparity = np.clip(np.rint(large * (255.0 / SCENE_SPAN)), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.dstack([rgb, disparity]))


def photo_names(folder: Path, part: Part) -> list[str]:
    """Base names of the photos of one part, in the index's order."""
    with (folder / "photos" / "INDEX.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [Path(r["file"]).stem for r in rows if photo_part(r["file"], r["path"]) == part]


def pack(folder: Path, target: Path, names: Sequence[str], *, processes: int = 1) -> None:
    """Write ``target``.npz and ``target``.bin, the photos in the order of ``names``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    starts, sizes, total = [], [], 0
    part = target.with_suffix(".part")
    with part.open("wb") as file, multiprocessing.Pool(processes, cv2.setNumThreads, (1,)) as pool:
        photos = pool.imap(partial(load_photo, folder), names, chunksize=8)
        for number, photo in enumerate(photos):
            file.write(photo.tobytes())
            starts.append(total)
            sizes.append(photo.shape[:2])
            total += photo.size
            if number % 200 == 0:
                print(f"{number} of {len(names)}", flush=True)
    part.replace(target.with_suffix(".bin"))
    np.savez(
        target.with_suffix(".npz"),
        names=np.array(names),
        starts=np.array(starts, dtype=np.int64),
        sizes=np.array(sizes, dtype=np.int64),
    )


def load_packed(target: Path) -> Packed:
    """What `pack` wrote."""
    with np.load(target.with_suffix(".npz")) as index:
        return Packed(
            names=[str(name) for name in index["names"]],
            pixels=np.memmap(target.with_suffix(".bin"), dtype=np.uint8, mode="r"),
            starts=index["starts"],
            sizes=index["sizes"],
        )


def packed_path(part: Part) -> Path:
    """Where the packed photos of one part lie."""
    return training_dir() / "completion" / part


def main() -> int:
    """Pack both parts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    for part in PARTS:
        names = photo_names(data_dir(), part)
        pack(data_dir(), packed_path(part), names, processes=options.processes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
